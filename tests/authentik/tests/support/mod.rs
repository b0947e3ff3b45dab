//! A small HTTP client for the tests: it speaks to 127.0.0.1 with any `Host`, follows nothing and keeps nothing.

#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

pub mod oidc;

use embedded_authentik::{Options, Release, Running, Seed, start};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }
}

/// What a value that is a text says.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

/// Starts a set with a release and the company.
pub async fn company(release: Release) -> Running {
    start(Options { release, only_answers_are_checked: true, ..Options::default() }).await.unwrap()
}

/// Starts a set with the state of a recording.
pub async fn recorded(release: Release, lines: String) -> Running {
    start(Options { release, seed: Seed::Recorded(lines), only_answers_are_checked: true, ..Options::default() })
        .await
        .unwrap()
}

/// Sends a request; an `Err` is a connection that was closed without a whole answer.
pub async fn send(method: &str, url: &str, headers: &[(&str, &str)], body: Option<&str>) -> std::io::Result<Answer> {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').map_or((rest, String::new()), |(host, path)| (host, path.to_owned()));
    let port: u16 = host.rsplit_once(':').unwrap().1.parse().unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let mut head = format!("{method} /{} HTTP/1.1\r\n", encoded(&path));
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        let _ = write!(head, "Host: {host}\r\n");
    }
    for (name, value) in headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    let body = body.unwrap_or_default();
    let length = body.len();
    let _ = write!(head, "Content-Length: {length}\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n{body}");
    stream.write_all(head.as_bytes()).await?;
    let mut raw = Vec::new();
    stream.read_to_end(&mut raw).await?;
    read(&raw, method)
}

