//! The embedded outpost: `/outpost.goauthentik.io/` for the sites that it serves.
//!
//! Source: api.md §8 and §9; internal/outpost/proxyv2 (proxyv2.go `HandleHost`, application.go, `mode_forward.go`).

mod address;
mod routing;
mod session;

use crate::reply::{Reply, Visit};
use crate::world::World;
use address::Address;
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
            let to = address::back_to(&served, visit.parameter("rd").as_deref());
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
    let Some(address) = Address::forwarded(visit) else { return configuration_error() };
    if let Some(user) = session::visitor(world, visit, served) {
        return session::let_in(world, served, user);
    }
    if address.is_open(served) {
        return Reply::empty(200);
    }
    session::start(world, served, &address.whole)
}

/// The check that nginx makes: 200 with headers, or 401.
fn nginx(world: &World, visit: &Visit, served: &Served) -> Reply {
    let Some(address) = Address::original(visit) else { return configuration_error() };
    if let Some(user) = session::visitor(world, visit, served) {
        return session::let_in(world, served, user);
    }
    // nginx may ask about the outpost's own paths, too (`forwardHandleNginx`); Traefik and Caddy are not believed that.
    if address.is_open(served) || address.path.starts_with(PREFIX) {
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

fn configuration_error() -> Reply {
    Reply::text(500, "configuration error")
}
