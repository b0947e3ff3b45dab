//! The embedded outpost: `/outpost.goauthentik.io/` for the sites that it serves.
//!
//! Source: api.md §8 and §9; internal/outpost/proxyv2 (proxyv2.go `HandleHost`, application.go, `mode_forward.go`).

mod address;
mod routing;
mod session;

use crate::api::events;
use crate::reply::{Reply, Visit};
use crate::world::World;
use address::Address;
use routing::Served;
use serde_json::json;

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
        "/auth/traefik" => forwarded(world, visit, &served, "Traefik"),
        "/auth/caddy" => forwarded(world, visit, &served, "Caddy"),
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

/// What an outpost of its own says to a host that it doesn't serve (proxyv2, `handlers.go`).
pub fn no_app(host: &str) -> Reply {
    let detail = format!("Check the outpost settings and make sure '{host}' is included.");
    Reply::json(400, &json!({ "Message": "no app for hostname", "Host": host, "Detail": detail }))
}

/// The check that Traefik and Caddy make: 200 with headers, or 302 to the login.
///
/// The way back from the login is taken by the query's mark, so that it works where the outpost's own paths lead elsewhere
/// (proxyv2, `mode_forward.go`).
fn forwarded(world: &mut World, visit: &Visit, served: &Served, proxy: &str) -> Reply {
    let Some(address) = Address::forwarded(visit) else { return configuration_error(world, visit, served, proxy) };
    let query = address.whole.split_once('?').map(|(_, query)| query).unwrap_or_default();
    if query.contains("X-authentik-auth-callback=true") {
        let back = Visit { query: query.to_owned(), ..visit.clone() };
        return session::callback(world, &back, served);
    }
    if let Some(user) = session::visitor(world, visit, served) {
        return session::let_in(world, served, user);
    }
    if address.is_open(served) {
        return Reply::empty(200);
    }
    session::start(world, served, &address.whole)
}

/// The check that nginx makes: 200 with headers, or 401.
fn nginx(world: &mut World, visit: &Visit, served: &Served) -> Reply {
    let Some(address) = Address::original(visit) else { return configuration_error(world, visit, served, "nginx") };
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

/// 500, and an event that tells why (proxyv2, `ReportMisconfiguration` in `application/mode_common.go`).
fn configuration_error(world: &mut World, visit: &Visit, served: &Served, proxy: &str) -> Reply {
    let provider = world.provider(served.provider).map(|provider| provider.name.clone()).unwrap_or_default();
    let outpost = world.embedded_outpost().map(|outpost| outpost.name.clone()).unwrap_or_default();
    let sent = visit.headers.iter().filter(|(name, _)| !["cookie", "authorization"].contains(&name.as_str()));
    let headers: serde_json::Map<String, serde_json::Value> = sent
        .map(|(name, value)| (canonical(name.as_str()), json!(String::from_utf8_lossy(value.as_bytes()))))
        .collect();
    let context = json!({
        "message": format!("Outpost {outpost} (Provider {provider}) failed to detect a forward URL from {proxy}"),
        "provider": provider, "outpost": outpost, "url": visit.path_and_query(), "headers": headers,
    });
    events::of_outpost(world, "configuration_error", "authentik.providers.proxy", &context);
    Reply::text(500, "configuration error")
}

/// `X-Forwarded-Host`, as Go writes the names of headers.
fn canonical(name: &str) -> String {
    let part = |part: &str| part[..1].to_uppercase() + &part[1..];
    name.split('-').map(|word| if word.is_empty() { String::new() } else { part(word) }).collect::<Vec<_>>().join("-")
}
