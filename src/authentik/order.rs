//! Putting a handful in order. The library's sort is 4 kB of the module for each type, which pays for thousands.

/// In the order of their keys; equal ones stay as they came.
pub fn in_order<T, K: PartialOrd>(list: Vec<T>, key: fn(&T) -> K) -> Vec<T> {
    let mut ordered: Vec<T> = Vec::with_capacity(list.len());
    for item in list {
        let after = ordered.iter().rposition(|before| key(before) <= key(&item)).map_or(0, |last| last + 1);
        ordered.insert(after, item);
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_equal_stays_as_it_came() {
        let list = vec![(2, 'a'), (1, 'b'), (2, 'c'), (0, 'd'), (1, 'e')];
        assert_eq!(in_order(list, |(number, _)| *number), [(0, 'd'), (1, 'b'), (1, 'e'), (2, 'a'), (2, 'c')]);
        assert!(in_order(Vec::<u8>::new(), |number| *number).is_empty());
    }
}
