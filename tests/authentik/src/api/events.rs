//! `/events/events/`, and writing events.
//!
//! Source: transcripts §12 (shape), api.md §1.8 (filters).

use super::answer::{Answer, Refusal};
use super::call::Call;
use super::list;
use crate::clock;
use crate::world::World;
use serde_json::{Value, json};

/// Writes `model_created`, `model_updated` or `model_deleted`.
pub fn model(world: &mut World, call: &Call, action: &str, model: &str, pk: &str, name: &str) {
    let (app, model_name) = model.split_once('.').unwrap_or_default();
    let pk = pk.parse::<i64>().map_or_else(|_| json!(pk.replace('-', "")), |number| json!(number));
    let context = json!({ "model": { "pk": pk, "app": app, "name": name, "model_name": model_name } });
    write(world, call, action, "authentik.events.middleware", context);
}

/// Writes what the embedded outpost reports, under its own account.
pub fn of_outpost(world: &mut World, action: &str, app: &str, context: &Value) {
    let outpost = world.embedded_outpost().map(|outpost| outpost.pk.replace('-', "")).unwrap_or_default();
    let user = json!({ "pk": 1, "email": "", "username": format!("ak-outpost-{outpost}") });
    push(world, action, app, context, &user);
}

/// Writes an event of the caller.
fn write(world: &mut World, call: &Call, action: &str, app: &str, mut context: Value) {
    context["http_request"] = json!({
        "args": call.query.to_json(), "path": call.path, "method": call.method,
        "request_id": call.id, "user_agent": "",
    });
    let user = call.caller.user.and_then(|pk| world.user(pk));
    let user =
        user.map_or_else(|| json!({}), |user| json!({ "pk": user.pk, "email": user.email, "username": user.username }));
    push(world, action, app, &context, &user);
}

fn push(world: &mut World, action: &str, app: &str, context: &Value, user: &Value) {
    let brand = world.brand["brand_uuid"].as_str().unwrap_or_default().replace('-', "");
    let event = json!({
        "pk": world.next_uuid("event"),
        "user": user,
        "action": action,
        "app": app,
        "context": context,
        "client_ip": "127.0.0.1",
        "created": world.clock.map_or_else(clock::now, clock::at_micros),
        "expires": clock::after_seconds(365 * 86_400),
        "brand": { "pk": brand, "app": "authentik_brands", "name": "Default brand", "model_name": "brand" },
    });
    world.events.push(event);
}

/// The list, newest first.
pub fn list(world: &World, call: &Call) -> Result<Answer, Refusal> {
    let query = &call.query;
    let mut rows: Vec<Value> = world.events.iter().rev().cloned().collect();
    if let Some(action) = query.get("action") {
        rows.retain(|event| text(&event["action"]).contains(&action.to_lowercase()));
    }
    let actions = query.all("actions");
    if !actions.is_empty() {
        rows.retain(|event| actions.contains(&text(&event["action"]).as_str()));
    }
    if let Some(name) = query.get("username") {
        rows.retain(|event| event["user"]["username"] == name || event["context"]["username"] == name);
    }
    if let Some(ip) = query.get("client_ip") {
        rows.retain(|event| event["client_ip"] == ip);
    }
    for (parameter, field) in
        [("context_model_name", "model_name"), ("context_model_app", "app"), ("context_model_pk", "pk")]
    {
        if let Some(wanted) = query.get(parameter) {
            let wanted = wanted.replace('-', "");
            rows.retain(|event| text(&event["context"]["model"][field]) == wanted);
        }
    }
    rows.retain(|event| list::found(query.get("search"), &[&event.to_string()]));
    let rows = list::visible(call, "authentik_events.view_event", rows, |event| text(&event["pk"]))?;
    list::paged(call, world.release, &rows)
}

/// One event.
pub fn retrieve(world: &World, call: &Call, pk: &str) -> Result<Answer, Refusal> {
    let rows = list::visible(call, "authentik_events.view_event", world.events.clone(), |event| text(&event["pk"]))?;
    rows.into_iter().find(|event| event["pk"] == pk).map(Answer::ok).ok_or(Refusal::NoSuch("Event"))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
