//! Requests over a real socket, as the browser sends them: no cookies, no redirects, a bearer for one base only.

use std::sync::{Arc, Mutex, OnceLock};

use gatewright::authentik::{Access, BaseUrl, Method, Request, Response, Unreachable};

/// When the line is cut around a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Before it is sent.
    Before,
    /// After it was applied: the answer is lost.
    After,
}

/// The line is cut around the write with this number (from 0), and stays cut until it is mended.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    /// Which request, counted over all requests.
    pub request: usize,
    /// When.
    pub moment: Moment,
}

/// Stands beside a line: may stop a request, and hears what is answered.
pub trait Watch: std::fmt::Debug + Send + Sync {
    /// Whether it may be sent.
    fn allows(&self, request: &Request) -> bool;
    /// What came of it.
    fn heard(&self, request: &Request, answer: &Response);
}

/// Sends requests.
#[derive(Debug, Default)]
pub struct Line {
    watch: Option<Arc<dyn Watch>>,
    sent: Mutex<Vec<Request>>,
    cut: Mutex<Option<Cut>>,
    dead: Mutex<bool>,
    impatient: Mutex<Option<String>>,
    client: OnceLock<reqwest::Client>,
}

impl Line {
    /// A line to a server anywhere, with somebody beside it.
    pub fn watched(client: reqwest::Client, watch: Arc<dyn Watch>) -> Self {
        Self { watch: Some(watch), client: OnceLock::from(client), ..Self::default() }
    }

    /// Cuts the line around a request.
    pub fn cut(&self, cut: Cut) {
        *self.cut.lock().expect("the line") = Some(cut);
    }

    /// Mends the line, and begins to count anew.
    pub fn mend(&self) {
        *self.cut.lock().expect("the line") = None;
        *self.dead.lock().expect("the line") = false;
        self.sent.lock().expect("the line").clear();
    }

    /// For requests whose path contains this, the time is up as soon as the server has them; `None` for none. Nobody waits
    /// 20 seconds in a test.
    pub fn time_is_up_for(&self, path: Option<&str>) {
        *self.impatient.lock().expect("the line") = path.map(str::to_owned);
    }

    /// What was sent, or would have been.
    pub fn sent(&self) -> Vec<Request> {
        self.sent.lock().expect("the line").clone()
    }

    /// Whether the line was cut.
    pub fn is_dead(&self) -> bool {
        *self.dead.lock().expect("the line")
    }

    /// Sends one request.
    pub async fn send(&self, access: &Access, request: &Request) -> Result<Response, Unreachable> {
        let number = {
            let mut sent = self.sent.lock().expect("the line");
            sent.push(request.clone());
            sent.len() - 1
        };
        let cut = self.cut.lock().expect("the line").filter(|cut| cut.request == number);
        if cut.is_some() {
            *self.dead.lock().expect("the line") = true;
        }
        match cut.map(|cut| cut.moment) {
            Some(Moment::Before) => Err(Unreachable::NoAnswer),
            Some(Moment::After) => {
                self.really(access, request).await?;
                Err(Unreachable::NoAnswer)
            }
            None if self.is_dead() => Err(Unreachable::NoAnswer),
            None => self.really(access, request).await,
        }
    }

    pub(crate) fn client(&self) -> &reqwest::Client {
        self.client.get_or_init(new_client)
    }

    /// Reads a page that is open to everybody.
    pub async fn read_open(&self, base: &BaseUrl, path: &str) -> Result<Response, Unreachable> {
        if self.is_dead() {
            return Err(Unreachable::NoAnswer);
        }
        let url: reqwest::Url = base.page(path).parse().map_err(|_| Unreachable::NoAnswer)?;
        answer_of(self.client().get(url).header("Accept", "application/json")).await
    }

