//! Finding people as one types. Answers that come late are dropped.

use crate::authentik::ApiError;
use crate::authentik::users::Person;

/// The search and what it found.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct People {
    /// As typed.
    pub words: String,
    /// The number of the last search; an answer to an earlier one is dropped.
    pub last: u32,
    /// What is shown.
    pub listing: Listing,
    /// Which row the keyboard is on.
    pub selected: usize,
    /// The open person.
    pub person: Option<Result<Person, ApiError>>,
}

/// What the list shows.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Listing {
    /// Nothing was typed.
    #[default]
    Nothing,
    /// The first answer is awaited.
    Searching,
    /// Rows, and how many there are in all.
    Found(Vec<Person>, i64),
    /// It didn't work.
    Failed(ApiError),
}

impl People {
    /// Takes what was typed; the number of the search that follows, or `None` if there is nothing to search.
    pub fn typed(&mut self, words: String) -> Option<u32> {
        self.words = words;
        self.last = self.last.wrapping_add(1);
        self.selected = 0;
        if self.words.trim().is_empty() {
            self.listing = Listing::Nothing;
            return None;
        }
        if !matches!(self.listing, Listing::Found(..)) {
            self.listing = Listing::Searching;
        }
        Some(self.last)
    }

    /// Takes an answer, unless a newer search is on its way.
    pub fn answered(&mut self, number: u32, answer: Result<(Vec<Person>, i64), ApiError>) {
        if number != self.last {
            return;
        }
        self.listing = match answer {
            Ok((rows, count)) => Listing::Found(rows, count),
            Err(error) => Listing::Failed(error),
        };
    }

    /// Moves the selection, within what is listed.
    pub fn step(&mut self, by: isize) {
        let Listing::Found(rows, _) = &self.listing else { return };
        self.selected = self.selected.saturating_add_signed(by).min(rows.len().saturating_sub(1));
    }

    /// The person that the keyboard is on.
    pub fn chosen(&self) -> Option<i64> {
        let Listing::Found(rows, _) = &self.listing else { return None };
        rows.get(self.selected).map(|person| person.pk)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_answer_never_overwrites_a_newer_search() {
        let mut people = People::default();
        let first = people.typed("a".into()).expect("a search");
        let second = people.typed("ad".into()).expect("a search");
        people.answered(second, Ok((Vec::new(), 7)));
        people.answered(first, Ok((Vec::new(), 99)));
        assert_eq!(people.listing, Listing::Found(Vec::new(), 7));
        assert_eq!(people.typed("  ".into()), None);
        assert_eq!(people.listing, Listing::Nothing);
    }
}
