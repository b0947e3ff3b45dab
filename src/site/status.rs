//! Whether authentik protects an origin, by what authentik holds. Whether the reverse proxy asks it is another question.

use super::{Inventory, Origin};
use crate::authentik::providers_oauth2::OAuth2Provider;
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
    /// A provider exists and something is missing.
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
}

/// Decides: exact host with port first, then the longest cookie domain, then redirect URIs and launch addresses.
pub fn status_of(
    origin: &Origin,
    base: &BaseUrl,
    inventory: &Inventory,
    parse: impl Fn(&str) -> Option<WebUrl>,
) -> Status {
    let parse = |text: &str| parse(text).and_then(|url| Origin::of(&url));
    if parse(base.origin()).is_some_and(|own| own == *origin || own.authority() == origin.authority()) {
        return Status::Authentik;
    }
    let authority = origin.authority();
    let exact: Vec<&ProxyProvider> = inventory
        .proxies
        .iter()
        .filter(|proxy| proxy.mode != "forward_domain")
        .filter(|proxy| parse(&proxy.external_host).is_some_and(|host| host.authority() == authority))
        .collect();
    // Of several for one host the complete one counts: the outpost serves that.
    if let Some(whole) = exact.iter().find(|proxy| gap_of(proxy, inventory).is_none()) {
        return Status::Protected((*whole).clone());
    }
    if let Some(domain) = domain_of(origin.host(), inventory) {
        return Status::PartOfDomain(domain.clone());
    }
    if let Some((proxy, gap)) = exact.first().and_then(|proxy| Some((*proxy, gap_of(proxy, inventory)?))) {
        return Status::Incomplete(proxy.clone(), gap);
    }
    oidc_of(origin, inventory, parse).unwrap_or(Status::NotProtected)
}

fn gap_of(proxy: &ProxyProvider, inventory: &Inventory) -> Option<Gap> {
    if proxy.application_slug.is_none() {
        Some(Gap::NoApplication)
    } else if inventory.outposts_of(proxy.pk).next().is_none() {
        Some(Gap::NoOutpost)
    } else {
        None
    }
}

/// The domain-level provider with the longest cookie domain that holds the host, if its gate is complete.
fn domain_of<'a>(host: &str, inventory: &'a Inventory) -> Option<&'a ProxyProvider> {
    let domain = |proxy: &ProxyProvider| proxy.cookie_domain.trim_start_matches('.').to_ascii_lowercase();
    let holds = |domain: &str| !domain.is_empty() && (host == domain || host.ends_with(&format!(".{domain}")));
    inventory
        .proxies
        .iter()
        .filter(|proxy| proxy.mode == "forward_domain" && holds(&domain(proxy)) && gap_of(proxy, inventory).is_none())
        .max_by_key(|proxy| domain(proxy).len())
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
    let leads_here = |provider: &&OAuth2Provider| provider.redirects.iter().any(|uri| !uri.regex && here(&uri.url));
    // A mere link says nothing: the application's provider has to speak OIDC.
    let launched = || {
        let apps = inventory.applications.iter().filter(|app| here(&app.launch_url));
        apps.filter_map(|app| app.provider).find_map(|pk| inventory.oauth2.iter().find(|provider| provider.pk == pk))
    };
    inventory.oauth2.iter().find(leads_here).or_else(launched)
}

#[cfg(test)]
mod tests;
