//! Whether authentik protects an origin, by what authentik holds. Whether the reverse proxy asks it is another question.

use super::redirects::names;
use super::{Inventory, Origin};
use crate::authentik::order::in_order;
use crate::authentik::providers_oauth2::{OAuth2Provider, Redirect};
use crate::authentik::providers_proxy::ProxyProvider;
use crate::authentik::{BaseUrl, WebUrl};

/// What stands between an origin and the world, as far as authentik knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// authentik's own address: never offered protection. Proxy mode on it locks everybody out.
    Authentik,
    /// Nothing.
    NotProtected,
    /// A proxy provider for this very host, in an outpost and with an application.
    Protected(ProxyProvider),
    /// A domain-level provider covers the host.
    PartOfDomain(ProxyProvider),
    /// A provider exists, for the host or for a domain that holds it, and something is missing.
    Incomplete(ProxyProvider, Gap),
    /// A service that speaks OIDC itself.
    OidcApp {
        /// Slug of the application, where it has one.
        slug: Option<String>,
        /// Its name, or the provider's.
        name: String,
    },
}

/// What a half-made gate lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// In no outpost: the step that people forget.
    NoOutpost,
    /// Without an application no outpost serves it.
    NoApplication,
    /// Another provider in the same outpost is for the same host: the outpost takes one of them.
    Twice,
    /// Domain-level, and its cookie domain doesn't hold its own address.
    CookieDomain,
    /// Its address is spelled otherwise than browsers send it, and outposts compare to the letter: none finds it.
    Spelling,
    /// No outpost that serves it is connected; known only once somebody has asked for their health.
    NotConnected,
}

impl Status {
    /// The provider of the gate, where there is one.
    pub fn gate(&self) -> Option<&ProxyProvider> {
        match self {
            Self::Protected(proxy) | Self::PartOfDomain(proxy) | Self::Incomplete(proxy, _) => Some(proxy),
            _ => None,
        }
    }
}

/// Decides: exact host with port first, then the longest cookie domain, then redirect URIs and launch addresses.
pub fn status_of(
    origin: &Origin,
    base: &BaseUrl,
    inventory: &Inventory,
    parse: impl Fn(&str) -> Option<WebUrl>,
) -> Status {
    if is_authentik(origin, base, &parse) {
        return Status::Authentik;
    }
    let parse = |text: &str| parse(text).and_then(|url| Origin::of(&url));
    let at = |proxy: &ProxyProvider| parse(&proxy.external_host).is_some_and(|host| is_same_host(&host, origin));
    let proxies = inventory.proxies.iter();
    let (exact, domains): (Vec<_>, Vec<_>) = proxies.partition(|proxy| !proxy.is_domain_level());
    let exact: Vec<&ProxyProvider> = exact.into_iter().filter(|proxy| at(proxy)).collect();
    let gap = |proxy: &ProxyProvider| {
        // A domain is found by its cookie domain, too.
        let odd = || !proxy.is_domain_level() && written_host(&proxy.external_host) != origin.authority();
        gap_of(proxy, inventory).or_else(|| odd().then_some(Gap::Spelling))
    };
    let is_whole = |proxy: &&&ProxyProvider| gap(proxy).is_none();
    // Of several for one host the complete one counts: the outpost serves that.
    if let Some(whole) = exact.iter().find(is_whole) {
        return told(whole, Status::Protected((*whole).clone()), inventory, parse);
    }
    // The longest domain wins.
    let holding = domains.iter().copied().filter(|proxy| proxy.domain_holds(origin.host())).collect();
    let holding: Vec<&ProxyProvider> = in_order(holding, |proxy| std::cmp::Reverse(proxy.domain().len()));
    if let Some(whole) = holding.iter().find(is_whole) {
        return told(whole, Status::PartOfDomain((*whole).clone()), inventory, parse);
    }
    // The authentication URL of a domain: the outpost serves it, and the cookie that it sets is refused.
    if let Some(own) = domains.iter().filter(is_whole).find(|proxy| at(proxy)) {
        return Status::Incomplete((*own).clone(), Gap::CookieDomain);
    }
    let half = |proxy: &&ProxyProvider| gap(proxy).map(|gap| Status::Incomplete((*proxy).clone(), gap));
    exact
        .first()
        .and_then(half)
        .or_else(|| oidc_of(origin, inventory, parse))
        .or_else(|| holding.first().and_then(half))
        .unwrap_or(Status::NotProtected)
}

