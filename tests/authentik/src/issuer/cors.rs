//! CORS: the token, userinfo and discovery endpoints allow the origins of the provider's redirect URIs.
//!
//! Source: utils.py (`cors_allow`). An OPTIONS request names no provider, so any origin is allowed there.

use crate::model::Provider;
use crate::reply::{Reply, Visit};
use url::Url;

/// Adds the headers, if the request's origin is allowed.
pub fn allow(reply: Reply, visit: &Visit, provider: Option<&Provider>) -> Reply {
    let Some(origin) = visit.header("origin") else { return reply };
    let is_options = visit.method == "OPTIONS";
    let urls = provider.into_iter().flat_map(|provider| &provider.oauth.redirect_uris);
    let mut same = urls.filter_map(|entry| entry["url"].as_str()).map(|url| same_origin(origin, url));
    if !is_options && !same.any(|same| same) {
        return reply;
    }
    let reply = reply
        .with("access-control-allow-origin", origin)
        .with("vary", "Origin")
        .with("access-control-allow-credentials", "true");
    if !is_options {
        return reply;
    }
    let reply = match visit.header("access-control-request-headers") {
        Some(headers) => reply.with("access-control-allow-headers", headers),
        None => reply,
    };
    reply.with("access-control-allow-methods", "GET, POST, OPTIONS")
}

fn same_origin(a: &str, b: &str) -> bool {
    let parts = |text: &str| {
        Url::parse(text).ok().map(|url| (url.scheme().to_owned(), url.host_str().map(str::to_owned), url.port()))
    };
    parts(a).is_some_and(|a| Some(a) == parts(b))
}
