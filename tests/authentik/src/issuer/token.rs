//! `/application/o/token/`: a code or a refresh token against new tokens.
//!
//! Source: views/token.py (`TokenParams`, `create_code_response`, `create_refresh_response`), api.md §4 (when a refresh token
//! is renewed). The grants of machines (client credentials, password, device code, token exchange) are not there:
//! `unsupported_grant_type`.

use super::redirects::{self, Purpose};
use super::tokens::{self, Order};
use super::{claims, client, cors, errors, jwt};
use crate::api::call::Query;
use crate::clock;
use crate::model::{Code, Grant, Provider};
use crate::reply::{Reply, Visit};
use crate::world::World;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Answers a token request.
pub fn answer(world: &mut World, visit: &Visit, id: &str) -> Reply {
    let form = client::form(visit);
    let (client_id, secret) = client::credentials(visit, &form);
    let reply = match visit.method.as_str() {
        "OPTIONS" => errors::never_cached(Reply::json(200, &json!({}))),
        "POST" => match exchange(world, visit, &form, &client_id, &secret) {
            Ok(body) => errors::never_cached(Reply::json(200, &body)),
            Err(error) => errors::token(error, id),
        },
        _ => Reply::empty(405).with("allow", "POST, OPTIONS"),
    };
    cors::allow(reply, visit, client::provider(world, &client_id))
}

fn exchange(
    world: &mut World,
    visit: &Visit,
    form: &Query,
    client_id: &str,
    secret: &str,
) -> Result<Value, &'static str> {
    let provider = client::provider(world, client_id).ok_or("invalid_client")?.clone();
    let grant_type = form.get("grant_type").unwrap_or_default();
    if world.release.has_grant_types() && !provider.oauth.grant_types.iter().any(|known| known == grant_type) {
        return Err("invalid_grant");
    }
    if !matches!(grant_type, "authorization_code" | "refresh_token") {
        return Err("unsupported_grant_type");
    }
    if !client::knows_secret(&provider, secret) {
        return Err("invalid_client");
    }
    if grant_type == "authorization_code" {
        by_code(world, visit, form, &provider)
    } else {
        by_refresh_token(world, visit, form, &provider)
    }
}

fn by_code(world: &mut World, visit: &Visit, form: &Query, provider: &Provider) -> Result<Value, &'static str> {
    let code = form.get("code").ok_or("invalid_grant")?;
    if !redirects::allows(provider, Purpose::Authorization, form.get("redirect_uri").unwrap_or_default()) {
        return Err("invalid_client");
    }
    let stored = world.sessions.codes.get(code).ok_or("invalid_grant")?;
    if stored.expires <= clock::seconds() || stored.provider != provider.pk {
        return Err("invalid_grant");
    }
    check_verifier(stored, form.get("code_verifier"))?;
    let stored = world.sessions.codes.remove(code).ok_or("invalid_grant")?;
    let order = Order {
        provider: provider.pk,
        user: stored.user,
        scopes: stored.scopes,
        session: stored.session,
        auth_time: stored.auth_time,
        nonce: stored.nonce,
        origin: visit.origin(),
    };
    let (token, grant) = tokens::access(world, &order);
    let mut body = body(world, provider, &token, &grant);
    if order.scopes.iter().any(|scope| scope == "offline_access") {
        body["refresh_token"] = json!(tokens::refresh(world, &order, &token));
    }
    Ok(body)
}

/// PKCE: a challenge needs its verifier, and a verifier without a challenge is a downgrade.
fn check_verifier(code: &Code, verifier: Option<&str>) -> Result<(), &'static str> {
    match (&code.challenge, verifier) {
        (None, None) => Ok(()),
        (Some((method, challenge)), Some(verifier)) => {
            let hashed = if method == "S256" {
                jwt::base64url(&Sha256::digest(verifier.as_bytes()))
            } else {
                verifier.to_owned()
            };
            if hashed == *challenge { Ok(()) } else { Err("invalid_grant") }
        }
        _ => Err("invalid_grant"),
    }
}

fn by_refresh_token(
    world: &mut World,
    visit: &Visit,
    form: &Query,
    provider: &Provider,
) -> Result<Value, &'static str> {
    let key = form.get("refresh_token").ok_or("invalid_grant")?;
    let old = world.sessions.refresh.get(key).filter(|grant| grant.provider == provider.pk).cloned();
    let old = old.filter(|grant| tokens::is_alive(world, grant)).ok_or("invalid_grant")?;
    let configured = claims::scopes(world, provider);
    let asked: Vec<&str> = form.get("scope").unwrap_or_default().split_whitespace().collect();
    let asked: Vec<&str> = asked.into_iter().filter(|scope| configured.iter().any(|known| known == scope)).collect();
    let within = asked.iter().all(|scope| old.scopes.iter().any(|held| held == scope));
    if !asked.is_empty() && (!within || !asked.contains(&"offline_access")) {
        return Err("invalid_scope");
    }
    let order = Order {
        provider: provider.pk,
        user: old.user,
        // The scopes stay, also when fewer are asked for.
        scopes: old.scopes.clone(),
        session: old.session.clone(),
        auth_time: old.auth_time,
        nonce: None,
        origin: visit.origin(),
    };
    let (token, grant) = tokens::access(world, &order);
    let mut body = body(world, provider, &token, &grant);
    let threshold = clock::duration(&provider.oauth.refresh_token_threshold);
    if threshold == 0 || old.expires.saturating_sub(clock::seconds()) < threshold {
        let nonce = old.id_token.get("nonce").and_then(Value::as_str).map(str::to_owned);
        body["refresh_token"] = json!(tokens::refresh(world, &Order { nonce, ..order }, &token));
        if let Some(old) = world.sessions.refresh.get_mut(key) {
            old.revoked = true;
        }
    }
    Ok(body)
}

fn body(world: &World, provider: &Provider, token: &str, grant: &Grant) -> Value {
    json!({
        "access_token": token,
        "token_type": "Bearer",
        "scope": grant.scopes.join(" "),
        "expires_in": clock::duration(&provider.oauth.access_token_validity),
        "id_token": jwt::encode(world, provider, &grant.id_token),
    })
}
