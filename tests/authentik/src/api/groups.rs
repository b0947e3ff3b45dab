//! `/core/groups/`.
//!
//! Source: api.md §1.3; transcripts §4 and §18; differences-2026.2.2, groups.

use super::answer::{Answer, Refusal};
use super::call::{Call, Query};
use super::{list, users};
use crate::model::Group;
use crate::world::World;
use serde_json::{Value, json};

/// The short shape inside users, groups and bindings.
pub fn partial(world: &World, group: &Group) -> Value {
    let mut shape = json!({
        "pk": group.pk, "num_pk": group.num_pk, "name": group.name, "is_superuser": group.is_superuser,
        "attributes": group.attributes,
    });
    if world.release.groups_have_one_parent() {
        let parent = group.parents.first().and_then(|pk| world.group(pk));
        shape["parent"] = json!(parent.map(|parent| &parent.pk));
        shape["parent_name"] = json!(parent.map(|parent| &parent.name));
    }
    shape
}

/// The shape as a child or a parent of another group, on all releases (recorded: both).
fn related(group: &Group) -> Value {
    json!({
        "pk": group.pk, "name": group.name, "is_superuser": group.is_superuser, "attributes": group.attributes,
        "group_uuid": group.pk,
    })
}

/// Roles that come from the groups above (recorded: 2026.2.2).
fn inherited_roles(world: &World, group: &Group) -> Vec<Value> {
    let mut above: Vec<&Group> = Vec::new();
    let mut open: Vec<&String> = group.parents.iter().collect();
    while let Some(pk) = open.pop() {
        if let Some(parent) = world.group(pk).filter(|parent| above.iter().all(|known| known.pk != parent.pk)) {
            open.extend(&parent.parents);
            above.push(parent);
        }
    }
    let roles = world.roles.iter().filter(|role| above.iter().any(|group| group.roles.contains(&role.pk)));
    roles.map(|role| json!({ "pk": role.pk, "name": role.name })).collect()
}

/// How a group looks; the `include_…` parameters say which objects it shows besides the ids.
fn shape(world: &World, group: &Group, query: &Query) -> Value {
    let with = |part: &str| query.flag(&format!("include_{part}"));
    let children: Vec<&Group> = world.groups.iter().filter(|other| other.parents.contains(&group.pk)).collect();
    let members = group.users.iter().filter_map(|pk| world.user(*pk));
    let roles = world.roles.iter().filter(|role| group.roles.contains(&role.pk));
    let role_objects: Vec<Value> = roles.map(|role| json!({ "pk": role.pk, "name": role.name })).collect();
    let relatives = |groups: &[&Group]| groups.iter().map(|group| related(group)).collect::<Vec<_>>();
    let mut shape = partial(world, group);
    for (key, value) in [
        ("users", json!(group.users)),
        ("users_obj", json!((with("users") != Some(false)).then(|| members.map(users::partial).collect::<Vec<_>>()))),
        ("roles", json!(group.roles)),
        ("roles_obj", json!(role_objects)),
        ("children", json!(children.iter().map(|child| &child.pk).collect::<Vec<_>>())),
        ("children_obj", json!((with("children") == Some(true)).then(|| relatives(&children)))),
    ] {
        shape[key] = value;
    }
    if !world.release.groups_have_one_parent() {
        let parents: Vec<&Group> = group.parents.iter().filter_map(|pk| world.group(pk)).collect();
        shape["parents"] = json!(group.parents);
        shape["parents_obj"] = json!((with("parents") == Some(true)).then(|| relatives(&parents)));
        shape["inherited_roles_obj"] =
            json!((with("inherited_roles") == Some(true)).then(|| inherited_roles(world, group)));
    }
    shape
}

/// The list.
pub fn list(world: &World, call: &Call) -> Result<Answer, Refusal> {
    let query = &call.query;
    let mut rows: Vec<&Group> = world.groups.iter().collect();
    rows.retain(|group| list::found(query.get("search"), &[&group.name]));
    if let Some(name) = query.get("name") {
        rows.retain(|group| group.name == name);
    }
    if let Some(wanted) = query.flag("is_superuser") {
        rows.retain(|group| group.is_superuser == wanted);
    }
    for parameter in ["members_by_pk", "members_by_username"] {
        let mut members = Vec::new();
        for text in query.all(parameter) {
            let by_pk = parameter == "members_by_pk";
            let user = world.users.iter().find(|u| if by_pk { u.pk.to_string() == text } else { u.username == text });
            members.push(user.map(|user| user.pk).ok_or_else(|| {
                let text = format!("Select a valid choice. {text} is not one of the available choices.");
                Refusal::field(parameter, &text)
            })?);
        }
        if !members.is_empty() {
            rows.retain(|group| members.iter().any(|pk| group.users.contains(pk)));
        }
    }
    let rows = list::visible(call, "authentik_core.view_group", rows, |group| group.pk.clone())?;
    let mut rows: Vec<Value> = rows.into_iter().map(|group| shape(world, group, query)).collect();
    list::sort(&mut rows, query.get("ordering"), &["name"], "name");
    list::paged(call, world.release, &rows)
}

/// One group.
pub fn retrieve(world: &World, call: &Call, pk: &str) -> Result<Answer, Refusal> {
    let all: Vec<&Group> = world.groups.iter().collect();
    let rows = list::visible(call, "authentik_core.view_group", all, |group| group.pk.clone())?;
    let group = rows.into_iter().find(|group| group.pk == pk).ok_or(Refusal::NoSuch("Group"))?;
    Ok(Answer::ok(shape(world, group, &call.query)))
}
