//! Requests, through gloo-net: no cookies, no redirect, no cache, no referrer, 20 seconds.

#![allow(clippy::disallowed_methods, reason = "the one place that sends requests")]

use gloo_net::http::{Method as Verb, RequestBuilder, Response as Answer};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortSignal, ReferrerPolicy, RequestCache, RequestCredentials, RequestRedirect, ResponseType};

use super::{Door, api};
use crate::authentik::read::{cut, json_text};
use crate::authentik::{Access, ApiToken, BaseUrl, Method, Request, Response, Unreachable};
use crate::ports::{Http, Landing};

/// A worker that waits longer for an answer is ended by the browser.
const LIMIT_MS: u32 = 20_000;
/// 8 MB: a page of 100 rows of the largest resources is well below one.
const LARGEST: usize = 8 * 1024 * 1024;
/// So much of an error page tells which one it is.
const SHORT: u32 = 300;

impl Http for Door {
    async fn send(&self, access: &Access, request: &Request) -> Result<Response, Unreachable> {
        if !request.stays_inside() {
            return Err(Unreachable::NotAllowed);
        }
        let body = request.body.as_ref().map(json_text);
        exchange(&access.base, &access.base.api(&request.path), request.method, access.token.as_ref(), body).await
    }

    async fn read_open(&self, base: &BaseUrl, path: &str) -> Result<Response, Unreachable> {
        if !Request::get(path).stays_inside() {
            return Err(Unreachable::NotAllowed);
        }
        exchange(base, &base.page(path), Method::Get, None, None).await
    }

    async fn visit(&self, url: &str) -> Result<Landing, Unreachable> {
        visit(url).await
    }
}

/// Asks a site as somebody whom nobody knows. There is no token here that could go along.
async fn visit(url: &str) -> Result<Landing, Unreachable> {
    let signal = AbortSignal::timeout_with_u32(LIMIT_MS);
    let send = async |redirect| {
        let builder = RequestBuilder::new(url)
            .credentials(RequestCredentials::Omit)
            .redirect(redirect)
            .cache(RequestCache::NoStore)
            .referrer_policy(ReferrerPolicy::NoReferrer)
            .header("Accept", "text/html")
            .abort_signal(Some(&signal));
        builder.build().map_err(|_| Unreachable::NoAnswer)?.send().await.map_err(|_| Unreachable::NoAnswer)
    };
    let Ok(answer) = send(RequestRedirect::Follow).await else {
        if signal.aborted() {
            return Err(Unreachable::TimedOut);
        }
        // A place for which there is no permission, or nothing at all: the first step alone tells which.
        let first = send(RequestRedirect::Manual).await?;
        let leads_on = first.type_() == ResponseType::Opaqueredirect;
        return Err(if leads_on { Unreachable::Redirected } else { Unreachable::NoAnswer });
    };
    let (status, url) = (answer.status(), answer.url());
    let authentik = answer.headers().get("X-authentik-id").is_some();
    // Of a page that came, nothing more is wanted than that it did.
    let text = if status < 400 { String::new() } else { first_bytes(&answer).await };
    Ok(Landing { url: cut(&url).to_owned(), status, text, authentik })
}

/// The first piece of a body, however long it goes on.
async fn first_bytes(answer: &Answer) -> String {
    let Some(body) = answer.body() else { return String::new() };
    let Ok(reader) = body.unchecked_ref::<api::Body>().reader() else { return String::new() };
    let piece = reader.read().await.ok().and_then(|piece| piece.unchecked_into::<api::Piece>().value());
    let _ = reader.cancel();
    String::from_utf8_lossy(&piece.map(|bytes| bytes.subarray(0, SHORT).to_vec()).unwrap_or_default()).into_owned()
}

async fn exchange(
    base: &BaseUrl,
    url: &str,
    method: Method,
    token: Option<&ApiToken>,
    body: Option<String>,
) -> Result<Response, Unreachable> {
    let signal = AbortSignal::timeout_with_u32(LIMIT_MS);
    let mut builder = RequestBuilder::new(url)
        .method(verb(method))
        .credentials(RequestCredentials::Omit)
        .redirect(RequestRedirect::Manual)
        .cache(RequestCache::NoStore)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        .header("Accept", "application/json")
        // Error texts follow the language; only English ones are recorded.
        .header("Accept-Language", "en")
        .abort_signal(Some(&signal));
    if let Some(token) = token {
        builder = builder.header("Authorization", &format!("Bearer {}", token.reveal()));
    }
    let ready = match body {
        Some(body) => builder.header("Content-Type", "application/json").body(body),
        None => builder.build(),
    };
    let Ok(answer) = ready.map_err(|_| Unreachable::NoAnswer)?.send().await else {
        return Err(why(&signal, base).await);
    };
    if answer.type_() == ResponseType::Opaqueredirect {
        return Err(Unreachable::Redirected);
    }
    let header = |name: &str| answer.headers().get(name);
    if header("Content-Length").and_then(|length| length.parse().ok()).is_some_and(|length: usize| length > LARGEST) {
        return Err(Unreachable::TooLarge);
    }
    match text_of(&answer).await {
        Ok(Some(body)) => Ok(read(&answer, body)),
        Ok(None) => Err(Unreachable::TooLarge),
        Err(_) => Err(why(&signal, base).await),
    }
}

/// The body, piece by piece: a length need not be told, and what is packed well is short only until it is unpacked. None if
/// it is too large; what is left of it is not read then.
async fn text_of(answer: &Answer) -> Result<Option<String>, JsValue> {
    let Some(stream) = answer.body() else { return Ok(Some(String::new())) };
    let reader = stream.unchecked_ref::<api::Body>().reader()?;
    let mut body = Vec::new();
    loop {
        let piece: api::Piece = reader.read().await?.unchecked_into();
        let Some(bytes) = piece.value() else { break };
        let before = body.len();
        let after = before + bytes.length() as usize;
        if after > LARGEST {
            let _ = reader.cancel();
            return Ok(None);
        }
        body.resize(after, 0);
        bytes.copy_to(&mut body[before..]);
    }
    // What is no UTF-8 is no JSON either, and not empty.
    Ok(Some(String::from_utf8(body).unwrap_or_else(|_| "\u{fffd}".to_owned())))
}

fn read(answer: &Answer, body: String) -> Response {
    let header = |name: &str| answer.headers().get(name);
    Response {
        status: answer.status(),
        content_type: header("Content-Type").unwrap_or_default().to_ascii_lowercase(),
        body,
        retry_after: header("Retry-After").and_then(|seconds| seconds.parse().ok()),
        request_id: header("X-authentik-id").map(|id| cut(&id).to_owned()),
    }
}

/// A browser says only "failed"; the signal, the permissions and the network's state tell three reasons apart.
async fn why(signal: &AbortSignal, base: &BaseUrl) -> Unreachable {
    if signal.aborted() {
        return Unreachable::TimedOut;
    }
    match api::permissions_contains(&api::origins(base.origin())).await {
        Ok(answer) if answer.is_falsy() => Unreachable::NotAllowed,
        _ if api::is_offline() => Unreachable::Offline,
        _ => Unreachable::NoAnswer,
    }
}

fn verb(method: Method) -> Verb {
    match method {
        Method::Get => Verb::GET,
        Method::Post => Verb::POST,
        Method::Put => Verb::PUT,
        Method::Patch => Verb::PATCH,
        Method::Delete => Verb::DELETE,
    }
}
