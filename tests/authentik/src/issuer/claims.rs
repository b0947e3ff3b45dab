//! What a token says about a person: the subject, the issuer, and the claims of the granted scopes.
//!
//! Source: `id_token.py` (`IDToken.new`), views/userinfo.py (`get_claims`), models.py (`get_issuer`), and the default mappings
//! in blueprints/system/providers-{oauth2,proxy}.yaml.

use super::expression;
use crate::model::{Provider, User};
use crate::world::World;
use serde_json::{Map, Value, json};

/// `ACR_AUTHENTIK_DEFAULT` (constants.py).
pub const ACR: &str = "goauthentik.io/providers/oauth2/default";

/// The scope mappings of a provider, by scope name, then by name.
pub fn mappings<'w>(world: &'w World, provider: &Provider) -> Vec<&'w Value> {
    let mine = |mapping: &&Value| provider.property_mappings.iter().any(|id| mapping["pk"] == id.as_str());
    let mut mappings: Vec<&Value> = world.scope_mappings.iter().filter(mine).collect();
    mappings.sort_by_key(|mapping| (mapping["scope_name"].as_str(), mapping["name"].as_str()));
    mappings
}

/// The scopes that a provider knows, each once.
pub fn scopes(world: &World, provider: &Provider) -> Vec<String> {
    let mut names: Vec<String> = mappings(world, provider)
        .iter()
        .filter_map(|mapping| mapping["scope_name"].as_str().map(str::to_owned))
        .collect();
    names.dedup();
    names
}

/// Who issues the tokens of a provider, at the origin that the visitor used. Without an application there is no issuer of
/// its own.
pub fn issuer(world: &World, provider: &Provider, origin: &str) -> Option<String> {
    if provider.oauth.issuer_mode == "global" {
        return Some(format!("{origin}/"));
    }
    world.application_of(provider.pk).map(|app| format!("{origin}/application/o/{}/", app.slug))
}

/// The subject, by `sub_mode`.
pub fn subject(provider: &Provider, user: &User) -> String {
    match provider.oauth.sub_mode.as_str() {
        "user_id" => user.pk.to_string(),
        "user_uuid" => user.uuid.clone(),
        "user_email" => user.email.clone(),
        "user_username" => user.username.clone(),
        "user_upn" => user.attributes["upn"].as_str().unwrap_or(&user.uid).to_owned(),
        _ => user.uid.clone(),
    }
}

/// The claims of the granted scopes.
pub fn of_scopes(world: &World, provider: &Provider, user: &User, scopes: &[String]) -> Map<String, Value> {
    let mut claims = Map::new();
    for mapping in mappings(world, provider) {
        if scopes.iter().any(|scope| mapping["scope_name"] == scope.as_str()) {
            merge(&mut claims, of_mapping(world, mapping, user));
        }
    }
    claims
}

/// The names of the claims that a provider's mappings can give (views/provider.py `get_claims`).
pub fn names(world: &World, provider: &Provider) -> Vec<String> {
    let Some(user) = world.users.first() else { return Vec::new() };
    let of = |mapping: &Value| of_mapping(world, mapping, user).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    mappings(world, provider).into_iter().flat_map(of).collect()
}

/// A default mapping is known by its managed name, a custom one has its expression read.
fn of_mapping(world: &World, mapping: &Value, user: &User) -> Map<String, Value> {
    let claims = match mapping["managed"].as_str().and_then(|name| name.rsplit('/').next()) {
        // Not verified, since 2025.10.
        Some("scope-email") => json!({ "email": user.email, "email_verified": false }),
        Some("scope-profile") => json!({
            "name": user.name, "given_name": user.name,
            "preferred_username": user.username, "nickname": user.username,
            "groups": world.groups_of(user.pk).map(|group| &group.name).collect::<Vec<_>>(),
        }),
        // This server has no entitlements.
        Some("scope-entitlements") => json!({ "entitlements": [], "roles": [] }),
        Some("scope-proxy") => json!({ "ak_proxy": {
            "user_attributes": attributes(world, user), "is_superuser": world.is_superuser(user.pk),
        } }),
        Some(_) => json!({}),
        None => {
            return expression::evaluate(world, mapping["expression"].as_str().unwrap_or_default(), user);
        }
    };
    if let Value::Object(claims) = claims { claims } else { Map::new() }
}

/// Attributes of the groups and then of the person (core/models.py `group_attributes`).
fn attributes(world: &World, user: &User) -> Map<String, Value> {
    let mut all = Map::new();
    let groups = world.all_groups_of(user.pk);
    for value in groups.iter().map(|group| &group.attributes).chain([&user.attributes]) {
        if let Value::Object(fields) = value {
            merge(&mut all, fields.clone());
        }
    }
    all
}

/// As `deepmerge.always_merger`: objects are merged, lists appended, anything else replaced.
fn merge(into: &mut Map<String, Value>, from: Map<String, Value>) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Object(old)), Value::Object(new)) => merge(old, new),
            (Some(Value::Array(old)), Value::Array(new)) => old.extend(new),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}
