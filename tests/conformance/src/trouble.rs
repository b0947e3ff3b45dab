//! What ends a run before it began, in words.

use std::fmt;

/// Why the suite can't run. Prints as its words, also as the error of a test.
pub struct Trouble(pub String);

impl fmt::Debug for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
