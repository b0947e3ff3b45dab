//! Puts values into texts. Values are data: marks in them mean nothing, and braces in them are not looked at again.

/// Opens a value in a marked text (FIRST STRONG ISOLATE: a name in another script doesn't turn the words around it).
const OPEN: char = '\u{2068}';
/// Closes it (POP DIRECTIONAL ISOLATE).
const CLOSE: char = '\u{2069}';

/// Replaces `{name}` by its value.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    fill_with(template, values, |out, value| out.push_str(value))
}

/// The same, with the values marked, so that a view can set them apart.
pub fn fill_marked(template: &str, values: &[(&str, &str)]) -> String {
    fill_with(template, values, |out, value| {
        out.push(OPEN);
        out.extend(value.chars().filter(|c| ![OPEN, CLOSE].contains(c)));
        out.push(CLOSE);
    })
}

fn fill_with(template: &str, values: &[(&str, &str)], put: impl Fn(&mut String, &str)) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, behind)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        match values.iter().find(|(key, _)| *key == name) {
            Some((_, value)) => put(&mut out, value),
            None => out.push_str(name),
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// A piece of a marked text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bit {
    /// Our words.
    Said(String),
    /// A value.
    Value(String),
}

/// The pieces of a marked text.
pub fn bits(marked: &str) -> Vec<Bit> {
    let mut out = Vec::new();
    let mut rest = marked;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let (value, behind) = after.split_once(CLOSE).unwrap_or((after, ""));
        out.push(Bit::Said(before.to_owned()));
        out.push(Bit::Value(value.to_owned()));
        rest = behind;
    }
    out.push(Bit::Said(rest.to_owned()));
    out.retain(|bit| !matches!(bit, Bit::Said(text) if text.is_empty()));
    out
}

/// A marked text without its marks.
pub fn plain(marked: &str) -> String {
    marked.replace([OPEN, CLOSE], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_with_braces_and_marks_stays_a_value() {
        assert_eq!(fill("Add {a} to {b}", &[("a", "{b}"), ("b", "x")]), "Add {b} to x");
        let marked = fill_marked("Add {a}.", &[("a", "\u{2069}evil")]);
        assert_eq!(bits(&marked), [Bit::Said("Add ".into()), Bit::Value("evil".into()), Bit::Said(".".into())]);
        assert_eq!(plain(&marked), "Add evil.");
    }
}
