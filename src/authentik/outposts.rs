//! `outposts/instances`: what answers at the gate.

use super::kept::keep_fields;
use serde_json::{Value, json};

use super::List;

/// The embedded outpost's `managed` mark.
pub const EMBEDDED: &str = "goauthentik.io/outposts/embedded";

/// An outpost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outpost {
    /// UUID.
    pub pk: String,
    /// Its name.
    pub name: String,
    /// `proxy`, `ldap`, `radius`, `rac`.
    pub kind: String,
    /// Primary keys of its providers.
    pub providers: Vec<i64>,
    /// Whether it is the one inside authentik.
    pub embedded: bool,
    /// `config.authentik_host`: where it sends browsers. Empty is a fault that only shows at the first login.
    pub authentik_host: String,
}

keep_fields!(Outpost { pk, name, kind, providers, embedded, authentik_host });

/// `outposts_instances_list`.
pub fn list() -> List<Outpost> {
    List::of("outposts/instances/", |row| {
        Ok(Outpost {
            pk: row.need_text("pk")?,
            name: row.text("name"),
            kind: row.text("type"),
            providers: row.ints("providers"),
            embedded: row.text("managed") == EMBEDDED,
            authentik_host: row.get("config").map(|config| config.text("authentik_host")).unwrap_or_default(),
        })
    })
}

/// The path of one outpost.
pub fn path(pk: &str) -> String {
    format!("outposts/instances/{}/", super::request::encode(pk))
}

/// A PATCH body for the list of providers. It replaces the list; `type` is repeated, because without it the server
/// checks nothing and takes an OAuth2 provider too (2025.10.3, 2026.2.2).
pub fn providers_body(providers: &Value) -> Value {
    json!({"type": "proxy", "providers": providers})
}
