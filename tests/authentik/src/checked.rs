//! Everything that went over the API, held against authentik's own description of the release.
//!
//! Exchanges are noted while the set runs, and checked when somebody asks: by then nobody waits for them.

use crate::exceptions::{
    ABSENT_ALL_THE_SAME, ANSWERED_ALL_THE_SAME, ASKED_WHERE_KNOWN, EMPTY_ALL_THE_SAME, REFUSED_BY_ENTRY,
    SENT_ON_PURPOSE, SENT_WHERE_KNOWN, Unknown,
};
use crate::reply::{Reply, Visit};
use crate::sync::lock;
use official_schemas::{RELEASES, Schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::sync::{Arc, Mutex};

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// How much was checked, by the release of the server.
    pub counts: BTreeMap<String, Counts>,
    /// What a description does not allow, with its place.
    pub violations: Vec<String>,
}

/// How much was checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Requests, each against every release's description.
    pub requests: usize,
    /// Answers, each against that of its own release.
    pub answers: usize,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Exchange {
    release: &'static str,
    /// Addresses in what the server holds are meant to do harm, and are none.
    hostile: bool,
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
    pub fn note(&self, release: &'static str, hostile: bool, visit: &Visit, reply: &Reply) {
        let Some(path) = visit.path.strip_prefix("/api/v3/") else { return };
        // Of these no description tells.
        if matches!(visit.method.as_str(), "OPTIONS" | "HEAD") {
            return;
        }
        lock(&self.inner).insert(Exchange {
            release,
            hostile,
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
    /// Adds lines to the file that `GATEWRIGHT_CHECKED` names, from which build.sh tells how much was checked in all.
    fn count(&self) {
        let Some(file) = std::env::var_os("GATEWRIGHT_CHECKED") else { return };
        let line =
            |(release, counts): (&String, &Counts)| format!("{release} {} {}\n", counts.requests, counts.answers);
        let lines: String = self.counts.iter().map(line).collect();
        let appended = OpenOptions::new().create(true).append(true).open(file);
        // Only a figure is lost.
        let _ = appended.and_then(|mut file| file.write_all(lines.as_bytes()));
    }
}

impl Exchange {
    fn check(&self, checked: &mut Checked, only_answers: bool) {
        let mut counts = Counts::default();
        // What authentik finds wrong, or crashes over (405), may have been sent for that.
        if !matches!(self.status, 400 | 405 | 500..) && !only_answers {
            counts.requests = 1;
            let body = (!self.body.is_empty()).then(|| serde_json::from_slice::<Value>(&self.body).unwrap_or_default());
            let only_here = ASKED_WHERE_KNOWN.iter().any(|(path, _)| self.path.ends_with(path));
            for release in RELEASES.into_iter().filter(|release| !only_here || *release == self.release) {
                let elsewhere = SENT_WHERE_KNOWN.iter().filter(|_| release != self.release);
                let unknown: Vec<&Unknown> = SENT_ON_PURPOSE.iter().chain(elsewhere).collect();
                let asked = self.description(release, &unknown);
                let asked = asked.and_then(|d| d.request(&self.method, &self.path, body.as_ref(), &self.query));
                self.tell(checked, release, asked);
            }
        }
        // Of refusals 400 and 403 are described; of what lies beyond the description nothing can be said.
        if self.status < 400 || matches!(self.status, 400 | 403) {
            counts.answers = 1;
            let given = self.description(self.release, &self.answered_all_the_same());
            let given = given.and_then(|d| d.answer(&self.method, &self.path, self.status, &self.answer()));
            self.tell(checked, self.release, given);
        } else if matches!(self.status, 401 | 404) && !self.is_one_sentence() {
            self.tell(
                checked,
                self.release,
                Err(vec![format!("answer: {} is not one sentence in `detail`", self.status)]),
            );
        }
        let sum = checked.counts.entry(self.release.to_owned()).or_default();
        sum.requests += counts.requests;
        sum.answers += counts.answers;
    }

    /// No description tells of these refusals, but of each a live authentik said one sentence (recorded: both). What isn't
    /// JSON comes from before the API: a page of the server's.
    fn is_one_sentence(&self) -> bool {
        match serde_json::from_slice::<BTreeMap<String, Value>>(&self.answer) {
            Ok(fields) => fields.len() == 1 && fields.get("detail").is_some_and(Value::is_string),
            Err(_) => serde_json::from_slice::<Value>(&self.answer).is_err(),
        }
    }

    fn answer(&self) -> Value {
        let empty = EMPTY_ALL_THE_SAME.iter().any(|(path, _)| self.path.ends_with(path)) && self.answer == b"{}";
        if empty || self.answer.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&self.answer).unwrap_or_default()
        }
    }

    fn answered_all_the_same(&self) -> Vec<&'static Unknown> {
        let refused = REFUSED_BY_ENTRY.iter().filter(|_| self.is_refused_by_entry());
        ANSWERED_ALL_THE_SAME.iter().chain(refused).collect()
    }

    fn is_refused_by_entry(&self) -> bool {
        self.status == 403 && self.path == "core/transactional/applications/"
    }

    /// The description of a release, with what is excepted from it.
    fn description(&self, release: &str, unknown: &[&Unknown]) -> Result<Schema, Vec<String>> {
        let schema = Schema::of(release).map_err(|error| vec![error])?;
        let unknown: Vec<_> = unknown.iter().map(|(component, key, kind, _)| (*component, *key, *kind)).collect();
        let absent = ABSENT_ALL_THE_SAME.iter().filter(|(_, _, releases, _)| releases.contains(&release));
        let mut absent: Vec<_> =
            absent.flat_map(|(components, key, ..)| components.iter().map(|component| (*component, *key))).collect();
        absent.extend(self.is_refused_by_entry().then_some(("GenericError", "detail")));
        Ok(schema.allow_unknown(&unknown).allow_absent(&absent))
    }

    fn tell(&self, checked: &mut Checked, release: &str, result: Result<(), Vec<String>>) {
        let errors = result.err().unwrap_or_default().into_iter();
        let errors = errors.filter(|error| !(self.hostile && error.ends_with(r#"is not a "uri""#)));
        checked.violations.extend(errors.map(|error| format!("{release}: {} {}: {error}", self.method, self.path)));
    }
}
