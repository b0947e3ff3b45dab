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
}

impl Place {
    /// From the tab's own address, never from anything that the page says.
    pub fn of(url: Option<&str>, parse: impl Fn(&str) -> Option<WebUrl>) -> Self {
        let Some(url) = url.filter(|url| !url.is_empty()) else { return Self::Unknown };
        parse(url).and_then(|url| Origin::of(&url)).map_or(Self::NotWeb, Self::Site)
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
        ] {
            assert_eq!(Place::of(Some(url), native_url), Place::NotWeb, "{url}");
        }
        assert_eq!(Place::of(None, native_url), Place::Unknown);
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
    }
}