/// Characters that a request line can't have, percent-encoded.
fn encoded(path: &str) -> String {
    path.bytes()
        .map(|byte| {
            if byte.is_ascii_graphic() && !b"\"{}<>^`|\\".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

fn read(raw: &[u8], method: &str) -> std::io::Result<Answer> {
    let end = raw.windows(4).position(|window| window == b"\r\n\r\n");
    let end = end.ok_or_else(|| std::io::Error::other("closed without an answer"))?;
    let head = String::from_utf8_lossy(&raw[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: Vec<(String, String)> =
        lines.filter_map(|line| line.split_once(": ")).map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    let body = raw[end + 4..].to_vec();
    let length = headers.iter().find(|(key, _)| key.eq_ignore_ascii_case("content-length"));
    let length: usize = length.map_or(body.len(), |(_, value)| value.parse().unwrap());
    if method != "HEAD" && status != 204 && body.len() < length {
        return Err(std::io::Error::other("the body was cut"));
    }
    Ok(Answer { status, headers, body })
}

/// A client of the API with a token.
pub struct Api {
    base: String,
    token: String,
}

impl Api {
    pub fn new(set: &Running, token: &str) -> Self {
        Self { base: set.about().urls.authentik.clone(), token: token.to_owned() }
    }

    pub fn admin(set: &Running) -> Self {
        Self::new(set, &set.about().tokens.admin)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None).await
    }

    pub async fn send(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.try_send(method, path, body).await.unwrap()
    }

    pub async fn try_send(&self, method: &str, path: &str, body: Option<Value>) -> std::io::Result<Answer> {
        let bearer = format!("Bearer {}", self.token);
        let text = body.map(|body| body.to_string());
        let mut headers = vec![("Authorization", bearer.as_str())];
        if text.is_some() {
            headers.push(("Content-Type", "application/json"));
        }
        send(method, &format!("{}/api/v3{path}", self.base), &headers, text.as_deref()).await
    }

    /// The pk of a flow by slug.
    pub async fn flow(&self, slug: &str) -> String {
        self.get(&format!("/flows/instances/{slug}/")).await.json()["pk"].as_str().unwrap().to_owned()
    }

    /// The body that protects a host, without bindings.
    pub async fn protection(&self, slug: &str, external_host: &str) -> Value {
        json!({
            "app": { "name": slug, "slug": slug },
            "provider_model": "authentik_providers_proxy.proxyprovider",
            "provider": {
                "name": slug, "mode": "forward_single", "external_host": external_host,
                "authorization_flow": self.flow("default-provider-authorization-implicit-consent").await,
                "invalidation_flow": self.flow("default-provider-invalidation-flow").await,
            },
        })
    }

    /// Protects a host with bindings, and attaches the provider to the embedded outpost. Returns the provider's pk.
    pub async fn protect(&self, slug: &str, external_host: &str, bindings: Value) -> i64 {
        let mut body = self.protection(slug, external_host).await;
        body["policy_bindings"] = bindings;
        let answer = self.send("PUT", "/core/transactional/applications/", Some(body)).await;
        assert_eq!((answer.status, answer.json()["applied"].as_bool()), (200, Some(true)), "{}", answer.text());
        let app = self.get(&format!("/core/applications/{slug}/")).await.json();
        let pk = app["provider"].as_i64().unwrap();
        self.attach(pk).await;
        pk
    }

    /// Adds a provider to the embedded outpost.
    pub async fn attach(&self, pk: i64) {
        let outpost = self.outpost().await;
        let mut providers = outpost["providers"].as_array().unwrap().clone();
        providers.push(json!(pk));
        let path = format!("/outposts/instances/{}/", outpost["pk"].as_str().unwrap());
        let answer = self.send("PATCH", &path, Some(json!({ "type": "proxy", "providers": providers }))).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// The embedded outpost.
    pub async fn outpost(&self) -> Value {
        let list = self.get("/outposts/instances/?managed__iexact=goauthentik.io/outposts/embedded").await.json();
        list["results"][0].clone()
    }
}

/// A browser's part: cookies by host name (without port), redirects followed by hand.
#[derive(Default)]
pub struct Browser {
    cookies: BTreeMap<(String, String), String>,
}

impl Browser {
    pub async fn get(&mut self, url: &str) -> Answer {
        self.send("GET", url, None).await
    }

    pub async fn send(&mut self, method: &str, url: &str, body: Option<&str>) -> Answer {
        let name = url.strip_prefix("http://").unwrap().split([':', '/']).next().unwrap().to_owned();
        let mine = self.cookies.iter().filter(|((host, _), _)| *host == name);
        let cookies = mine.map(|((_, key), value)| format!("{key}={value}")).collect::<Vec<_>>().join("; ");
        let headers = [("Cookie", cookies.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
        let answer = send(method, url, &headers, body).await.unwrap();
        for (_, line) in answer.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case("set-cookie")) {
            let (key, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(&(name.clone(), key.to_owned()));
            } else {
                self.cookies.insert((name.clone(), key.to_owned()), value.to_owned());
            }
        }
        answer
    }

    /// Follows redirects until there is a page; returns it with its address.
    pub async fn open(&mut self, url: &str) -> (String, Answer) {
        let mut url = url.to_owned();
        for _ in 0..10 {
            let answer = self.get(&url).await;
            let Some(to) = answer.header("location").filter(|_| answer.status == 302) else { return (url, answer) };
            url = absolute(&url, to);
        }
        panic!("too many redirects, at {url}")
    }

    /// Fills in the login page at an address and follows on.
    pub async fn sign_in(&mut self, login: &str, username: &str) -> (String, Answer) {
        let form = format!("username={username}&password=correct-horse");
        let answer = self.send("POST", login, Some(&form)).await;
        let to = answer.header("location").unwrap_or_else(|| panic!("not signed in: {}", answer.text()));
        self.open(&absolute(login, to)).await
    }

    /// Presses the button of a form without fields and follows on.
    pub async fn submit(&mut self, url: &str) -> (String, Answer) {
        let answer = self.send("POST", url, None).await;
        match answer.header("location") {
            Some(to) => self.open(&absolute(url, to)).await,
            None => (url.to_owned(), answer),
        }
    }

    pub fn has_cookie(&self, host: &str, name: &str) -> bool {
        self.cookies.contains_key(&(host.to_owned(), name.to_owned()))
    }
}

fn absolute(base: &str, to: &str) -> String {
    if to.starts_with("http") {
        return to.to_owned();
    }
    let host = base.strip_prefix("http://").unwrap().split('/').next().unwrap();
    format!("http://{host}{to}")
}
