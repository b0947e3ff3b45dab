//! The look some time after the end: at what, and what has to be known for it.
//!
//! Lists have no `ETag`. Somebody who read one before us may write it after us, and ours is lost; or we write after them what
//! we read before, and theirs is. The first is seen in the list, the second only in authentik's events, by its clock: who
//! wrote between our reading and our write? Our write's own event is found by the id of the request; how long the reading
//! was before it is measured here.

use super::{Action, Journal};
use crate::authentik::Method;
use crate::authentik::kept::keep_fields;

/// So many looks are made.
pub const LOOKS: u8 = 3;
/// A request whose answer nobody saw may have arrived this much later, in milliseconds.
const LATEST_ARRIVAL: f64 = 20_000.0;

/// A look some time after the end, and what to do again if something is gone.
#[derive(Clone, Debug, PartialEq)]
pub struct Later {
    /// The reading; its expectations hold if all is well.
    pub look: Action,
    /// Further ones, where more than one thing was written.
    pub more: Vec<Action>,
    /// From which stage on the steps are done again if not: that one reads, and the next one writes.
    pub again_from: u8,
    /// What was replaced as a whole, so that somebody else's change of it may be lost.
    pub watched: Vec<Watched>,
}

keep_fields!(Later { look, again_from; ; watched, more });

impl Later {
    /// All readings.
    pub fn looks(&self) -> impl Iterator<Item = &Action> {
        std::iter::once(&self.look).chain(&self.more)
    }
}

/// Something that is replaced as a whole when it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// Its model, as authentik's events name it: `outpost`.
    pub model: String,
    /// The value that holds its key.
    pub key: String,
    /// Its name, for a person.
    pub name: String,
    /// Whether what is replaced is an outpost's list of providers: what was lost from it can be put back.
    pub providers: bool,
}

keep_fields!(Watched { model, key, name, providers });

impl Watched {
    /// An outpost, whose UUID is the value `key`. `providers`: its list, and not its settings.
    pub fn outpost(key: &str, name: &str, providers: bool) -> Self {
        Self { model: "outpost".into(), key: key.into(), name: name.into(), providers }
    }

    /// The OAuth2 provider of an app.
    pub fn oauth2(key: &str, name: &str) -> Self {
        Self { model: "oauth2provider".into(), key: key.into(), name: name.into(), providers: false }
    }
}

/// A write of such a thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// The step's number.
    pub step: u8,
    /// The request's id, as authentik's events name it; empty where no answer told it.
    pub id: String,
    /// From the reading to the answer, in milliseconds.
    pub took: f64,
}

keep_fields!(Written { step, id, took });

/// Where the looking stands.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Looking {
    /// When the list was read, in milliseconds since 1970.
    pub read_at: Option<f64>,
    /// The writes that were made from such readings.
    pub written: Vec<Written>,
    /// When the plan was done, in milliseconds since 1970.
    pub since: Option<f64>,
    /// How many looks are still to be made.
    pub due: Option<u8>,
    /// How often what was lost was put back.
    pub put_back: Option<u8>,
    /// Why that failed the last time.
    pub why: String,
    /// Providers that may have been lost from the outpost: key and name.
    pub offer: Vec<(i64, String)>,
}

keep_fields!(Looking { ; ; read_at, written, since, due, put_back, why, offer });

impl Journal {
    /// Step `i` is about to be sent.
    pub fn sending(&mut self, i: usize, now: f64) {
        let Some(from) = self.plan.later.as_ref().map(|later| later.again_from) else { return };
        let Some(step) = self.plan.steps.get(i) else { return };
        let first = self.plan.steps.iter().position(|step| step.stage == from);
        if first == Some(i) {
            self.looking.read_at = Some(now);
        }
        let writes = step.stage == from + 1 && step.action.method != Method::Get;
        if let (true, Some(read_at), Ok(step)) = (writes, self.looking.read_at, u8::try_from(i)) {
            self.looking.written.retain(|written| written.step != step || !written.id.is_empty());
            // Until its answer tells better.
            let took = (now - read_at).max(0.0) + LATEST_ARRIVAL;
            self.looking.written.push(Written { step, id: String::new(), took });
        }
    }

    /// Step `i` was answered; `id` is the request's.
    pub fn answered(&mut self, i: usize, now: f64, id: Option<String>) {
        let Some(read_at) = self.looking.read_at else { return };
        let this = |written: &&mut Written| usize::from(written.step) == i && written.id.is_empty();
        if let (Some(written), Some(id)) = (self.looking.written.iter_mut().find(this), id) {
            written.id = id;
            written.took = (now - read_at).max(0.0);
        }
    }

    /// Step `i` was refused: nothing was written.
    pub fn not_written(&mut self, i: usize) {
        self.looking.written.retain(|written| usize::from(written.step) != i || !written.id.is_empty());
    }

    /// How many looks are still to be made.
    pub fn looks_due(&self) -> u8 {
        self.looking.due.unwrap_or(0)
    }
}
