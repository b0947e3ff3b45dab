//! The page on which a person agrees: the authorization flow's.
//!
//! Source: views/authorize.py (a consent stage is added for `prompt=consent`, which `offline_access` implies, and always
//! asks), blueprints/default/flow-default-provider-authorization-explicit-consent.yaml (its stage remembers for four weeks).

use super::authorize::{self, Agreed};
use super::claims;
use super::request::{self, Request};
use crate::api::call::Query;
use crate::pages;
use crate::reply::{Reply, Visit};
use crate::world::World;

const EXPLICIT: &str = "default-provider-authorization-explicit-consent";

/// Answers the page of an authorization flow, and its form.
pub fn answer(world: &mut World, visit: &Visit, slug: &str) -> Option<Reply> {
    let is_authorization = |flow: &&serde_json::Value| flow["slug"] == slug && flow["designation"] == "authorization";
    world.flows.iter().find(is_authorization)?;
    if visit.method == "POST" {
        return Some(authorize::run(world, visit, &visit.query, Agreed::Yes));
    }
    let Ok(request) = request::read(world, &Query::parse(&visit.query)) else {
        return Some(authorize::run(world, visit, &visit.query, Agreed::No));
    };
    let name = world.application_of(request.provider).map(|app| app.name.clone()).unwrap_or_default();
    let scopes = descriptions(world, &request);
    Some(Reply::html(200, pages::consent(&name, &scopes, &visit.path_and_query())))
}

/// What the granted scopes are called; one without a description is not shown.
fn descriptions(world: &World, request: &Request) -> Vec<String> {
    let Some(provider) = world.provider(request.provider) else { return Vec::new() };
    claims::mappings(world, provider)
        .into_iter()
        .filter(|mapping| request.scopes.iter().any(|scope| mapping["scope_name"] == scope.as_str()))
        .filter_map(|mapping| mapping["description"].as_str().filter(|text| !text.is_empty()).map(str::to_owned))
        .collect()
}

fn flow_of(world: &World, provider: i64) -> String {
    let id = world.provider(provider).and_then(|provider| provider.authorization_flow.clone()).unwrap_or_default();
    let flow = world.flows.iter().find(|flow| flow["pk"] == id.as_str());
    flow.and_then(|flow| flow["slug"].as_str()).unwrap_or_default().to_owned()
}

/// Where a person agrees.
pub fn page(world: &World, provider: i64, query: &str) -> String {
    let slug = Some(flow_of(world, provider)).filter(|slug| !slug.is_empty()).unwrap_or_else(|| EXPLICIT.to_owned());
    format!("/if/flow/{slug}/?{query}")
}

/// Whether somebody has to agree first.
pub fn is_needed(world: &World, request: &Request, user: i64) -> bool {
    request.prompt.iter().any(|prompt| prompt == "consent")
        || flow_of(world, request.provider) == EXPLICIT && !world.sessions.consents.contains(&(user, request.provider))
}

/// Notes that somebody has agreed.
pub fn remember(world: &mut World, request: &Request, user: i64) {
    if flow_of(world, request.provider) == EXPLICIT {
        world.sessions.consents.insert((user, request.provider));
    }
}
