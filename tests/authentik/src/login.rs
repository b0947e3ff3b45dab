//! Signing in to authentik, and its own pages.
//!
//! Source: api.md §4 (endpoints), §6 (who gets through). The page of a refusal has status 200, as Django's
//! `TemplateResponse` behind `AccessDeniedResponse` has (policies/denied.py).

use crate::api::call::Query;
use crate::clock;
use crate::model::Login;
use crate::pages;
use crate::reply::{Reply, Visit};
use crate::world::World;

const FLOW: &str = "/if/flow/default-authentication-flow/";
const COOKIE: &str = "authentik_session";

/// Answers the pages outside of the API and the issuer; `None` is a path that authentik does not have.
pub fn answer(world: &mut World, visit: &Visit) -> Option<Reply> {
    let reply = match visit.path.as_str() {
        FLOW if visit.method == "POST" => sign_in(world, visit),
        FLOW => Reply::html(200, pages::login(&visit.path_and_query(), None)),
        "/" | "/if/user/" | "/if/admin/" => match signed_in(world, visit).and_then(|pk| world.user(pk)) {
            Some(user) => Reply::html(200, pages::overview(&user.username)),
            None => to_login(&visit.path_and_query()),
        },
        _ => return None,
    };
    Some(reply)
}

/// The session cookie of somebody who is signed in.
pub fn session(world: &World, visit: &Visit) -> Option<String> {
    visit.cookie(COOKIE).filter(|cookie| world.sessions.authentik.contains_key(*cookie)).map(str::to_owned)
}

/// The user behind the session cookie.
fn signed_in(world: &World, visit: &Visit) -> Option<i64> {
    world.sessions.authentik.get(visit.cookie(COOKIE)?).map(|login| login.user)
}

/// To the login page, and on to `next` from there.
pub fn to_login(next: &str) -> Reply {
    let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
    Reply::redirect(&format!("{FLOW}?next={next}"))
}

/// The session cookie.
pub fn cookie(value: &str) -> String {
    format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax")
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
    let refused = session(world, visit).and_then(|old| world.sessions.authentik.get(&old)?.refused.clone());
    let session = world.next_letters("session", 32);
    world.sessions.authentik.insert(session.clone(), Login { user: pk, since: clock::seconds(), refused });
    let next = visit.parameter("next").filter(|next| next.starts_with('/') && !next.starts_with("//"));
    Reply::redirect(next.as_deref().unwrap_or("/if/user/")).with("set-cookie", &cookie(&session))
}
