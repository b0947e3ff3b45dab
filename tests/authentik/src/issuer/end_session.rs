//! `/application/o/{slug}/end-session/`: signing out of an application.
//!
//! Source: `views/end_session.py`, blueprints/default/flow-default-{,provider-}invalidation*.yaml. The provider's
//! invalidation flow decides whether the session at authentik ends too: `default-provider-invalidation-flow` has no stage and
//! ends nothing, `default-invalidation-flow` signs out. `post_logout_redirect_uri` is looked at since 2026.5, for providers
//! that have a redirect URI of the type `logout`; then an ID token must come along (assumed for 2026.8.5: read in a version
//! of that year), and a URI that is not registered is refused.

use super::redirects::{self, Purpose};
use super::{claims, client, errors, jwt, tokens};
use crate::api::call::Query;
use crate::login;
use crate::model::Provider;
use crate::pages;
use crate::reply::{Reply, Visit};
use crate::world::World;

/// Answers; `None` is no such application.
pub fn answer(world: &mut World, visit: &Visit, slug: &str) -> Option<Reply> {
    let application = world.application(slug)?.clone();
    let provider = world.provider(application.provider?)?.clone();
    let query = if visit.method == "POST" { client::form(visit) } else { Query::parse(&visit.query) };
    let Ok(to) = destination(world, visit, &provider, &query) else {
        return Some(Reply::html(400, pages::wrong("Bad Request", errors::of_token("invalid_request"))));
    };
    let mut reply =
        to.map_or_else(|| Reply::html(200, pages::logged_out(&application.name)), |to| Reply::redirect(&to));
    if let Some(session) = login::session(world, visit) {
        let mine = |grant: &crate::model::Grant| {
            grant.provider == provider.pk && grant.session.as_deref() == Some(session.as_str())
        };
        world.sessions.access.retain(|_, grant| !mine(grant));
        if signs_out(world, &provider) {
            tokens::end_session(world, &session);
            reply = reply.with("set-cookie", &format!("{}; Max-Age=0", login::cookie("")));
        }
    }
    Some(reply)
}

/// Whether the provider's invalidation flow, or else the brand's, ends the session.
fn signs_out(world: &World, provider: &Provider) -> bool {
    let brand = world.brand["flow_invalidation"].as_str();
    let flow = provider.invalidation_flow.as_deref().or(brand);
    world.flows.iter().any(|other| other["pk"].as_str() == flow && other["slug"] == "default-invalidation-flow")
}

/// Where the visitor goes afterwards.
fn destination(world: &World, visit: &Visit, provider: &Provider, query: &Query) -> Result<Option<String>, ()> {
    if !world.release.has_redirect_uri_type() {
        return Ok(None);
    }
    let hint = query.get("id_token_hint");
    if let Some(hint) = hint {
        let claims = jwt::decode(world, provider, hint).ok_or(())?;
        let issuer = claims::issuer(world, provider, &visit.origin());
        if claims["aud"] != provider.oauth.client_id.as_str() || claims["iss"].as_str() != issuer.as_deref() {
            return Err(());
        }
    }
    let Some(uri) = query.get("post_logout_redirect_uri") else { return Ok(None) };
    if redirects::entries(provider, Purpose::Logout).is_empty() {
        return Ok(None);
    }
    if hint.is_none() || !redirects::allows(provider, Purpose::Logout, uri) {
        return Err(());
    }
    let state = query.get("state").map_or_else(String::new, |state| {
        let encoded: String = url::form_urlencoded::byte_serialize(state.as_bytes()).collect();
        format!("{}state={encoded}", if uri.contains('?') { '&' } else { '?' })
    });
    Ok(Some(format!("{uri}{state}")))
}
