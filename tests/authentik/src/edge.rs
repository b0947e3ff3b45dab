//! The reverse proxy in front of the sample site: what Traefik's `ForwardAuth` or nginx's `auth_request` does with it, set up
//! as [`Setup`] says. Open, it is a person's Traefik to which the label was not added yet.
//!
//! Source: api.md §8 (Traefik: address, `authResponseHeaders`, second router for `/outpost.goauthentik.io/`; nginx:
//! `auth_request`, `error_page 401`, `X-Original-URL`).

use crate::authentik;
use crate::reply::{Reply, Visit};
use crate::server::Outcome;
use crate::setup::{Proxy, Setup};
use crate::shared::Shared;
use crate::{outpost, site};
use axum::http::{HeaderName, HeaderValue};

const OUTPOST: &str = "/outpost.goauthentik.io/";

/// The headers that authentik's documentation tells Traefik to copy.
const AUTH_RESPONSE_HEADERS: [&str; 12] = [
    "x-authentik-username",
    "x-authentik-groups",
    "x-authentik-entitlements",
    "x-authentik-email",
    "x-authentik-name",
    "x-authentik-uid",
    "x-authentik-jwt",
    "x-authentik-meta-jwks",
    "x-authentik-meta-outpost",
    "x-authentik-meta-provider",
    "x-authentik-meta-app",
    "x-authentik-meta-version",
];

/// Answers a request to a site.
pub async fn answer(shared: &Shared, visit: Visit) -> Outcome {
    let open = shared.log.begin("site", &visit);
    let outcome = pass(shared, visit).await;
    open.answered(outcome.status());
    outcome
}

async fn pass(shared: &Shared, mut visit: Visit) -> Outcome {
    let Setup { proxy, site: behind } = shared.setup(visit.host());
    if proxy == Proxy::OtherApp {
        return Outcome::Whole(site::other_app());
    }
    let gated = proxy != Proxy::Open && (proxy != Proxy::TraefikRootOnly || visit.path == "/");
    if visit.path.starts_with(OUTPOST) && proxy.routes_outpost() {
        let host = visit.host().to_owned();
        set_header(&mut visit, "x-forwarded-host", &host);
        set_header(&mut visit, "x-forwarded-proto", "http");
        return ask(shared, proxy, visit).await;
    }
    if !gated {
        // A plain proxy passes what the visitor sends, forged headers included: the site is not protected.
        return Outcome::Whole(site::answer(shared, behind, &visit));
    }
    let Outcome::Whole(verdict) = ask(shared, proxy, question(proxy, &visit)).await else {
        return Outcome::Whole(Reply::text(500, "Internal Server Error"));
    };
    if !(200..300).contains(&verdict.status) {
        return Outcome::Whole(if proxy.is_nginx() { refused_by_nginx(proxy, &visit, &verdict) } else { verdict });
    }
    let forged: Vec<HeaderName> =
        visit.headers.keys().filter(|name| name.as_str().starts_with("x-authentik-")).cloned().collect();
    for name in forged {
        visit.headers.remove(name);
    }
    for name in AUTH_RESPONSE_HEADERS {
        if let Some(value) = verdict.header(name) {
            set_header(&mut visit, name, value);
        }
    }
    Outcome::Whole(site::answer(shared, behind, &visit))
}

/// Asks the outpost. One that is not the embedded one says by itself that it doesn't know a host.
async fn ask(shared: &Shared, proxy: Proxy, mut visit: Visit) -> Outcome {
    let host = visit.header("x-forwarded-host").unwrap_or_else(|| visit.host()).to_owned();
    let is_ping = visit.path == "/outpost.goauthentik.io/ping";
    if proxy == Proxy::TraefikOtherOutpost && !is_ping {
        return Outcome::Whole(outpost::no_app(&host));
    }
    if proxy == Proxy::TraefikWrongHost {
        let name = host.split(':').next().unwrap_or_default();
        set_header(&mut visit, "x-forwarded-host", name);
    }
    authentik::answer(shared, visit).await
}

/// What nginx makes of an answer that is neither 2xx nor 401: `auth_request` takes it for an error. Its own pages replace
/// the outpost's.
fn refused_by_nginx(proxy: Proxy, visit: &Visit, verdict: &Reply) -> Reply {
    let page = |status, text: &str| Reply::html(status, format!("<html><head><title>{text}</title></head></html>"));
    match (verdict.status, proxy) {
        (401, Proxy::NginxBare) => page(401, "401 Authorization Required"),
        (401, _) => {
            let wanted = format!("http://{}{}", visit.host(), visit.path_and_query());
            Reply::redirect(&format!("{OUTPOST}start?rd={wanted}"))
        }
        _ => page(500, "500 Internal Server Error"),
    }
}

/// What is asked: a GET with the visitor's headers, and those that name what the visitor wants.
fn question(proxy: Proxy, visit: &Visit) -> Visit {
    let mut question = Visit {
        method: "GET".to_owned(),
        path: if proxy.is_nginx() {
            "/outpost.goauthentik.io/auth/nginx"
        } else {
            "/outpost.goauthentik.io/auth/traefik"
        }
        .to_owned(),
        query: String::new(),
        headers: visit.headers.clone(),
        body: Vec::new(),
    };
    let original = ("x-original-url", format!("http://{}{}", visit.host(), visit.path_and_query()));
    let forwarded = [
        ("x-forwarded-method", visit.method.clone()),
        ("x-forwarded-proto", "http".to_owned()),
        ("x-forwarded-host", visit.host().to_owned()),
        ("x-forwarded-uri", visit.path_and_query()),
        ("x-forwarded-for", "127.0.0.1".to_owned()),
    ];
    let told: &[(&'static str, String)] = match proxy {
        Proxy::TraefikNoHeaders => &[],
        proxy if proxy.is_nginx() => &[original],
        _ => &forwarded,
    };
    for (name, value) in told {
        set_header(&mut question, name, value);
    }
    question
}

fn set_header(visit: &mut Visit, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
        visit.headers.insert(name, value);
    }
}
