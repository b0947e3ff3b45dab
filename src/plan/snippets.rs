//! What the reverse proxy has to be told, ready to paste. Facts: authentik's own templates for each proxy
//! (website/docs/add-secure-apps/providers/proxy, 2026.5); paths and headers are the same from 2025.10 to 2026.8.

mod caddy;
mod haproxy;
mod kubernetes;
mod nginx;
mod traefik;

use crate::site::Origin;
use caddy::caddy;
use nginx::nginx;

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
    /// Traefik's own resources in Kubernetes.
    TraefikKubernetes,
    /// Annotations for ingress-nginx.
    Ingress,
    /// Istio, with Envoy.
    Istio,
    /// Lines of a frontend; authentik has no template for it.
    HaProxy,
    /// An ingress module of one's own.
    Terraform,
}

impl Snippet {
    /// All, in the order they are offered.
    pub const ALL: [Self; 10] = [
        Self::Traefik,
        Self::TraefikFile,
        Self::Nginx,
        Self::NginxProxyManager,
        Self::Caddy,
        Self::TraefikKubernetes,
        Self::Ingress,
        Self::Istio,
        Self::HaProxy,
        Self::Terraform,
    ];

    /// The product's own name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Traefik => "Traefik",
            Self::TraefikFile => "Traefik file",
            Self::Nginx => "nginx",
            Self::NginxProxyManager => "Nginx Proxy Manager",
            Self::Caddy => "Caddy",
            Self::TraefikKubernetes => "Traefik in Kubernetes",
            Self::Ingress => "ingress-nginx",
            Self::Istio => "Envoy/Istio",
            Self::HaProxy => "HAProxy (unofficial)",
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
    /// The site: from a parsed address, so its host is of letters, digits, dots, hyphens, brackets and colons.
    pub site: Origin,
    /// A word for routers and modules: a slug.
    pub word: String,
    /// The outpost as the proxy sees it: `http://authentik:9000`, without trailing slash.
    pub outpost: String,
    /// Where people sign in, if the site is part of a protected domain.
    pub sign_in: Option<SignIn>,
}

/// A domain's authentication URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// Its address.
    pub at: Origin,
    /// It is authentik's own, which answers there by itself.
    pub is_authentik: bool,
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
        Snippet::Traefik => traefik::labels(fill),
        Snippet::TraefikFile => traefik::file(fill),
        Snippet::Nginx => nginx(fill, false),
        Snippet::NginxProxyManager => nginx(fill, true),
        Snippet::Caddy => caddy(fill),
        Snippet::TraefikKubernetes => kubernetes::traefik(fill),
        Snippet::Ingress => kubernetes::ingress(fill),
        Snippet::Istio => kubernetes::istio(fill),
        Snippet::HaProxy => haproxy::haproxy(fill),
        Snippet::Terraform => terraform(fill),
    }
}

fn terraform(Filling { site, word, outpost, .. }: &Filling) -> String {
    let host = site.host();
    format!(
        "# into the module call that makes this site's router: what it has already stays, its source too
module \"{word}\" {{
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

    fn origin(url: &str) -> Origin {
        Origin::of(&crate::ports::native_url(url).expect("an address")).expect("a site")
    }

    fn fill(sign_in: Option<SignIn>) -> Filling {
        let site = origin("https://larder.example.com:8443");
        Filling { site, word: "larder".into(), outpost: "http://authentik:9000".into(), sign_in }
    }

    #[test]
    fn every_snippet_names_the_outpost_and_its_own_way_to_ask() {
        for sign_in in [None, Some(SignIn { at: origin("https://auth.example.com"), is_authentik: false })] {
            let fill = fill(sign_in);
            for which in Snippet::ALL {
                let text = snippet(which, &fill);
                assert!(text.contains("authentik:9000") || text.contains("service: authentik\n"), "{text}");
                assert!(!text.contains('\t') && text.ends_with('\n'), "{text}");
                assert_eq!(Snippet::named(which.name()), which);
            }
        }
        let text = snippet(Snippet::Nginx, &fill(None));
        assert!(text.contains("auth_request_set $authentik_username $upstream_http_x_authentik_username;"), "{text}");
        assert!(text.contains("start?rd=https://larder.example.com:8443$request_uri;"), "{text}");
        assert!(snippet(Snippet::Caddy, &fill(None)).contains("copy_headers X-Authentik-Username X-Authentik-Groups"));
        assert!(snippet(Snippet::Traefik, &fill(None)).contains("Host(`larder.example.com`) && PathPrefix"));
    }

    #[test]
    fn nothing_that_a_visitor_says_decides_by_whom_they_are_judged() {
        for which in [Snippet::Nginx, Snippet::NginxProxyManager, Snippet::Ingress, Snippet::HaProxy] {
            let text = snippet(which, &fill(None));
            assert!(!text.contains("$http_host") && !text.contains("$host"), "{text}");
        }
        let domain = fill(Some(SignIn { at: origin("https://auth.example.com"), is_authentik: true }));
        assert!(!snippet(Snippet::Nginx, &domain).contains("$http_host"));
    }

    #[test]
    fn of_a_domain_the_login_is_at_its_own_address_and_needs_a_way_back_unless_authentik_answers_there() {
        for is_authentik in [true, false] {
            let fill = fill(Some(SignIn { at: origin("https://auth.example.com"), is_authentik }));
            let text = snippet(Snippet::Nginx, &fill);
            let start = "https://auth.example.com/outpost.goauthentik.io/start?rd=https://$host:8443$request_uri;";
            assert!(text.contains(start), "{text}");
            assert_eq!(text.contains("server block of auth.example.com"), !is_authentik);
            assert_eq!(snippet(Snippet::Caddy, &fill).contains("\nauth.example.com {"), !is_authentik);
            for which in [Snippet::Traefik, Snippet::TraefikFile, Snippet::TraefikKubernetes] {
                assert_eq!(snippet(which, &fill).contains("Host(`auth.example.com`)"), !is_authentik);
            }
            for which in [Snippet::TraefikKubernetes, Snippet::Ingress, Snippet::Istio, Snippet::HaProxy] {
                let text = snippet(which, &fill);
                assert_eq!(text.contains("way back from the login"), !is_authentik, "{text}");
            }
        }
    }

    #[test]
    fn what_a_snippet_takes_the_place_of_is_in_it_and_what_it_leaves_open_is_said() {
        let site =
            Origin::of(&crate::ports::native_url("https://larder.example.com").expect("an address")).expect("a site");
        let fill = Filling { site, word: "larder".into(), outpost: "http://authentik:9000".into(), sign_in: None };
        let managed = snippet(Snippet::NginxProxyManager, &fill);
        for line in ["proxy_set_header Host larder.example.com;", "proxy_set_header Upgrade $http_upgrade;"] {
            assert!(managed.contains(line), "{managed}");
        }
        for (which, says) in [
            (Snippet::Nginx, "another one of yours stays open"),
            (Snippet::Caddy, "outside of this route does not ask"),
            (Snippet::HaProxy, "another backend does not"),
            (Snippet::Traefik, "X_authentik_username arrives"),
            (Snippet::TraefikFile, "X_authentik_username arrives"),
            (Snippet::TraefikKubernetes, "X_authentik_username arrives"),
            (Snippet::Istio, "X_authentik_username arrives"),
        ] {
            assert!(snippet(which, &fill).contains(says), "{which:?}");
        }
        // A router without a priority has the length of its rule as one: the longer rule goes first.
        assert!(!snippet(Snippet::Traefik, &fill).contains("priority"));
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
