//! What UUIDs stand for: the things that an application refers to, read from authentik by their names.

use super::value::{Kind, Thing};
use crate::authentik::read::Unreadable;
use crate::authentik::{Access, ApiError, List, Reader, Release, admin};
use crate::ports::{Http, all, ask};

/// One thing that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What it is known by.
    pub thing: Thing,
    /// Scope, expression and description of a mapping that authentik did not bring.
    pub own: Option<(String, String, String)>,
    /// Keys of an outpost's providers.
    pub providers: Vec<i64>,
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// All things.
    pub rows: Vec<Row>,
    /// The release.
    pub release: Option<Release>,
}

impl Names {
    /// The thing with this UUID; none if it is not there, or could not be read.
    pub fn find(&self, kind: Kind, pk: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.thing.kind == kind && row.thing.id == pk)
    }
}

/// Reads the names of all things of these kinds. What the token may not list stays unknown.
pub async fn names(http: &impl Http, access: &Access, kinds: &[Kind]) -> Result<Names, ApiError> {
    let mut names = Names { rows: Vec::new(), release: ask(http, access, &admin::version()).await.ok() };
    for list in kinds.iter().filter_map(|kind| list_of(*kind)) {
        match all(http, access, &list).await {
            Ok(rows) => names.rows.extend(rows),
            Err(error) if error.is_denied() || error.is_gone() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(names)
}

/// The lists; people are named by the bindings themselves. (`flows_instances_list`, `core_groups_list`,
/// `crypto_certificatekeypairs_list`, `propertymappings_provider_scope_list`, `outposts_instances_list`; 2025.10.3 to 2026.8.5.)
pub fn list_of(kind: Kind) -> Option<List<Row>> {
    Some(match kind {
        Kind::Flow => List::of("flows/instances/", |row| named(row, Kind::Flow, "slug")),
        Kind::Group => List::of("core/groups/", |row| named(row, Kind::Group, "name")).with("include_users", "false"),
        Kind::Certificate => List::of("crypto/certificatekeypairs/", |row| named(row, Kind::Certificate, "name")),
        Kind::Scope => List::of("propertymappings/provider/scope/", scope),
        Kind::Outpost => List::of("outposts/instances/", |row| {
            Ok(Row { providers: row.ints("providers"), ..named(row, Kind::Outpost, "name")? })
        }),
        Kind::User | Kind::Policy | Kind::Expression => return None,
    })
}

fn named(row: &Reader, kind: Kind, by: &'static str) -> Result<Row, Unreadable> {
    let thing = Thing { kind, by, key: row.need_text(by)?, id: row.need_text("pk")? };
    Ok(Row { thing, own: None, providers: Vec::new() })
}

fn scope(row: &Reader) -> Result<Row, Unreadable> {
    if row.opt_text("managed").is_some_and(|managed| !managed.is_empty()) {
        return named(row, Kind::Scope, "managed");
    }
    // Whole: an expression may be longer than what is shown.
    let whole = |field: &str| row.get(field).and_then(|text| text.value().as_str()).unwrap_or_default().to_owned();
    let own = Some((row.text("scope_name"), whole("expression"), whole("description")));
    Ok(Row { own, ..named(row, Kind::Scope, "name")? })
}
