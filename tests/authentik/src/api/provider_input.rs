//! Reads and checks the body of a provider, for the plain endpoints and for the transactional one.
//!
//! Source: transcripts §7 (every error), api.md §1.5 (defaults; what the server sets for a proxy provider).

use super::answer::Refusal;
use super::input::Input;
use super::provider_defaults::{Kind, set_oauth_defaults};
use super::redirect_uris;
use crate::model::Provider;
use crate::world::World;
use serde_json::{Map, Value, json};

/// Applies a body to a provider (a new one, or for PATCH the stored one) and checks it.
pub fn read(
    world: &World,
    kind: Kind,
    mut provider: Provider,
    body: &Map<String, Value>,
    partial: bool,
) -> Result<Provider, Refusal> {
    let mut input = Input::new(body, partial);
    if let Some(name) = input.name("name", 10_000) {
        if world.providers.iter().any(|other| other.name == name && other.pk != provider.pk) {
            input.refuse("name", "provider with this name already exists.");
        }
        provider.name = name;
    }
    let flow_exists = |id: &str| world.flows.iter().any(|flow| flow["pk"] == id);
    input.optional_uuid("authentication_flow", flow_exists).store(&mut provider.authentication_flow);
    if let Some(flow) = input.uuid("authorization_flow", true, flow_exists) {
        provider.authorization_flow = Some(flow);
    }
    if let Some(flow) = input.uuid("invalidation_flow", true, flow_exists) {
        provider.invalidation_flow = Some(flow);
    }
    if let Some(ids) = input.uuids("property_mappings", |id| world.scope_mappings.iter().any(|m| m["pk"] == id)) {
        provider.property_mappings = stored_order(world, &ids);
    }
    for (field, slot) in [
        ("access_token_validity", &mut provider.oauth.access_token_validity),
        ("refresh_token_validity", &mut provider.oauth.refresh_token_validity),
    ] {
        if let Some(text) = input.duration(field) {
            *slot = text;
        }
    }
    match kind {
        Kind::Proxy => read_proxy(world, &mut input, &mut provider, body),
        Kind::OAuth2 => read_oauth2(world, &mut input, &mut provider),
    }
    input.finish()?;
    if kind == Kind::Proxy {
        set_oauth_defaults(world, &mut provider);
    }
    Ok(provider)
}

/// The order in which the database returns mappings: the order in which they are stored.
fn stored_order(world: &World, ids: &[String]) -> Vec<String> {
    let stored = world.scope_mappings.iter().filter_map(|mapping| mapping["pk"].as_str());
    stored.filter(|id| ids.iter().any(|wanted| wanted == id)).map(str::to_owned).collect()
}

