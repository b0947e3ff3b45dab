//! Makes ID tokens, access tokens and refresh tokens.
//!
//! Source: `id_token.py` (`IDToken.new`, `to_dict`, `to_access_token`), models.py (`AccessToken`, `RefreshToken`).

use super::{claims, jwt};
use crate::clock;
use crate::ids::sha256_hex;
use crate::model::Grant;
use crate::world::World;
use serde_json::{Map, Value, json};

/// What a new token is for.
#[derive(Clone, Debug)]
pub struct Order {
    pub provider: i64,
    pub user: i64,
    pub scopes: Vec<String>,
    /// The login session, as its cookie has it.
    pub session: Option<String>,
    /// When the person signed in.
    pub auth_time: u64,
    pub nonce: Option<String>,
    /// The origin that the client used: the issuer follows it.
    pub origin: String,
}

/// The claims of an ID token. Everybody signs in with a password here, so `amr` is always that.
fn id_token(world: &World, order: &Order, expires: u64) -> Map<String, Value> {
    let (Some(provider), Some(user)) = (world.provider(order.provider), world.user(order.user)) else {
        return Map::new();
    };
    let mut token = Map::new();
    for (name, value) in [
        ("iss", json!(claims::issuer(world, provider, &order.origin))),
        ("sub", json!(claims::subject(provider, user))),
        ("aud", json!(provider.oauth.client_id)),
        ("exp", json!(expires)),
        ("iat", json!(clock::seconds())),
        ("auth_time", json!(order.auth_time)),
        ("acr", json!(claims::ACR)),
        ("amr", json!(order.session.as_ref().map(|_| ["pwd"]))),
        ("sid", json!(order.session.as_deref().map(sha256_hex))),
        ("nonce", json!(order.nonce)),
    ] {
        if !value.is_null() {
            token.insert(name.to_owned(), value);
        }
    }
    if provider.oauth.include_claims_in_id_token {
        token.extend(claims::of_scopes(world, provider, user, &order.scopes));
    }
    token
}

/// Stores a new access token: the ID token's claims with `azp` and a `uid` that makes it unique.
pub fn access(world: &mut World, order: &Order) -> (String, Grant) {
    let lifetime = world.provider(order.provider).map(|provider| provider.oauth.access_token_validity.clone());
    let expires = clock::seconds() + clock::duration(lifetime.as_deref().unwrap_or_default());
    let grant = grant(world, order, expires);
    let mut claims = grant.id_token.clone();
    let uid = world.next_letters("access-token", 40);
    claims.insert("uid".to_owned(), json!(uid));
    let token = world.provider(order.provider).map_or_else(String::new, |provider| {
        claims.insert("azp".to_owned(), json!(provider.oauth.client_id));
        jwt::encode(world, provider, &claims)
    });
    world.sessions.access.insert(token.clone(), grant.clone());
    (token, grant)
}

/// Stores a new refresh token, which is opaque; its ID token knows the access token.
pub fn refresh(world: &mut World, order: &Order, access: &str) -> String {
    let lifetime = world.provider(order.provider).map(|provider| provider.oauth.refresh_token_validity.clone());
    let expires = clock::seconds() + clock::duration(lifetime.as_deref().unwrap_or_default());
    let mut grant = grant(world, order, expires);
    grant.id_token.insert("at_hash".to_owned(), json!(jwt::half_hash(access)));
    let token = world.next_letters("refresh-token", 128);
    world.sessions.refresh.insert(token.clone(), grant);
    token
}

/// A grant as it is stored.
pub fn grant(world: &World, order: &Order, expires: u64) -> Grant {
    Grant {
        provider: order.provider,
        user: order.user,
        scopes: order.scopes.clone(),
        session: order.session.clone(),
        auth_time: order.auth_time,
        expires,
        revoked: false,
        id_token: id_token(world, order, expires),
    }
}

/// Whether a stored token still works: its person is active and its provider is there.
pub fn is_alive(world: &World, grant: &Grant) -> bool {
    !grant.revoked
        && grant.expires > clock::seconds()
        && world.user(grant.user).is_some_and(|user| user.is_active)
        && world.provider(grant.provider).is_some()
}

/// Ends a login session: access tokens that belong to it go with it, refresh tokens stay (models.py `session`).
pub fn end_session(world: &mut World, session: &str) {
    world.sessions.authentik.remove(session);
    world.sessions.access.retain(|_, grant| grant.session.as_deref() != Some(session));
}
