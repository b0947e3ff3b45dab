//! What an application's issuer says about itself: pages outside the API, open to everybody.

use serde_json::Value;

use super::error::json_of;
use super::read::Unreadable;
use super::{ApiError, BaseUrl, Reader, Response};

/// The addresses of an issuer (`issuer_mode` per provider, which is the default; `providers/oauth2/urls_root.py`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// The `iss` of tokens; ends with a slash.
    pub issuer: String,
    /// The discovery document.
    pub discovery: String,
    /// Where a login begins.
    pub authorize: String,
    /// Where a code becomes tokens.
    pub token: String,
    /// What is known of a person.
    pub userinfo: String,
    /// The public keys.
    pub jwks: String,
    /// Where a logout begins.
    pub end_session: String,
}

impl Endpoints {
    /// Those of the application with this slug.
    pub fn of(base: &BaseUrl, slug: &str) -> Self {
        let issuer = base.page(&format!("application/o/{slug}/"));
        let shared = |name: &str| base.page(&format!("application/o/{name}/"));
        Self {
            discovery: format!("{issuer}.well-known/openid-configuration"),
            jwks: format!("{issuer}jwks/"),
            end_session: format!("{issuer}end-session/"),
            authorize: shared("authorize"),
            token: shared("token"),
            userinfo: shared("userinfo"),
            issuer,
        }
    }
}

/// The page of the discovery document.
pub fn discovery_path(slug: &str) -> String {
    format!("application/o/{}/.well-known/openid-configuration", super::request::encode(slug))
}

/// The page of the public keys.
pub fn jwks_path(slug: &str) -> String {
    format!("application/o/{}/jwks/", super::request::encode(slug))
}

/// What a discovery document says, as far as a check needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discovery {
    /// The issuer, as every token will name it.
    pub issuer: String,
    /// Scopes that can be asked for.
    pub scopes: Vec<String>,
    /// How ID tokens are signed.
    pub algorithms: Vec<String>,
}

/// Reads a discovery document.
pub fn discovery(response: &Response) -> Result<Discovery, ApiError> {
    let value = json_of(response)?;
    let top = Reader::new(&value);
    Ok(Discovery {
        issuer: top.need_text("issuer")?,
        scopes: top.texts("scopes_supported"),
        algorithms: top.texts("id_token_signing_alg_values_supported"),
    })
}

/// How many keys a service can check signatures with. A provider without a signing key answers `{}` (2025.10.3).
pub fn keys(response: &Response) -> Result<usize, ApiError> {
    let value = json_of(response)?;
    match value.get("keys") {
        Some(Value::Array(keys)) => Ok(keys.len()),
        _ if value.is_object() => Ok(0),
        _ => Err(Unreadable("/keys".into()).into()),
    }
}
