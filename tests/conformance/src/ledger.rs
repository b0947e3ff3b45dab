//! The ledger: hears every answer, knows by it what is ours, and lets no write pass that would touch anything else.

mod paths;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};

use gatewright::authentik::{Method, Request, Response, transactional};
use gatewright_it::Watch;
use serde_json::Value;

use crate::Prefix;
use crate::prefix::is_left_over;
use paths::{Target, key, kind, numbers, plain, target};

/// The key of a provider that isn't there: an application that names it is made under no slug whatsoever.
pub const NOBODY: i64 = 2_147_483_000;

/// What a run has sent and made.
#[derive(Debug)]
pub struct Ledger {
    prefix: Prefix,
    /// Not of this run, but of those that are over.
    is_of_left_overs: bool,
    /// Whether what is ours may be put into outposts that aren't.
    may_change_outposts: bool,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    /// `kind key` of each object that is ours.
    ours: BTreeSet<String>,
    /// Paths of what was made, in order.
    made: Vec<String>,
    /// The providers of each outpost, as they were read last.
    outposts: BTreeMap<String, Vec<i64>>,
    sent: Vec<(Request, u16)>,
    ids: BTreeSet<String>,
    refused: Vec<String>,
}

impl Ledger {
    /// An empty one.
    pub fn new(prefix: Prefix) -> Self {
        Self { prefix, is_of_left_overs: false, may_change_outposts: false, inner: Mutex::default() }
    }

    /// One for which what is left over of older runs is ours, and nothing else.
    pub fn of_left_overs() -> Self {
        Self { is_of_left_overs: true, ..Self::new(Prefix::new()) }
    }

    /// One that lets what is ours be put into outposts that aren't, and taken out again.
    #[must_use]
    pub fn with_outposts(self, may_change_outposts: bool) -> Self {
        Self { may_change_outposts, ..self }
    }

    fn owns(&self, name: &str) -> bool {
        if self.is_of_left_overs { is_left_over(name) } else { self.prefix.owns(name) }
    }

    /// The prefix of what is ours.
    pub fn prefix(&self) -> &Prefix {
        &self.prefix
    }

    /// Every request that was answered, with the status.
    pub fn sent(&self) -> Vec<(Request, u16)> {
        self.inner().sent.clone()
    }

    /// The numbers under which authentik knows our requests.
    pub fn ids(&self) -> BTreeSet<String> {
        self.inner().ids.clone()
    }

    /// What was made, the last first.
    pub fn made(&self) -> Vec<String> {
        self.inner().made.iter().rev().cloned().collect()
    }

    /// Writes that were not sent, because they would have touched what isn't ours; those since the last time that it was asked.
    pub fn refused(&self) -> Vec<String> {
        std::mem::take(&mut self.inner().refused)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Whether what a body makes has our name.
    fn is_ours_to_make(&self, inner: &Inner, path: &str, body: &Value) -> bool {
        let named = |at: &str| body.pointer(at).and_then(Value::as_str).is_some_and(|name| self.owns(name));
        match path {
            transactional::PATH => named("/app/slug") && named("/provider/name"),
            "core/applications/" => named("/name") && (named("/slug") || body["provider"] == NOBODY),
            "crypto/certificatekeypairs/generate/" => named("/common_name"),
            "policies/bindings/" => {
                body["target"].as_str().is_some_and(|pk| inner.ours.contains(&format!("application {pk}")))
            }
            _ => named("/name"),
        }
    }

    /// Of an outpost that isn't ours only the list of providers may change, and in it only what is ours.
    fn only_moves_ours(inner: &Inner, outpost: &str, body: &Value) -> bool {
        let fields =
            body.as_object().is_some_and(|body| body.keys().all(|key| ["type", "providers"].contains(&key.as_str())));
        let (Some(before), Some(after)) = (inner.outposts.get(outpost), numbers(&body["providers"])) else {
            return false;
        };
        let is_ours = |pk: &&i64| inner.ours.contains(&format!("provider {pk}"));
        let mut moved =
            before.iter().filter(|pk| !after.contains(pk)).chain(after.iter().filter(|pk| !before.contains(pk)));
        fields && body["type"] == "proxy" && moved.all(|pk| is_ours(&pk))
    }

    fn learn(&self, inner: &mut Inner, kind: &str, object: &Value) {
        if kind == "outpost"
            && let (Some(pk), Some(providers)) = (object["pk"].as_str(), numbers(&object["providers"]))
        {
            inner.outposts.insert(pk.to_owned(), providers);
        }
        let named = |name: &Value| name.as_str().is_some_and(|name| self.owns(name));
        if !named(&object["name"]) {
            return;
        }
        inner.ours.insert(format!("{kind} {}", key(&object["pk"])));
        if kind == "application" && named(&object["provider_obj"]["name"]) {
            inner.ours.insert(format!("provider {}", key(&object["provider"])));
        }
    }
}

impl Watch for Ledger {
    fn allows(&self, request: &Request) -> bool {
        let mut inner = self.inner();
        let path = plain(&request.path);
        let body = request.body.clone().unwrap_or_default();
        let allowed = request.method == Method::Get
            || match target(path) {
                Target::Collection => self.is_ours_to_make(&inner, path, &body),
                Target::Object("application", slug) => self.owns(slug),
                Target::Object(kind, pk) => {
                    inner.ours.contains(&format!("{kind} {pk}"))
                        || self.may_change_outposts
                            && kind == "outpost"
                            && request.method == Method::Patch
                            && Self::only_moves_ours(&inner, pk, &body)
                }
            };
        if allowed && request.method == Method::Put {
            // Its answer names nothing, and may be lost.
            inner.made.extend(body["app"]["slug"].as_str().map(|slug| format!("core/applications/{slug}/")));
        }
        if !allowed {
            inner.refused.push(format!("{} {}", request.method.name(), request.path));
        }
        allowed
    }

    fn heard(&self, request: &Request, answer: &Response) {
        let mut inner = self.inner();
        inner.sent.push((request.clone(), answer.status));
        inner.ids.extend(answer.request_id.clone());
        let path = plain(&request.path);
        if !(200..300).contains(&answer.status) || path == transactional::PATH {
            return;
        }
        let Ok(answer) = serde_json::from_str::<Value>(&answer.body) else { return };
        let kind = kind(path);
        for row in answer["results"].as_array().into_iter().flatten() {
            self.learn(&mut inner, kind, row);
        }
        self.learn(&mut inner, kind, &answer);
        if request.method == Method::Post {
            // What a POST that was let pass has made is ours, whether or not it has a name.
            inner.ours.insert(format!("{kind} {}", key(&answer["pk"])));
            let key = if kind == "application" { key(&answer["slug"]) } else { key(&answer["pk"]) };
            inner.made.push(format!("{}{key}/", path.trim_end_matches("generate/")));
        }
    }
}

#[cfg(test)]
mod tests;