fn read_oauth2(world: &World, input: &mut Input, provider: &mut Provider) {
    let oauth = &mut provider.oauth;
    let pk = provider.pk;
    for (field, choices, slot) in [
        ("client_type", &["confidential", "public"][..], &mut oauth.client_type),
        ("logout_method", &["backchannel", "frontchannel"][..], &mut oauth.logout_method),
        ("issuer_mode", &["global", "per_provider"][..], &mut oauth.issuer_mode),
        (
            "sub_mode",
            &["hashed_user_id", "user_id", "user_uuid", "user_username", "user_email", "user_upn"][..],
            &mut oauth.sub_mode,
        ),
    ] {
        if let Some(choice) = input.choice(field, choices) {
            *slot = choice;
        }
    }
    if let Some(id) = input.text("client_id") {
        if world.providers.iter().any(|other| other.oauth.client_id == id && other.pk != pk) {
            input.refuse("client_id", "OAuth2/OpenID Provider with this Client ID already exists.");
        }
        oauth.client_id = id;
    }
    if let Some(secret) = input.text("client_secret") {
        oauth.client_secret = secret;
    }
    if let Some(uri) = input.text("logout_uri") {
        oauth.logout_uri = uri;
    }
    if let Some(flag) = input.boolean("include_claims_in_id_token") {
        oauth.include_claims_in_id_token = flag;
    }
    for (field, slot) in [
        ("access_code_validity", &mut oauth.access_code_validity),
        ("refresh_token_threshold", &mut oauth.refresh_token_threshold),
    ] {
        if let Some(text) = input.duration(field) {
            *slot = text;
        }
    }
    let key_exists = |id: &str| world.certificates.iter().any(|key| key["pk"] == id);
    input.optional_uuid("signing_key", key_exists).store(&mut oauth.signing_key);
    input.optional_uuid("encryption_key", key_exists).store(&mut oauth.encryption_key);
    if world.release.has_grant_types()
        && let Some(grants) = input.list("grant_types", false)
    {
        let known = world.release.grant_types();
        match grants.iter().enumerate().find(|(_, grant)| grant.as_str().is_none_or(|grant| !known.contains(&grant))) {
            Some((index, grant)) => {
                let said = grant.as_str().map_or_else(|| grant.to_string(), str::to_owned);
                let text = format!("\"{said}\" is not a valid choice.");
                input.refuse_with("grant_types", json!({ index.to_string(): [text] }));
            }
            None => oauth.grant_types = grants.iter().filter_map(|grant| grant.as_str().map(str::to_owned)).collect(),
        }
    }
    if let Some(entries) = input.list("redirect_uris", true).cloned() {
        match redirect_uris::read(world.release, &entries) {
            Ok(uris) => oauth.redirect_uris = uris,
            Err(errors) => input.refuse_with("redirect_uris", errors),
        }
    }
}

fn read_proxy(world: &World, input: &mut Input, provider: &mut Provider, body: &Map<String, Value>) {
    let Some(proxy) = provider.proxy.as_mut() else { return };
    if let Some(url) = input.url("external_host", true) {
        proxy.external_host = url;
    }
    if let Some(url) = input.url("internal_host", false) {
        proxy.internal_host = url;
    }
    if let Some(mode) = input.choice("mode", &["proxy", "forward_single", "forward_domain"]) {
        proxy.mode = mode;
    }
    for (field, slot) in [
        ("skip_path_regex", &mut proxy.skip_path_regex),
        ("cookie_domain", &mut proxy.cookie_domain),
        ("basic_auth_password_attribute", &mut proxy.basic_auth_password_attribute),
        ("basic_auth_user_attribute", &mut proxy.basic_auth_user_attribute),
    ] {
        if let Some(text) = input.text(field) {
            *slot = text;
        }
    }
    for (field, slot) in [
        ("internal_host_ssl_validation", &mut proxy.internal_host_ssl_validation),
        ("basic_auth_enabled", &mut proxy.basic_auth_enabled),
        ("intercept_header_auth", &mut proxy.intercept_header_auth),
    ] {
        if let Some(flag) = input.boolean(field) {
            *slot = flag;
        }
    }
    input
        .optional_uuid("certificate", |id| world.certificates.iter().any(|key| key["pk"] == id))
        .store(&mut proxy.certificate);
    if input.is_valid() {
        check_proxy(input, body);
    }
}

/// `validate()` of the serializer, which looks at the request only: also a PATCH must repeat `mode` (api.md §1.5).
fn check_proxy(input: &mut Input, body: &Map<String, Value>) {
    let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default();
    let mode = if body.contains_key("mode") { text("mode") } else { "proxy" };
    if mode == "proxy" && text("internal_host").is_empty() {
        input.refuse("internal_host", "Internal host cannot be empty when forward auth is disabled.");
    } else if body.get("basic_auth_enabled") == Some(&json!(true))
        && (text("basic_auth_password_attribute").is_empty() || text("basic_auth_user_attribute").is_empty())
    {
        input.refuse("basic_auth_enabled", "User and password attributes must be set when basic auth is enabled.");
    }
}
