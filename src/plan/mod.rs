//! Every change to authentik is a [`Plan`]: requests as data, a sentence for each, and how to take it back.
//!
//! Preview, progress, rollback, Undo and the log follow from that one value. Who carries it out is the background worker.

mod add_application;
mod change_addresses;
mod create_oidc_app;
mod created;
mod detach;
mod differ;
mod journal;
mod left;
mod look;
mod needs;
mod order;
mod protect_site;
mod put_back;
mod remove_protection;
mod repair_provider;
mod set_authentik_host;
pub mod snippets;
mod value;

use crate::authentik::kept::{Kept, keep_fields, keep_variants};
use serde_json::{Map, Value};

use crate::authentik::Method;
use crate::authentik::order::in_order;
use crate::words::fill_marked;

pub use add_application::{Addition, add_application};
pub use change_addresses::{Move, add_origin, move_app};
pub use create_oidc_app::{CLIENT_SECRET, Key, Mapping, Registration, create_oidc_app};
pub use detach::{Detachment, take_out};
pub use differ::{differences, holds};
pub use journal::{Bound, Journal, Mark, Phase, Record};
pub use left::Thing;
pub use look::{LOOKS, Later, Looking, Watched, Written};
pub use needs::Needs;
pub use order::{Choice, Order, Reply};
pub use protect_site::{Gate, OutpostChoice, finish_protection, protect_site};
pub use put_back::put_back;
pub use remove_protection::{Removal, remove_protection};
pub use repair_provider::{Field, Repair, repair_provider};
pub use set_authentik_host::set_authentik_host;
use value::known;
pub use value::{Values, expand, expand_path, whole, without};

/// A change to authentik, from the first request to the last.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// A name that no other plan has.
    pub id: String,
    /// The action that it is.
    pub kind: Kind,
    /// For a person: "Protect grafana.example.com".
    pub title: String,
    /// The site it is about, as an origin; what Undo on the Site screen is found by.
    pub site: String,
    /// The steps, in order of their stage.
    pub steps: Vec<Step>,
    /// A look at what may be lost to somebody else's write, some time after the last step.
    pub later: Option<Later>,
    /// What is known before the first request.
    pub values: Map<String, Value>,
    /// Names of values that are secret: the worker makes them when they are first needed, and no journal holds them.
    pub secrets: Vec<String>,
}

keep_fields!(Plan { id, kind, title, site, steps, values; later, secrets });

/// The actions there are. A new one gets a file of its own here and a function that returns a [`Plan`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Application, provider, place in an outpost.
    ProtectSite,
    /// The same, for all sites of a domain.
    ProtectDomain,
    /// Only what a half-made gate lacks.
    FinishProtection,
    /// The gate comes off.
    RemoveProtection,
    /// The embedded outpost learns where browsers find authentik.
    SetAuthentikHost,
    /// Application and OAuth2 provider for a service that speaks OIDC itself.
    CreateOidcApp,
    /// An app works under one more address.
    AddOrigin,
    /// An app works under another address.
    MoveApp,
    /// A provider without an application gets one.
    AddApplication,
    /// Of several providers for one host only one stays in the outpost.
    Detach,
    /// A setting of a proxy provider is put right.
    RepairProvider,
    /// Providers that were lost to somebody else's write are in the outpost again.
    PutBack,
}

keep_variants!(Kind {
    ProtectSite,
    ProtectDomain,
    FinishProtection,
    RemoveProtection,
    SetAuthentikHost,
    CreateOidcApp,
    AddOrigin,
    MoveApp,
    AddApplication,
    Detach,
    RepairProvider,
    PutBack
});

/// One step. Steps of one stage run side by side; a stage begins when the one before is done.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Which stage it belongs to, from 0.
    pub stage: u8,
    /// What it does, for a person; values between the marks of [`crate::words::fill_marked`]. Empty for a mere reading.
    pub says: String,
    /// The request.
    pub action: Action,
    /// How it is taken back.
    pub undo: Undo,
    /// How to learn whether it was applied, when its answer was lost.
    pub probe: Option<Probe>,
}

keep_fields!(Step { stage, says, action, undo; probe });

