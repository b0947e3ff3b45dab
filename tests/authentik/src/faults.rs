//! Faults that a test orders: errors, cut connections, answers that are held back.

use crate::foreign::ForeignWrite;
use crate::sync::lock;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::{Arc, Mutex};
use tokio::sync::oneshot;

/// A fault, waiting for requests to authentik that it fits.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Only requests with this method.
    #[serde(default)]
    pub method: Option<String>,
    /// Only requests whose path and query contain this text.
    pub path_contains: String,
    /// How many requests it hits.
    #[serde(default = "once")]
    pub times: u32,
    /// How many fitting requests pass before.
    #[serde(default)]
    pub skip: u32,
    /// What happens.
    pub effect: Effect,
}

const fn once() -> u32 {
    1
}

/// What happens to a request.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
#[allow(missing_docs, reason = "the fields are told by their variant")]
pub enum Effect {
    /// Nothing is applied; this status with `Retry-After`, as authentik answers while it starts (api.md §1).
    NotNow { status: u16, retry_after: String },
    /// Nothing is applied; this answer comes.
    Status { status: u16, body: Option<Value>, content_type: Option<String> },
    /// The connection is closed without an answer.
    Drop { drop: When },
    /// The request waits until the name is released.
    Hold { hold: When, name: String },
    /// The request waits this long.
    Delay { delay_ms: u64 },
    /// Nothing is applied; 302 to this address.
    Redirect { redirect: String },
    /// Nothing is applied; 200 with this page.
    Html { html: String },
    /// 200 `{"applied":false,"logs":[]}`, the answer of a transactional request that lost a race (api.md §0.2).
    AppliedFalse { applied_false: bool },
    /// The answer's body ends after so many bytes, and so does the connection.
    CutBody { cut_body: usize },
    /// The answer's body stops after so many bytes; the connection stays open until the faults are forgotten.
    StallBody { stall_body: usize },
    /// The connection is taken and never answered; it is closed when the faults are forgotten. Held under the name `silent`.
    Silent { silent: When },
    /// Nothing is applied; 200 with JSON of so many bytes (an empty list with padding), of a told length or in chunks.
    Huge {
        huge: usize,
        #[serde(default)]
        chunked: bool,
    },
    /// The list as it is, but so many rows on one page, whatever was asked for; with `endless` there is always a next page.
    Rows {
        rows: usize,
        #[serde(default)]
        endless: bool,
    },
    /// It is carried out; the answer names another content type.
    ContentType { content_type: String },
    /// Somebody else's request is carried out right before or right after this one. It changes nothing about this one's
    /// answer, so that it goes together with any other fault.
    Foreign {
        foreign: When,
        #[serde(flatten)]
        write: ForeignWrite,
    },
}

impl Effect {
    const fn is_foreign(&self) -> bool {
        matches!(self, Self::Foreign { .. })
    }
}

/// Before or after authentik has done what was asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// Nothing is applied yet.
    Before,
    /// It is applied; the answer is missing.
    After,
}

/// All faults, and the requests that are held.
#[derive(Clone, Default)]
pub struct Faults {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    waiting: Vec<Fault>,
    held: Vec<(u64, String, oneshot::Sender<()>)>,
    last: u64,
}

impl Faults {
    /// Orders a fault.
    pub fn add(&self, fault: Fault) {
        lock(&self.inner).waiting.push(fault);
    }

    /// Forgets all faults and lets held requests go on.
    pub fn clear(&self) {
        let mut inner = lock(&self.inner);
        inner.waiting.clear();
        for (_, _, go) in inner.held.drain(..) {
            let _ = go.send(());
        }
    }

    /// What happens to a request: every foreign write that fits, and the first fitting effect of another kind. They are
    /// used up by that.
    pub fn take(&self, method: &str, path: &str) -> Vec<Effect> {
        let mut inner = lock(&self.inner);
        let fits = |fault: &Fault| {
            fault.times > 0
                && fault.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
                && path.contains(&fault.path_contains)
        };
        let mut taken: Vec<Effect> = Vec::new();
        for fault in inner.waiting.iter_mut().filter(|fault| fits(fault)) {
            if !fault.effect.is_foreign() && taken.iter().any(|effect| !effect.is_foreign()) {
                continue;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
                continue;
            }
            fault.times -= 1;
            taken.push(fault.effect.clone());
        }
        inner.waiting.retain(|fault| fault.times > 0);
        taken
    }

    /// Closes the connections of held requests, and forgets all faults.
    pub fn cut_all(&self) {
        let mut inner = lock(&self.inner);
        inner.waiting.clear();
        inner.held.clear();
    }

    /// Waits until the name is released; `false` when the connection is to be closed instead.
    pub async fn hold(&self, name: &str) -> bool {
        let (go, wait) = oneshot::channel();
        let id = {
            let mut inner = lock(&self.inner);
            inner.last += 1;
            let id = inner.last;
            inner.held.push((id, name.to_owned(), go));
            id
        };
        let _forgets = Forgets { faults: self.clone(), id };
        wait.await.is_ok()
    }

    /// Names of the requests that are held now.
    pub fn held(&self) -> Vec<String> {
        lock(&self.inner).held.iter().map(|(_, name, _)| name.clone()).collect()
    }

    /// Lets requests with this name go on; says how many.
    pub fn release(&self, name: &str) -> usize {
        let mut inner = lock(&self.inner);
        let (go, stay): (Vec<_>, Vec<_>) = inner.held.drain(..).partition(|(_, held, _)| held == name);
        inner.held = stay;
        let count = go.len();
        for (_, _, sender) in go {
            let _ = sender.send(());
        }
        count
    }
}

/// Forgets a held request when its client goes away.
struct Forgets {
    faults: Faults,
    id: u64,
}

impl Drop for Forgets {
    fn drop(&mut self) {
        lock(&self.faults.inner).held.retain(|(id, _, _)| *id != self.id);
    }
}
