//! Addresses: what a person types, made into the base of an authentik; and a parsed web address.

use std::fmt;

use super::read::misleads;

/// A parsed http(s) address. Who parses is a port: in a browser its own `URL`, natively a crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebUrl {
    /// `http` or `https`; other schemes are `other`.
    pub scheme: String,
    /// Host in ASCII (punycode), lower case, IPv6 in brackets.
    pub host: String,
    /// The port, where it is not the scheme's default.
    pub port: Option<u16>,
    /// From the first slash, without query.
    pub path: String,
    /// Whether it named a user or password.
    pub credentials: bool,
}

/// The base of an authentik: origin and an optional path prefix, without trailing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    origin: String,
    host: String,
    prefix: String,
}

/// What is wrong with an address that a person typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressError {
    /// Nothing was typed.
    Empty,
    /// No browser could make an address of it.
    NotAnAddress,
    /// A scheme other than http and https.
    OtherScheme,
    /// It holds a user name or a password.
    Credentials,
    /// `http:` to something other than this very machine: the token would travel readable.
    Readable,
}

impl BaseUrl {
    /// Makes a base of what a person typed, and tolerates what people paste: white space, no scheme, a trailing slash, a
    /// query, a page of the interface behind it. `parse` is the platform's URL parser; `readable_is_fine` is the
    /// person's word that plain http may be used.
    pub fn from_typed(
        typed: &str,
        parse: impl Fn(&str) -> Option<WebUrl>,
        readable_is_fine: bool,
    ) -> Result<Self, AddressError> {
        // What was copied from a page may bring marks along that nobody sees.
        let typed = typed.trim_matches(|c: char| c.is_whitespace() || misleads(c));
        if typed.is_empty() {
            return Err(AddressError::Empty);
        }
        let text = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
        let url = parse(&text).ok_or(AddressError::NotAnAddress)?;
        if url.scheme != "https" && url.scheme != "http" {
            return Err(AddressError::OtherScheme);
        }
        if url.credentials {
            return Err(AddressError::Credentials);
        }
        if url.host.is_empty() {
            return Err(AddressError::NotAnAddress);
        }
        if url.scheme == "http" && !is_loopback(&url.host) && !readable_is_fine {
            return Err(AddressError::Readable);
        }
        Ok(Self::of(&url))
    }

    /// Reads back what [`BaseUrl::to_string`] wrote; for what was kept, not for what was typed.
    pub fn from_kept(text: &str) -> Option<Self> {
        let https = text.strip_prefix("https://");
        let (scheme, rest) =
            https.map(|rest| ("https", rest)).or(text.strip_prefix("http://").map(|rest| ("http", rest)))?;
        let slash = rest.find('/').unwrap_or(rest.len());
        let (authority, prefix) = rest.split_at(slash);
        let bracket = authority.find(']').unwrap_or(0);
        let host = authority[bracket..].find(':').map_or(authority, |colon| &authority[..bracket + colon]);
        let sound = !host.is_empty() && !authority.contains('@');
        sound.then(|| Self {
            origin: format!("{scheme}://{authority}"),
            host: host.to_owned(),
            prefix: prefix.trim_end_matches('/').to_owned(),
        })
    }

    fn of(url: &WebUrl) -> Self {
        // What comes behind these belongs to authentik's own pages, not to `web.path`.
        let pages = ["/if/", "/api/", "/application/", "/flows/", "/-/", "/static/"];
        let path = format!("{}/", url.path.trim_end_matches('/'));
        let cut = pages.iter().filter_map(|page| path.find(page)).min().unwrap_or(path.len());
        Self { origin: url.origin(), host: url.host.clone(), prefix: path[..cut].trim_end_matches('/').to_owned() }
    }

    /// Scheme, host and port: `https://auth.example.com:9443`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Host without port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Whether what is sent there can be read on the way.
    pub fn is_readable(&self) -> bool {
        self.origin.starts_with("http:") && !is_loopback(&self.host)
    }

    /// The address of an API path, which is relative and was checked.
    pub fn api(&self, path: &str) -> String {
        format!("{self}/api/v3/{path}")
    }

    /// The address of a page of authentik's interface, such as `if/admin/#/core/applications`.
    pub fn page(&self, path: &str) -> String {
        format!("{self}/{path}")
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.prefix)
    }
}

