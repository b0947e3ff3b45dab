//! The embedded outpost: `/outpost.goauthentik.io/` for the sites that it serves.
//!
//! Source: api.md §8 and §9; internal/outpost/proxyv2 (proxyv2.go `HandleHost`, application.go, `mode_forward.go`).

mod routing;
mod session;

use crate::reply::{Reply, Visit};
use crate::world::World;
use routing::Served;

const PREFIX: &str = "/outpost.goauthentik.io";

/// Answers what the outpost takes; `None` falls through to authentik itself, as the embedded outpost does.
pub fn answer(world: &mut World, visit: &Visit) -> Option<Reply> {
    let path = visit.path.strip_prefix(PREFIX);
    if path.is_some_and(|path| path.starts_with("/ping")) {
        return Some(Reply::empty(204));
    }
    let host = visit.header("x-forwarded-host").unwrap_or_else(|| visit.host()).to_owned();
    let served = routing::served(world, &host)?;
    let Some(path) = path else {
        // A provider of mode `proxy` takes every path of its host, also authentik's own (api.md §0.15).
        return (served.mode == "proxy").then(|| whole_site(world, visit, &served));
    };
    let reply = match path {
        "/auth/traefik" | "/auth/caddy" => forwarded(world, visit, &served),
        "/auth/nginx" => nginx(world, visit, &served),
        "/start" => {
            let to = visit.parameter("rd").unwrap_or_else(|| served.external_host.clone());
            session::start(world, &served, &to)
        }
        "/callback" => session::callback(world, visit, &served),
        "/sign_out" => session::sign_out(world, visit, &served),
        _ => Reply::html(404, crate::pages::not_found()),
    };
    Some(reply)
}

/// The check that Traefik and Caddy make: 200 with headers, or 302 to the login.
fn forwarded(world: &mut World, visit: &Visit, served: &Served) -> Reply {
    let needed = ["x-forwarded-proto", "x-forwarded-host", "x-forwarded-uri"];
    let [Some(scheme), Some(host), Some(uri)] = needed.map(|name| visit.header(name)) else {
        return configuration_error();
    };
    if let Some(user) = session::visitor(world, visit, served) {
        return session::let_in(world, served, user);
    }
    if is_open(served, scheme, host, uri) || uri.starts_with(PREFIX) {
        return Reply::empty(200);
    }
    session::start(world, served, &format!("{scheme}://{host}{uri}"))
}

/// The check that nginx makes: 200 with headers, or 401.
fn nginx(world: &World, visit: &Visit, served: &Served) -> Reply {
    let Some(url) = visit.header("x-original-url").or_else(|| visit.header("x-original-uri")) else {
        return configuration_error();
    };
    if let Some(user) = session::visitor(world, visit, served) {
        return session::let_in(world, served, user);
    }
    let parsed = url::Url::parse(url).or_else(|_| url::Url::parse(&format!("{}{url}", served.external_host)));
    let Ok(parsed) = parsed else { return configuration_error() };
    let host = parsed.authority().to_owned();
    if is_open(served, parsed.scheme(), &host, parsed.path()) || parsed.path().starts_with(PREFIX) {
        return Reply::empty(200);
    }
    Reply::text(401, "unauthorized request")
}

/// Mode `proxy`: a stranger is sent to the login; this server has no upstream for anybody else.
fn whole_site(world: &mut World, visit: &Visit, served: &Served) -> Reply {
    match session::visitor(world, visit, served) {
        Some(user) => session::let_in(world, served, user),
        None => session::start(world, served, &format!("{}{}", served.external_host, visit.path_and_query())),
    }
    .with("x-powered-by", "goauthentik.io")
}

/// `skip_path_regex`: one expression a line, found anywhere in the path (of a domain: in the whole URL); a line that
/// does not compile is skipped.
fn is_open(served: &Served, scheme: &str, host: &str, uri: &str) -> bool {
    let path = uri.split('?').next().unwrap_or_default();
    let subject = if served.mode == "forward_domain" { format!("{scheme}://{host}{uri}") } else { path.to_owned() };
    let lines = served.skip_path_regex.lines().filter(|line| !line.is_empty());
    lines.filter_map(|line| regex::Regex::new(line).ok()).any(|pattern| pattern.is_match(&subject))
}

fn configuration_error() -> Reply {
    Reply::text(500, "configuration error")
}