/// One request and what has to be seen in its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// GET reads; anything else writes.
    pub method: Method,
    /// Below `/api/v3/`; `{name}` stands for a value, which is percent-encoded.
    pub path: String,
    /// The body; `{"$value": "name"}` and `{"$list": …}` stand for values, see [`expand`].
    pub body: Value,
    /// What must be seen in the answer; otherwise the step has failed.
    pub expect: Vec<Expect>,
    /// Values of the answer that later steps need, as (name, JSON pointer).
    pub keep: Vec<(String, String)>,
    /// Nothing at that place (404, or a list without rows) is as good as done.
    pub gone_is_fine: bool,
    /// When taking back: a refusal here is no failure, because a later action does the same more thoroughly. A reading with
    /// a condition that does not hold ends the taking back of its step: what the step made has other users by now. In a
    /// probe: what the token may not see is not compared.
    pub optional: bool,
    /// When taking back: what stays in authentik if this can't be done, for a person. Empty for a mere reading.
    pub leaves: String,
}

keep_fields!(Action { method, path; body, expect, keep, gone_is_fine, optional; leaves });

/// A condition on an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Expect {
    /// The value at the JSON pointer is this (with values filled in). Unknown values are not compared.
    Is(String, Value),
    /// The list at the pointer holds this.
    Has(String, Value),
    /// The list at the pointer does not hold this.
    HasNot(String, Value),
    /// The value at the pointer, or null where there is none, is one of this list.
    OneOf(String, Value),
    /// What stands at the pointer is what was written: the fields of this object, or the entries of this list. See
    /// [`differences`] for what is tolerated.
    Wrote(String, Value),
}

impl Expect {
    /// The pointer, and what is wanted there.
    pub fn parts(&self) -> (&str, &Value) {
        let (Self::Is(pointer, value)
        | Self::Has(pointer, value)
        | Self::HasNot(pointer, value)
        | Self::OneOf(pointer, value)
        | Self::Wrote(pointer, value)) = self;
        (pointer, value)
    }
}

/// As `["Is", pointer, value]`.
impl Kept for Expect {
    fn blank() -> Self {
        Self::Is(String::new(), Value::Null)
    }

    fn keep(&self) -> Value {
        let sort = match self {
            Self::Is(..) => "Is",
            Self::Has(..) => "Has",
            Self::HasNot(..) => "HasNot",
            Self::OneOf(..) => "OneOf",
            Self::Wrote(..) => "Wrote",
        };
        let (pointer, value) = self.parts();
        Value::Array(vec![Value::from(sort), Value::from(pointer), value.clone()])
    }

    fn take(&mut self, kept: &Value) -> bool {
        let Some([Value::String(sort), Value::String(pointer), value]) = kept.as_array().map(Vec::as_slice) else {
            return false;
        };
        let sort = match sort.as_str() {
            "Is" => Self::Is,
            "Has" => Self::Has,
            "HasNot" => Self::HasNot,
            "OneOf" => Self::OneOf,
            "Wrote" => Self::Wrote,
            _ => return false,
        };
        *self = sort(pointer.clone(), value.clone());
        true
    }
}

/// How a step is taken back.
#[derive(Clone, Debug, PartialEq)]
pub enum Undo {
    /// It changed nothing.
    Nothing,
    /// By these requests, in this order.
    By(Vec<Action>),
    /// Not at all; why, for a person, who is told before.
    Impossible(String),
}

keep_variants!(Undo { Nothing; By, Impossible });

/// Readings that tell whether a write was applied.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// GETs whose expectations hold if, and only if, our write was applied. The first one's 404 says it was not.
    pub reads: Vec<Action>,
    /// Whether an expectation that fails means "not applied" (a list without our entry), or "somebody else's" (ask).
    pub differs_means_not_applied: bool,
    /// For a DELETE: nothing there (404) says that it was applied, and something there that it was not.
    pub gone_means_applied: bool,
    /// What is found is ours only if it was not there before: if no answer told of it, [`ABSENT`] has to.
    pub if_absent_before: bool,
}

keep_fields!(Probe { reads, differs_means_not_applied; gone_means_applied; if_absent_before });

/// Names of values that begin so are kept as they were read first: a later look that writes once more doesn't change them.
pub const FIRST: &str = "first_";

/// The value of a plan that says whether a complete reading before it saw that nothing stood where it makes something.
pub const ABSENT: &str = "absent_before";

