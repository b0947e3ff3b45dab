//! Addresses as the outpost reads them, and what it makes of them: which are open, and where a login may lead back to.
//!
//! Source: internal/outpost/proxyv2/application, `getTraefikForwardUrl`, `getNginxForwardUrl`, `IsAllowlisted`
//! (`mode_common.go`), `checkRedirectParam` (`oauth.go`), `NewApplication` (`application.go`). Go's `url.Parse` leaves dot
//! segments as they are, and its `Path` is decoded.

use super::routing::Served;
use crate::reply::Visit;

/// The address that somebody asks for at the reverse proxy.
#[derive(Clone, Debug, Default)]
pub struct Address {
    /// All of it.
    pub whole: String,
    /// Host and port; empty for a mere path.
    pub authority: String,
    /// Decoded, without the query.
    pub path: String,
}

impl Address {
    /// An address with scheme and host; `None` where Go finds none.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        if scheme.is_empty() || !scheme.chars().all(|c| c.is_ascii_alphanumeric()) {
            return None;
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let path = rest[end..].split(['?', '#']).next().unwrap_or_default();
        Some(Self { whole: text.to_owned(), authority: rest[..end].to_owned(), path: decoded(path) })
    }

    /// Of what Traefik and Caddy tell.
    pub fn forwarded(visit: &Visit) -> Option<Self> {
        let names = ["x-forwarded-proto", "x-forwarded-host", "x-forwarded-uri"];
        let [Some(scheme), Some(host), Some(uri)] = names.map(|name| visit.header(name)) else { return None };
        Self::parse(&format!("{scheme}://{host}{uri}"))
    }

    /// Of what nginx tells. A path in `X-Original-URI` goes before the address in `X-Original-URL`.
    pub fn original(visit: &Visit) -> Option<Self> {
        if let Some(path) = visit.header("x-original-uri").filter(|path| !path.is_empty()) {
            return Some(Self { whole: path.to_owned(), authority: String::new(), path: path.to_owned() });
        }
        Self::parse(visit.header("x-original-url")?)
    }

    /// Whether `skip_path_regex` lets everybody in: one expression a line, found anywhere in the path (of a domain: in the
    /// whole address); a line that does not compile is skipped. A blank line is an expression, and found in everything.
    pub fn is_open(&self, served: &Served) -> bool {
        if served.skip_path_regex.is_empty() {
            return false;
        }
        let subject = if served.mode == "forward_domain" { &self.whole } else { &self.path };
        let lines = served.skip_path_regex.split('\n');
        lines.filter_map(|line| regex::Regex::new(line).ok()).any(|pattern| pattern.is_match(subject))
    }
}

fn decoded(path: &str) -> String {
    let pair = path.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    url::form_urlencoded::parse(pair.as_bytes()).next().map(|(text, _)| text.into_owned()).unwrap_or_default()
}

/// Where a login that was started with `rd` leads back to: there, if it is a place of this provider's; else its own address.
pub fn back_to(served: &Served, rd: Option<&str>) -> String {
    let known = rd.and_then(Address::parse).filter(|address| {
        if served.mode == "forward_domain" {
            host(&address.authority).ends_with(&served.cookie_domain)
        } else {
            Address::parse(&served.external_host).is_some_and(|own| own.authority == address.authority)
        }
    });
    known.map_or_else(|| served.external_host.clone(), |address| address.whole)
}

fn host(authority: &str) -> &str {
    authority.rsplit_once(':').map_or(authority, |(host, _)| host)
}