    async fn really(&self, access: &Access, request: &Request) -> Result<Response, Unreachable> {
        assert!(request.stays_inside(), "{request:?}");
        if self.watch.as_ref().is_some_and(|watch| !watch.allows(request)) {
            return Err(Unreachable::NotAllowed);
        }
        let url: reqwest::Url = access.base.api(&request.path).parse().map_err(|_| Unreachable::NoAnswer)?;
        let client = self.client();
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut sending =
            client.request(method, url).header("Accept", "application/json").header("Accept-Language", "en");
        if let Some(token) = &access.token {
            sending = sending.header("Authorization", format!("Bearer {}", token.reveal()));
        }
        if let Some(body) = &request.body {
            sending = sending.header("Content-Type", "application/json").body(body.to_string());
        }
        let answer = Box::pin(answer_of(sending));
        let impatient = self.impatient.lock().expect("the line").clone();
        let this = format!("{} {}", request.method.name(), request.path);
        if impatient.is_some_and(|path| this.contains(&path)) {
            let limit = std::time::Duration::from_millis(100);
            return tokio::time::timeout(limit, answer).await.unwrap_or(Err(Unreachable::TimedOut));
        }
        let answer = answer.await?;
        if let Some(watch) = &self.watch {
            watch.heard(request, &answer);
        }
        Ok(answer)
    }
}

/// What the issuer at `base` answers to a stranger's authorization request: status and page.
pub async fn authorize(base: &str, client_id: &str, redirect_uri: &str) -> (u16, String) {
    let query =
        [("client_id", client_id), ("redirect_uri", redirect_uri), ("response_type", "code"), ("scope", "openid")];
    let query: Vec<String> =
        query.iter().map(|(key, value)| format!("{key}={}", gatewright::authentik::request::encode(value))).collect();
    let url: reqwest::Url = format!("{base}/application/o/authorize/?{}", query.join("&")).parse().expect("an address");
    let answer = new_client().get(url).send().await.expect("an answer");
    (answer.status().as_u16(), answer.text().await.expect("a page"))
}

/// Every name is this machine: *.localhost, as browsers have it, and nothing else is ever asked.
struct Here;

impl reqwest::dns::Resolve for Here {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let here: reqwest::dns::Addrs = Box::new(std::iter::once(([127, 0, 0, 1], 0).into()));
        Box::pin(async move { Ok(here) })
    }
}

/// A client for which every name is this machine, and which follows no redirect.
pub fn new_client() -> reqwest::Client {
    client_builder().dns_resolver(Arc::new(Here)).build().expect("a client")
}

/// A client that follows no redirect, and that speaks plainly: it trusts no certificate, because nothing here has one.
pub(crate) fn client_builder() -> reqwest::ClientBuilder {
    let nobody = rustls::RootCertStore::empty();
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let tls = tls.with_safe_default_protocol_versions().expect("protocols").with_root_certificates(nobody);
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    builder.tls_backend_preconfigured(tls.with_no_client_auth())
}

/// Names as everywhere, but for those below `localhost`: they are this machine (RFC 6761), which not every resolver knows.
struct Anywhere;

impl reqwest::dns::Resolve for Anywhere {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        if name.as_str() == "localhost" || name.as_str().ends_with(".localhost") {
            return Here.resolve(name);
        }
        Box::pin(async move {
            let found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let found: reqwest::dns::Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}

/// A client for a server elsewhere: its name is looked up, and its certificate has to be one that this machine trusts.
pub fn client_for_elsewhere() -> Result<reqwest::Client, reqwest::Error> {
    // Whoever was first has set it: there is one choice.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    builder.dns_resolver(Arc::new(Anywhere)).timeout(std::time::Duration::from_mins(1)).build()
}

async fn answer_of(sending: reqwest::RequestBuilder) -> Result<Response, Unreachable> {
    let answer = sending.send().await.map_err(|_| Unreachable::NoAnswer)?;
    if answer.status().is_redirection() {
        return Err(Unreachable::Redirected);
    }
    let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let response = Response {
        status: answer.status().as_u16(),
        content_type: header("content-type").unwrap_or_default().to_ascii_lowercase(),
        retry_after: header("retry-after").and_then(|seconds| seconds.parse().ok()),
        request_id: header("x-authentik-id"),
        body: String::new(),
    };
    Ok(Response { body: answer.text().await.map_err(|_| Unreachable::NoAnswer)?, ..response })
}