impl Probe {
    /// A write that is there if these expectations hold; somebody else's if they don't.
    pub fn exactly(reads: Vec<Action>) -> Self {
        Self { reads, differs_means_not_applied: false, gone_means_applied: false, if_absent_before: false }
    }

    /// A write that is there if this expectation holds, and isn't if it doesn't.
    pub fn either(read: Action) -> Self {
        Self { differs_means_not_applied: true, ..Self::exactly(vec![read]) }
    }

    /// A DELETE of what stands at `path`.
    pub fn gone(path: impl Into<String>) -> Self {
        Self { gone_means_applied: true, ..Self::either(Action::get(path)) }
    }
}

impl Action {
    /// A GET.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::Get, path, Value::Null)
    }

    /// A write.
    pub fn write(method: Method, path: impl Into<String>, body: Value) -> Self {
        Self::new(method, path, body)
    }

    /// A DELETE, to which 404 is as good as done.
    pub fn delete(path: impl Into<String>) -> Self {
        Self { gone_is_fine: true, ..Self::new(Method::Delete, path, Value::Null) }
    }

    fn new(method: Method, path: impl Into<String>, body: Value) -> Self {
        let path = path.into();
        let (expect, keep) = (Vec::new(), Vec::new());
        Self { method, path, body, expect, keep, gone_is_fine: false, optional: false, leaves: String::new() }
    }

    /// Adds a condition.
    #[must_use]
    pub fn expecting(mut self, expect: Expect) -> Self {
        self.expect.push(expect);
        self
    }

    /// Keeps the value at `pointer` under `name`.
    #[must_use]
    pub fn keeping(mut self, name: &str, pointer: &str) -> Self {
        self.keep.push((name.to_owned(), pointer.to_owned()));
        self
    }

    /// Whether it is a reading that must find a value: if it doesn't, somebody has changed it.
    pub fn has_condition(&self) -> bool {
        let counts = |expect: &Expect| !matches!(expect, Expect::HasNot(..));
        self.method == Method::Get && self.expect.iter().any(counts)
    }

    /// Whether it is a reading that guards what follows it when taking back: if its condition doesn't hold, what follows is
    /// left out; if it can't be read, nothing is known and nothing follows.
    pub fn is_guard(&self) -> bool {
        self.optional && self.has_condition()
    }

    /// 404 is as good as done.
    #[must_use]
    pub fn or_gone(self) -> Self {
        Self { gone_is_fine: true, ..self }
    }

    /// Names what stays in authentik if this can't be done.
    #[must_use]
    pub fn leaving(self, what: &str, name: &str) -> Self {
        Self { leaves: fill_marked(what, &[("name", name)]), ..self }
    }

    /// A refusal is no failure.
    #[must_use]
    pub fn if_possible(self) -> Self {
        Self { optional: true, ..self }
    }
}

/// The steps in the order of their stages.
fn by_stage(steps: Vec<Step>) -> Vec<Step> {
    in_order(steps, |step| step.stage)
}

impl Step {
    /// A reading, which a person need not hear of.
    pub fn reading(stage: u8, action: Action) -> Self {
        Self { stage, says: String::new(), action, undo: Undo::Nothing, probe: None }
    }
}

impl Plan {
    /// The steps that change something, which are the ones a person counts.
    pub fn changes(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| step.action.method != Method::Get)
    }

    /// The last stage.
    pub fn last_stage(&self) -> u8 {
        self.steps.iter().map(|step| step.stage).max().unwrap_or(0)
    }

    /// Whether every request stays below the API, with whatever it fills in. The worker refuses a plan otherwise.
    pub fn stays_inside(&self) -> bool {
        let undo = self.steps.iter().flat_map(|step| match &step.undo {
            Undo::By(actions) => actions.as_slice(),
            _ => &[],
        });
        let probes = self.steps.iter().filter_map(|step| step.probe.as_ref()).flat_map(|probe| &probe.reads);
        let later = self.later.iter().flat_map(Later::looks);
        let known =
            |action: &Action| crate::authentik::Request::get(action.path.replace(['{', '}'], "")).stays_inside();
        !self.steps.is_empty()
            && self.steps.iter().map(|step| &step.action).chain(undo).chain(probes).chain(later).all(known)
    }
}
