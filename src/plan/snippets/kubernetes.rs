//! Kubernetes: Traefik's own resources, ingress-nginx, and Istio with Envoy.
//!
//! Facts: authentik's templates (website/docs/add-secure-apps/providers/proxy: `_traefik_ingress`, `_nginx_ingress`,
//! `_envoy_istio`; 2026.5). Where those take the visitor's `Host`, the site's own address stands: by it the outpost judges.
//! ingress-nginx passes a visitor's headers on to the outpost but for those that it sets itself (its `nginx.tmpl`), and a path
//! as it was sent to the site: what `nginx.rs` says of both is true here, too (tried in nginx by `real_proxies.rs`).

use super::nginx::DOTS;
use super::traefik::{UNDERSCORES, way_back};
use super::{Filling, HEADERS};

/// Where the outpost is, as a service of a cluster.
struct Service<'a> {
    name: &'a str,
    namespace: &'a str,
    host: &'a str,
    port: &'a str,
}

/// Read off the address that was typed: `http://name.namespace.svc.cluster.local:9000`.
fn service(outpost: &str) -> Service<'_> {
    let authority = outpost.split_once("://").map_or(outpost, |(_, rest)| rest);
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (authority, "9000"),
    };
    let mut parts = host.split('.');
    let name = parts.next().unwrap_or_default();
    Service { name, namespace: parts.next().unwrap_or("authentik"), host, port }
}

/// A middleware, and the route that asks it.
pub fn traefik(fill: &Filling) -> String {
    let Filling { site, word, outpost, .. } = fill;
    let Service { name, namespace, port, .. } = service(outpost);
    let host = site.host();
    let headers: String = HEADERS.iter().map(|header| format!("      - {header}\n")).collect();
    let back = way_back(fill).map_or_else(String::new, |host| {
        format!(
            "    - kind: Rule # the way back from the login
      match: Host(`{host}`) && PathPrefix(`/outpost.goauthentik.io/`)
      priority: 15
      services:
        - name: {name}
          namespace: {namespace}
          port: {port}
"
        )
    });
    format!(
        "# once: where to ask
apiVersion: traefik.io/v1alpha1
kind: Middleware
metadata:
  name: authentik
  namespace: {namespace}
spec:
  forwardAuth:
    address: {outpost}/outpost.goauthentik.io/auth/traefik
    trustForwardHeader: true
    # {UNDERSCORES}
    authResponseHeaders:
{headers}---
# the route that the site has: its entryPoints, tls and services stay
apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata:
  name: {word}
spec:
  routes:
    - kind: Rule
      match: Host(`{host}`)
      priority: 10
      middlewares:
        # from another namespace only with allowCrossNamespace (providers.kubernetesCRD)
        - name: authentik
          namespace: {namespace}
      services:
        - name: {word} # the service that this route has already
          port: 80
{back}"
    )
}

/// Annotations of the Ingress that the site has, and an Ingress for the way back.
pub fn ingress(fill: &Filling) -> String {
    let Filling { site, word, outpost, sign_in } = fill;
    let Service { name, namespace, port, .. } = service(outpost);
    let authority = site.authority();
    let start = sign_in.as_ref().map_or_else(|| site.to_string(), |sign_in| sign_in.at.to_string());
    let back = way_back(fill).map_or_else(String::new, |host| {
        format!(
            "---
# once: the way back from the login; with the ingressClassName and tls that the site's Ingress has
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {word}-outpost
  namespace: {namespace}
spec:
  rules:
    - host: {host}
      http:
        paths:
          - path: /outpost.goauthentik.io
            pathType: Prefix
            backend:
              service:
                name: {name}
                port:
                  number: {port}
"
        )
    });
    let annotation = "nginx.ingress.kubernetes.io";
    format!(
        "# on the Ingress of {authority}; what it has already stays
metadata:
  annotations:
    {annotation}/auth-url: {outpost}/outpost.goauthentik.io/auth/nginx
    {annotation}/auth-signin: {start}/outpost.goauthentik.io/start?rd={site}$escaped_request_uri
    {annotation}/auth-response-headers: Set-Cookie,{}
    # needed: without these two snippets a visitor decides what they are judged by. ingress-nginx takes them only with
    # allow-snippet-annotations: \"true\" and, from 1.12 on, annotations-risk-level: Critical (in its ConfigMap)
    {annotation}/auth-snippet: |
      proxy_set_header X-Forwarded-Host {authority};
      proxy_set_header X-Original-URI \"\";
    # no browser sends such a path: it could be judged as one and served as another
    {annotation}/configuration-snippet: |
      if ($request_uri ~* \"{DOTS}\") {{ return 400; }}
{back}",
        HEADERS.join(",")
    )
}

/// A provider of the mesh, a policy that asks it, and the way back.
pub fn istio(fill: &Filling) -> String {
    let Filling { site, word, outpost, .. } = fill;
    let Service { host: service, port, .. } = service(outpost);
    let host = site.host();
    let back = way_back(fill).map_or_else(String::new, |host| {
        format!(
            "---
# the way back from the login; in front of the routes that the site's VirtualService has
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: {word}-outpost
spec:
  hosts:
    - {host}
  gateways:
    - istio-system/gateway # yours
  http:
    - match:
        - uri:
            prefix: /outpost.goauthentik.io
      route:
        - destination:
            host: {service}
            port:
              number: {port}
"
        )
    });
    format!(
        "# once, in the mesh's configuration: where to ask
meshConfig:
  extensionProviders:
    - name: authentik
      envoyExtAuthzHttp:
        service: {service}
        port: {port}
        pathPrefix: /outpost.goauthentik.io/auth/envoy
        headersToDownstreamOnAllow:
          - cookie
        # on paths that authentik leaves open it sends none of these: there they are the visitor's own; and
        # {UNDERSCORES}
        headersToUpstreamOnAllow:
          - set-cookie
          - x-authentik-*
        includeRequestHeadersInCheck:
          - cookie
---
# the gateway asks before it passes on what is for {host}
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: {word}-authentik
  namespace: istio-system
spec:
  selector:
    matchLabels:
      istio: ingressgateway
  action: CUSTOM
  provider:
    name: authentik
  rules:
    - to:
        - operation:
            # a visitor may name a port; what a VirtualService for \"*\" answers is not asked
            hosts:
              - \"{host}\"
              - \"{host}:*\"
{back}"
    )
}
