//! `policies/bindings`: who gets in, and what else hangs on an application.

use serde_json::{Value, json};

use super::List;

/// Who or what a binding names, for a person.
pub fn names_of(target: &str) -> List<String> {
    List::of("policies/bindings/", |row| {
        // The objects are nullable from 2026.5 on; the plain keys are always there.
        let named = |object: &str, field: &str| row.get(object).and_then(|object| object.opt_text(field));
        let name = named("group_obj", "name")
            .or_else(|| named("user_obj", "username"))
            .or_else(|| named("policy_obj", "name"));
        let key = || row.opt_text("group").or_else(|| row.opt_text("user")).or_else(|| row.opt_text("policy"));
        Ok(name.or_else(key).unwrap_or_default())
    })
    .with("target", target)
}

/// `policies_bindings_create`.
pub const PATH: &str = "policies/bindings/";

/// A binding of a group to `target`. `order` is required, and exactly one of group, user and policy (2025.10.3).
pub fn group_body(target: &Value, group: &str, order: usize) -> Value {
    json!({"target": target, "group": group, "order": order, "enabled": true, "negate": false, "timeout": 30})
}
