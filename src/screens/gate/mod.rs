//! "Verify" for a gate: whether a stranger gets in at a site that authentik protects.
//!
//! What was asked is evidence; what it means is worked out from that alone. Where it can't be known, it says so: it never calls
//! a gate closed that it has not seen closed.

mod around;
mod evidence;
mod front;
mod gather;
mod judge;
mod meaning;
mod noted;

pub use evidence::{Answer, Asked, Evidence, Page, Seen, Why};
pub use gather::gather;
pub use judge::judge;
pub use noted::Noted;

use super::Verdict;
use crate::authentik::providers_proxy::ProxyProvider;
use crate::site::Origin;

/// What is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// The site's origin.
    pub site: Origin,
    /// The provider that protects it.
    pub provider: ProxyProvider,
}

/// Whether a stranger gets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// No: wherever they were asked for, they were led to this authentik's login for this very site.
    Closed,
    /// No, but for the paths that the provider leaves open.
    LeftOpen,
    /// Yes.
    Open,
    /// No, and nobody else does: the gate is broken.
    Nobody,
    /// It can't be told.
    NotKnown,
}

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// It was seen.
    Certain,
    /// What was seen fits nothing else that is usual.
    Probable,
    /// It could not be seen.
    Unknown,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// How it is.
    pub is: Verdict,
    /// How sure that is.
    pub sure: Certainty,
    /// For a person.
    pub says: String,
    /// What to do; empty where nothing has to be done.
    pub todo: String,
}

impl Found {
    fn new(is: Verdict, sure: Certainty, says: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { is, sure, says: says.into(), todo: todo.into() }
    }
}

/// What came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The answer to the one question.
    pub holds: Holds,
    /// What it rests on, the most important first.
    pub found: Vec<Found>,
}

/// Whether Gatewright may ask a site itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum May {
    /// Not yet.
    #[default]
    NotAsked,
    /// The browser asks the person.
    Asking,
    /// The person said no.
    Refused,
    /// Yes.
    Ask,
}

/// The screen.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Check {
    /// It is under way.
    pub looking: bool,
    /// What came out, and for which origin.
    pub outcome: Option<(Origin, Outcome)>,
    /// Whether Gatewright may ask the site itself.
    pub may: May,
    /// The browser opens no private window for us: it has to be done by hand.
    pub by_hand: bool,
}
