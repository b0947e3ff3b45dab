//! What a client only reads: flows, scope mappings, certificates, tokens.
//!
//! Source: api.md §1.5, §1.7, §1.8; transcripts §6, §10.

use super::answer::{Answer, Refusal};
use super::call::Call;
use super::{list, users};
use crate::world::World;
use serde_json::{Value, json};

/// `/flows/instances/`.
pub fn flows(world: &World, call: &Call) -> Result<Answer, Refusal> {
    let query = &call.query;
    let mut rows = world.flows.clone();
    for field in ["slug", "name", "designation", "denied_action"] {
        if let Some(wanted) = query.get(field) {
            rows.retain(|flow| flow[field] == wanted);
        }
    }
    rows.retain(|flow| list::found(query.get("search"), &[text(flow, "name"), text(flow, "slug")]));
    let mut rows = list::visible(call, "authentik_flows.view_flow", rows, pk)?;
    list::sort(&mut rows, query.get("ordering"), &["slug", "name", "designation"], "slug");
    list::paged(call, world.release, &rows)
}

/// `/flows/instances/{slug}/`.
pub fn flow(world: &World, call: &Call, slug: &str) -> Result<Answer, Refusal> {
    let rows = list::visible(call, "authentik_flows.view_flow", world.flows.clone(), pk)?;
    rows.into_iter().find(|flow| flow["slug"] == slug).map(Answer::ok).ok_or(Refusal::NoSuch("Flow"))
}

/// `/propertymappings/provider/scope/`. `managed` repeats; an unknown one is 400.
pub fn scope_mappings(world: &World, call: &Call) -> Result<Answer, Refusal> {
    let query = &call.query;
    let mut rows = world.scope_mappings.clone();
    let managed = query.all("managed");
    if let Some(unknown) = managed.iter().find(|name| !rows.iter().any(|mapping| mapping["managed"] == **name)) {
        let text = format!("Select a valid choice. {unknown} is not one of the available choices.");
        return Err(Refusal::field("managed", &text));
    }
    if !managed.is_empty() {
        rows.retain(|mapping| managed.contains(&text(mapping, "managed")));
    }
    if let Some(none) = query.flag("managed__isnull") {
        rows.retain(|mapping| mapping["managed"].is_null() == none);
    }
    for field in ["scope_name", "name"] {
        if let Some(wanted) = query.get(field) {
            rows.retain(|mapping| mapping[field] == wanted);
        }
    }
    rows.retain(|mapping| list::found(query.get("search"), &[text(mapping, "name"), text(mapping, "scope_name")]));
    let mut rows = list::visible(call, "authentik_providers_oauth2.view_scopemapping", rows, pk)?;
    list::sort(&mut rows, query.get("ordering"), &["name", "scope_name"], "scope_name");
    list::paged(call, world.release, &rows)
}

/// `/crypto/certificatekeypairs/`.
pub fn certificates(world: &World, call: &Call) -> Result<Answer, Refusal> {
    let query = &call.query;
    let mut rows = world.certificates.clone();
    if let Some(with_key) = query.flag("has_key") {
        rows.retain(|pair| pair["private_key_available"] == with_key);
    }
    if let Some(name) = query.get("name") {
        rows.retain(|pair| pair["name"] == name);
    }
    rows.retain(|pair| list::found(query.get("search"), &[text(pair, "name")]));
    if world.release.certificates_can_hide_details() && query.flag("include_details") == Some(false) {
        for pair in &mut rows {
            for field in ["fingerprint_sha256", "fingerprint_sha1", "cert_expiry", "cert_subject", "private_key_type"] {
                pair[field] = Value::Null;
            }
        }
    }
    let rows = list::visible(call, "authentik_crypto.view_certificatekeypair", rows, pk)?;
    list::paged(call, world.release, &rows)
}

/// `/core/tokens/`. Never 403: without the permission the list holds the caller's own; ≤2025.10 even with it, unless the
/// caller is a superuser (transcripts, summary 16; differences-2026.2.2, tokens). The key is never shown.
pub fn tokens(world: &World, call: &Call) -> Result<Answer, Refusal> {
    let query = &call.query;
    let all = call.caller.is_superuser
        || world.release.viewers_list_all_tokens() && call.caller.can("authentik_core.view_token");
    let rows = world.tokens.iter().filter(|token| all || Some(token.user) == call.caller.user);
    let mut rows: Vec<Value> = rows
        .map(|token| {
            let user = world.user(token.user);
            json!({
                "pk": token.pk, "managed": token.managed, "identifier": token.identifier, "intent": token.intent,
                "user": token.user, "user_obj": user.map(|user| users::shape(world, user, true, true)),
                "description": token.description, "expires": token.expires, "expiring": token.expiring,
            })
        })
        .collect();
    for field in ["identifier", "intent", "managed", "description"] {
        if let Some(wanted) = query.get(field) {
            rows.retain(|token| token[field] == wanted);
        }
    }
    if let Some(wanted) = query.get("user__username") {
        rows.retain(|token| token["user_obj"]["username"] == wanted);
    }
    if let Some(expiring) = query.flag("expiring") {
        rows.retain(|token| token["expiring"] == expiring);
    }
    let search = query.get("search");
    rows.retain(|token| {
        let fields = [text(token, "identifier"), text(&token["user_obj"], "username"), text(token, "description")];
        list::found(search, &fields)
    });
    list::sort(&mut rows, query.get("ordering"), &["identifier", "expires"], "identifier");
    list::paged(call, world.release, &rows)
}

fn pk(row: &Value) -> String {
    text(row, "pk").to_owned()
}

fn text<'a>(row: &'a Value, field: &str) -> &'a str {
    row[field].as_str().unwrap_or_default()
}
