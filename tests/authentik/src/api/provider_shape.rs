//! How providers look in answers.
//!
//! Source: recordings of `providers_{all,proxy,oauth2}_{list,retrieve}`, `core_applications_retrieve` and
//! `outposts_instances_retrieve` (2025.10.3 and 2026.2.2).

use crate::model::Provider;
use crate::release::Release;
use crate::world::World;
use serde_json::{Map, Value, json};

/// Names of the model behind a shape: component, singular, plural, model.
type Names = [&'static str; 4];

const PROXY: Names =
    ["ak-provider-proxy-form", "Proxy Provider", "Proxy Providers", "authentik_providers_proxy.proxyprovider"];
const OAUTH2: Names = [
    "ak-provider-oauth2-form",
    "OAuth2/OpenID Provider",
    "OAuth2/OpenID Providers",
    "authentik_providers_oauth2.oauth2provider",
];
const PLAIN: Names = ["", "provider", "providers", "authentik_core.provider"];

/// The polymorphic shape: providers/all and `provider_obj` of an application.
pub fn any(world: &World, provider: &Provider) -> Value {
    Value::Object(base(world, provider, if provider.is_proxy() { PROXY } else { OAUTH2 }))
}

/// The shape in `providers_obj` of an outpost: names of the parent model, component empty.
pub fn plain(world: &World, provider: &Provider) -> Value {
    Value::Object(base(world, provider, PLAIN))
}

/// providers/oauth2; a proxy provider looks like an OAuth2 provider there (api.md §0.7).
pub fn oauth2(world: &World, provider: &Provider) -> Value {
    let mut shape = base(world, provider, OAUTH2);
    let Value::Object(fields) = json!(provider.oauth) else { return Value::Object(shape) };
    shape.extend(fields);
    if !world.release.has_grant_types() {
        shape.remove("grant_types");
    }
    shape.insert("redirect_uris".to_owned(), redirect_uris(world.release, provider));
    Value::Object(shape)
}

/// providers/proxy.
pub fn proxy(world: &World, provider: &Provider) -> Value {
    let mut shape = base(world, provider, PROXY);
    if let Value::Object(fields) = json!(provider.proxy) {
        shape.extend(fields);
    }
    let oauth = &provider.oauth;
    let outposts: Vec<String> = world
        .outposts
        .iter()
        .filter(|outpost| outpost.providers.contains(&provider.pk))
        .map(|outpost| format!("Outpost {}", outpost.name))
        .collect();
    for (key, value) in [
        ("client_id", json!(oauth.client_id)),
        ("redirect_uris", redirect_uris(world.release, provider)),
        ("access_token_validity", json!(oauth.access_token_validity)),
        ("refresh_token_validity", json!(oauth.refresh_token_validity)),
        ("jwt_federation_sources", json!(oauth.jwt_federation_sources)),
        ("jwt_federation_providers", json!(oauth.jwt_federation_providers)),
        ("outpost_set", json!(outposts)),
    ] {
        shape.insert(key.to_owned(), value);
    }
    Value::Object(shape)
}

fn base(world: &World, provider: &Provider, [component, name, plural, model]: Names) -> Map<String, Value> {
    let application = world.application_of(provider.pk);
    let mut shape = Map::new();
    for (key, value) in [
        ("pk", json!(provider.pk)),
        ("name", json!(provider.name)),
        ("authentication_flow", json!(provider.authentication_flow)),
        ("authorization_flow", json!(provider.authorization_flow)),
        ("invalidation_flow", json!(provider.invalidation_flow)),
        ("property_mappings", json!(provider.property_mappings)),
        ("component", json!(component)),
        ("assigned_application_slug", json!(application.map(|app| &app.slug))),
        ("assigned_application_name", json!(application.map(|app| &app.name))),
        ("verbose_name", json!(name)),
        ("verbose_name_plural", json!(plural)),
        ("meta_model_name", json!(model)),
    ] {
        shape.insert(key.to_owned(), value);
    }
    if world.release.shows_backchannel_assignment() {
        shape.insert("assigned_backchannel_application_slug".to_owned(), Value::Null);
        shape.insert("assigned_backchannel_application_name".to_owned(), Value::Null);
    }
    shape
}

/// The stored entries, with or without `redirect_uri_type`.
fn redirect_uris(release: Release, provider: &Provider) -> Value {
    let entries = provider.oauth.redirect_uris.iter().map(|entry| {
        let mut shape = json!({ "matching_mode": entry["matching_mode"], "url": entry["url"] });
        if release.has_redirect_uri_type() {
            shape["redirect_uri_type"] = entry.get("redirect_uri_type").cloned().unwrap_or(json!("authorization"));
        }
        shape
    });
    entries.collect()
}
