//! The outpost's own session: to the login, back with a code, in with headers, out again.
//!
//! Source: application.go (cookie name, redirect URI), api.md §0.14 and §8 (headers).

use super::routing::Served;
use crate::ids::sha256_hex;
use crate::reply::{Reply, Visit};
use crate::world::World;

/// Where an embedded outpost sends browsers when nobody told it authentik's public address (api.md §3).
const INTERNAL: &str = "http://0.0.0.0:9000";

/// The name of a provider's cookie: `authentik_proxy_` and 8 hex digits of the SHA-256 of the client id.
pub fn cookie_name(client_id: &str) -> String {
    format!("authentik_proxy_{}", &sha256_hex(client_id)[..8])
}

/// The person behind the cookie.
pub fn visitor(world: &World, visit: &Visit, served: &Served) -> Option<i64> {
    let cookie = visit.cookie(&cookie_name(&served.client_id))?;
    let (client_id, user) = world.sessions.outpost.get(cookie)?;
    (*client_id == served.client_id).then_some(*user)
}

/// To authentik, remembering where the visitor wanted to go.
pub fn start(world: &mut World, served: &Served, wanted: &str) -> Reply {
    let state = world.next_letters("state", 32);
    world.sessions.wanted.insert(state.clone(), wanted.to_owned());
    let host = world.embedded_outpost().and_then(|outpost| outpost.config.get("authentik_host"));
    let host = host.and_then(|host| host.as_str()).unwrap_or_default().trim_end_matches('/');
    let host = if host.is_empty() { INTERNAL } else { host };
    let provider = world.provider(served.provider);
    let scopes: Vec<&str> = provider
        .into_iter()
        .flat_map(|provider| &provider.property_mappings)
        .filter_map(|id| world.scope_mappings.iter().find(|mapping| mapping["pk"] == id.as_str()))
        .filter_map(|mapping| mapping["scope_name"].as_str())
        .collect();
    let callback = format!("{}/outpost.goauthentik.io/callback?X-authentik-auth-callback=true", served.external_host);
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", &served.client_id)
        .append_pair("redirect_uri", &callback)
        .append_pair("response_type", "code")
        .append_pair("scope", &scopes.join(" "))
        .append_pair("state", &state)
        .finish();
    Reply::redirect(&format!("{host}/application/o/authorize/?{query}"))
}

/// Back from authentik: sets the cookie and leads to where the visitor wanted to go. A code works once.
pub fn callback(world: &mut World, visit: &Visit, served: &Served) -> Reply {
    let code = visit.parameter("code").and_then(|code| world.sessions.codes.remove(&code));
    let wanted = visit.parameter("state").and_then(|state| world.sessions.wanted.remove(&state));
    match (code, wanted) {
        (Some(code), Some(wanted)) if code.client_id == served.client_id => {
            let value = world.next_letters("outpost-session", 32);
            world.sessions.outpost.insert(value.clone(), (code.client_id, code.user));
            Reply::redirect(&wanted).with("set-cookie", &cookie(served, &value))
        }
        _ => Reply::html(
            400,
            crate::pages::wrong("Bad Request", "Failed to authenticate: the state or the code is unknown."),
        ),
    }
}

/// Clears the session and leads to authentik's page that says so.
pub fn sign_out(world: &mut World, visit: &Visit, served: &Served) -> Reply {
    if let Some(value) = visit.cookie(&cookie_name(&served.client_id)) {
        world.sessions.outpost.remove(value);
    }
    let slug = world.application_of(served.provider).map(|app| app.slug.clone()).unwrap_or_default();
    let expired = format!("{}; Max-Age=0", cookie(served, ""));
    Reply::redirect(&format!("{}/application/o/{slug}/end-session/", world.origin)).with("set-cookie", &expired)
}

/// Host-only, except for a domain.
fn cookie(served: &Served, value: &str) -> String {
    let name = cookie_name(&served.client_id);
    let domain = if served.mode == "forward_domain" && !served.cookie_domain.is_empty() {
        format!("; Domain={}", served.cookie_domain)
    } else {
        String::new()
    };
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{domain}")
}

/// 200 with what the site may know about the person.
pub fn let_in(world: &World, served: &Served, user: i64) -> Reply {
    let Some(person) = world.user(user) else { return Reply::empty(401) };
    let groups: Vec<&str> = world.all_groups_of(user).iter().map(|group| group.name.as_str()).collect();
    let application = world.application_of(served.provider).map(|app| app.slug.as_str()).unwrap_or_default();
    let provider = world.provider(served.provider).map(|provider| provider.name.as_str()).unwrap_or_default();
    let outpost = world.embedded_outpost().map(|outpost| outpost.name.as_str()).unwrap_or_default();
    let jwks = format!("{}/application/o/{application}/jwks/", world.origin);
    let version = format!("goauthentik.io/outpost/{}", world.release.version());
    [
        ("X-authentik-username", person.username.as_str()),
        ("X-authentik-groups", &groups.join("|")),
        ("X-authentik-entitlements", ""),
        ("X-authentik-email", &person.email),
        ("X-authentik-name", &person.name),
        ("X-authentik-uid", &person.uid),
        ("X-authentik-meta-jwks", &jwks),
        ("X-authentik-meta-outpost", outpost),
        ("X-authentik-meta-provider", provider),
        ("X-authentik-meta-app", application),
        ("X-authentik-meta-version", &version),
    ]
    .into_iter()
    .fold(Reply::empty(200), |reply, (name, value)| reply.with(name, value))
}
