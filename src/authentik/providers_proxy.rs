//! `providers/proxy`: forward auth and the reverse proxy.

use super::kept::keep_fields;
use super::read::Unreadable;
use super::{Call, List, Reader};

/// A proxy provider without its secrets: a row of the list holds the client secret's neighbours, so only this is kept.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ProxyProvider {
    /// Primary key.
    pub pk: i64,
    /// Unique over providers of all kinds.
    pub name: String,
    /// Unique over OAuth2 providers too, which it is one of.
    pub client_id: String,
    /// `proxy`, `forward_single` or `forward_domain`.
    pub mode: String,
    /// The address that people open; for `forward_domain` the authentication URL.
    pub external_host: String,
    /// For `forward_domain`: the domain that it covers.
    pub cookie_domain: String,
    /// The application that it belongs to; without one no outpost serves it.
    pub application_slug: Option<String>,
    /// That application's name.
    pub application_name: Option<String>,
    /// What needs no login: a regular expression a line.
    pub skip_path_regex: String,
}

keep_fields!(ProxyProvider { pk, name, mode, external_host, cookie_domain; client_id, application_slug, application_name, skip_path_regex });

impl ProxyProvider {
    /// Whether it is for a whole domain.
    pub fn is_domain_level(&self) -> bool {
        self.mode == "forward_domain"
    }

    /// The domain that a domain-level provider covers, without a dot in front; empty where none is set.
    pub fn domain(&self) -> String {
        self.cookie_domain.trim_start_matches('.').to_ascii_lowercase()
    }

    /// Whether its cookie domain holds a host: it is the domain itself, or a name below it.
    pub fn domain_holds(&self, host: &str) -> bool {
        let domain = self.domain();
        !domain.is_empty() && (host == domain || host.strip_suffix(&domain).is_some_and(|rest| rest.ends_with('.')))
    }
}

/// A proxy provider, as far as it matters whether an outpost serves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// Primary key.
    pub pk: i64,
    /// Its name.
    pub name: String,
    /// Whether it is in an outpost (`outpost_set`, read-only, names; 2025.10.3 and 2026.2.2).
    pub is_served: bool,
}

/// `providers_proxy_list` of those that belong to an application.
pub fn served() -> List<Served> {
    let list = List::of("providers/proxy/", |row| {
        Ok(Served { pk: row.int("pk")?, name: row.text("name"), is_served: !row.items("outpost_set").is_empty() })
    });
    list.with("application__isnull", "false")
}

/// `providers_proxy_list`.
pub fn list() -> List<ProxyProvider> {
    List::of("providers/proxy/", provider)
}

fn provider(row: &Reader) -> Result<ProxyProvider, Unreadable> {
    Ok(ProxyProvider {
        pk: row.int("pk")?,
        name: row.text("name"),
        client_id: row.text("client_id"),
        mode: row.text("mode"),
        external_host: row.text("external_host"),
        cookie_domain: row.text("cookie_domain"),
        application_slug: row.opt_text("assigned_application_slug").filter(|s| !s.is_empty()),
        application_name: row.opt_text("assigned_application_name").filter(|s| !s.is_empty()),
        skip_path_regex: row.text("skip_path_regex"),
    })
}

/// The lines of `skip_path_regex` (`providers_proxy_retrieve`, recorded on 2025.10.3). Each is looked for anywhere in the path,
/// or in the whole address where a domain is guarded; a blank one between others is found everywhere (proxyv2,
/// `application/application.go` and `mode_common.go`).
pub fn open_paths(pk: i64) -> Call<Vec<String>> {
    Call::get(format!("providers/proxy/{pk}/"), |answer| {
        let text = answer.text("skip_path_regex");
        Ok(if text.is_empty() { Vec::new() } else { text.split('\n').map(str::to_owned).collect() })
    })
}
