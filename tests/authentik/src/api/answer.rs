//! What an operation answers, and the ways in which it refuses.

use serde_json::{Value, json};

/// An answer of the API.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub content: Content,
}

/// The body of an answer.
#[derive(Clone, Debug)]
pub enum Content {
    /// JSON, in the release's content type.
    Json(Value),
    /// A page.
    Html(String),
    /// No body and no content type (204).
    Nothing,
    /// No body, `text/html`: how a crash and an unknown path look on a write (transcripts, summary 3).
    EmptyHtml,
}

/// A refusal: everything that is not a success.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// 403: the caller lacks a permission.
    Denied,
    /// 403 with a body of its own.
    Forbidden(Value),
    /// 404: no object of this model.
    NoSuch(&'static str),
    /// 404 `Not found.`
    NotFound,
    /// 404 `Invalid page.`
    InvalidPage,
    /// 400 with the errors.
    Invalid(Value),
    /// 400 `detail` for a body that is not JSON.
    Unreadable(String),
    /// 415: the body's type.
    MediaType(String),
    /// 405 of a known path.
    Method(String),
    /// Something inside authentik raised: an empty 405 on a write, a 500 page on a read.
    Crash,
}

impl Answer {
    /// 200 with JSON.
    pub const fn ok(value: Value) -> Self {
        Self { status: 200, content: Content::Json(value) }
    }

    /// 201 with JSON.
    pub const fn created(value: Value) -> Self {
        Self { status: 201, content: Content::Json(value) }
    }

    /// 204.
    pub const fn no_content() -> Self {
        Self { status: 204, content: Content::Nothing }
    }

    /// Django's `HttpResponseBadRequest()`: 400 with nothing in it.
    pub const fn empty_bad_request() -> Self {
        Self { status: 400, content: Content::EmptyHtml }
    }

    /// Another status with `{"detail": …}`.
    pub fn detail(status: u16, detail: &str) -> Self {
        Self { status, content: Content::Json(json!({ "detail": detail })) }
    }

    /// The 404 page, or on a write the empty 405, of a path that no operation has (transcripts §1).
    pub fn unknown_path(method: &str) -> Self {
        if matches!(method, "GET" | "HEAD" | "OPTIONS") {
            Self { status: 404, content: Content::Html(crate::pages::not_found()) }
        } else {
            Self { status: 405, content: Content::EmptyHtml }
        }
    }
}

impl Refusal {
    /// `{field: [text]}` with 400.
    pub fn field(name: &str, text: &str) -> Self {
        Self::Invalid(json!({ name: [text] }))
    }

    /// The answer that says so.
    pub fn answer(self, method: &str) -> Answer {
        match self {
            Self::Denied => Answer::detail(403, "You do not have permission to perform this action."),
            Self::Forbidden(body) => Answer { status: 403, content: Content::Json(body) },
            Self::NoSuch(model) => Answer::detail(404, &format!("No {model} matches the given query.")),
            Self::NotFound => Answer::detail(404, "Not found."),
            Self::InvalidPage => Answer::detail(404, "Invalid page."),
            Self::Invalid(body) => Answer { status: 400, content: Content::Json(body) },
            Self::Unreadable(text) => Answer::detail(400, &text),
            Self::MediaType(kind) => Answer::detail(415, &format!("Unsupported media type \"{kind}\" in request.")),
            Self::Method(method) => Answer::detail(405, &format!("Method \"{method}\" not allowed.")),
            Self::Crash if matches!(method, "GET" | "HEAD") => {
                Answer { status: 500, content: Content::Html(crate::pages::server_error()) }
            }
            Self::Crash => Answer { status: 405, content: Content::EmptyHtml },
        }
    }
}
