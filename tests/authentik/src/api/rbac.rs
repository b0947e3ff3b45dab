//! `/rbac/roles/`, and giving a role permissions.
//!
//! Source: transcripts §16; api.md §1.8.

use super::answer::{Answer, Refusal};
use super::call::Call;
use super::list;
use crate::world::World;
use serde_json::{Value, json};

/// The list of roles.
pub fn roles(world: &World, call: &Call) -> Result<Answer, Refusal> {
    let query = &call.query;
    let rows = world.roles.iter().filter(|role| query.get("name").is_none_or(|name| role.name == name));
    let rows: Vec<Value> = rows.map(|role| json!({ "pk": role.pk, "name": role.name })).collect();
    let pk = |role: &Value| role["pk"].as_str().unwrap_or_default().to_owned();
    let mut rows = list::visible(call, "authentik_rbac.view_role", rows, pk)?;
    list::sort(&mut rows, query.get("ordering"), &["name"], "name");
    list::paged(call, world.release, &rows)
}

/// `…/assigned_by_roles/{role}/assign/` (POST) and `…/unassign/` (PATCH).
pub fn assign(world: &mut World, call: &Call, role: &str, gives: bool) -> Result<Answer, Refusal> {
    let permission = if gives { "assign_role_permissions" } else { "unassign_role_permissions" };
    if !call.caller.can(&format!("authentik_rbac.{permission}")) {
        return Err(Refusal::Denied);
    }
    let body = call.object()?;
    let names: Vec<String> = body
        .get("permissions")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect();
    let role = world.roles.iter_mut().find(|other| other.pk == role).ok_or(Refusal::NoSuch("Role"))?;
    if !gives {
        for name in &names {
            role.permissions.remove(name);
        }
        return Ok(Answer::no_content());
    }
    let ids: Vec<Value> = (1..=names.len()).map(|number| json!({ "id": number.to_string() })).collect();
    role.permissions.extend(names);
    Ok(Answer::ok(json!(ids)))
}
