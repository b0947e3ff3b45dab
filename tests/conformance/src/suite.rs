//! What a check has at hand: the server, requests, and things of its own to try them on.

use std::cell::{Cell, OnceCell, RefCell};
use std::sync::Arc;

use gatewright::authentik::flows::{self, Flow};
use gatewright::authentik::request::encode;
use gatewright::authentik::{Access, Method, Request, Response, transactional};
use gatewright::plan::Plan;
use gatewright::ports::{Http, all};
use gatewright_it::{Line, Watch, World};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::check::Wrong;
use crate::{Ledger, Target};

/// An application with its provider, both ours.
#[derive(Clone, Debug)]
pub struct Made {
    /// Name of both.
    pub name: String,
    /// Slug of the application.
    pub slug: String,
    /// Key of the application.
    pub application: String,
    /// Key of the provider.
    pub provider: i64,
}

/// A run.
pub struct Suite {
    /// The server.
    pub target: Target,
    /// Who sees to it that nothing else is touched.
    pub ledger: Arc<Ledger>,
    /// Where requests of checks go.
    pub world: World,
    /// Every plan that was carried out.
    pub plans: RefCell<Vec<Plan>>,
    flows: OnceCell<(String, String)>,
    named: Cell<usize>,
}

impl Suite {
    /// A run that has done nothing yet.
    pub fn new(target: Target, ledger: Arc<Ledger>) -> Self {
        let world = World::over(Line::watched(target.client.clone(), ledger.clone()));
        let (plans, flows, named) = (RefCell::default(), OnceCell::new(), Cell::new(0));
        Self { target, ledger, world, plans, flows, named }
    }

    /// A name that is ours, and that nothing else has: `gatewright-conformance-…-gate1`. Good as a slug too.
    pub fn name(&self, what: &str) -> String {
        self.named.set(self.named.get() + 1);
        format!("{}-{what}{}", self.ledger.prefix().text(), self.named.get())
    }

    /// A host that nobody has.
    pub fn host(&self, what: &str) -> String {
        format!("{}.example.invalid", self.name(what))
    }

    /// A request with the token.
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Result<Answer, Wrong> {
        self.send_as(&self.target.access, method, path, body).await
    }

