//! The paths that the server knows, and what each of them allows.
//!
//! A missing trailing slash makes a path unknown; there is no redirect (transcripts, summary 3).

use super::provider_defaults::Kind;
use super::providers::Family;
use crate::release::Release;

/// A known path below `/api/v3/`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Endpoint {
    RootConfig,
    Brands,
    CurrentBrand,
    Me,
    Version,
    System,
    Settings,
    Users,
    User(String),
    Groups,
    Group(String),
    Applications,
    Application(String),
    CheckAccess(String),
    SetIconUrl(String),
    Transactional,
    Providers(Family),
    Provider(Family, String),
    SetupUrls(String),
    PreviewUser(String),
    Outposts,
    Outpost(String),
    OutpostHealth(String),
    OutpostDefaults,
    Flows,
    Flow(String),
    Policies,
    Bindings,
    Binding(String),
    ScopeMappings,
    ScopeMapping(String),
    Certificates,
    Certificate(String),
    GenerateCertificate,
    CertificateUsedBy(String),
    ScopeMappingUsedBy(String),
    Tokens,
    Events,
    Event(String),
    Roles,
    /// Giving (`true`) or taking permissions of a role.
    Assign(String, bool),
}

const READ: &str = "GET, HEAD, OPTIONS";
const LIST: &str = "GET, POST, HEAD, OPTIONS";
const DETAIL: &str = "GET, PUT, PATCH, DELETE, HEAD, OPTIONS";

impl Endpoint {
    /// The endpoint of a path such as `/api/v3/core/users/5/`.
    pub fn of(path: &str) -> Option<Self> {
        let inner = path.strip_prefix("/api/v3/")?.strip_suffix('/')?;
        let segments: Vec<String> = inner.split('/').map(decoded).collect();
        let names: Vec<&str> = segments.iter().map(String::as_str).collect();
        let last = |index: usize| segments.get(index).cloned().unwrap_or_default();
        let endpoint = match names.as_slice() {
            ["root", "config"] => Self::RootConfig,
            ["core", "brands"] => Self::Brands,
            ["core", "brands", "current"] => Self::CurrentBrand,
            ["core", "users", "me"] => Self::Me,
            ["core", "users"] => Self::Users,
            ["core", "users", _] => Self::User(last(2)),
            ["core", "groups"] => Self::Groups,
            ["core", "groups", _] => Self::Group(last(2)),
            ["core", "applications"] => Self::Applications,
            ["core", "applications", _] => Self::Application(last(2)),
            ["core", "applications", _, "check_access"] => Self::CheckAccess(last(2)),
            ["core", "applications", _, "set_icon_url"] => Self::SetIconUrl(last(2)),
            ["core", "transactional", "applications"] => Self::Transactional,
            ["core", "tokens"] => Self::Tokens,
            ["admin", "version"] => Self::Version,
            ["admin", "system"] => Self::System,
            ["admin", "settings"] => Self::Settings,
            ["providers", "oauth2", _, "setup_urls"] => Self::SetupUrls(last(2)),
            ["providers", "oauth2", _, "preview_user"] => Self::PreviewUser(last(2)),
            ["providers", family] => Self::Providers(family_of(family)?),
            ["providers", family, _] => Self::Provider(family_of(family)?, last(2)),
            ["outposts", "instances"] => Self::Outposts,
            ["outposts", "instances", "default_settings"] => Self::OutpostDefaults,
            ["outposts", "instances", _] => Self::Outpost(last(2)),
            ["outposts", "instances", _, "health"] => Self::OutpostHealth(last(2)),
            ["flows", "instances"] => Self::Flows,
            ["flows", "instances", _] => Self::Flow(last(2)),
            ["policies", "all"] => Self::Policies,
            ["policies", "bindings"] => Self::Bindings,
            ["policies", "bindings", _] => Self::Binding(last(2)),
            ["propertymappings", "provider", "scope"] => Self::ScopeMappings,
            ["propertymappings", "provider", "scope", _] => Self::ScopeMapping(last(3)),
            ["crypto", "certificatekeypairs"] => Self::Certificates,
            ["crypto", "certificatekeypairs", "generate"] => Self::GenerateCertificate,
            ["crypto", "certificatekeypairs", _, "used_by"] => Self::CertificateUsedBy(last(2)),
            ["propertymappings", "provider", "scope", _, "used_by"] => Self::ScopeMappingUsedBy(last(3)),
            ["crypto", "certificatekeypairs", _] => Self::Certificate(last(2)),
            ["events", "events"] => Self::Events,
            ["events", "events", _] => Self::Event(last(2)),
            ["rbac", "roles"] => Self::Roles,
            ["rbac", "permissions", "assigned_by_roles", _, "assign"] => Self::Assign(last(3), true),
            ["rbac", "permissions", "assigned_by_roles", _, "unassign"] => Self::Assign(last(3), false),
            _ => return None,
        };
        Some(endpoint)
    }

    /// Whether a release has this endpoint.
    pub const fn exists_in(&self, release: Release) -> bool {
        !matches!(self, Self::SetIconUrl(_)) || release.has_set_icon_url()
    }

    /// The `Allow` header of authentik, which also names methods that this server does not implement.
    pub const fn allow(&self) -> &'static str {
        match self {
            Self::Transactional => "PUT, OPTIONS",
            Self::Providers(Family::All) => READ,
            Self::Provider(Family::All, _) => "GET, DELETE, HEAD, OPTIONS",
            Self::Assign(_, true) | Self::GenerateCertificate | Self::SetIconUrl(_) => "POST, OPTIONS",
            Self::Assign(_, false) => "PATCH, OPTIONS",
            Self::Users
            | Self::Groups
            | Self::Applications
            | Self::Providers(_)
            | Self::Outposts
            | Self::Bindings
            | Self::Flows
            | Self::Tokens
            | Self::Brands
            | Self::ScopeMappings
            | Self::Certificates
            | Self::Events
            | Self::Roles => LIST,
            Self::User(_)
            | Self::Group(_)
            | Self::Application(_)
            | Self::Provider(..)
            | Self::Outpost(_)
            | Self::Binding(_)
            | Self::Flow(_)
            | Self::ScopeMapping(_)
            | Self::Certificate(_)
            | Self::Event(_) => DETAIL,
            _ => READ,
        }
    }

    /// Whether a visitor without credentials is answered.
    pub const fn is_public(&self) -> bool {
        matches!(self, Self::RootConfig | Self::CurrentBrand | Self::CheckAccess(_))
    }

    /// `name` and `description` of an OPTIONS answer (transcripts §13).
    pub const fn title(&self) -> (&'static str, &'static str) {
        match self {
            Self::RootConfig => ("Config", "Read-only view set that returns the current session's Configs"),
            Self::Me => ("User me", "Get information about current user"),
            Self::Transactional => {
                ("Transactional Application", "Convert data into a blueprint, validate it and apply it")
            }
            _ => ("Instance", ""),
        }
    }
}

fn family_of(name: &str) -> Option<Family> {
    match name {
        "all" => Some(Family::All),
        "proxy" => Some(Family::Only(Kind::Proxy)),
        "oauth2" => Some(Family::Only(Kind::OAuth2)),
        _ => None,
    }
}

/// A path segment without percent signs.
fn decoded(segment: &str) -> String {
    let bytes = segment.replace('+', "%2B");
    url::form_urlencoded::parse(bytes.as_bytes()).next().map_or_else(String::new, |(key, _)| key.into_owned())
}
