//! Paths of the API: what kind of object they are about, and which one.

use gatewright::authentik::transactional;
use serde_json::Value;

/// What a write is about.
pub enum Target<'a> {
    /// Something new.
    Collection,
    /// This object: its kind, its key.
    Object(&'static str, &'a str),
}

const KINDS: [(&str, &str); 9] = [
    ("core/applications/", "application"),
    ("providers/proxy/", "provider"),
    ("providers/oauth2/", "provider"),
    ("providers/all/", "provider"),
    ("outposts/instances/", "outpost"),
    ("policies/bindings/", "binding"),
    ("propertymappings/provider/scope/", "mapping"),
    ("crypto/certificatekeypairs/", "keypair"),
    ("core/transactional/", "application"),
];

/// The kind of object that a path is about.
pub fn kind(path: &str) -> &'static str {
    KINDS.iter().find(|(start, _)| path.starts_with(start)).map_or("other", |(_, kind)| kind)
}

/// What a write to a path is about. A path that isn't known is an object of a kind that is never ours.
pub fn target(path: &str) -> Target<'_> {
    if path == transactional::PATH || path == "crypto/certificatekeypairs/generate/" {
        return Target::Collection;
    }
    let Some((start, kind)) = KINDS.iter().find(|(start, _)| path.starts_with(start)) else {
        return Target::Object("other", path);
    };
    match path[start.len()..].trim_end_matches('/') {
        "" => Target::Collection,
        rest => Target::Object(kind, rest),
    }
}

/// A path without its query.
pub fn plain(path: &str) -> &str {
    path.split('?').next().unwrap_or_default()
}

/// A key as text.
pub fn key(pk: &Value) -> String {
    pk.as_str().map_or_else(|| pk.to_string(), str::to_owned)
}

/// A list of numbers.
pub fn numbers(list: &Value) -> Option<Vec<i64>> {
    list.as_array()?.iter().map(Value::as_i64).collect()
}