    /// A request with another token, or without one.
    pub async fn send_as(
        &self,
        access: &Access,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Answer, Wrong> {
        let to = format!("{} {path}", method.name());
        let request = Request { method, path: path.to_owned(), body };
        match self.world.send(access, &request).await {
            Ok(answer) => Ok(Answer::new(to, self.target.access.without_token(answer))),
            Err(error) => Err(Wrong(format!("{to}: no answer: {error:?}"))),
        }
    }

    /// A GET.
    pub async fn get(&self, path: &str) -> Result<Answer, Wrong> {
        self.send(Method::Get, path, None).await
    }

    /// A POST.
    pub async fn post(&self, path: &str, body: Value) -> Result<Answer, Wrong> {
        self.send(Method::Post, path, Some(body)).await
    }

    /// A PATCH.
    pub async fn patch(&self, path: &str, body: Value) -> Result<Answer, Wrong> {
        self.send(Method::Patch, path, Some(body)).await
    }

    /// A DELETE.
    pub async fn delete(&self, path: &str) -> Result<Answer, Wrong> {
        self.send(Method::Delete, path, None).await
    }

    /// The transactional PUT.
    pub async fn put(&self, body: Value) -> Result<Answer, Wrong> {
        self.send(Method::Put, transactional::PATH, Some(body)).await
    }

    /// A request as an extension's page would send it: with the token, and with its own origin.
    pub async fn as_extension(&self, method: Method, path: &str, body: Option<Value>) -> Result<Answer, Wrong> {
        let request = Request { method, path: path.to_owned(), body };
        let to = format!("{} {path} of an extension", method.name());
        if !self.ledger.allows(&request) {
            return Err(Wrong(format!("{to}: not sent")));
        }
        let verb = if method == Method::Post { reqwest::Method::POST } else { reqwest::Method::GET };
        let access = &self.target.access;
        let mut sending = self.target.client.request(verb, access.base.api(path)).header("Accept", "application/json");
        sending = sending.header("Origin", "chrome-extension://abcdefghijklmnopabcdefghijklmnop");
        if let Some(token) = &access.token {
            sending = sending.header("Authorization", format!("Bearer {}", token.reveal()));
        }
        if let Some(body) = &request.body {
            sending = sending.header("Content-Type", "application/json").body(body.to_string());
        }
        let lost = |_: reqwest::Error| Wrong(format!("{to}: no answer"));
        let answer = sending.send().await.map_err(lost)?;
        let cors = answer.headers().keys().any(|name| name.as_str().starts_with("access-control"));
        let status = answer.status().as_u16();
        let response = Response { status, body: answer.text().await.map_err(lost)?, ..Response::default() };
        self.ledger.heard(&request, &response);
        Ok(Answer { cors, ..Answer::new(to, access.without_token(response)) })
    }

    /// A group that the caller is in. It is bound to applications of ours, and otherwise left alone.
    pub async fn my_group(&self) -> Result<String, Wrong> {
        self.get("core/users/me/").await?.status(200)?.text_at("/user/groups/0/pk")
    }

    /// A page that is open to everybody.
    pub async fn page(&self, path: &str) -> Result<Answer, Wrong> {
        let read = self.world.read_open(&self.target.access.base, path).await;
        let answer = read.map_err(|error| Wrong(format!("GET {path}: no answer: {error:?}")))?;
        Ok(Answer::new(format!("GET {path}"), answer))
    }

    /// The authorization flow and the invalidation flow that the product would choose.
    pub async fn flows(&self) -> Result<(String, String), Wrong> {
        if let Some(known) = self.flows.get() {
            return Ok(known.clone());
        }
        let read = all(&self.world, &self.target.access, &flows::list()).await;
        let flows = read.map_err(|error| Wrong(format!("the flows can't be read: {error:?}")))?;
        let pk = |flow: Option<&Flow>, what| {
            flow.map(|flow| flow.pk.clone()).ok_or_else(|| Wrong(format!("no {what} flow")))
        };
        let found =
            (pk(flows::authorization(&flows), "authorization")?, pk(flows::invalidation(&flows), "invalidation")?);
        Ok(self.flows.get_or_init(|| found).clone())
    }

    /// A body for the transactional PUT with a proxy provider.
    pub async fn proxy_body(&self, name: &str) -> Result<Value, Wrong> {
        let (authorization, invalidation) = self.flows().await?;
        let gate = transactional::ForwardAuth {
            name,
            slug: name,
            external_host: &format!("https://{name}.example.invalid"),
            cookie_domain: None,
            authorization_flow: &authorization,
            invalidation_flow: &invalidation,
            session: "hours=24",
            groups: &[],
            open_paths: &[],
        };
        Ok(gate.body())
    }

    /// A body for the transactional PUT with an OAuth2 provider, of what has to be there.
    pub async fn oauth2_body(&self, name: &str) -> Result<Value, Wrong> {
        let (authorization, invalidation) = self.flows().await?;
        Ok(json!({
            "app": {"name": name, "slug": name},
            "provider_model": "authentik_providers_oauth2.oauth2provider",
            "provider": {
                "name": name, "authorization_flow": authorization, "invalidation_flow": invalidation,
                "redirect_uris": [{"matching_mode": "strict", "url": format!("https://{name}.example.invalid/callback")}],
                "grant_types": ["authorization_code", "refresh_token"],
            },
            "policy_bindings": [],
        }))
    }

    /// Makes what a body for the transactional PUT says.
    pub async fn make(&self, body: Value) -> Result<Made, Wrong> {
        let (name, slug) = (body["app"]["name"].clone(), body["app"]["slug"].clone());
        self.put(body).await?.status(200)?.holds("/applied", &json!(true))?;
        let slug = slug.as_str().unwrap_or_default().to_owned();
        let found = self.get(&format!("core/applications/{slug}/")).await?.status(200)?;
        let (application, provider) = (found.text_at("/pk")?, found.number_at("/provider")?);
        Ok(Made { name: name.as_str().unwrap_or_default().to_owned(), slug, application, provider })
    }

    /// An application with a proxy provider.
    pub async fn proxy_app(&self, what: &str) -> Result<Made, Wrong> {
        self.make(self.proxy_body(&self.name(what)).await?).await
    }

    /// An application with an OAuth2 provider.
    pub async fn oauth2_app(&self, what: &str) -> Result<Made, Wrong> {
        self.make(self.oauth2_body(&self.name(what)).await?).await
    }

    /// An outpost of ours with one provider, which nothing runs: no integration, no container.
    pub async fn outpost(&self, provider: i64) -> Result<Answer, Wrong> {
        let defaults = self.get("outposts/instances/default_settings/").await?.status(200)?;
        let body = json!({
            "name": self.name("outpost"), "type": "proxy", "providers": [provider], "service_connection": null,
            "config": defaults.at("/config"),
        });
        self.post("outposts/instances/", body).await?.status(201)
    }

    /// The row of a list with this filter.
    pub async fn rows(&self, path: &str, filter: (&str, &str)) -> Result<Vec<Value>, Wrong> {
        let answer = self.get(&format!("{path}?{}={}&page_size=100", filter.0, encode(filter.1))).await?.status(200)?;
        Ok(answer.rows()?.to_vec())
    }
}
