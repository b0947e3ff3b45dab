//! What authentik holds that bears on sites, as typed rows; this is what is cached, never an answer's body.

use crate::authentik::applications::Application;
use crate::authentik::kept::{keep_fields, keep_variants};
use crate::authentik::outposts::Outpost;
use crate::authentik::providers_oauth2::OAuth2Provider;
use crate::authentik::providers_proxy::ProxyProvider;

/// One look at an authentik.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Inventory {
    /// All proxy providers.
    pub proxies: Vec<ProxyProvider>,
    /// All outposts of type proxy.
    pub outposts: Vec<Outpost>,
    /// All OAuth2 providers that aren't proxy providers.
    pub oauth2: Vec<OAuth2Provider>,
    /// All applications that the token may see.
    pub applications: Vec<Application>,
    /// What the token may not list; a status that would need it says so.
    pub denied: Vec<Part>,
}

keep_fields!(Inventory { proxies, outposts, oauth2, applications, denied });

/// A part of the look that the server may refuse on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `providers/proxy`
    Proxies,
    /// `outposts/instances`
    Outposts,
    /// `providers/oauth2`
    OAuth2,
    /// `core/applications`
    Applications,
}

keep_variants!(Part { Proxies, Outposts, OAuth2, Applications });

impl Inventory {
    /// The outposts that serve provider `pk`.
    pub fn outposts_of(&self, pk: i64) -> impl Iterator<Item = &Outpost> {
        self.outposts.iter().filter(move |outpost| outpost.providers.contains(&pk))
    }

    /// The outpost that a new site goes to: the embedded one, else the first.
    pub fn default_outpost(&self) -> Option<&Outpost> {
        self.outposts.iter().find(|outpost| outpost.embedded).or_else(|| self.outposts.first())
    }

    /// Whether an application has this slug already.
    pub fn slug_is_taken(&self, slug: &str) -> bool {
        self.applications.iter().any(|app| app.slug == slug)
            || self.proxies.iter().any(|proxy| proxy.application_slug.as_deref() == Some(slug))
    }

    /// Whether a provider has this name already: names are unique over providers of all kinds.
    pub fn name_is_taken(&self, name: &str) -> bool {
        self.proxies.iter().any(|proxy| proxy.name == name) || self.oauth2.iter().any(|provider| provider.name == name)
    }

    /// Whether a provider has this client id: proxy providers have one, too.
    pub fn client_id_is_taken(&self, client_id: &str) -> bool {
        let oauth2 = self.oauth2.iter().map(|provider| &provider.client_id);
        oauth2.chain(self.proxies.iter().map(|proxy| &proxy.client_id)).any(|taken| taken == client_id)
    }

    /// `base` or `base-2`, `base-3`, …: the first that `taken` does not hold.
    pub fn free(base: &str, separator: &str, taken: impl Fn(&str) -> bool) -> String {
        if !taken(base) {
            return base.to_owned();
        }
        (2..1000).map(|n| format!("{base}{separator}{n}")).find(|name| !taken(name)).unwrap_or_else(|| base.to_owned())
    }
}
