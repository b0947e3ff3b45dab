//! Which redirect URI a provider allows.
//!
//! Source: views/authorize.py and views/token.py (`check_redirect_uri`): strict is equality to the letter, regex is Python's
//! `fullmatch`; since 2026.5 an entry serves one purpose, `authorization` or `logout` (models.py `redirect_uris`).

use crate::model::Provider;
use regex::Regex;

/// What an entry is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Purpose {
    Authorization,
    Logout,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::Authorization => "authorization",
            Self::Logout => "logout",
        }
    }
}

/// The entries for a purpose: (whether it is a regular expression, URL). One that says nothing is for authorization.
pub fn entries(provider: &Provider, purpose: Purpose) -> Vec<(bool, &str)> {
    let entries = provider.oauth.redirect_uris.iter();
    entries
        .filter(|entry| entry["redirect_uri_type"].as_str().unwrap_or("authorization") == purpose.name())
        .map(|entry| (entry["matching_mode"] == "regex", entry["url"].as_str().unwrap_or_default()))
        .collect()
}

/// Whether a URI is allowed for a purpose.
pub fn allows(provider: &Provider, purpose: Purpose, uri: &str) -> bool {
    !is_forbidden(uri)
        && entries(provider, purpose).into_iter().any(|(is_regex, url)| {
            if is_regex {
                Regex::new(&format!(r"\A(?:{url})\z")).is_ok_and(|pattern| pattern.is_match(uri))
            } else {
                url == uri
            }
        })
}

/// `FORBIDDEN_URI_SCHEMES`.
pub fn is_forbidden(uri: &str) -> bool {
    let scheme = uri.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    scheme.is_some_and(|scheme| ["javascript", "data", "vbscript"].contains(&scheme.as_str()))
}
