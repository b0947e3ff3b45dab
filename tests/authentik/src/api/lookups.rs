//! What a client only reads: flows, policies and tokens.
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

/// `/policies/all/`: the policies that something is bound to, as bindings show them (`policies_all_list`: `search` looks at the
/// name; 2025.10 to 2026.8).
pub fn policies(world: &World, call: &Call) -> Result<Answer, Refusal> {
    let mut rows: Vec<Value> = Vec::new();
    for policy in world.bindings.iter().map(|binding| &binding.policy_obj).filter(|policy| !policy.is_null()) {
        if rows.iter().all(|other| other["pk"] != policy["pk"]) {
            rows.push(policy.clone());
        }
    }
    rows.retain(|policy| list::found(call.query.get("search"), &[text(policy, "name")]));
    let rows = list::visible(call, "authentik_policies.view_policy", rows, pk)?;
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
