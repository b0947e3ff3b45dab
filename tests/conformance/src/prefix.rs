//! The mark of everything that a run makes: `gatewright-conformance-`, the second at which the run began, and chance.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::{SystemTime, UNIX_EPOCH};

/// What all runs have in common.
pub const ALL: &str = "gatewright-conformance-";

/// A run that is older than this many seconds is over, however it ended: its leftovers may go.
const OVER: u64 = 3_600;

/// The prefix of one run: [`ALL`], eight hexadecimal digits of time, four of chance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix(String);

impl Prefix {
    /// One that no other run has.
    pub fn new() -> Self {
        let chance = RandomState::new().hash_one(0) & 0xffff;
        Self(format!("{ALL}{:08x}{chance:04x}", now()))
    }

    /// That of a run which began so many seconds ago, for tests.
    pub fn aged(seconds: u64) -> Self {
        Self(format!("{ALL}{:08x}0000", now() - seconds))
    }

    /// As it stands in names and slugs.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Whether a name or slug is this run's.
    pub fn owns(&self, name: &str) -> bool {
        name.strip_prefix(&self.0).is_some_and(|rest| rest.starts_with('-'))
    }
}

impl Default for Prefix {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether a name is of a run that is over: it has the form that only this suite gives, and the time in it is long past.
pub fn is_left_over(name: &str) -> bool {
    let Some((mark, _)) = name.strip_prefix(ALL).and_then(|rest| rest.split_once('-')) else { return false };
    let is_hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    let began = mark.get(..8).and_then(|hex| u64::from_str_radix(hex, 16).ok());
    mark.len() == 12 && mark.chars().all(is_hex) && began.is_some_and(|began| began + OVER < now())
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_an_old_run_has_named_is_left_over() {
        assert!(is_left_over(&format!("{}-app", Prefix::aged(7_200).text())));
        assert!(!is_left_over(&format!("{}-app", Prefix::new().text())), "it may be under way");
        for name in ["gatewright-conformance-", "gatewright-conformance-notes", "gatewright-conformance-0000000x0000-a"]
        {
            assert!(!is_left_over(name), "{name}");
        }
        assert!(!is_left_over("my gatewright-conformance-000000000000-a"));
        assert!(!is_left_over("gatewright-conformance-000000000000"), "without what follows it is nobody's");
    }

    #[test]
    fn a_prefix_owns_what_begins_with_it_and_nothing_else() {
        let prefix = Prefix::new();
        assert!(prefix.owns(&format!("{}-app", prefix.text())) && !prefix.owns(prefix.text()));
        assert!(!prefix.owns(&format!("{}-app", Prefix::aged(1).text())));
    }
}