/// A complete gate, unless another one is for the same host.
fn told(proxy: &ProxyProvider, whole: Status, inventory: &Inventory, parse: impl Fn(&str) -> Option<Origin>) -> Status {
    let alone = twins(proxy, inventory, parse).len() < 2;
    if alone { whole } else { Status::Incomplete(proxy.clone(), Gap::Twice) }
}

/// Whether an origin is authentik's own, however it is spelled.
pub fn is_authentik(origin: &Origin, base: &BaseUrl, parse: impl Fn(&str) -> Option<WebUrl>) -> bool {
    let own = parse(base.origin()).and_then(|url| Origin::of(&url));
    let dotless = |host: &Origin| host.without_dot().unwrap_or_else(|| host.clone());
    own.is_some_and(|authentik| is_same_host(&dotless(&authentik), &dotless(origin)))
}

/// Host and port are the same, where `http://a` and `https://a` are: an outpost doesn't tell them apart.
fn is_same_host(one: &Origin, other: &Origin) -> bool {
    one.authority() == other.authority()
}

/// Host and port of an `external_host` as they are written. An outpost keeps its gates by Go's `url.Parse(…).Host`, which
/// changes nothing of them, and looks them up by what browsers send (internal/outpost/proxyv2, `Refresh` and `lookupApp`,
/// 2025.10 to 2026.5).
pub fn written_host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit_once('@').map_or(authority, |(_, host)| host)
}

/// What a provider lacks by itself.
pub fn gap_of(proxy: &ProxyProvider, inventory: &Inventory) -> Option<Gap> {
    if proxy.application_slug.is_none() {
        Some(Gap::NoApplication)
    } else if inventory.outposts_of(proxy.pk).next().is_none() {
        Some(Gap::NoOutpost)
    } else {
        None
    }
}

/// The providers of any mode that share host and outpost with this one, which is among them. An outpost keeps them by
/// host, and the last one that it loads wins (internal/outpost/proxyv2/refresh.go, 2025.10); those without an
/// application it doesn't load.
pub fn twins_of<'a>(
    proxy: &ProxyProvider,
    inventory: &'a Inventory,
    parse: impl Fn(&str) -> Option<WebUrl>,
) -> Vec<&'a ProxyProvider> {
    twins(proxy, inventory, |text| parse(text).and_then(|url| Origin::of(&url)))
}

fn twins<'a>(
    proxy: &ProxyProvider,
    inventory: &'a Inventory,
    parse: impl Fn(&str) -> Option<Origin>,
) -> Vec<&'a ProxyProvider> {
    let Some(host) = parse(&proxy.external_host) else { return Vec::new() };
    let shares = |other: &ProxyProvider| {
        let mut outposts = inventory.outposts_of(proxy.pk);
        outposts.any(|outpost| outpost.providers.contains(&other.pk))
    };
    let same = |other: &&ProxyProvider| {
        other.application_slug.is_some()
            && shares(other)
            && parse(&other.external_host).is_some_and(|other| is_same_host(&other, &host))
    };
    inventory.proxies.iter().filter(same).collect()
}

fn oidc_of(origin: &Origin, inventory: &Inventory, parse: impl Fn(&str) -> Option<Origin>) -> Option<Status> {
    let provider = provider_of(origin, inventory, parse)?;
    let name = provider.application_name.clone().unwrap_or_else(|| provider.name.clone());
    Some(Status::OidcApp { slug: provider.application_slug.clone(), name })
}

/// The OAuth2 provider of the service at an origin: by its redirect URIs, else by the launch address of its application.
pub fn oidc_provider_of<'a>(
    origin: &Origin,
    inventory: &'a Inventory,
    parse: impl Fn(&str) -> Option<WebUrl>,
) -> Option<&'a OAuth2Provider> {
    provider_of(origin, inventory, |text| parse(text).and_then(|url| Origin::of(&url)))
}

fn provider_of<'a>(
    origin: &Origin,
    inventory: &'a Inventory,
    parse: impl Fn(&str) -> Option<Origin>,
) -> Option<&'a OAuth2Provider> {
    let here = |address: &str| parse(address).is_some_and(|other| other == *origin);
    let leads = |uri: &Redirect| if uri.regex { names(&uri.url).iter().any(|name| here(name)) } else { here(&uri.url) };
    let leads_here = |provider: &&OAuth2Provider| provider.redirects.iter().any(leads);
    // A mere link says nothing: the application's provider has to speak OIDC.
    let launched = || {
        let apps = inventory.applications.iter().filter(|app| here(&app.launch_url));
        apps.filter_map(|app| app.provider).find_map(|pk| inventory.oauth2.iter().find(|provider| provider.pk == pk))
    };
    inventory.oauth2.iter().find(leads_here).or_else(launched)
}

#[cfg(test)]
mod tests;
