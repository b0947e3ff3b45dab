//! An authorization request: what it says, and what is wrong with it.
//!
//! Source: views/authorize.py (`OAuthAuthorizationParams`, in the order of its `__post_init__`), errors.py
//! (`AuthorizeError.create_uri`). Since 2026.5 the grant must be one of the provider's `grant_types`; the browser gets
//! `invalid_request`, while `Invalid grant_type for provider` is only in authentik's log (public reports on 2026.8).

use super::redirects::{self, Purpose};
use super::{claims, client, errors};
use crate::api::call::Query;
use crate::model::Provider;
use crate::world::World;
use serde_json::json;

/// Which flow a response type belongs to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Flow {
    Code,
    Implicit,
    Hybrid,
}

/// A request that is right.
#[derive(Clone, Debug)]
pub struct Request {
    pub provider: i64,
    pub redirect_uri: String,
    pub response_type: String,
    pub response_mode: String,
    pub flow: Flow,
    pub scopes: Vec<String>,
    pub state: Option<String>,
    pub nonce: Option<String>,
    pub prompt: Vec<String>,
    pub max_age: Option<u64>,
    /// PKCE: method and challenge.
    pub challenge: Option<(String, String)>,
}

/// What is wrong with a request.
#[derive(Clone, Debug)]
pub enum Wrong {
    /// Nothing can be trusted: a page with title and text.
    Page(&'static str, &'static str),
    /// The client is told.
    Redirect(String),
}

impl Flow {
    fn of(response_type: &str) -> Option<Self> {
        match response_type {
            "code" => Some(Self::Code),
            "id_token" | "id_token token" => Some(Self::Implicit),
            "code token" | "code id_token" | "code id_token token" => Some(Self::Hybrid),
            _ => None,
        }
    }

    const fn grant_type(self) -> &'static str {
        match self {
            Self::Code => "authorization_code",
            Self::Implicit => "implicit",
            Self::Hybrid => "hybrid",
        }
    }
}

impl Request {
    /// Whether the answer holds an ID token.
    pub fn wants_id_token(&self) -> bool {
        self.response_type.split(' ').any(|part| part == "id_token")
    }

    /// An error for the client: in the fragment, unless it is the code flow's.
    pub fn refuse(&self, error: &str) -> Wrong {
        refuse(&self.redirect_uri, Some(self.flow), self.state.as_deref(), error, errors::of_authorization(error))
    }
}

fn refuse(redirect_uri: &str, flow: Option<Flow>, state: Option<&str>, error: &str, text: &str) -> Wrong {
    let glue = if matches!(flow, Some(Flow::Implicit | Flow::Hybrid)) { '#' } else { '?' };
    let text = text.replace(' ', "%20").replace(',', "%2C");
    let state = state.map_or_else(String::new, |state| {
        let encoded: String = url::form_urlencoded::byte_serialize(state.as_bytes()).collect();
        format!("&state={encoded}")
    });
    Wrong::Redirect(format!("{redirect_uri}{glue}error={error}&error_description={text}{state}"))
}

