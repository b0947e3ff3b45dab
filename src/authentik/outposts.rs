//! `outposts/instances`: what answers at the gate.

use super::kept::keep_fields;
use serde_json::{Value, json};

use super::{Call, List};

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

/// One process of an outpost, as authentik heard of it last.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Health {
    /// ISO 8601.
    pub last_seen: String,
    /// The release that it is.
    pub version: String,
    /// The release that it should be; `version_outdated` is false where the build differs, so the two are compared.
    pub version_should: String,
}

/// `outposts_instances_health_list`: a list without pages, empty if the outpost is not connected (2025.10.3, 2026.2.2).
pub fn health(pk: &str) -> Call<Vec<Health>> {
    Call::get(format!("{}health/", path(pk)), |answer| {
        let entry = |row: &super::Reader| Health {
            last_seen: row.text("last_seen"),
            version: row.text("version"),
            version_should: row.text("version_should"),
        };
        // An answer that is no list is not "not connected".
        let list = answer.value().is_array().then(|| answer.rows().iter().map(entry).collect());
        list.ok_or(super::read::Unreadable(String::new()))
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
