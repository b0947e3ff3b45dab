//! `/propertymappings/provider/scope/`: the scope mappings of OAuth2.
//!
//! Source: api.md §1.5; transcripts §6 (filters); `core/api/property_mappings.py` and providers/oauth2/api/scopes.py. The
//! expression is stored without being compiled (authentik answers 400 `Expression Syntax Error` to one that is no Python).

use super::answer::{Answer, Refusal};
use super::call::Call;
use super::input::Input;
use super::{events, list};
use crate::world::World;
use serde_json::{Map, Value, json};

const MODEL: &str = "authentik_providers_oauth2.scopemapping";

/// The list. `managed` repeats; an unknown one is 400.
pub fn list(world: &World, call: &Call) -> Result<Answer, Refusal> {
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
    list::sort(&mut rows, query.get("ordering"), &["name", "scope_name"], "scope_name,name");
    list::paged(call, world.release, &rows)
}

/// One mapping.
pub fn retrieve(world: &World, call: &Call, id: &str) -> Result<Answer, Refusal> {
    find(world, call, id).map(Answer::ok)
}

fn find(world: &World, call: &Call, id: &str) -> Result<Value, Refusal> {
    let rows = list::visible(call, "authentik_providers_oauth2.view_scopemapping", world.scope_mappings.clone(), pk)?;
    rows.into_iter().find(|mapping| mapping["pk"] == id).ok_or(Refusal::NoSuch("ScopeMapping"))
}

/// POST.
pub fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    if !call.caller.can("authentik_providers_oauth2.add_scopemapping") {
        return Err(Refusal::Denied);
    }
    let blank = json!({
        "pk": null, "managed": null, "name": "", "expression": "",
        "component": "ak-property-mapping-provider-scope-form", "verbose_name": "Scope Mapping",
        "verbose_name_plural": "Scope Mappings", "meta_model_name": MODEL, "scope_name": "", "description": "",
    });
    let mut mapping = read(world, blank, &call.object()?, false)?;
    let pk = world.next_uuid("scope-mapping");
    mapping["pk"] = json!(pk);
    world.scope_mappings.push(mapping.clone());
    events::model(world, call, "model_created", MODEL, &pk, text(&mapping, "name"));
    Ok(Answer::created(mapping))
}

/// PATCH and PUT; `managed` is read-only.
pub fn update(world: &mut World, call: &Call, id: &str) -> Result<Answer, Refusal> {
    let stored = find(world, call, id)?;
    if !call.caller.can_on("authentik_providers_oauth2.change_scopemapping", id) {
        return Err(Refusal::Denied);
    }
    let mapping = read(world, stored, &call.object()?, call.method == "PATCH")?;
    events::model(world, call, "model_updated", MODEL, id, text(&mapping, "name"));
    if let Some(slot) = world.scope_mappings.iter_mut().find(|slot| slot["pk"] == id) {
        slot.clone_from(&mapping);
    }
    Ok(Answer::ok(mapping))
}

/// DELETE: providers lose it.
pub fn destroy(world: &mut World, call: &Call, id: &str) -> Result<Answer, Refusal> {
    let mapping = find(world, call, id)?;
    if !call.caller.can_on("authentik_providers_oauth2.delete_scopemapping", id) {
        return Err(Refusal::Denied);
    }
    world.scope_mappings.retain(|other| other["pk"] != id);
    for provider in &mut world.providers {
        provider.property_mappings.retain(|other| other != id);
    }
    events::model(world, call, "model_deleted", MODEL, id, text(&mapping, "name"));
    Ok(Answer::no_content())
}

/// The text for a taken name is the parent model's, as with providers: the field belongs to `PropertyMapping`.
fn read(world: &World, mut mapping: Value, body: &Map<String, Value>, partial: bool) -> Result<Value, Refusal> {
    let mut input = Input::new(body, partial);
    for field in ["name", "expression", "scope_name"] {
        if let Some(text) = input.name(field, usize::MAX) {
            mapping[field] = json!(text);
        }
    }
    if let Some(text) = input.text("description") {
        mapping["description"] = json!(text);
    }
    let taken = |other: &Value| other["name"] == mapping["name"] && other["pk"] != mapping["pk"];
    if body.contains_key("name") && world.scope_mappings.iter().any(taken) {
        input.refuse("name", "Property Mapping with this name already exists.");
    }
    input.finish()?;
    Ok(mapping)
}

fn pk(row: &Value) -> String {
    text(row, "pk").to_owned()
}

fn text<'a>(row: &'a Value, field: &str) -> &'a str {
    row[field].as_str().unwrap_or_default()
}
