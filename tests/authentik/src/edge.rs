//! The reverse proxy in front of the sample site. With the middleware on it does what Traefik's `ForwardAuth` does; without,
//! it is a person's Traefik to which the label was not added yet.
//!
//! Source: api.md §8 (Traefik: address, `authResponseHeaders`, second router for `/outpost.goauthentik.io/`).

use crate::authentik;
use crate::reply::{Reply, Visit};
use crate::server::Outcome;
use crate::shared::Shared;
use crate::site;
use crate::sync::lock;
use axum::http::{HeaderName, HeaderValue};

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
    if !lock(&shared.edge).contains(&visit.host().to_lowercase()) {
        // A plain proxy passes what the visitor sends, forged headers included: the site is not protected.
        return Outcome::Whole(site::answer(&visit));
    }
    if visit.path.starts_with("/outpost.goauthentik.io/") {
        let host = visit.host().to_owned();
        set_header(&mut visit, "x-forwarded-host", &host);
        set_header(&mut visit, "x-forwarded-proto", "http");
        return authentik::answer(shared, visit).await;
    }
    let Outcome::Whole(verdict) = authentik::answer(shared, question(&visit)).await else {
        return Outcome::Whole(Reply::text(500, "Internal Server Error"));
    };
    if !(200..300).contains(&verdict.status) {
        return Outcome::Whole(verdict);
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
    Outcome::Whole(site::answer(&visit))
}

/// What Traefik asks: a GET with the visitor's headers and the five `X-Forwarded-` ones.
fn question(visit: &Visit) -> Visit {
    let mut question = Visit {
        method: "GET".to_owned(),
        path: "/outpost.goauthentik.io/auth/traefik".to_owned(),
        query: String::new(),
        headers: visit.headers.clone(),
        body: Vec::new(),
    };
    let forwarded = [
        ("x-forwarded-method", visit.method.clone()),
        ("x-forwarded-proto", "http".to_owned()),
        ("x-forwarded-host", visit.host().to_owned()),
        ("x-forwarded-uri", visit.path_and_query()),
        ("x-forwarded-for", "127.0.0.1".to_owned()),
    ];
    for (name, value) in forwarded {
        set_header(&mut question, name, &value);
    }
    question
}

fn set_header(visit: &mut Visit, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
        visit.headers.insert(name, value);
    }
}
