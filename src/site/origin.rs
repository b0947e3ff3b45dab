//! Where a tab stands: an origin that can be protected, or something that can't.

use std::fmt;

use crate::authentik::WebUrl;

/// Scheme, host and port of a site.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    scheme: String,
    host: String,
    port: Option<u16>,
}

impl Origin {
    /// The origin of an address; `None` unless it is http or https with a host.
    pub fn of(url: &WebUrl) -> Option<Self> {
        let web = matches!(url.scheme.as_str(), "http" | "https") && !url.host.is_empty();
        web.then(|| Self { scheme: url.scheme.clone(), host: url.host.clone(), port: url.port })
    }

    /// Host, without port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// `http` or `https`.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// The same address without the dot that a fully qualified name may end with; none where there is none. For a browser
    /// and for an outpost, which compares to the letter, it is another host.
    pub fn without_dot(&self) -> Option<Self> {
        let host = self.host.strip_suffix('.').filter(|host| !host.is_empty())?;
        Some(Self { host: host.to_owned(), ..self.clone() })
    }

    /// The same address with `www.` in front, or without it where it is there; none for a number or a single word.
    pub fn other_www(&self) -> Option<Self> {
        let host = match self.host.strip_prefix("www.") {
            Some(apex) => apex.to_owned(),
            None => format!("www.{}", self.host),
        };
        let name = !self.is_number() && host.trim_start_matches("www.").contains('.');
        name.then(|| Self { host, ..self.clone() })
    }

    /// Whether the host is an IP address rather than a name.
    pub fn is_number(&self) -> bool {
        self.host.starts_with('[') || self.host.chars().all(|c| c.is_ascii_digit() || c == '.')
    }

    /// Host, and the port where it isn't the default one: what an outpost compares.
    pub fn authority(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority())
    }
}

/// What a tab shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A site.
    Site(Origin),
    /// A page of the browser, a file, an extension: nothing that authentik could stand in front of.
    NotWeb,
    /// The browser doesn't tell us (no click on the toolbar button since the tab went there).
    Unknown,
    /// The tab that a page of ours belongs to was closed.
    Gone,
}

/// Where the browsers' extension stores are: pages that no extension may touch, and nothing to protect.
const STORES: [(&str, &str); 4] = [
    ("chromewebstore.google.com", "/"),
    ("chrome.google.com", "/webstore"),
    ("addons.mozilla.org", "/"),
    ("microsoftedge.microsoft.com", "/addons"),
];

impl Place {
    /// From the tab's own address, never from anything that the page says.
    pub fn of(url: Option<&str>, parse: impl Fn(&str) -> Option<WebUrl>) -> Self {
        let Some(url) = url.filter(|url| !url.is_empty()) else { return Self::Unknown };
        let store = |url: &WebUrl| STORES.iter().any(|(host, path)| url.host == *host && url.path.starts_with(path));
        parse(url).filter(|url| !store(url)).and_then(|url| Origin::of(&url)).map_or(Self::NotWeb, Self::Site)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::native_url;

    #[test]
    fn fault_27_pages_that_are_no_sites() {
        for url in [
            "chrome://settings",
            "about:blank",
            "file:///etc/hosts",
            "data:text/html,x",
            "view-source:https://a.example/",
            "moz-extension://x/popup.html",
            "chrome-extension://x/popup.html",
            "chrome://newtab/",
            "about:newtab",
            "edge://settings",
            "javascript:alert(1)",
            "blob:https://a.example/1",
            "https://chromewebstore.google.com/detail/x",
            "https://chrome.google.com/webstore/category/extensions",
            "https://addons.mozilla.org/en-US/firefox/",
        ] {
            assert_eq!(Place::of(Some(url), native_url), Place::NotWeb, "{url}");
        }
        for unknown in [None, Some("")] {
            assert_eq!(Place::of(unknown, native_url), Place::Unknown);
        }
        // A PDF is shown by the browser, and served by a site.
        assert!(matches!(Place::of(Some("https://a.example/x.pdf"), native_url), Place::Site(_)));
    }

    #[test]
    fn fault_29_ports_and_addresses_stay_what_they_are() {
        let shown = |url| match Place::of(Some(url), native_url) {
            Place::Site(origin) => (origin.to_string(), origin.authority()),
            other => (format!("{other:?}"), String::new()),
        };
        assert_eq!(shown("http://localhost:8080/x?y#z"), ("http://localhost:8080".into(), "localhost:8080".into()));
        assert_eq!(shown("https://10.0.0.5:443/"), ("https://10.0.0.5".into(), "10.0.0.5".into()));
        assert_eq!(
            shown("https://Grafana.Example.com"),
            ("https://grafana.example.com".into(), "grafana.example.com".into())
        );
        assert_eq!(
            shown("http://[2001:DB8::1]:8080/"),
            ("http://[2001:db8::1]:8080".into(), "[2001:db8::1]:8080".into())
        );
        assert_eq!(
            shown("https://bücher.example/"),
            ("https://xn--bcher-kva.example".into(), "xn--bcher-kva.example".into())
        );
        assert_eq!(shown("https://someone.github.io/x").1, "someone.github.io");
        assert_eq!(shown("https://site.example.com./").1, "site.example.com.");
    }

    #[test]
    fn fault_29_a_dot_at_the_end_and_www_are_other_hosts() {
        let origin = |url| Origin::of(&native_url(url).expect("an address")).expect("a site");
        let dotless = |url| origin(url).without_dot().map(|origin| origin.to_string());
        assert_eq!(dotless("https://site.example.com.:8443").as_deref(), Some("https://site.example.com:8443"));
        assert_eq!(dotless("https://site.example.com"), None);
        let other = |url| origin(url).other_www().map(|origin| origin.to_string());
        assert_eq!(other("https://www.example.com").as_deref(), Some("https://example.com"));
        assert_eq!(other("http://example.com:81").as_deref(), Some("http://www.example.com:81"));
        for none in ["http://10.0.0.5", "http://[::1]", "http://localhost:8080", "https://www.localhost"] {
            assert_eq!(other(none), None, "{none}");
        }
    }
}
