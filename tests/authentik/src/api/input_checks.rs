//! Checks of single values, and what a reference may be.
//!
//! Source: transcripts §7 (URLs, durations, references).

use super::call::python_type;
use crate::ids;
use serde_json::Value;

/// What a body says about a reference that may be null.
pub enum Given<T> {
    /// Nothing, or something wrong.
    Nothing,
    /// Null.
    Null,
    /// A reference to something that exists.
    To(T),
}

impl<T> Given<T> {
    /// Stores what was given.
    pub fn store(self, slot: &mut Option<T>) {
        match self {
            Self::Nothing => {}
            Self::Null => *slot = None,
            Self::To(value) => *slot = Some(value),
        }
    }
}

/// A UUID of something that exists, or what is wrong with it.
pub fn check_uuid(value: &Value, exists: &impl Fn(&str) -> bool) -> Result<String, String> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if value.is_string() && !ids::is_uuid(&text) {
        return Err(format!("“{text}” is not a valid UUID."));
    }
    if exists(&text) { Ok(text) } else { Err(format!("Invalid pk \"{text}\" - object does not exist.")) }
}

/// A number of something that exists, or what is wrong with it.
pub fn check_pk(value: &Value, exists: &impl Fn(i64) -> bool) -> Result<i64, String> {
    let number = value.as_i64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
    let Some(pk) = number else {
        return Err(format!("Incorrect type. Expected pk value, received {}.", python_type(value)));
    };
    if exists(pk) { Ok(pk) } else { Err(format!("Invalid pk \"{pk}\" - object does not exist.")) }
}

/// Django's `URLValidator` with authentik's schemes; hosts without a dot are fine.
pub fn is_url(text: &str, schemes: &[&str]) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    schemes.contains(&scheme.to_ascii_lowercase().as_str())
        && !rest.is_empty()
        && !text.contains(char::is_whitespace)
        && url::Url::parse(text).is_ok_and(|url| url.has_host())
}

/// `weeks=1;days=2;hours=3;minutes=4;seconds=5`, any of them.
pub fn is_duration(text: &str) -> bool {
    !text.is_empty()
        && text.split(';').all(|part| {
            part.split_once('=').is_some_and(|(unit, number)| {
                matches!(
                    unit.to_ascii_lowercase().as_str(),
                    "weeks" | "days" | "hours" | "minutes" | "seconds" | "milliseconds" | "microseconds"
                ) && number.parse::<f64>().is_ok()
            })
        })
}
