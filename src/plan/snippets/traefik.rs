//! Traefik: labels of a container, and the file provider.

use super::{Filling, HEADERS};

/// What Traefik has no means against but for a list of all spellings.
pub(super) const UNDERSCORES: &str = "a visitor's X_authentik_username arrives: a site that takes it for X-authentik-username (PHP, CGI, WSGI) must not trust it";

/// Labels.
pub fn labels(fill: &Filling) -> String {
    let Filling { site, word, outpost, .. } = fill;
    let host = site.host();
    let headers = HEADERS.join(",");
    let back = way_back(fill).map(|host| {
        format!(
            "  # once, on the container of authentik (or its outpost): the way back from the login
  # (with the entrypoints and tls lines of the router above; its longer rule goes first by itself)
  traefik.http.routers.{word}-outpost.rule: Host(`{host}`) && PathPrefix(`/outpost.goauthentik.io/`)
"
        )
    });
    format!(
        "labels:
  # on the container of {host}: its router asks authentik first
  traefik.http.routers.{word}.middlewares: authentik@docker
  # once, on any container: where to ask
  traefik.http.middlewares.authentik.forwardauth.address: {outpost}/outpost.goauthentik.io/auth/traefik
  traefik.http.middlewares.authentik.forwardauth.trustForwardHeader: \"true\"
  # {UNDERSCORES}
  traefik.http.middlewares.authentik.forwardauth.authResponseHeaders: {headers}
{}",
        back.unwrap_or_default()
    )
}

/// The file provider.
pub fn file(fill: &Filling) -> String {
    let Filling { site, word, outpost, .. } = fill;
    let host = site.host();
    let headers: String = HEADERS.iter().map(|header| format!("          - {header}\n")).collect();
    let (router, service) = way_back(fill).map_or_else(Default::default, |host| {
        let router = format!(
            "    {word}-outpost: # the way back from the login; with the entryPoints and tls of the router above
      rule: Host(`{host}`) && PathPrefix(`/outpost.goauthentik.io/`)
      priority: 15
      service: authentik
"
        );
        let service = format!(
            "  services:
    authentik:
      loadBalancer:
        servers:
          - url: {outpost}/outpost.goauthentik.io
"
        );
        (router, service)
    });
    format!(
        "http:
  middlewares:
    authentik:
      forwardAuth:
        address: {outpost}/outpost.goauthentik.io/auth/traefik
        trustForwardHeader: true
        # {UNDERSCORES}
        authResponseHeaders:
{headers}  routers:
    {word}:
      rule: Host(`{host}`)
      priority: 10
      middlewares:
        - authentik
      service: {word} # the service that this router has already
{router}{service}"
    )
}

/// The host where a login comes back, unless authentik itself answers there.
pub(super) fn way_back(fill: &Filling) -> Option<&str> {
    match &fill.sign_in {
        None => Some(fill.site.host()),
        Some(sign_in) => (!sign_in.is_authentik).then(|| sign_in.at.host()),
    }
}
