//! What the reverse proxy has to be told, ready to paste. Facts: authentik's own templates for each proxy
//! (website/docs/add-secure-apps/providers/proxy, 2026.5); paths and headers are the same from 2025.10 to 2026.8.

/// The proxies there is a snippet for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Snippet {
    /// Docker labels.
    Traefik,
    /// The file provider.
    TraefikFile,
    /// A server block.
    Nginx,
    /// The "Advanced" field.
    NginxProxyManager,
    /// A site block.
    Caddy,
    /// An ingress module of one's own.
    Terraform,
}

impl Snippet {
    /// All, in the order they are offered.
    pub const ALL: [Self; 6] =
        [Self::Traefik, Self::TraefikFile, Self::Nginx, Self::NginxProxyManager, Self::Caddy, Self::Terraform];

    /// The product's own name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Traefik => "Traefik",
            Self::TraefikFile => "Traefik file",
            Self::Nginx => "nginx",
            Self::NginxProxyManager => "Nginx Proxy Manager",
            Self::Caddy => "Caddy",
            Self::Terraform => "Terraform",
        }
    }

    /// The one with this name, else the first.
    pub fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|snippet| snippet.name() == name).unwrap_or(Self::Traefik)
    }
}

/// What a snippet is filled with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filling {
    /// Host, with a port where it isn't the default: from a parsed address, so letters, digits, dots, brackets, colons.
    pub authority: String,
    /// A word for routers and modules: a slug.
    pub word: String,
    /// The outpost as the proxy sees it: `http://authentik:9000`, without trailing slash.
    pub outpost: String,
}

/// The headers that carry who it is.
const HEADERS: [&str; 12] = [
    "X-authentik-username",
    "X-authentik-groups",
    "X-authentik-entitlements",
    "X-authentik-email",
    "X-authentik-name",
    "X-authentik-uid",
    "X-authentik-jwt",
    "X-authentik-meta-jwks",
    "X-authentik-meta-outpost",
    "X-authentik-meta-provider",
    "X-authentik-meta-app",
    "X-authentik-meta-version",
];

/// What a person may type as the outpost's address: `http(s)://host[:port]`, nothing that could leave its place in a
/// configuration file.
pub fn outpost_address_is_sound(address: &str) -> bool {
    let Some(rest) = address.strip_prefix("http://").or_else(|| address.strip_prefix("https://")) else { return false };
    !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || ".-_:[]".contains(c))
}

/// The text to paste.
pub fn snippet(which: Snippet, fill: &Filling) -> String {
    match which {
        Snippet::Traefik => traefik_labels(fill),
        Snippet::TraefikFile => traefik_file(fill),
        Snippet::Nginx => nginx(fill, ""),
        Snippet::NginxProxyManager => nginx(fill, "    proxy_pass $forward_scheme://$server:$port;\n"),
        Snippet::Caddy => caddy(fill),
        Snippet::Terraform => terraform(fill),
    }
}

fn host_only(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.chars().all(|c| c.is_ascii_digit()) && !port.is_empty() => host,
        _ => authority,
    }
}

fn traefik_labels(Filling { authority, word, outpost }: &Filling) -> String {
    let host = host_only(authority);
    let headers = HEADERS.join(",");
    format!(
        "labels:
  # on the container of {host}: its router asks authentik first
  traefik.http.routers.{word}.middlewares: authentik@docker
  # once, on any container: where to ask
  traefik.http.middlewares.authentik.forwardauth.address: {outpost}/outpost.goauthentik.io/auth/traefik
  traefik.http.middlewares.authentik.forwardauth.trustForwardHeader: \"true\"
  traefik.http.middlewares.authentik.forwardauth.authResponseHeaders: {headers}
  # once, on the container of authentik (or its outpost): the way back from the login
  traefik.http.routers.{word}-outpost.rule: Host(`{host}`) && PathPrefix(`/outpost.goauthentik.io/`)
  traefik.http.routers.{word}-outpost.priority: \"15\"
"
    )
}

fn traefik_file(Filling { authority, word, outpost }: &Filling) -> String {
    let host = host_only(authority);
    let headers: String = HEADERS.iter().map(|header| format!("          - {header}\n")).collect();
    format!(
        "http:
  middlewares:
    authentik:
      forwardAuth:
        address: {outpost}/outpost.goauthentik.io/auth/traefik
        trustForwardHeader: true
        authResponseHeaders:
{headers}  routers:
    {word}:
      rule: Host(`{host}`)
      priority: 10
      middlewares:
        - authentik
      service: {word} # the service that this router has already
    {word}-outpost:
      rule: Host(`{host}`) && PathPrefix(`/outpost.goauthentik.io/`)
      priority: 15
      service: authentik
  services:
    authentik:
      loadBalancer:
        servers:
          - url: {outpost}/outpost.goauthentik.io
"
    )
}