/// Reads a request and checks it. Before 2026.5, a provider without redirect URIs keeps the first one
/// that is used.
pub fn read(world: &mut World, query: &Query) -> Result<Request, Wrong> {
    let text = |name: &str| query.get(name).map(str::to_owned);
    let provider = client::provider(world, query.get("client_id").unwrap_or_default());
    let pk = provider
        .map(|provider| provider.pk)
        .ok_or(Wrong::Page("Client ID Error", "The client identifier (client_id) is missing or invalid."))?;
    let redirect_uri = text("redirect_uri").unwrap_or_default();
    check_redirect(world, pk, &redirect_uri)?;
    let provider = world
        .provider(pk)
        .ok_or(Wrong::Page("Client ID Error", "The client identifier (client_id) is missing or invalid."))?;

    let state = text("state");
    let response_type = text("response_type").unwrap_or_default();
    let wrong = |error: &str| refuse(&redirect_uri, None, state.as_deref(), error, errors::of_authorization(error));
    let flow = Flow::of(&response_type).ok_or_else(|| wrong("unsupported_response_type"))?;
    let response_mode =
        text("response_mode").filter(|mode| ["query", "fragment", "form_post"].contains(&mode.as_str()));
    let default_mode = if flow == Flow::Code { "query" } else { "fragment" };
    let mut request = Request {
        provider: pk,
        redirect_uri: redirect_uri.clone(),
        response_mode: response_mode.unwrap_or_else(|| default_mode.to_owned()),
        flow,
        scopes: granted(world, provider, query.get("scope").unwrap_or_default()),
        state: state.clone(),
        nonce: text("nonce"),
        prompt: query.get("prompt").unwrap_or_default().split_whitespace().map(str::to_owned).collect(),
        max_age: query.get("max_age").and_then(|text| text.parse().ok()),
        challenge: text("code_challenge")
            .map(|challenge| (text("code_challenge_method").unwrap_or_else(|| "plain".to_owned()), challenge)),
        response_type,
    };
    if world.release.has_grant_types() && !provider.oauth.grant_types.iter().any(|grant| grant == flow.grant_type()) {
        return Err(request.refuse("invalid_request"));
    }
    check(&mut request, query)?;
    Ok(request)
}

fn check_redirect(world: &mut World, provider: i64, uri: &str) -> Result<(), Wrong> {
    const WRONG: Wrong = Wrong::Page(
        "Redirect URI Error",
        "The request fails due to a missing, invalid, or mismatching redirection URI (redirect_uri).",
    );
    // The test of that is gone from the newest version that was read.
    let keeps_first = !world.release.has_redirect_uri_type();
    let provider = world.providers.iter_mut().find(|other| other.pk == provider).ok_or(WRONG)?;
    if uri.is_empty() || redirects::is_forbidden(uri) {
        return Err(WRONG);
    }
    if keeps_first && redirects::entries(provider, Purpose::Authorization).is_empty() {
        provider.oauth.redirect_uris.push(json!({ "matching_mode": "strict", "url": uri }));
    }
    if redirects::allows(provider, Purpose::Authorization, uri) { Ok(()) } else { Err(WRONG) }
}

/// Scopes that are not configured are dropped without a word; none at all means all of them.
fn granted(world: &World, provider: &Provider, asked: &str) -> Vec<String> {
    let configured = claims::scopes(world, provider);
    let mut wanted: Vec<String> = Vec::new();
    for scope in asked.split_whitespace() {
        if configured.iter().any(|known| known == scope) && !wanted.iter().any(|seen| seen == scope) {
            wanted.push(scope.to_owned());
        }
    }
    if asked.trim().is_empty() { configured } else { wanted }
}

/// `check_scope`, `check_nonce`, `check_code_challenge`, and the `request` parameter.
fn check(request: &mut Request, query: &Query) -> Result<(), Wrong> {
    let has_openid = request.scopes.iter().any(|scope| scope == "openid");
    if !has_openid && request.flow != Flow::Code {
        return Err(request.refuse("invalid_scope"));
    }
    if request.scopes.iter().any(|scope| scope == "offline_access") {
        if request.flow == Flow::Implicit {
            request.scopes.retain(|scope| scope != "offline_access");
        }
        // A refresh token always asks for consent.
        if !request.prompt.iter().any(|prompt| prompt == "consent") {
            request.prompt.push("consent".to_owned());
        }
    }
    if has_openid && request.wants_id_token() && request.nonce.is_none() {
        return Err(request.refuse("invalid_request"));
    }
    if let Some((method, _)) = &request.challenge
        && !["plain", "S256"].contains(&method.as_str())
    {
        let text = format!("Unsupported challenge method {method}");
        let state = request.state.as_deref();
        return Err(refuse(&request.redirect_uri, Some(request.flow), state, "invalid_request", &text));
    }
    if query.get("request").is_some() {
        return Err(request.refuse("request_not_supported"));
    }
    Ok(())
}
