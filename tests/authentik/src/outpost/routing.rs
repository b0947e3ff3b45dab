//! Which provider serves a host.
//!
//! Source: api.md §8 (host routing), §7 no. 18 (the map is keyed by host, the last one wins); only providers that are in
//! the outpost and have an application are loaded (api.md §3, attach).

use super::address::Address;
use crate::model::{Provider, Proxy};
use crate::world::World;

/// A provider as the outpost has loaded it.
#[derive(Clone, Debug)]
pub struct Served {
    pub provider: i64,
    pub client_id: String,
    pub mode: String,
    pub external_host: String,
    pub cookie_domain: String,
    pub skip_path_regex: String,
}

/// The provider for a host with its port, which is compared to the letter: Go's `url.Parse(external_host).Host` leaves capital
/// letters, the scheme's own port and letters beyond ASCII as they are (proxyv2, `Refresh` and `lookupApp`, 2025.10).
pub fn served(world: &World, host: &str) -> Option<Served> {
    let outpost = world.embedded_outpost()?;
    let loaded: Vec<(&Provider, &Proxy)> = outpost
        .providers
        .iter()
        .filter(|pk| world.application_of(**pk).is_some())
        .filter_map(|pk| world.provider(*pk))
        .filter_map(|provider| provider.proxy.as_ref().map(|proxy| (provider, proxy)))
        .collect();
    let exact = loaded.iter().rev().find(|(_, proxy)| host_of(&proxy.external_host) == host);
    let by_domain = || {
        let domain = |proxy: &Proxy| proxy.cookie_domain.trim_matches('.').to_lowercase();
        // authentik compares the raw host, port included. The sites of this set have ports, so it is tried without, too.
        let bare = host.rsplit_once(':').map_or(host, |(name, _)| name).to_lowercase();
        loaded
            .iter()
            .filter(|(_, proxy)| proxy.mode == "forward_domain" && !domain(proxy).is_empty())
            .filter(|(_, proxy)| host.to_lowercase().ends_with(&domain(proxy)) || bare.ends_with(&domain(proxy)))
            .max_by_key(|(_, proxy)| domain(proxy).len())
    };
    let (provider, proxy) = exact.or_else(by_domain)?;
    Some(Served {
        provider: provider.pk,
        client_id: provider.oauth.client_id.clone(),
        mode: proxy.mode.clone(),
        external_host: proxy.external_host.trim_end_matches('/').to_owned(),
        cookie_domain: proxy.cookie_domain.clone(),
        skip_path_regex: proxy.skip_path_regex.clone(),
    })
}

/// Host and port as they are written.
fn host_of(url: &str) -> String {
    let authority = Address::parse(url).unwrap_or_default().authority;
    authority.rsplit_once('@').map_or(authority.clone(), |(_, host)| host.to_owned())
}
