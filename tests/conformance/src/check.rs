//! A check: a sentence that is true of a server or not, and where it is known from.

use futures_util::future::LocalBoxFuture;

use crate::suite::Suite;

/// One check.
pub struct Check {
    /// What it says, as a sentence.
    pub says: &'static str,
    /// The operations, and where the fact was seen.
    pub source: &'static str,
    /// Finds out.
    pub find_out: for<'a> fn(&'a Suite) -> LocalBoxFuture<'a, Outcome>,
}

/// How a check ends.
pub type Outcome = Result<(), End>;

/// Why a check did not pass.
#[derive(Debug)]
pub enum End {
    /// It is not so.
    Wrong(Wrong),
    /// It can't be asked of this server; why.
    NotHere(String),
}

/// What is not as it should be.
#[derive(Debug)]
pub struct Wrong(pub String);

impl From<Wrong> for End {
    fn from(wrong: Wrong) -> Self {
        Self::Wrong(wrong)
    }
}

/// It can't be asked of this server.
pub fn not_here(why: impl Into<String>) -> Outcome {
    Err(End::NotHere(why.into()))
}

/// Holds, or is wrong.
pub fn ensure(holds: bool, else_say: impl FnOnce() -> String) -> Result<(), Wrong> {
    if holds { Ok(()) } else { Err(Wrong(else_say())) }
}

/// Two values are equal.
pub fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, wanted: &T) -> Result<(), Wrong> {
    ensure(found == wanted, || {
        format!("{what}: {} instead of {}", clip(&format!("{found:?}")), clip(&format!("{wanted:?}")))
    })
}

/// A text of bearable length, without what may be a secret: only its beginning, which names the trouble.
pub fn clip(text: &str) -> String {
    let line: String = text.chars().take(400).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().count() > 400 { format!("{line}…") } else { line }
}

/// Lists checks: `"sentence", "source" => function;`
macro_rules! checks {
    ($($says:literal, $source:literal => $find_out:path;)*) => {
        /// The checks of this subject.
        pub const CHECKS: &[crate::check::Check] = &[$(crate::check::Check {
            says: $says,
            source: $source,
            find_out: |suite| Box::pin($find_out(suite)),
        }),*];
    };
}
pub(crate) use checks;
