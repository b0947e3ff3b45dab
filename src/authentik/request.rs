//! A request to the API and its answer, as plain data.

use super::kept::keep_variants;
use serde_json::Value;

use super::{ApiToken, BaseUrl};

/// The methods that the API uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates, or acts.
    Post,
    /// Creates through the transactional endpoint.
    Put,
    /// Changes the named fields.
    Patch,
    /// Removes.
    Delete,
}

keep_variants!(Method { Get = "GET", Post = "POST", Put = "PUT", Patch = "PATCH", Delete = "DELETE" });

impl Method {
    /// The method's name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// One request: a path below `/api/v3/`, never an address, so that nothing built from data can name another host.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// What is asked.
    pub method: Method,
    /// Below `/api/v3/`, without a leading slash, with the trailing slash that authentik insists on, and the query.
    pub path: String,
    /// The JSON body, if there is one.
    pub body: Option<Value>,
}

impl Request {
    /// A GET of `path`.
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: Method::Get, path: path.into(), body: None }
    }

    /// Whether the path stays below the API: no scheme, no host, no way up, no control characters.
    pub fn stays_inside(&self) -> bool {
        let path = self.path.split(['?', '#']).next().unwrap_or_default();
        // By bytes: a search for texts would cost the worker 3 kB.
        let escaped = |escape: &[u8]| path.as_bytes().windows(3).any(|three| three.eq_ignore_ascii_case(escape));
        !path.is_empty()
            && !path.starts_with('/')
            && !path.contains(['\\', ':', '@'])
            && !self.path.chars().any(|c| c.is_control() || c == ' ')
            && !path.split('/').any(|part| part == ".." || part == ".")
            && ![b"%2e", b"%2f", b"%5c"].into_iter().any(|escape| escaped(escape))
    }
}

/// Where requests go, and what opens the door there. The token is sent to this base and to no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The instance.
    pub base: BaseUrl,
    /// The bearer; `None` for the one question that is asked before a token is trusted to the address.
    pub token: Option<ApiToken>,
}

impl Access {
    /// The answer without the bearer, wherever the server may have repeated it: what it says is shown, and kept on disk.
    #[must_use]
    pub fn without_token(&self, mut answer: Response) -> Response {
        if let Some(token) = self.token.as_ref().filter(|token| answer.body.contains(token.reveal())) {
            answer.body = answer.body.replace(token.reveal(), "…");
        }
        answer
    }
}

/// An answer, before anybody has made sense of it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The content type, in lower case, as it came.
    pub content_type: String,
    /// The body as text.
    pub body: String,
    /// `Retry-After` in seconds, where the server gave one.
    pub retry_after: Option<u32>,
    /// `X-authentik-id`: finds the request in authentik's own log.
    pub request_id: Option<String>,
}

/// Why there is no answer at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreachable {
    /// Nothing came back: name, connection, certificate, or a missing host permission; a browser does not tell which.
    NoAnswer,
    /// The time was up (20 s).
    TimedOut,
    /// The server wanted to send the request elsewhere. It was not followed: the token would have travelled along.
    Redirected,
    /// The answer is larger than anything the API sends.
    TooLarge,
    /// This computer is offline, as far as the browser knows.
    Offline,
    /// The browser has no permission for this host any more.
    NotAllowed,
}

/// Percent-encodes `text` for one segment of a path or one value of a query.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for half in [byte >> 4, byte & 15] {
                out.push(char::from(b"0123456789ABCDEF"[usize::from(half)]));
            }
        }
    }
    out
}

/// Undoes percent-encoding, once; what isn't UTF-8 is replaced.
pub fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let escaped = bytes.get(i + 1..i + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        match (bytes[i], escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(byte)) => {
                out.push(byte);
                i += 3;
            }
            (byte, _) => {
                out.push(if byte == b'+' { b' ' } else { byte });
                i += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_leaves_the_api_is_refused() {
        for path in [
            "",
            "/api/",
            "https://elsewhere.example/",
            "//elsewhere.example/",
            "core/../../x/",
            "core/%2e%2e/x/",
            "a@b/",
            "core\\x/",
            "core/x /",
            "core/\n/",
        ] {
            assert!(!Request::get(path).stays_inside(), "{path:?}");
        }
        assert!(Request::get("core/users/?search=a%3Ab&page=1").stays_inside());
    }

    #[test]
    fn what_goes_into_a_query_is_encoded() {
        assert_eq!(encode("ada & jörg/?"), "ada%20%26%20j%C3%B6rg%2F%3F");
    }
}
