//! `core/applications`: what people open.

use super::List;
use super::kept::keep_fields;
use super::read::Unreadable;
use super::{Call, Reader};

/// An application, as far as a site's status needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// UUID, which is also what bindings point at.
    pub pk: String,
    /// The slug that addresses it.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its provider.
    pub provider: Option<i64>,
    /// Where it is opened: `meta_launch_url`, else what the server worked out.
    pub launch_url: String,
    /// Whether somebody stated it.
    pub states_launch_url: bool,
}

keep_fields!(Application { pk, slug, name, launch_url; provider, states_launch_url });

fn application(row: &Reader) -> Result<Application, Unreadable> {
    let stated = row.text("meta_launch_url");
    Ok(Application {
        pk: row.need_text("pk")?,
        slug: row.need_text("slug")?,
        name: row.text("name"),
        provider: row.opt_int("provider"),
        states_launch_url: !stated.is_empty(),
        launch_url: if stated.is_empty() { row.text("launch_url") } else { stated },
    })
}

/// `core_applications_list`. `superuser_full_list` is ignored for others, who then see their own; a search that
/// matches everything would dodge the 24 h cache, but there is none, so a stale page is possible for them (2025.10.3).
pub fn list() -> List<Application> {
    List::of("core/applications/", application).with("superuser_full_list", "true")
}

/// `core_applications_retrieve`: by slug; gone if there is none.
pub fn retrieve(slug: &str) -> Call<Application> {
    Call::get(format!("core/applications/{}/", super::request::encode(slug)), application)
}

/// `core_applications_create`; only what is said, the rest has authentik's defaults.
pub const PATH: &str = "core/applications/";

/// Slugs that authentik keeps for its own endpoints (2025.10.3: refused by the serializer).
pub const RESERVED_SLUGS: [&str; 6] = ["authorize", "token", "device", "userinfo", "introspect", "revoke"];

/// What the server would say against a slug, before it is asked.
pub fn slug_is_sound(slug: &str) -> bool {
    !slug.is_empty()
        && slug.len() <= 50
        && slug.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        && !RESERVED_SLUGS.contains(&slug)
}
