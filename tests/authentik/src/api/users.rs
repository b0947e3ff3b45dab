//! `/core/users/` and `/core/users/me/`.
//!
//! Source: api.md §1.1, §1.2; transcripts §1, §2; differences-2026.2.2, users.

use super::answer::{Answer, Refusal};
use super::call::Call;
use super::{groups, list};
use crate::model::User;
use crate::world::World;
use serde_json::{Value, json};

const AVATAR: &str = "data:image/svg+xml;base64,";

/// How a user looks in a list and alone.
pub fn shape(world: &World, user: &User, with_groups: bool, with_roles: bool) -> Value {
    let mine: Vec<_> = world.groups_of(user.pk).collect();
    let objects: Vec<Value> = mine.iter().map(|group| groups::partial(world, group)).collect();
    let mut shape = json!({
        "pk": user.pk, "username": user.username, "name": user.name, "is_active": user.is_active,
        "last_login": user.last_login, "date_joined": user.date_joined,
        "is_superuser": world.is_superuser(user.pk),
        "groups": mine.iter().map(|group| &group.pk).collect::<Vec<_>>(),
        "groups_obj": with_groups.then_some(objects),
        "email": user.email, "avatar": AVATAR, "attributes": user.attributes, "uid": user.uid, "path": user.path,
        "type": user.kind, "uuid": user.uuid, "password_change_date": user.password_change_date,
        "last_updated": user.last_updated,
    });
    if world.release.users_have_roles() {
        shape["roles"] = json!(user.roles);
        shape["roles_obj"] = json!(with_roles.then(|| roles(world, &user.roles)));
    }
    shape
}

fn roles(world: &World, ids: &[String]) -> Vec<Value> {
    let held = world.roles.iter().filter(|role| ids.contains(&role.pk));
    held.map(|role| json!({ "pk": role.pk, "name": role.name })).collect()
}

/// The short shape inside groups and bindings.
pub fn partial(user: &User) -> Value {
    json!({
        "pk": user.pk, "username": user.username, "name": user.name, "is_active": user.is_active,
        "last_login": user.last_login, "email": user.email, "attributes": user.attributes, "uid": user.uid,
    })
}

/// The list.
pub fn list(world: &World, call: &Call) -> Result<Answer, Refusal> {
    let query = &call.query;
    let mut rows: Vec<&User> = world.users.iter().collect();
    rows.retain(|user| list::found(query.get("search"), &[&user.username, &user.name, &user.email, &user.uuid]));
    for (parameter, field) in
        [("username", "username"), ("name", "name"), ("email", "email"), ("uuid", "uuid"), ("path", "path")]
    {
        if let Some(wanted) = query.get(parameter) {
            rows.retain(|user| json!(user)[field] == wanted);
        }
    }
    if let Some(start) = query.get("path_startswith") {
        rows.retain(|user| user.path.starts_with(start));
    }
    if let Some(active) = query.flag("is_active") {
        rows.retain(|user| user.is_active == active);
    }
    if let Some(wanted) = query.flag("is_superuser") {
        // Direct groups only (api.md §1.2).
        rows.retain(|user| world.groups_of(user.pk).any(|group| group.is_superuser) == wanted);
    }
    let kinds = query.all("type");
    if !kinds.is_empty() {
        rows.retain(|user| kinds.contains(&user.kind.as_str()));
    }
    if let Some(Ok(Value::Object(wanted))) = query.get("attributes").map(serde_json::from_str::<Value>) {
        rows.retain(|user| wanted.iter().all(|(key, value)| user.attributes.get(key) == Some(value)));
    }
    for parameter in ["groups_by_name", "groups_by_pk"] {
        let wanted = query.all(parameter);
        let by_name = parameter == "groups_by_name";
        let key = |group: &crate::model::Group| if by_name { group.name.clone() } else { group.pk.clone() };
        if let Some(unknown) = wanted.iter().find(|name| !world.groups.iter().any(|group| key(group) == **name)) {
            let text = format!("Select a valid choice. {unknown} is not one of the available choices.");
            return Err(Refusal::field(parameter, &text));
        }
        if !wanted.is_empty() {
            rows.retain(|user| world.groups_of(user.pk).any(|group| wanted.contains(&key(group).as_str())));
        }
    }
    let rows = list::visible(call, "authentik_core.view_user", rows, |user| user.pk.to_string())?;
    let with_groups = query.flag("include_groups") != Some(false);
    let with_roles = query.flag("include_roles") != Some(false);
    let mut rows: Vec<Value> = rows.into_iter().map(|user| shape(world, user, with_groups, with_roles)).collect();
    let declared = ["username", "date_joined", "last_updated", "last_login"];
    list::sort(&mut rows, query.get("ordering"), &declared, "username");
    list::paged(call, world.release, &rows)
}

/// One user.
pub fn retrieve(world: &World, call: &Call, pk: &str) -> Result<Answer, Refusal> {
    let all: Vec<&User> = world.users.iter().collect();
    let rows = list::visible(call, "authentik_core.view_user", all, |user| user.pk.to_string())?;
    let wanted: i64 = pk.parse().map_err(|_| Refusal::NotFound)?;
    let user = rows.into_iter().find(|user| user.pk == wanted).ok_or(Refusal::NoSuch("User"))?;
    Ok(Answer::ok(shape(world, user, true, true)))
}

/// The caller. Groups are all groups with their ancestors; a permission of the system counts by its code name.
pub fn me(world: &World, call: &Call) -> Result<Answer, Refusal> {
    let user = call.caller.user.and_then(|pk| world.user(pk)).ok_or(Refusal::Denied)?;
    let groups = world.all_groups_of(user.pk);
    // The two about media came with the media files of 2025.12 (recorded: 2026.2.2).
    let media = ["manage_media_files", "view_media_files"].into_iter().filter(|_| world.release.icons_are_files());
    let system: Vec<&str> = SYSTEM_PERMISSIONS
        .into_iter()
        .chain(media)
        .filter(|code| call.caller.can(&format!("authentik_rbac.{code}")))
        .collect();
    let mut shape = json!({
        "pk": user.pk, "username": user.username, "name": user.name, "is_active": user.is_active,
        "is_superuser": call.caller.is_superuser,
        "groups": groups.iter().map(|group| json!({ "name": group.name, "pk": group.pk })).collect::<Vec<_>>(),
        "email": user.email, "avatar": AVATAR, "uid": user.uid, "settings": {}, "type": user.kind,
        "system_permissions": system,
    });
    if world.release.users_have_roles() {
        let mut ids: Vec<String> = groups.iter().flat_map(|group| group.roles.clone()).collect();
        ids.extend(user.roles.clone());
        shape["roles"] = json!(roles(world, &ids));
    }
    if !world.release.me_lists_users() {
        return Ok(Answer::ok(json!({ "user": shape })));
    }
    // `UserSelf.is_current`: "whether this user owns the current browser session"; what a bearer gets is assumed.
    shape["is_current"] = json!(true);
    Ok(Answer::ok(json!({ "user": shape, "users": [shape] })))
}

const SYSTEM_PERMISSIONS: [&str; 14] = [
    "view_system_settings",
    "view_system_info",
    "edit_system_settings",
    "access_admin_interface",
    "view_role",
    "add_role",
    "change_role",
    "delete_role",
    "assign_role_permissions",
    "unassign_role_permissions",
    "view_initialpermissions",
    "add_initialpermissions",
    "change_initialpermissions",
    "delete_initialpermissions",
];
