//! `.well-known/openid-configuration` and `jwks/` of an application.
//!
//! Source: views/provider.py (`get_info`, `get_claims`), views/jwks.py. Grant types are a fixed list there, whatever the
//! provider allows. `backchannel_logout_*` is assumed: no version that was read has it.

use super::{claims, cors, jwt, keys};
use crate::model::Provider;
use crate::reply::{Reply, Visit};
use crate::world::World;
use serde_json::{Value, json};

const RESPONSE_TYPES: [&str; 6] =
    ["code", "id_token", "id_token token", "code token", "code id_token", "code id_token token"];
const GRANT_TYPES: [&str; 6] = [
    "authorization_code",
    "refresh_token",
    "implicit",
    "client_credentials",
    "password",
    "urn:ietf:params:oauth:grant-type:device_code",
];
/// What every token says (views/provider.py).
const CLAIMS: [&str; 9] = ["sub", "iss", "aud", "exp", "iat", "auth_time", "acr", "amr", "nonce"];

fn provider<'w>(world: &'w World, slug: &str) -> Option<&'w Provider> {
    world.provider(world.application(slug)?.provider?)
}

/// The discovery document.
pub fn configuration(world: &World, visit: &Visit, slug: &str) -> Option<Reply> {
    let provider = provider(world, slug)?;
    let origin = visit.origin();
    let base = format!("{origin}/application/o");
    let mut scopes = claims::scopes(world, provider);
    if !scopes.iter().any(|scope| scope == "openid") {
        scopes.push("openid".to_owned());
    }
    let mut names: Vec<String> = CLAIMS.map(str::to_owned).to_vec();
    names.extend(claims::names(world, provider));
    let body = json!({
        "issuer": claims::issuer(world, provider, &origin),
        "authorization_endpoint": format!("{base}/authorize/"),
        "token_endpoint": format!("{base}/token/"),
        "userinfo_endpoint": format!("{base}/userinfo/"),
        "end_session_endpoint": format!("{base}/{slug}/end-session/"),
        "introspection_endpoint": format!("{base}/introspect/"),
        "revocation_endpoint": format!("{base}/revoke/"),
        "device_authorization_endpoint": format!("{base}/device/"),
        "response_types_supported": RESPONSE_TYPES,
        "response_modes_supported": ["query", "fragment", "form_post"],
        "jwks_uri": format!("{base}/{slug}/jwks/"),
        "grant_types_supported": GRANT_TYPES,
        "id_token_signing_alg_values_supported": [jwt::algorithm(world, provider)],
        "subject_types_supported": ["public"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "acr_values_supported": [claims::ACR],
        "scopes_supported": scopes,
        "request_parameter_supported": false,
        "claims_supported": names,
        "claims_parameter_supported": false,
        "code_challenge_methods_supported": ["plain", "S256"],
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
    });
    Some(cors::allow(Reply::json(200, &body), visit, Some(provider)))
}

/// The public keys: `{}` without any, and readable from everywhere.
pub fn jwks(world: &World, slug: &str) -> Option<Reply> {
    let oauth = &provider(world, slug)?.oauth;
    let mut found: Vec<Value> = Vec::new();
    found.extend(oauth.signing_key.as_deref().map(|id| keys::of(world, id).jwk.clone()));
    found.extend(oauth.encryption_key.as_deref().map(|id| {
        let mut jwk = keys::of(world, id).jwk.clone();
        for (name, value) in [("use", "enc"), ("alg", "RSA-OAEP-256"), ("enc", "A256CBC-HS512")] {
            jwk[name] = json!(value);
        }
        jwk
    }));
    let body = if found.is_empty() { json!({}) } else { json!({ "keys": found }) };
    Some(Reply::json(200, &body).with("access-control-allow-origin", "*"))
}
