//! Somebody who visits sites: cookies by domain, redirects, and authentik's login; no extension, no browser.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use crate::http::client_builder;

/// Names end at `there` if they end so; every other name is this machine.
struct Places {
    ending: String,
    there: IpAddr,
}

impl reqwest::dns::Resolve for Places {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let to = if name.as_str().ends_with(&self.ending) { self.there } else { IpAddr::V4(Ipv4Addr::LOCALHOST) };
        let found: reqwest::dns::Addrs = Box::new(std::iter::once(SocketAddr::new(to, 0)));
        Box::pin(async move { Ok(found) })
    }
}

struct Cookie {
    domain: String,
    /// Whether it is for hosts below the domain, too.
    wide: bool,
    name: String,
    value: String,
}

/// A page, and how it was come to.
#[derive(Debug)]
pub struct Seen {
    /// Where it ended.
    pub url: String,
    /// Status of the last answer.
    pub status: u16,
    /// Its body.
    pub text: String,
    /// The addresses on the way.
    pub hops: Vec<String>,
}

impl Seen {
    /// Whether it is authentik's login.
    pub fn is_login(&self) -> bool {
        self.status == 200 && self.url.contains("/if/flow/default-authentication-flow/")
    }

    /// Whom the sample site takes the visitor for; none where it isn't the sample site.
    pub fn person(&self) -> Option<&str> {
        self.text.split_once("<strong id=\"person\">")?.1.split_once('<').map(|(name, _)| name)
    }

    /// What the sample site was told about the visitor: headers, a line each.
    pub fn told(&self) -> &str {
        let told = self.text.split_once("<pre id=\"told\" hidden>").and_then(|(_, rest)| rest.split_once('<'));
        told.map(|(told, _)| told).unwrap_or_default()
    }
}

/// Somebody with a cookie jar.
pub struct Visitor {
    client: reqwest::Client,
    jar: Vec<Cookie>,
    /// Headers that go with every request.
    pub forged: Vec<(&'static str, String)>,
}

impl Default for Visitor {
    fn default() -> Self {
        Self::with("no name ends so", IpAddr::V4(Ipv4Addr::LOCALHOST))
    }
}

impl Visitor {
    /// A visitor for whom names with this ending are at `there`.
    pub fn with(ending: &str, there: IpAddr) -> Self {
        let places = Arc::new(Places { ending: ending.to_owned(), there });
        Self {
            client: client_builder().dns_resolver(places).build().expect("a client"),
            jar: Vec::new(),
            forged: Vec::new(),
        }
    }

    /// Opens an address, and follows where it leads.
    pub async fn open(&mut self, url: &str) -> Seen {
        self.go(url, None).await
    }

    /// Opens an address; if that leads to the login, signs in there and goes on.
    pub async fn open_as(&mut self, username: &str, url: &str) -> Seen {
        let page = self.open(url).await;
        if !page.is_login() {
            return page;
        }
        let form = format!("username={username}&password=correct-horse");
        self.go(&page.url, Some(form)).await
    }

    async fn go(&mut self, url: &str, mut form: Option<String>) -> Seen {
        let mut url: reqwest::Url = url.parse().expect("an address");
        let mut hops = Vec::new();
        for _ in 0..15 {
            let host = url.host_str().unwrap_or_default().to_owned();
            let mut sending = match form.take() {
                Some(form) => {
                    self.client.post(url.clone()).header("Content-Type", "application/x-www-form-urlencoded").body(form)
                }
                None => self.client.get(url.clone()),
            };
            for (name, value) in &self.forged {
                sending = sending.header(*name, value);
            }
            let cookies = self.cookies(&host);
            if !cookies.is_empty() {
                sending = sending.header("Cookie", cookies);
            }
            let answer = sending.send().await.expect("an answer");
            for line in answer.headers().get_all("set-cookie") {
                self.keep(&host, line.to_str().expect("a cookie"));
            }
            let to = answer.headers().get("location").map(|to| to.to_str().expect("an address").to_owned());
            let status = answer.status().as_u16();
            let Some(to) = to.filter(|_| answer.status().is_redirection()) else {
                return Seen { url: url.into(), status, text: answer.text().await.expect("a page"), hops };
            };
            hops.push(url.to_string());
            url = url.join(&to).expect("an address");
        }
        panic!("it leads round and round: {hops:?}");
    }

    fn cookies(&self, host: &str) -> String {
        let fits =
            |cookie: &&Cookie| host == cookie.domain || cookie.wide && host.ends_with(&format!(".{}", cookie.domain));
        let pairs: Vec<String> =
            self.jar.iter().filter(fits).map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        pairs.join("; ")
    }

    /// Keeps a cookie as a browser does: one for a domain that doesn't hold the host is not taken.
    fn keep(&mut self, host: &str, line: &str) {
        let mut parts = line.split(';').map(str::trim);
        let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).expect("a pair");
        let domain = parts.clone().find_map(|part| part.strip_prefix("Domain=")).map(|domain| domain.trim_matches('.'));
        if domain.is_some_and(|domain| host != domain && !host.ends_with(&format!(".{domain}"))) {
            return;
        }
        let cookie = Cookie {
            domain: domain.unwrap_or(host).to_owned(),
            wide: domain.is_some(),
            name: name.to_owned(),
            value: value.to_owned(),
        };
        self.jar.retain(|old| old.name != cookie.name || old.domain != cookie.domain);
        if !parts.any(|part| part == "Max-Age=0") {
            self.jar.push(cookie);
        }
    }
}
