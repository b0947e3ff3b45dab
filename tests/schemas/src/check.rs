//! Applies a JSON Schema to a value, and puts errors into words.

use std::fmt;

use jsonschema::{Draft, Validator};
use serde_json::Value;

/// What is checked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// What stands for the path's parameters.
    Path,
    /// The query.
    Query,
    /// A request's body.
    Body,
    /// An answer's body.
    Answer,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Body => "body",
            Self::Answer => "answer",
        })
    }
}

/// A schema that is ready to be applied; making it ready is what takes long.
pub fn ready(schema: &Value) -> Result<Validator, String> {
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .with_format("uri", is_address)
        .with_format("email", is_email)
        .build(schema)
        .map_err(|error| format!("the description itself is no schema: {error}"))
}

/// All errors; none if the value fits. Each names the place and, below it, the JSON pointer.
pub fn check(place: Place, validator: &Validator, value: &Value) -> Vec<String> {
    let mut errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| match error.instance_path().as_str() {
            "" => format!("{place}: {error}"),
            pointer => format!("{place} at {pointer}: {error}"),
        })
        .collect();
    errors.sort();
    errors.dedup();
    errors
}

/// A field left empty counts, and so does a launch URL with placeholders (`https://example.com/%(username)s`), which is
/// no URI to the letter: authentik takes and answers both.
fn is_address(text: &str) -> bool {
    let scheme = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    text.is_empty() || text.split_once("://").is_some_and(|(before, after)| scheme(before) && !after.is_empty())
}

/// Users without one have an empty one.
fn is_email(text: &str) -> bool {
    text.is_empty() || text.split_once('@').is_some_and(|(before, after)| !before.is_empty() && !after.is_empty())
}