impl WebUrl {
    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        match self.port {
            Some(port) => format!("{}://{}:{port}", self.scheme, self.host),
            None => format!("{}://{}", self.scheme, self.host),
        }
    }
}

/// Whether a host is this machine, where nothing travels.
pub fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || (host.starts_with("127.")
            && host.split('.').count() == 4
            && host.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::native_url;

    fn typed(text: &str) -> Result<String, AddressError> {
        BaseUrl::from_typed(text, native_url, false).map(|base| base.to_string())
    }

    #[test]
    fn fault_01_addresses_as_people_paste_them() {
        for (text, base) in [
            ("  auth.example.com ", "https://auth.example.com"),
            ("https://auth.example.com/", "https://auth.example.com"),
            ("https://auth.example.com:9443", "https://auth.example.com:9443"),
            ("https://auth.example.com:443/", "https://auth.example.com"),
            ("https://home.example.com/auth/", "https://home.example.com/auth"),
            ("https://home.example.com/auth/if/admin/#/core", "https://home.example.com/auth"),
            ("https://auth.example.com/if/user/?x=1", "https://auth.example.com"),
            ("https://Äuth.example", "https://xn--uth-pla.example"),
            ("https://10.0.0.5", "https://10.0.0.5"),
            ("http://[::1]:9000", "http://[::1]:9000"),
            ("https://[2001:DB8::1]:9443/auth/", "https://[2001:db8::1]:9443/auth"),
            ("auth.example.com:9443", "https://auth.example.com:9443"),
            ("home.example.com/auth/?next=/if/", "https://home.example.com/auth"),
            ("HTTPS://Auth.Example.COM", "https://auth.example.com"),
            ("\u{feff}\u{200b}\u{a0}https://auth.example.com\u{200e}\n", "https://auth.example.com"),
            ("https://auth.example.com/api/v3/root/config/?format=json#x", "https://auth.example.com"),
            ("https://例え.テスト/auth", "https://xn--r8jz45g.xn--zckzah/auth"),
            ("http://authentik.localhost:9000/", "http://authentik.localhost:9000"),
        ] {
            assert_eq!(typed(text).as_deref(), Ok(base), "{text}");
        }
        for text in ["https://user:pw@auth.example.com", "user@auth.example.com", "https://:pw@auth.example.com"] {
            assert_eq!(typed(text), Err(AddressError::Credentials), "{text}");
        }
        for text in [
            "javascript:alert(1)",
            "https://auth.example.com:99999",
            "https://a b/",
            "https://[::1",
            "data:text/html,x",
        ] {
            assert_eq!(typed(text), Err(AddressError::NotAnAddress), "{text}");
        }
        assert_eq!(typed("ftp://auth.example.com"), Err(AddressError::OtherScheme));
        assert_eq!(typed("https://"), Err(AddressError::NotAnAddress));
        assert_eq!(typed("two words"), Err(AddressError::NotAnAddress));
        assert_eq!(typed(" "), Err(AddressError::Empty));
    }

    #[test]
    fn fault_02_plain_http_is_refused_but_for_loopback_and_a_persons_word() {
        assert_eq!(typed("http://auth.example.com"), Err(AddressError::Readable));
        assert_eq!(typed("http://127.evil.example"), Err(AddressError::Readable));
        assert!(BaseUrl::from_typed("http://auth.example.com", native_url, true).is_ok_and(|b| b.is_readable()));
    }

    #[test]
    fn fault_01_a_path_prefix_stands_before_every_request_and_page() {
        let base = BaseUrl::from_typed("home.example.com/auth/", native_url, false).expect("a base");
        assert_eq!(base.api("core/users/me/"), "https://home.example.com/auth/api/v3/core/users/me/");
        assert_eq!(base.page("if/admin/"), "https://home.example.com/auth/if/admin/");
        assert_eq!(base.origin(), "https://home.example.com");
    }

    #[test]
    fn what_was_kept_reads_back_the_same() {
        for text in ["https://auth.example.com:9443/auth", "http://[::1]:9000", "https://a.example"] {
            let base = BaseUrl::from_kept(text).expect("a kept base");
            assert_eq!(base.to_string(), text);
        }
        assert_eq!(
            BaseUrl::from_kept("https://h.example:1/x").map(|b| b.host().to_owned()).as_deref(),
            Some("h.example")
        );
        assert!(BaseUrl::from_kept("javascript:alert(1)").is_none());
    }
}
