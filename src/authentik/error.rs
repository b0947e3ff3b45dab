//! Everything that can be wrong with an answer of the API, told apart by what a person can do about it.

use serde_json::Value;

use super::read::{Unreadable, cut};
use super::{Response, Unreachable};

/// The one error type of this boundary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiError {
    /// No answer.
    Unreachable(Unreachable),
    /// The token is wrong, expired, rotated, or of another intent: 403 with "Token invalid/expired", never 401 (2025.10.3, 2026.2.2).
    BadToken,
    /// The token is good and may not do this; the server's own words.
    Denied(String),
    /// It does not exist (404 with JSON).
    Gone,
    /// 400: what the server says about each field, as (place, words).
    Invalid(Vec<(String, String)>),
    /// The transactional endpoint answered 200 and applied nothing.
    NotApplied,
    /// authentik crashed on a write: 405 with an empty body. The id finds it in its log.
    Crashed(Option<String>),
    /// 429, 502, 503, 504: not now. Seconds to wait, where told.
    Busy(Option<u32>),
    /// The answer is not JSON of the API: another service, or a login page in front.
    NotAuthentik,
    /// A field that is needed is missing; its place in the answer.
    Unreadable(String),
    /// Any other status.
    Status(u16),
    /// The answer is not what a step of a plan had to see.
    Unexpected(String),
    /// It is not as a step of a plan has to find it: the fields that differ.
    Differs(Vec<Difference>),
}

/// A field that is not as it was wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What it is a field of: the path of the request, up to what names the object.
    pub resource: String,
    /// The field, as the API calls it.
    pub field: String,
    /// As it was wanted.
    pub wanted: Value,
    /// As it is; null where it is missing.
    pub found: Value,
}

impl ApiError {
    /// Whether another token, or another person, could do it.
    pub fn is_denied(&self) -> bool {
        matches!(self, Self::Denied(_))
    }

    /// Whether there is nothing at that place.
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Gone)
    }

    /// Whether the connection itself has to be put right before anything else works.
    pub fn is_bad_token(&self) -> bool {
        matches!(self, Self::BadToken)
    }

    /// Whether a write that ended so may have been applied all the same.
    pub fn leaves_doubt(&self) -> bool {
        match self {
            Self::Unreachable(Unreachable::NotAllowed) => false,
            Self::Unreachable(_) | Self::Busy(_) | Self::NotAuthentik | Self::Unreadable(_) | Self::Crashed(_) => true,
            Self::Status(status) => *status >= 500,
            _ => false,
        }
    }
}

impl From<Unreachable> for ApiError {
    fn from(why: Unreachable) -> Self {
        Self::Unreachable(why)
    }
}

impl From<Unreadable> for ApiError {
    fn from(Unreadable(place): Unreadable) -> Self {
        Self::Unreadable(place)
    }
}

/// Reads an answer's body as JSON, or says what is wrong with the answer.
pub fn json_of(response: &Response) -> Result<Value, ApiError> {
    let json = || serde_json::from_str::<Value>(&response.body).ok();
    match response.status {
        204 => Ok(Value::Null),
        200..=299 => json().ok_or(ApiError::NotAuthentik),
        300..=399 => Err(ApiError::Unreachable(Unreachable::Redirected)),
        400 => Err(json().map_or(ApiError::Status(400), |value| ApiError::Invalid(complaints(&value)))),
        // A proxy in front may ask for credentials of its own; authentik itself never answers 401.
        401 => Err(ApiError::NotAuthentik),
        403 => Err(json().map_or(ApiError::NotAuthentik, |value| denied(&value))),
        404 => Err(if json().is_some() { ApiError::Gone } else { ApiError::NotAuthentik }),
        405 if response.body.is_empty() => Err(ApiError::Crashed(response.request_id.clone())),
        429 | 502 | 503 | 504 => Err(ApiError::Busy(response.retry_after)),
        status => Err(ApiError::Status(status)),
    }
}

fn denied(value: &Value) -> ApiError {
    // Only this text does not follow Accept-Language (transcripts, summary 4).
    match value.get("detail").and_then(Value::as_str) {
        Some("Token invalid/expired" | "Authentication credentials were not provided.") => ApiError::BadToken,
        Some(detail) => ApiError::Denied(cut(detail).to_owned()),
        // The transactional endpoint names the part instead: {"provider": "User lacks permission to create …"}.
        None => ApiError::Denied(complaints(value).into_iter().map(|(_, words)| words).collect::<Vec<_>>().join(" ")),
    }
}

/// Flattens a 400: `{"provider": {"name": ["…"]}}` becomes (`provider.name`, `…`).
fn complaints(value: &Value) -> Vec<(String, String)> {
    fn walk(value: &Value, at: &str, out: &mut Vec<(String, String)>) {
        match value {
            Value::Object(map) => {
                for (key, inner) in map {
                    let place = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
                    walk(inner, &place, out);
                }
            }
            Value::Array(list) => list.iter().for_each(|inner| walk(inner, at, out)),
            Value::String(words) => out.push((at.to_owned(), cut(words).to_owned())),
            _ => {}
        }
    }
    let mut out = Vec::new();
    walk(value, "", &mut out);
    out.truncate(20);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Response {
        Response { status, body: body.into(), ..Response::default() }
    }

    #[test]
    fn a_403_is_a_bad_token_or_a_missing_permission_by_its_detail() {
        let bad = json_of(&answer(403, r#"{"detail":"Token invalid/expired"}"#));
        assert_eq!(bad, Err(ApiError::BadToken));
        let denied = json_of(&answer(403, r#"{"provider":"User lacks permission to create x"}"#));
        assert_eq!(denied, Err(ApiError::Denied("User lacks permission to create x".into())));
    }

    #[test]
    fn a_nested_400_is_flattened_to_places() {
        let error = json_of(&answer(400, r#"{"app":{"slug":["Application with this slug already exists."]}}"#));
        let words = "Application with this slug already exists.".to_owned();
        assert_eq!(error, Err(ApiError::Invalid(vec![("app.slug".into(), words)])));
    }

    #[test]
    fn an_empty_405_is_a_crash_and_html_is_not_authentik() {
        assert_eq!(json_of(&answer(405, "")), Err(ApiError::Crashed(None)));
        assert_eq!(json_of(&answer(200, "<html>")), Err(ApiError::NotAuthentik));
        assert_eq!(json_of(&answer(404, "<html>")), Err(ApiError::NotAuthentik));
        assert_eq!(json_of(&answer(503, r#"{"error":"authentik starting"}"#)), Err(ApiError::Busy(None)));
    }
}
