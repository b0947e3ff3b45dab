//! Domains that one gate covers: which hosts they hold, which one is proposed, and where browsers keep no cookie for all.

/// Suffixes under which everybody can have a name, as people who run services at home meet them: browsers take no cookie
/// for them. The whole list (publicsuffix.org) would be the larger part of a module.
const SHARED: [&str; 58] = [
    "github.io",
    "gitlab.io",
    "netlify.app",
    "vercel.app",
    "pages.dev",
    "workers.dev",
    "web.app",
    "firebaseapp.com",
    "herokuapp.com",
    "azurewebsites.net",
    "cloudfront.net",
    "onrender.com",
    "fly.dev",
    "run.app",
    "ngrok.io",
    "ngrok.app",
    "ngrok-free.app",
    "trycloudflare.com",
    "ts.net",
    "duckdns.org",
    "dedyn.io",
    "dynv6.net",
    "ddns.net",
    "ddnss.de",
    "dyndns.org",
    "dynu.net",
    "spdns.de",
    "goip.de",
    "ydns.eu",
    "nsupdate.info",
    "myfritz.net",
    "synology.me",
    "diskstation.me",
    "dscloud.me",
    "myds.me",
    "i234.me",
    "myqnapcloud.com",
    "mycloudnas.com",
    "hopto.org",
    "zapto.org",
    "sytes.net",
    "myftp.org",
    "myftp.biz",
    "no-ip.org",
    "no-ip.biz",
    "servebeer.com",
    "serveblog.net",
    "servegame.com",
    "servehttp.com",
    "redirectme.net",
    "freeddns.org",
    "accesscam.org",
    "mywire.org",
    "homeip.net",
    "homelinux.org",
    "home.arpa",
    "eu.org",
    "us.com",
];
/// Second labels that belong to a country's domain rather than to somebody: `co.uk`.
const SECOND: [&str; 11] = ["co", "com", "org", "net", "ac", "gov", "edu", "ne", "or", "go", "gob"];

/// Whether a host is the domain or below it.
pub fn holds(domain: &str, host: &str) -> bool {
    host == domain || host.strip_suffix(domain).is_some_and(|before| before.ends_with('.') && !domain.is_empty())
}

/// Whether browsers keep no cookie for it, because everybody can have a name under it.
pub fn is_shared(domain: &str) -> bool {
    let country = domain.split_once('.').is_some_and(|(second, top)| top.len() == 2 && SECOND.contains(&second));
    !domain.contains('.') || country || SHARED.contains(&domain)
}

/// The domain that a gate for all of a host's neighbours covers: its parent, or itself where the parent is everybody's. None
/// for an address, and for a name without a domain.
pub fn proposed(host: &str) -> Option<&str> {
    let top = host.rsplit('.').next().unwrap_or_default();
    let is_address = host.starts_with('[') || top.chars().all(|c| c.is_ascii_digit());
    if is_address || is_shared(host) {
        return None;
    }
    let parent = host.split_once('.').map(|(_, parent)| parent)?;
    Some(if is_shared(parent) { host } else { parent })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_holds_hosts_only_at_a_dot() {
        for (domain, host, is) in [
            ("example.com", "example.com", true),
            ("example.com", "a.b.example.com", true),
            ("example.com", "notexample.com", false),
            ("example.com", "com", false),
            ("", "example.com", false),
        ] {
            assert_eq!(holds(domain, host), is, "{domain} {host}");
        }
    }

    #[test]
    fn fault_29_the_proposed_domain_is_never_one_that_is_everybodys() {
        for (host, domain) in [
            ("grafana.example.com", Some("example.com")),
            ("a.b.example.com", Some("b.example.com")),
            ("example.com", Some("example.com")),
            ("www.example.co.uk", Some("example.co.uk")),
            ("example.co.uk", Some("example.co.uk")),
            ("me.duckdns.org", Some("me.duckdns.org")),
            ("nas.me.duckdns.org", Some("me.duckdns.org")),
            ("duckdns.org", None),
            ("nas.lan", Some("nas.lan")),
            ("grafana.home.lan", Some("home.lan")),
            ("localhost", None),
            ("nas", None),
            ("10.0.0.5", None),
            ("[::1]", None),
        ] {
            assert_eq!(proposed(host), domain, "{host}");
        }
        for shared in ["com", "co.uk", "github.io", "localhost", "home.arpa"] {
            assert!(is_shared(shared), "{shared}");
        }
        assert!(!is_shared("example.uk") && !is_shared("example.com"));
    }
}
