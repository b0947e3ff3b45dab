//! How the reverse proxy of a site is set up, rightly or wrongly, and what the site behind it does by itself.

use serde::{Deserialize, Serialize};

/// A site and the proxy before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Setup {
    /// What the proxy was told.
    pub proxy: Proxy,
    /// What the site does.
    pub site: Site,
}

/// What a person has told the reverse proxy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proxy {
    /// Nothing: everybody gets through.
    #[default]
    Open,
    /// Traefik's `ForwardAuth`, and a second router for the outpost's own paths (api.md §8).
    Traefik,
    /// The same, without the second router.
    TraefikUnrouted,
    /// Before `/` alone: everything else gets through.
    TraefikRootOnly,
    /// The `X-Forwarded-` headers don't reach the outpost.
    TraefikNoHeaders,
    /// The outpost that is asked is one of its own that doesn't have the provider: it answers 400, where the embedded one lets
    /// authentik answer (api.md §9).
    TraefikOtherOutpost,
    /// The host is passed on without its port, so the embedded outpost doesn't know it.
    TraefikWrongHost,
    /// nginx's `auth_request`, with `error_page 401` and the location of the outpost.
    Nginx,
    /// The same, but only the question itself is routed to the outpost.
    NginxUnrouted,
    /// Without `error_page 401`.
    NginxBare,
    /// The host leads to another app.
    OtherApp,
}

impl Proxy {
    /// Whether nginx does it.
    pub const fn is_nginx(self) -> bool {
        matches!(self, Self::Nginx | Self::NginxUnrouted | Self::NginxBare)
    }

    /// Whether the outpost's own paths lead to the outpost.
    pub const fn routes_outpost(self) -> bool {
        !matches!(self, Self::Open | Self::TraefikUnrouted | Self::NginxUnrouted | Self::OtherApp)
    }
}

/// What the site itself does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Site {
    /// Answers everybody.
    #[default]
    Larder,
    /// Sends `/` on to `/home`, which everybody gets.
    Home,
    /// Sends strangers to a login page of its own.
    OwnLogin,
    /// Sends strangers to the other origin.
    LoginElsewhere,
    /// Registers a service worker that answers everything by itself.
    ServiceWorker,
    /// Lets its pages ask nobody: `connect-src 'none'`.
    NoConnect,
}