/// `upstream` is the line that passes a request on, where the site's configuration doesn't have its own.
fn nginx(Filling { authority, outpost, .. }: &Filling, upstream: &str) -> String {
    let managed = !upstream.is_empty();
    let pass = if managed { upstream.to_owned() } else { "    # keep your own proxy_pass here\n".to_owned() };
    let port = if managed { "port_in_redirect off;\n" } else { "" };
    let identity: String = HEADERS[..6]
        .iter()
        .map(|header| {
            let variable = header.to_ascii_lowercase().replace('-', "_");
            let name = variable.trim_start_matches("x_");
            format!("    auth_request_set ${name} $upstream_http_{variable};\n    proxy_set_header {header} ${name};\n")
        })
        .collect();
    format!(
        "# for {authority}
proxy_buffers 8 16k;
proxy_buffer_size 32k;
{port}
location / {{
{pass}    auth_request /outpost.goauthentik.io/auth/nginx;
    error_page 401 = @authentik_sign_in;
    auth_request_set $auth_cookie $upstream_http_set_cookie;
    add_header Set-Cookie $auth_cookie;
{identity}}}

location /outpost.goauthentik.io {{
    proxy_pass {outpost}/outpost.goauthentik.io;
    proxy_set_header Host $http_host;
    proxy_set_header X-Original-URL $scheme://$http_host$request_uri;
    add_header Set-Cookie $auth_cookie;
    auth_request_set $auth_cookie $upstream_http_set_cookie;
    proxy_pass_request_body off;
    proxy_set_header Content-Length \"\";
}}

location @authentik_sign_in {{
    internal;
    add_header Set-Cookie $auth_cookie;
    return 302 /outpost.goauthentik.io/start?rd=$scheme://$http_host$request_uri;
}}
"
    )
}

fn caddy(Filling { authority, outpost, .. }: &Filling) -> String {
    let headers: String =
        HEADERS.iter().map(|header| format!(" {}", header.replace("authentik", "Authentik"))).collect();
    format!(
        "{authority} {{
    route {{
        reverse_proxy /outpost.goauthentik.io/* {outpost}
        forward_auth {outpost} {{
            uri /outpost.goauthentik.io/auth/caddy
            copy_headers{headers}
            trusted_proxies private_ranges
        }}
        # keep your own reverse_proxy here
    }}
}}
"
    )
}

fn terraform(Filling { authority, word, outpost }: &Filling) -> String {
    let host = host_only(authority);
    format!(
        "module \"{word}\" {{
  # what the module has already stays
  host      = \"{host}\"
  protected = true
  # for a module that asks where to ask:
  auth_url  = \"{outpost}/outpost.goauthentik.io/auth/traefik\"
}}
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_snippet_names_the_outpost_and_its_own_way_to_ask() {
        let fill = Filling {
            authority: "larder.example.com:8443".into(),
            word: "larder".into(),
            outpost: "http://authentik:9000".into(),
        };
        for which in Snippet::ALL {
            let text = snippet(which, &fill);
            assert!(text.contains("http://authentik:9000"), "{text}");
            assert!(!text.contains('\t') && text.ends_with('\n'), "{text}");
            assert_eq!(Snippet::named(which.name()), which);
        }
        assert!(
            snippet(Snippet::Nginx, &fill)
                .contains("auth_request_set $authentik_username $upstream_http_x_authentik_username;")
        );
        assert!(snippet(Snippet::Caddy, &fill).contains("copy_headers X-Authentik-username"));
        assert!(snippet(Snippet::Traefik, &fill).contains("Host(`larder.example.com`)"));
    }

    #[test]
    fn an_address_that_could_leave_its_place_in_a_file_is_refused() {
        for bad in [
            "authentik:9000",
            "http://",
            "http://a;b",
            "http://a/b",
            "http://a\nb",
            "ftp://a",
            "http://a$b",
            "http://a\"b",
        ] {
            assert!(!outpost_address_is_sound(bad), "{bad}");
        }
        assert!(
            outpost_address_is_sound("http://authentik-server:9000") && outpost_address_is_sound("https://[::1]:9443")
        );
    }
}
