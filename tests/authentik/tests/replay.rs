//! Replays recorded requests of two live servers in order, and compares status, content type, shape and errors.
//!
//! An answer is equal when its status and content type are, and its JSON has the same keys and types (rows of a list: the
//! first two), the same page numbers, and, for an error, exactly the same texts. Ids that were made on the way are mapped.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

mod support;

use embedded_authentik::Release;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use support::{Answer, recorded, send};

#[tokio::test]
async fn answers_as_authentik_2025_10_3_did() {
    let known = include_str!("../fixtures/requests-2025.10.3.jsonl");
    replay(Release::R2025_10, include_str!("../fixtures/state-2025.10.3.jsonl"), known, (725, 300)).await;
}

#[tokio::test]
async fn answers_as_authentik_2026_2_2_did() {
    let known = include_str!("../fixtures/requests-2026.2.2.jsonl");
    replay(Release::R2026_2, include_str!("../fixtures/state-2026.2.2.jsonl"), known, (1203, 400)).await;
}

async fn replay(release: Release, state: &str, requests: &str, (recorded_in_all, at_least): (usize, usize)) {
    let set = recorded(release, state.to_owned()).await;
    let base = &set.about().urls.authentik;
    let reasons = reasons(release);
    let mut ids = Ids::new(state);
    let (mut known, mut equal, mut on_purpose) = (0, 0, BTreeMap::<String, usize>::new());
    let mut wrong = String::new();
    let host = base.strip_prefix("http://").unwrap();
    for line in requests.lines() {
        let line = line.replace("127.0.0.1:9000", host).replace("127.0.0.1:9100", host);
        let request: Value = serde_json::from_str(&line).unwrap();
        let answer = ask(base, &request, &ids).await;
        known += 1;
        let differences = compare(&request, &answer, &mut ids);
        let number = request["n"].as_u64().unwrap();
        match (differences.is_empty(), reasons.get(&number)) {
            (true, None) => equal += 1,
            (true, Some(reason)) => {
                let _ = writeln!(wrong, "{number} is equal by now; take it from differences.json: {reason}");
            }
            (false, Some(reason)) => *on_purpose.entry(reason.clone()).or_default() += 1,
            (false, None) => {
                let (method, path) = (&request["method"], &request["path"]);
                let _ =
                    writeln!(wrong, "{number} {method} {path} {}\n    {}", request["note"], differences.join("\n    "));
            }
        }
    }
    let purpose: usize = on_purpose.values().sum();
    eprintln!(
        "{}: {recorded_in_all} recorded, {known} known, {equal} equal, {purpose} differing on purpose for {} reasons",
        release.version(),
        on_purpose.len()
    );
    assert!(equal >= at_least, "{equal} are equal, of at least {at_least}");
    assert!(on_purpose.keys().all(|reason| reason.len() > 30), "a reason says why: {on_purpose:?}");
    assert!(wrong.is_empty(), "\n{wrong}\n{} differ without a reason", known - equal - purpose);
}

/// Lines of a recording that differ on purpose, with the reason.
fn reasons(release: Release) -> BTreeMap<u64, String> {
    let all: Value = serde_json::from_str(include_str!("../fixtures/differences.json")).unwrap();
    let entries = all[release.version()].as_array().unwrap().clone();
    let lines = entries.iter().flat_map(|entry| {
        let reason = entry["reason"].as_str().unwrap().to_owned();
        entry["lines"].as_array().unwrap().iter().map(move |line| (line.as_u64().unwrap(), reason.clone()))
    });
    lines.collect()
}

