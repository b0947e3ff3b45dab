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
    /// It should be JSON of the API, and is cut short, empty or damaged.
    Broken,
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
            Self::Unreachable(_)
            | Self::Busy(_)
            | Self::NotAuthentik
            | Self::Broken
            | Self::Unreadable(_)
            | Self::Crashed(_) => true,
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
        200..=299 => json().ok_or_else(|| if is_page(response) { ApiError::NotAuthentik } else { ApiError::Broken }),
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

/// Whether it is a page for people, whatever its type says: of another service, or of a login in front.
fn is_page(response: &Response) -> bool {
    response.body.trim_start().starts_with('<') || !response.content_type.contains("json")
}

fn denied(value: &Value) -> ApiError {
    // Only this text does not follow Accept-Language (transcripts, summary 4).
    match value.get("detail").and_then(Value::as_str) {
        Some("Token invalid/expired" | "Authentication credentials were not provided.") => ApiError::BadToken,
        Some(detail) => ApiError::Denied(cut(detail).to_owned()),
        // The transactional endpoint names the part instead: {"provider": "User lacks permission to create …"}.
        None => {
            let said = complaints(value).into_iter().map(|(_, words)| words).collect::<Vec<_>>().join(" ");
            ApiError::Denied(cut(&said).to_owned())
        }
    }
}

/// Flattens a 400: `{"provider": {"name": ["…"]}}` becomes (`provider.name`, `…`).
fn complaints(value: &Value) -> Vec<(String, String)> {
    fn walk(value: &Value, at: &str, out: &mut Vec<(String, String)>) {
        match value {
            // Nobody reads more, and a server may say it ten thousand times.
            _ if out.len() == 20 => {}
            Value::Object(map) => {
                for (key, inner) in map {
                    let key = cut(key);
                    let place = if at.is_empty() { key.to_owned() } else { cut(&format!("{at}.{key}")).to_owned() };
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
    fn fault_07_a_crash_a_page_and_a_damaged_answer_are_told_apart() {
        assert_eq!(json_of(&answer(405, "")), Err(ApiError::Crashed(None)));
        assert_eq!(json_of(&answer(200, "<html>")), Err(ApiError::NotAuthentik));
        assert_eq!(json_of(&answer(404, "<html>")), Err(ApiError::NotAuthentik));
        assert_eq!(
            json_of(&answer(406, r#"{"detail":"Could not satisfy the request Accept header."}"#)),
            Err(ApiError::Status(406))
        );
        let typed = |body: &str| Response { content_type: "application/json".into(), ..answer(200, body) };
        assert_eq!(json_of(&typed(r#"{"results": [{"pk": 1}, {"p"#)), Err(ApiError::Broken));
        assert_eq!(json_of(&typed("")), Err(ApiError::Broken));
        assert_eq!(json_of(&typed("\n<!DOCTYPE html>")), Err(ApiError::NotAuthentik));
        // Deeper than anything: refused by the parser, rather than by the stack.
        assert_eq!(json_of(&typed(&"[".repeat(100_000))), Err(ApiError::Broken));
    }

    #[test]
    fn fault_06_not_now_says_for_how_long() {
        for status in [429, 502, 503, 504] {
            assert_eq!(json_of(&answer(status, "<html>")), Err(ApiError::Busy(None)));
            let later = Response { retry_after: Some(5), ..answer(status, r#"{"error":"authentik starting"}"#) };
            assert_eq!(json_of(&later), Err(ApiError::Busy(Some(5))));
        }
    }

    #[test]
    fn fault_32_a_refusal_of_a_megabyte_stays_one_that_can_be_read() {
        let many: serde_json::Map<String, Value> =
            (0..10_000).map(|n| (format!("{n}{}", "k".repeat(9000)), Value::from("x".repeat(9000)))).collect();
        let Err(ApiError::Invalid(said)) = json_of(&answer(400, &Value::from(many.clone()).to_string())) else {
            panic!()
        };
        assert!(said.len() == 20 && said.iter().all(|(place, words)| place.len() <= 4096 && words.len() <= 4096));
        let Err(ApiError::Denied(said)) = json_of(&answer(403, &Value::from(many).to_string())) else { panic!() };
        assert!(said.len() <= 4096);
    }
}
