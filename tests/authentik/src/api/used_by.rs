//! `used_by`: what refers to a certificate or to a scope mapping. A list without pages.
//!
//! Source: `core/api/used_by.py` (the shape is recorded on 2025.10.3 for an application). Only what the caller may see is
//! told, so an empty list proves nothing to somebody who may see nothing. An OAuth2 provider shows up under its model, a
//! proxy provider that uses a certificate hides the OAuth2 providers behind one entry each (`authentik_used_by_shadows`,
//! which nobody here needs: a generated key is no certificate of a proxy). Assumed: the names of the relations.

use super::answer::{Answer, Refusal};
use super::call::Call;
use super::{certificates, scope_mappings};
use crate::model::Provider;
use crate::world::World;
use serde_json::{Value, json};

/// Of a certificate: proxies that present it, providers that sign or encrypt with it. Its deletion leaves them without.
pub fn certificate(world: &World, call: &Call, id: &str) -> Result<Answer, Refusal> {
    certificates::retrieve(world, call, id)?;
    let is = |slot: &Option<String>| slot.as_deref() == Some(id);
    let oauth2 = ("authentik_providers_oauth2", "oauth2provider", "OAuth2 Provider ", "set_null");
    let proxy = ("authentik_providers_proxy", "proxyprovider", "Proxy Provider ", "set_null");
    let mut rows = users(world, call, oauth2, |provider| is(&provider.oauth.encryption_key));
    rows.extend(users(world, call, oauth2, |provider| is(&provider.oauth.signing_key)));
    rows.extend(users(world, call, proxy, |provider| {
        provider.proxy.as_ref().is_some_and(|proxy| is(&proxy.certificate))
    }));
    Ok(Answer::ok(Value::Array(rows)))
}

/// Of a scope mapping: the providers that have it, under their parent model.
pub fn scope_mapping(world: &World, call: &Call, id: &str) -> Result<Answer, Refusal> {
    scope_mappings::retrieve(world, call, id)?;
    let provider = ("authentik_core", "provider", "", "cascade_many");
    let rows = users(world, call, provider, |provider| provider.property_mappings.iter().any(|other| other == id));
    Ok(Answer::ok(Value::Array(rows)))
}

fn users(
    world: &World,
    call: &Call,
    (app, model, title, action): (&str, &str, &str, &str),
    uses: impl Fn(&Provider) -> bool,
) -> Vec<Value> {
    let seen = |provider: &&Provider| call.caller.can_on(&format!("{app}.view_{model}"), &provider.pk.to_string());
    let rows = world.providers.iter().filter(|provider| uses(provider)).filter(seen).map(|provider| {
        json!({
            "app": app, "model_name": model, "pk": provider.pk.to_string(),
            "name": format!("{title}{}", provider.name), "action": action,
        })
    });
    rows.collect()
}