async fn ask(base: &str, request: &Value, ids: &Ids) -> Answer {
    let token = match request["as"].as_str().unwrap() {
        "admin" => Some("recorded-authentik-bootstrap-token"),
        "plain-user" => Some("recorded-plain-user-api"),
        "helpdesk-limited" => Some("recorded-helpdesk-limited-api"),
        "none" => None,
        _ => Some("a-token-that-nobody-has"),
    };
    let bearer = format!("Bearer {}", token.unwrap_or_default());
    let mut headers: Vec<(String, String)> = Vec::new();
    if token.is_some() {
        headers.push(("Authorization".to_owned(), bearer));
    }
    for (name, value) in request["headers"].as_object().into_iter().flatten() {
        let value = value.as_str().unwrap().replace("dev-token-not-secret", "recorded-authentik-bootstrap-token");
        headers.push((name.clone(), value));
    }
    let body = request.get("body").map(|body| match body["raw"].as_str() {
        Some(raw) => raw.to_owned(),
        None => ids.ours(body).to_string(),
    });
    if body.is_some() && !headers.iter().any(|(name, _)| name == "Content-Type") {
        headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
    }
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let url = format!("{base}{}", ids.our_path(request["path"].as_str().unwrap()));
    send(request["method"].as_str().unwrap(), &url, &headers, body.as_deref()).await.unwrap()
}

fn compare(request: &Value, answer: &Answer, ids: &mut Ids) -> Vec<String> {
    let mut differences = Vec::new();
    let status = request["status"].as_u64().unwrap();
    if u64::from(answer.status) != status {
        differences.push(format!("status {} instead of {status}: {}", answer.status, answer.text()));
        return differences;
    }
    let kind = request["content_type"].as_str();
    if answer.header("content-type") != kind {
        differences.push(format!("content type {:?} instead of {kind:?}", answer.header("content-type")));
    }
    if kind.is_none_or(|kind| !kind.contains("json")) {
        return differences;
    }
    let (theirs, ours) = (&request["answer"], answer.json());
    ids.learn(theirs, &ours);
    if status >= 400 {
        if *theirs != ours {
            differences.push(format!("{ours} instead of {theirs}"));
        }
        return differences;
    }
    if theirs.get("pagination") != ours.get("pagination") {
        differences.push(format!("{} instead of {}", ours["pagination"], theirs["pagination"]));
    }
    if let Some(rows) = theirs.get("rows")
        && ours["results"].as_array().map(Vec::len) != rows.as_u64().and_then(|rows| usize::try_from(rows).ok())
    {
        differences.push(format!("{:?} rows instead of {rows}", ours["results"].as_array().map(Vec::len)));
    }
    shape("", &ids.ours(theirs), &ours, &mut differences);
    differences
}

/// Fields whose values are made anew in each run, or tell about the machine.
const VOLATILE: [&str; 17] = [
    ".pk",
    "].id",
    "client_id",
    "client_secret",
    "created",
    "date_joined",
    "expires",
    "http_headers",
    "last_login",
    "last_updated",
    "meta_icon_url",
    "num_pk",
    "password_change_date",
    "request_id",
    "runtime",
    "server_time",
    "themed_urls",
];

/// Compares keys, types and the values that are not volatile.
fn shape(at: &str, theirs: &Value, ours: &Value, differences: &mut Vec<String>) {
    match (theirs, ours) {
        (Value::Object(theirs), Value::Object(ours)) => {
            for (key, value) in theirs.iter().filter(|(key, _)| *key != "rows") {
                match ours.get(key) {
                    Some(other) => shape(&format!("{at}.{key}"), value, other, differences),
                    None => differences.push(format!("{at}.{key} is missing")),
                }
            }
            for key in ours.keys().filter(|key| !theirs.contains_key(*key)) {
                differences.push(format!("{at}.{key} is too much"));
            }
        }
        (Value::Array(theirs), Value::Array(ours)) => {
            if theirs.is_empty() != ours.is_empty() {
                differences.push(format!("{at} has {} items instead of {}", ours.len(), theirs.len()));
            }
            if theirs.iter().all(|item| !item.is_object()) {
                // Ids come in the database's order, which changes; a shortened list ends with a remark.
                let all = |items: &[Value]| items.iter().map(Value::to_string).collect::<BTreeSet<_>>();
                let shortened = theirs.iter().any(|item| item.as_str().is_some_and(|text| text.starts_with('…')));
                if all(theirs) != all(ours) && !shortened {
                    differences.push(format!("{at} has the value {} instead of {}", ours.len(), theirs.len()));
                }
                return;
            }
            for (index, theirs) in theirs.iter().enumerate() {
                // Rows of the same object are compared: the order of members and groups is the database's.
                let twin = ours.iter().find(|ours| theirs.get("pk").is_some() && theirs.get("pk") == ours.get("pk"));
                if let Some(ours) = twin.or_else(|| ours.get(index)) {
                    shape(&format!("{at}[{index}]"), theirs, ours, differences);
                }
            }
        }
        (theirs, ours) => {
            if std::mem::discriminant(theirs) != std::mem::discriminant(ours) {
                differences.push(format!("{at} is {ours} instead of {theirs}"));
            } else if theirs != ours && !VOLATILE.iter().any(|name| at.contains(name)) {
                differences.push(format!("{at} has the value {ours} instead of {theirs}"));
            }
        }
    }
}

