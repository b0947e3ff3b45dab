//! A dump of everything that a client could change, sorted, so that two dumps can be compared for equality.

use crate::world::World;
use serde::Serialize;
use serde_json::{Value, json};

/// The dump. Left out: the last login of users, tokens, events, sessions, permissions on single objects.
pub fn dump(world: &World) -> Value {
    let mut users = sorted(&world.users, "username");
    for user in &mut users {
        if let Value::Object(fields) = user {
            fields.remove("last_login");
        }
    }
    let mut groups = sorted(&world.groups, "name");
    for group in &mut groups {
        for field in ["users", "parents"] {
            if let Some(items) = group[field].as_array_mut() {
                items.sort_by_key(Value::to_string);
            }
        }
    }
    json!({
        "release": world.release.version(),
        "applications": sorted(&world.applications, "slug"),
        "providers": sorted(&world.providers, "name"),
        "outposts": sorted(&world.outposts, "name"),
        "bindings": sorted(&world.bindings, "pk"),
        "scope_mappings": sorted(&world.scope_mappings, "name"),
        "certificates": sorted(&world.certificates, "name"),
        "groups": groups,
        "users": users,
    })
}

fn sorted(rows: &[impl Serialize], key: &str) -> Vec<Value> {
    let mut rows: Vec<Value> = rows.iter().map(|row| json!(row)).collect();
    rows.sort_by(|a, b| a[key].as_str().cmp(&b[key].as_str()));
    rows
}
