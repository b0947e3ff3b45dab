//! An HTTP answer before it is written, and what came in before it is understood.

use crate::api::answer::{Answer, Content};
use crate::release::Release;
use axum::body::Body;
use axum::http::{HeaderMap, Response, StatusCode};

/// A request, taken apart far enough for every server of the set.
#[derive(Clone, Debug, Default)]
pub struct Visit {
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Visit {
    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// A cookie's value.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let pairs = self.headers.get_all("cookie").iter().filter_map(|value| value.to_str().ok());
        pairs
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    /// The host that the visitor wrote, with its port.
    pub fn host(&self) -> &str {
        self.header("host").unwrap_or_default()
    }

    /// Scheme and host as the visitor wrote them; links in answers follow it.
    pub fn origin(&self) -> String {
        format!("{}://{}", self.header("x-forwarded-proto").unwrap_or("http"), self.host())
    }

    /// Path and query, as in the request line.
    pub fn path_and_query(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) }
    }

    /// A parameter of the query.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = url::form_urlencoded::parse(self.query.as_bytes());
        pairs.find_map(|(key, value)| (key == name).then(|| value.into_owned()))
    }
}

/// An answer.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    /// An empty answer.
    pub fn empty(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    /// A page.
    pub fn html(status: u16, page: impl Into<String>) -> Self {
        Self::empty(status).with("content-type", "text/html; charset=utf-8").with_body(page.into())
    }

    /// Plain text.
    pub fn text(status: u16, text: impl Into<String>) -> Self {
        Self::empty(status).with("content-type", "text/plain; charset=utf-8").with_body(text.into())
    }

    /// JSON that is no answer of the API.
    pub fn json(status: u16, value: &serde_json::Value) -> Self {
        Self::empty(status).with("content-type", "application/json").with_body(value.to_string())
    }

    /// A redirect.
    pub fn redirect(to: &str) -> Self {
        Self::empty(302).with("location", to)
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets a header that is there already.
    #[must_use]
    pub fn replacing(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
        self.with(name, value)
    }

    fn with_body(mut self, body: String) -> Self {
        self.body = body.into_bytes();
        self
    }

    /// An answer of the API, with the release's content type.
    pub fn of_api(answer: Answer, release: Release) -> Self {
        let reply = Self::empty(answer.status);
        match answer.content {
            Content::Json(value) => {
                reply.with("content-type", release.json_content_type()).with_body(value.to_string())
            }
            Content::Html(page) => reply.with("content-type", "text/html; charset=utf-8").with_body(page),
            Content::EmptyHtml => reply.with("content-type", "text/html; charset=utf-8"),
            Content::Nothing => reply,
        }
    }

    /// The first header with this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The answer as the HTTP library wants it. Text that can't be a header value becomes a 500.
    pub fn into_response(self) -> Response<Body> {
        let mut response = Response::builder().status(self.status);
        for (name, value) in &self.headers {
            response = response.header(
                name,
                axum::http::HeaderValue::from_bytes(value.as_bytes())
                    .unwrap_or_else(|_| axum::http::HeaderValue::from_static("")),
            );
        }
        response.body(Body::from(self.body)).unwrap_or_else(|_| {
            let mut response = Response::new(Body::from("the embedded authentik made an answer that is not HTTP"));
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response
        })
    }
}
