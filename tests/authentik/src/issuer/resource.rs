//! What works with a token: `userinfo/`, `introspect/`, `revoke/`.
//!
//! Source: views/userinfo.py, views/introspection.py, `views/token_revoke.py`, utils.py (`protected_resource_view`,
//! `extract_access_token`). Introspection and revocation look at the client's own tokens only.

use super::{claims, client, cors, errors, tokens};
use crate::model::Grant;
use crate::reply::{Reply, Visit};
use crate::world::World;
use serde_json::{Value, json};

/// The claims of the person behind a bearer, who needs the scope `openid`.
pub fn userinfo(world: &World, visit: &Visit) -> Reply {
    if visit.method == "OPTIONS" {
        return cors::allow(errors::never_cached(Reply::json(200, &json!({}))), visit, None);
    }
    let grant = bearer(visit).and_then(|token| world.sessions.access.get(&token));
    let Some(grant) = grant.filter(|grant| tokens::is_alive(world, grant)) else {
        return errors::bearer("invalid_token");
    };
    let (Some(provider), Some(user)) = (world.provider(grant.provider), world.user(grant.user)) else {
        return errors::bearer("invalid_token");
    };
    if !grant.scopes.iter().any(|scope| scope == "openid") {
        return errors::bearer("insufficient_scope");
    }
    let mut body = json!({ "sub": grant.id_token.get("sub") });
    if let Value::Object(body) = &mut body {
        body.extend(claims::of_scopes(world, provider, user, &grant.scopes));
        body.extend(grant.id_token.get("nonce").map(|nonce| ("nonce".to_owned(), nonce.clone())));
    }
    cors::allow(errors::never_cached(Reply::json(200, &body)), visit, Some(provider))
}

fn bearer(visit: &Visit) -> Option<String> {
    let header = visit.header("authorization").unwrap_or_default();
    let token = header.strip_prefix("Bearer ").or_else(|| header.strip_prefix("bearer "));
    token
        .map(|token| token.trim().to_owned())
        .or_else(|| client::form(visit).get("access_token").map(str::to_owned))
        .or_else(|| visit.parameter("access_token"))
}

/// The client's own token of either kind.
fn own<'w>(world: &'w World, visit: &Visit) -> Option<&'w Grant> {
    let form = client::form(visit);
    let provider = client::authenticated(world, visit, &form)?;
    let key = form.get("token")?;
    let grant = world.sessions.access.get(key).or_else(|| world.sessions.refresh.get(key))?;
    (grant.provider == provider.pk).then_some(grant)
}

/// What a token says, or that it is not active.
pub fn introspect(world: &World, visit: &Visit) -> Reply {
    if visit.method != "POST" {
        return Reply::empty(405).with("allow", "POST, OPTIONS");
    }
    let mut body = json!({ "active": false });
    if let Some(grant) = own(world, visit).filter(|grant| tokens::is_alive(world, grant)) {
        let client_id = world.provider(grant.provider).map(|provider| provider.oauth.client_id.clone());
        body = json!(grant.id_token);
        body["active"] = json!(true);
        body["scope"] = json!(grant.scopes.join(" "));
        body["client_id"] = json!(client_id);
    }
    errors::never_cached(Reply::json(200, &body))
}

/// Deletes a token; one that is unknown is no error.
pub fn revoke(world: &mut World, visit: &Visit) -> Reply {
    if visit.method != "POST" {
        return Reply::empty(405).with("allow", "POST, OPTIONS");
    }
    let form = client::form(visit);
    if client::authenticated(world, visit, &form).is_none() {
        let error = "invalid_client";
        let body = json!({ "error": error, "error_description": errors::of_token(error) });
        return errors::never_cached(Reply::json(401, &body));
    }
    if own(world, visit).is_some()
        && let Some(key) = form.get("token")
    {
        world.sessions.access.remove(key);
        world.sessions.refresh.remove(key);
    }
    errors::never_cached(Reply::json(200, &json!({})))
}
