//! `propertymappings/provider/scope`: what a scope tells about a person.

use serde_json::{Value, json};

use super::List;

/// The path of the list, and of `propertymappings_provider_scope_create`.
pub const PATH: &str = "propertymappings/provider/scope/";

/// A scope mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeMapping {
    /// UUID.
    pub pk: String,
    /// Its name, unique.
    pub name: String,
    /// The scope that asks for it; several may have the same.
    pub scope: String,
    /// The mark of one that authentik brought; empty for others.
    pub managed: String,
    /// The Python expression, of those that authentik did not bring: ours are known by it.
    pub expression: String,
}

/// `propertymappings_provider_scope_list`.
pub fn list() -> List<ScopeMapping> {
    List::of(PATH, |row| {
        let managed = row.text("managed");
        let expression = if managed.is_empty() { row.text("expression") } else { String::new() };
        Ok(ScopeMapping {
            pk: row.need_text("pk")?,
            name: row.text("name"),
            scope: row.text("scope_name"),
            managed,
            expression,
        })
    })
}

/// The mapping for a scope: the one that authentik brought, else the first for that scope.
pub fn pick<'a>(mappings: &'a [ScopeMapping], scope: &str) -> Option<&'a ScopeMapping> {
    // One scope is no word, so its mark has another (blueprints/system/providers-oauth2.yaml).
    let word = if scope == "goauthentik.io/api" { "authentik_api" } else { scope };
    let mark = format!("goauthentik.io/providers/oauth2/scope-{word}");
    let managed = mappings.iter().find(|mapping| mapping.managed == mark);
    managed.or_else(|| mappings.iter().find(|mapping| mapping.scope == scope && mapping.managed.is_empty()))
}

/// A body for `propertymappings_provider_scope_create`.
pub fn body(name: &str, scope: &str, expression: &str) -> Value {
    json!({"name": name, "scope_name": scope, "expression": expression})
}
