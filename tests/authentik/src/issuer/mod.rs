//! The OAuth2 and OIDC side of authentik: `/application/o/`.
//!
//! Source: authentik/providers/oauth2/ (views, models.py, `id_token.py`), named at each rule; the versions read are of the
//! years 2025 and 2026, and where a rule came with a release, [`crate::release`] knows it.

pub mod authorize;
pub mod claims;
mod client;
mod consent;
mod cors;
mod discovery;
mod end_session;
mod errors;
mod expression;
mod jwt;
pub mod keys;
mod redirects;
mod request;
mod resource;
mod response;
mod token;
mod tokens;

use crate::reply::{Reply, Visit};
use crate::world::World;

const BASE: &str = "/application/o/";

/// Answers a path of the issuer; `None` is a path that it does not have. `id` is the request's.
pub fn answer(world: &mut World, visit: &Visit, id: &str) -> Option<Reply> {
    if let Some(slug) = visit.path.strip_prefix("/if/flow/").and_then(|rest| rest.strip_suffix('/')) {
        return consent::answer(world, visit, slug);
    }
    match visit.path.strip_prefix(BASE)? {
        "authorize/" => Some(authorize::answer(world, visit)),
        "token/" => Some(token::answer(world, visit, id)),
        "userinfo/" => Some(resource::userinfo(world, visit)),
        "revoke/" => Some(resource::revoke(world, visit)),
        "introspect/" => Some(resource::introspect(world, visit)),
        path => match path.split_once('/')? {
            (slug, ".well-known/openid-configuration") => discovery::configuration(world, visit, slug),
            (slug, "jwks/") => discovery::jwks(world, slug),
            (slug, "end-session/") => end_session::answer(world, visit, slug),
            _ => None,
        },
    }
}
