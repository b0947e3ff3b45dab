//! The URL parser and the regular expressions for native builds; in a browser both are the browser's own.

use crate::authentik::WebUrl;

/// Parses an address as a browser does.
pub fn native_url(text: &str) -> Option<WebUrl> {
    let url = url::Url::parse(text).ok()?;
    Some(WebUrl {
        scheme: url.scheme().to_owned(),
        host: url.host_str().unwrap_or_default().to_owned(),
        port: url.port(),
        path: url.path().to_owned(),
        credentials: !url.username().is_empty() || url.password().is_some(),
    })
}

/// Whether a regular expression is found in a text; one that does not compile is found nowhere.
pub fn native_matches(pattern: &str, text: &str) -> bool {
    regex::Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text))
}
