//! Signing in to authentik, and its answer to an authorization request.
//!
//! Source: api.md §4 (endpoints), §6 (who gets through). The page of a refusal has status 200, as Django's
//! `TemplateResponse` behind `AccessDeniedResponse` has (policies/denied.py).

use crate::access;
use crate::api::call::Query;
use crate::clock;
use crate::pages;
use crate::reply::{Reply, Visit};
use crate::world::World;

const FLOW: &str = "/if/flow/default-authentication-flow/";
const COOKIE: &str = "authentik_session";

/// Answers the pages outside of the API; `None` is a path that authentik does not have.
pub fn answer(world: &mut World, visit: &Visit) -> Option<Reply> {
    let reply = match visit.path.as_str() {
        "/application/o/authorize/" => authorize(world, visit),
        FLOW if visit.method == "POST" => sign_in(world, visit),
        FLOW => Reply::html(200, pages::login(&visit.path_and_query(), None)),
        "/" | "/if/user/" | "/if/admin/" => match signed_in(world, visit).and_then(|pk| world.user(pk)) {
            Some(user) => Reply::html(200, pages::overview(&user.username)),
            None => to_login(&visit.path_and_query()),
        },
        path => {
            let slug = path.strip_prefix("/application/o/")?.strip_suffix("/end-session/")?;
            Reply::html(200, pages::logged_out(&world.application(slug)?.name))
        }
    };
    Some(reply)
}

/// The user behind the session cookie.
fn signed_in(world: &World, visit: &Visit) -> Option<i64> {
    world.sessions.authentik.get(visit.cookie(COOKIE)?).copied()
}

fn to_login(next: &str) -> Reply {
    let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
    Reply::redirect(&format!("{FLOW}?next={next}"))
}

/// The posted form. `next` leads on, but never to another origin.
fn sign_in(world: &mut World, visit: &Visit) -> Reply {
    let form = Query::parse(&String::from_utf8_lossy(&visit.body));
    let (name, password) = (form.get("username").unwrap_or_default(), form.get("password").unwrap_or_default());
    let known = |user: &&mut crate::model::User| {
        user.is_active && user.password == password && (user.username == name || user.email == name)
    };
    let Some(user) = world.users.iter_mut().filter(|_| !name.is_empty()).find(known) else {
        return Reply::html(200, pages::login(&visit.path_and_query(), Some("Failed to authenticate.")));
    };
    user.last_login = Some(clock::now());
    let pk = user.pk;
    let session = world.next_letters("session", 32);
    world.sessions.authentik.insert(session.clone(), pk);
    let next = visit.parameter("next").filter(|next| next.starts_with('/') && !next.starts_with("//"));
    Reply::redirect(next.as_deref().unwrap_or("/if/user/"))
        .with("set-cookie", &format!("{COOKIE}={session}; Path=/; HttpOnly; SameSite=Lax"))
}

/// `/application/o/authorize/`: login page, refusal, or back to the redirect URI with a code.
fn authorize(world: &mut World, visit: &Visit) -> Reply {
    let bad = |text: &str| Reply::html(400, pages::bad_request(text));
    let client_id = visit.parameter("client_id").unwrap_or_default();
    let Some(provider) = world.providers.iter().find(|provider| provider.oauth.client_id == client_id) else {
        return bad("Invalid client identifier");
    };
    let redirect = visit.parameter("redirect_uri").unwrap_or_default();
    let allowed = provider.oauth.redirect_uris.iter().any(|entry| {
        let url = entry["url"].as_str().unwrap_or_default();
        if entry["matching_mode"] == "regex" {
            regex::Regex::new(&format!("^(?:{url})$")).is_ok_and(|pattern| pattern.is_match(&redirect))
        } else {
            url == redirect
        }
    });
    if !allowed {
        return bad("The request fails due to a missing, invalid, or mismatching redirection URI (redirect_uri).");
    }
    if world.release.has_grant_types() && !provider.oauth.grant_types.iter().any(|grant| grant == "authorization_code")
    {
        return bad("Invalid grant_type for provider");
    }
    let Some(application) = world.application_of(provider.pk) else { return bad("Invalid client identifier") };
    let Some(user) = signed_in(world, visit) else { return to_login(&visit.path_and_query()) };
    if !access::may_open(world, application, user) {
        return Reply::html(200, pages::denied(&application.name));
    }
    let code = world.next_letters("code", 32);
    world.sessions.codes.insert(code.clone(), (client_id, user));
    let state = visit.parameter("state").unwrap_or_default();
    let state: String = url::form_urlencoded::byte_serialize(state.as_bytes()).collect();
    let glue = if redirect.contains('?') { '&' } else { '?' };
    Reply::redirect(&format!("{redirect}{glue}code={code}&state={state}"))
}
