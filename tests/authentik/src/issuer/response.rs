//! The answer to an authorization request that succeeded: a code, tokens, or both, on the way back to the client.
//!
//! Source: views/authorize.py (`create_response_uri`, `create_implicit_response`), models.py (`c_hash`, `at_hash`).

use super::jwt;
use super::request::{Flow, Request};
use super::tokens::{self, Order};
use crate::clock;
use crate::model::{Code, Login};
use crate::pages;
use crate::reply::Reply;
use crate::world::World;
use serde_json::json;

/// Makes the code and the tokens, and the answer with them.
pub fn make(
    world: &mut World,
    request: &Request,
    session: &str,
    login: &Login,
    origin: &str,
    application: &str,
) -> Reply {
    let order = Order {
        provider: request.provider,
        user: login.user,
        scopes: request.scopes.clone(),
        session: Some(session.to_owned()),
        auth_time: login.since,
        nonce: request.nonce.clone(),
        origin: origin.to_owned(),
    };
    let code = (request.flow != Flow::Implicit).then(|| code(world, request, &order));
    let state = request.state.clone().unwrap_or_default();
    let pairs = match (request.flow, code) {
        (Flow::Code, Some(code)) => vec![("code", code), ("state", state)],
        (_, code) => implicit(world, request, &order, code, state),
    };
    let uri = request.redirect_uri.as_str();
    match request.response_mode.as_str() {
        "form_post" => Reply::html(200, pages::form_post(application, uri, &pairs)),
        // Tokens never go into a query.
        "query" if request.flow == Flow::Code => Reply::redirect(&with_query(uri, &pairs)),
        _ => Reply::redirect(&format!("{uri}#{}", encoded(pairs))),
    }
}

fn code(world: &mut World, request: &Request, order: &Order) -> String {
    let provider = world.provider(request.provider);
    let lifetime = provider.map(|provider| clock::duration(&provider.oauth.access_code_validity)).unwrap_or_default();
    let client_id = provider.map(|provider| provider.oauth.client_id.clone()).unwrap_or_default();
    let code = world.next_letters("code", 32);
    let stored = Code {
        provider: request.provider,
        client_id,
        user: order.user,
        scopes: order.scopes.clone(),
        session: order.session.clone(),
        auth_time: order.auth_time,
        nonce: order.nonce.clone(),
        challenge: request.challenge.clone(),
        expires: clock::seconds() + lifetime,
    };
    world.sessions.codes.insert(code.clone(), stored);
    code
}

fn implicit(
    world: &mut World,
    request: &Request,
    order: &Order,
    code: Option<String>,
    state: String,
) -> Vec<(&'static str, String)> {
    let (token, mut grant) = tokens::access(world, order);
    let mut pairs = Vec::new();
    if let Some(code) = code.as_deref().filter(|_| request.wants_id_token()) {
        grant.id_token.insert("c_hash".to_owned(), json!(jwt::half_hash(code)));
    }
    // As authentik does: also `id_token` alone gave an access token, in the versions read of before `grant_types`.
    let without = match request.response_type.as_str() {
        "code id_token" => true,
        "id_token" => world.release.has_grant_types(),
        _ => false,
    };
    if !without {
        grant.id_token.insert("at_hash".to_owned(), json!(jwt::half_hash(&token)));
        pairs.push(("access_token", token));
    }
    let provider = world.provider(request.provider);
    if let Some(provider) = provider.filter(|_| request.wants_id_token()) {
        pairs.push(("id_token", jwt::encode(world, provider, &grant.id_token)));
    }
    let lifetime = provider.map(|provider| clock::duration(&provider.oauth.access_token_validity)).unwrap_or_default();
    pairs.extend(code.map(|code| ("code", code)));
    pairs.extend([("token_type", "Bearer".to_owned()), ("expires_in", lifetime.to_string()), ("state", state)]);
    pairs
}

fn encoded(pairs: impl IntoIterator<Item = (&'static str, String)>) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Adds to the query that the URI already has; a parameter without a value is lost on the way (`parse_qs`).
fn with_query(uri: &str, pairs: &[(&'static str, String)]) -> String {
    let (rest, fragment) = uri.split_once('#').map_or((uri, ""), |(rest, fragment)| (rest, fragment));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let old = url::form_urlencoded::parse(query.as_bytes())
        .filter(|(name, value)| !value.is_empty() && !pairs.iter().any(|(new, _)| name == new));
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(old)
        .extend_pairs(pairs.iter().map(|(name, value)| (name, value)))
        .finish();
    let fragment = if fragment.is_empty() { String::new() } else { format!("#{fragment}") };
    format!("{path}?{query}{fragment}")
}
