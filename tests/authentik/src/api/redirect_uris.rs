//! Reads and checks `redirect_uris` of an OAuth2 provider.
//!
//! Source: transcripts §7 (every error); api.md §2 and differences-2026.2.2, transactional (`redirect_uri_type` is dropped
//! before 2026.5, and `authorization` since then where it is not said).

use super::answer::Refusal;
use super::call::python_type;
use super::input::Input;
use crate::release::Release;
use regex::Regex;
use serde_json::{Value, json};

/// The entries as they are stored: dictionaries with a mode and a URL; a regular expression must compile.
pub fn read(release: Release, entries: &[Value]) -> Result<Vec<Value>, Value> {
    let mut errors = Vec::new();
    for entry in entries {
        let Value::Object(map) = entry else {
            let kind = python_type(entry);
            errors
                .push(json!({ "non_field_errors": [format!("Invalid data. Expected a dictionary, but got {kind}.")] }));
            continue;
        };
        let mut input = Input::new(map, false);
        if map.contains_key("matching_mode") {
            input.choice("matching_mode", &["strict", "regex"]);
        } else {
            input.refuse("matching_mode", "This field is required.");
        }
        input.name("url", usize::MAX);
        if release.has_redirect_uri_type() {
            input.choice("redirect_uri_type", &["authorization", "logout"]);
        }
        errors.push(match input.finish() {
            Err(Refusal::Invalid(errors)) => errors,
            _ => json!({}),
        });
    }
    if errors.iter().any(|error| error != &json!({})) {
        return Err(Value::Array(errors));
    }
    for entry in entries {
        let url = entry["url"].as_str().unwrap_or_default();
        if entry["matching_mode"] == "regex" && Regex::new(url).is_err() {
            return Err(json!([format!("Invalid Regex Pattern: {url}")]));
        }
    }
    Ok(entries.iter().map(|entry| stored(release, entry)).collect())
}

fn stored(release: Release, entry: &Value) -> Value {
    let url = entry["url"].as_str().map_or_else(|| entry["url"].to_string(), |url| url.trim().to_owned());
    let mut stored = json!({ "matching_mode": entry["matching_mode"], "url": url });
    if release.has_redirect_uri_type() {
        stored["redirect_uri_type"] = entry.get("redirect_uri_type").cloned().unwrap_or(json!("authorization"));
    }
    stored
}
