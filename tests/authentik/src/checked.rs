//! Everything that went over the API, held against authentik's own description of the release.
//!
//! Exchanges are noted while the set runs, and checked when somebody asks: by then nobody waits for them.

use crate::reply::{Reply, Visit};
use crate::sync::lock;
use official_schemas::{RELEASES, Schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::sync::{Arc, Mutex};

/// Sent to releases that don't know it, on purpose: older releases ignore what they don't know (api.md §0.1). From 2026.5
/// on a provider without grant types refuses every login, and a redirect URI says what it is for.
const SENT_ON_PURPOSE: [&str; 2] = ["grant_types", "redirect_uri_type"];

/// Sent only to releases that know it: requests are held against the others' descriptions too.
const ONLY_WHERE_KNOWN: [&str; 1] = ["meta_icon"];

/// What a live 2025.10.3 and 2026.2.2 answered although no description tells of it (recorded): the policy behind a binding
/// comes whole, and the transactional endpoint's refusal names the entry, `null` for a binding.
const ANSWERED_ALL_THE_SAME: [&str; 4] = ["expression", "provider", "app", "null"];

/// What older descriptions require, and a live 2025.10.3 and 2026.2.2 left out or answered with null (recorded): an
/// application needs no provider and a provider no application, a binding names one of three, an outpost may run by itself.
const ABSENT_ALL_THE_SAME: [&str; 14] = [
    "provider_obj",
    "policy_obj",
    "group_obj",
    "user_obj",
    "service_connection_obj",
    "assigned_application_slug",
    "assigned_application_name",
    "assigned_backchannel_application_slug",
    "assigned_backchannel_application_name",
    // The transactional endpoint says which part is not allowed instead: {"provider": "User lacks permission …"}.
    "detail",
    // Flags that nobody has set.
    "policies_buffered_access_view",
    "flows_refresh_others",
    "flows_continuous_login",
    "enterprise_audit_include_expanded_diff",
];

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// How many requests were checked, against every release's description.
    pub requests: usize,
    /// How many answers were checked, against that of their own release.
    pub answers: usize,
    /// What a description does not allow, with its place.
    pub violations: Vec<String>,
}

/// An exchange: release, method, path, query, body, status, answer.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Exchange {
    release: &'static str,
    method: String,
    path: String,
    query: Vec<(String, String)>,
    body: Vec<u8>,
    status: u16,
    answer: Vec<u8>,
}

/// What was noted. Exchanges that are alike to the letter are one.
#[derive(Clone)]
pub struct Exchanges {
    /// Requests are none of the product's, and may be whatever a test wants to send.
    only_answers: bool,
    inner: Arc<Mutex<BTreeSet<Exchange>>>,
}

impl Exchanges {
    /// None yet. `only_answers`: requests are not checked.
    pub fn new(only_answers: bool) -> Self {
        Self { only_answers, inner: Arc::default() }
    }

    /// Notes an answer that authentik itself gave.
    pub fn note(&self, release: &'static str, visit: &Visit, reply: &Reply) {
        let Some(path) = visit.path.strip_prefix("/api/v3/") else { return };
        // Of these no description tells.
        if matches!(visit.method.as_str(), "OPTIONS" | "HEAD") {
            return;
        }
        lock(&self.inner).insert(Exchange {
            release,
            method: visit.method.clone(),
            path: path.to_owned(),
            query: url::form_urlencoded::parse(visit.query.as_bytes()).into_owned().collect(),
            body: visit.body.clone(),
            status: reply.status,
            answer: reply.body.clone(),
        });
    }

    /// Checks what was noted since the last time.
    pub fn check(&self) -> Checked {
        let mut checked = Checked::default();
        for exchange in std::mem::take(&mut *lock(&self.inner)) {
            exchange.check(&mut checked, self.only_answers);
        }
        checked.count();
        checked
    }
}

impl Checked {
    /// Adds a line to the file that `GATEWRIGHT_CHECKED` names, from which build.sh tells how much was checked in all.
    fn count(&self) {
        let Some(file) = std::env::var_os("GATEWRIGHT_CHECKED").filter(|_| self.answers > 0) else { return };
        let line = format!("{} {}\n", self.requests, self.answers);
        let appended = OpenOptions::new().create(true).append(true).open(file);
        // Only a figure is lost.
        let _ = appended.and_then(|mut file| file.write_all(line.as_bytes()));
    }
}

impl Exchange {
    fn check(&self, checked: &mut Checked, only_answers: bool) {
        let body = (!self.body.is_empty()).then(|| serde_json::from_slice::<Value>(&self.body).unwrap_or_default());
        // What was refused may have been sent to be refused.
        if self.status < 400 && !only_answers {
            checked.requests += 1;
            for release in RELEASES {
                let foreign: &[&str] = if release == self.release { &[] } else { &ONLY_WHERE_KNOWN };
                let asked = schema(release, foreign)
                    .and_then(|schema| schema.request(&self.method, &self.path, body.as_ref(), &self.query));
                self.tell(checked, release, asked);
            }
        }
        // Of refusals 400 and 403 are described; of what lies beyond the description nothing can be said.
        if self.status < 400 || matches!(self.status, 400 | 403) {
            checked.answers += 1;
            let answer = if self.answer.is_empty() {
                Value::Null
            } else {
                serde_json::from_slice(&self.answer).unwrap_or_default()
            };
            let given = schema(self.release, &ANSWERED_ALL_THE_SAME)
                .and_then(|schema| schema.answer(&self.method, &self.path, self.status, &answer));
            self.tell(checked, self.release, given);
        }
    }

    fn tell(&self, checked: &mut Checked, release: &str, result: Result<(), Vec<String>>) {
        let errors = result.err().unwrap_or_default();
        checked
            .violations
            .extend(errors.into_iter().map(|error| format!("{release}: {} {}: {error}", self.method, self.path)));
    }
}

fn schema(release: &str, besides: &[&str]) -> Result<Schema, Vec<String>> {
    let schema = Schema::of(release).map_err(|error| vec![error])?;
    Ok(schema.allow_unknown(&SENT_ON_PURPOSE).allow_unknown(besides).allow_absent(&ABSENT_ALL_THE_SAME))
}