/// Ids of the recording and what they are here.
struct Ids {
    /// Text of the state before: ids in it are the same here.
    state: String,
    uuids: BTreeMap<String, String>,
    pks: BTreeMap<i64, i64>,
}

impl Ids {
    fn new(state: &str) -> Self {
        Self { state: state.to_owned(), uuids: BTreeMap::new(), pks: BTreeMap::new() }
    }

    /// Learns from two answers to the same request.
    fn learn(&mut self, theirs: &Value, ours: &Value) {
        match (theirs, ours) {
            (Value::Object(a), Value::Object(b)) => {
                let is_list_of_many = a.get("rows").and_then(Value::as_u64).is_some_and(|rows| rows > 1);
                if is_list_of_many {
                    return;
                }
                for (key, theirs) in a {
                    let Some(ours) = b.get(key) else { continue };
                    if let ("pk" | "provider", Some(theirs), Some(ours)) =
                        (key.as_str(), theirs.as_i64(), ours.as_i64())
                        && (key == "provider" || a.contains_key("component"))
                    {
                        self.pks.insert(theirs, ours);
                    }
                    self.learn(theirs, ours);
                }
            }
            (Value::Array(a), Value::Array(b)) => a.iter().zip(b).for_each(|(a, b)| self.learn(a, b)),
            (Value::String(a), Value::String(b)) if is_uuid(a) && is_uuid(b) && !self.state.contains(a.as_str()) => {
                self.uuids.insert(a.clone(), b.clone());
            }
            _ => {}
        }
    }

    fn our_path(&self, path: &str) -> String {
        let mut path = path.to_owned();
        for (theirs, ours) in &self.uuids {
            path = path.replace(theirs, ours);
        }
        if path.contains("/providers/") {
            for (theirs, ours) in &self.pks {
                if path.contains(&format!("/{theirs}/")) {
                    return path.replace(&format!("/{theirs}/"), &format!("/{ours}/"));
                }
            }
        }
        path
    }

    fn ours(&self, body: &Value) -> Value {
        match body {
            Value::Object(map) => {
                let pair = |(key, value): (&String, &Value)| {
                    let value = match (key.as_str(), value) {
                        ("providers", Value::Array(pks)) => pks.iter().map(|pk| self.pk(pk)).collect(),
                        ("provider", Value::Number(_)) => self.pk(value),
                        (_, value) => self.ours(value),
                    };
                    (key.clone(), value)
                };
                Value::Object(map.iter().map(pair).collect())
            }
            Value::Array(items) => items.iter().map(|item| self.ours(item)).collect(),
            Value::String(text) => self.uuids.get(text).map_or_else(|| body.clone(), |ours| ours.as_str().into()),
            other => other.clone(),
        }
    }

    fn pk(&self, value: &Value) -> Value {
        let ours = value.as_i64().and_then(|pk| self.pks.get(&pk));
        ours.map_or_else(|| value.clone(), |pk| (*pk).into())
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && text.chars().filter(|c| *c == '-').count() == 4
}
