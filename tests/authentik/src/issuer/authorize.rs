//! `/application/o/authorize/`: to the login, a refusal, the consent, or back to the client.
//!
//! Source: views/authorize.py (`AuthorizationFlowInitView`, `OAuthFulfillmentStage`), policies/views.py. A flow without a
//! stage (implicit consent) shows no page (`to_redirect` with a silent last stage).

use super::request::{self, Request, Wrong};
use super::{consent, response};
use crate::access;
use crate::api::call::Query;
use crate::clock;
use crate::login;
use crate::pages;
use crate::reply::{Reply, Visit};
use crate::world::World;

/// Who asks, and whether they have agreed just now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Agreed {
    No,
    Yes,
}

/// Answers an authorization request.
pub fn answer(world: &mut World, visit: &Visit) -> Reply {
    let body = String::from_utf8_lossy(&visit.body);
    let query = if visit.method == "POST" { body.as_ref() } else { visit.query.as_str() };
    if query.is_empty() {
        return Reply::html(404, pages::not_found());
    }
    run(world, visit, query, Agreed::No)
}

/// Answers the request in a query string.
pub fn run(world: &mut World, visit: &Visit, query: &str, agreed: Agreed) -> Reply {
    let reply =
        request::read(world, &Query::parse(query)).and_then(|request| go_on(world, visit, query, agreed, &request));
    match reply {
        Ok(reply) => reply,
        Err(Wrong::Redirect(uri)) => Reply::redirect(&uri),
        Err(Wrong::Page(title, text)) => Reply::html(400, pages::wrong(title, text)),
    }
}

fn go_on(world: &mut World, visit: &Visit, query: &str, agreed: Agreed, request: &Request) -> Result<Reply, Wrong> {
    let has = |prompt: &str| request.prompt.iter().any(|asked| asked == prompt);
    let to_login = || login::to_login(&format!("/application/o/authorize/?{query}"));
    let Some(session) = login::session(world, visit) else {
        return if has("none") { Err(request.refuse("login_required")) } else { Ok(to_login()) };
    };
    let Some(application) = world.application_of(request.provider).cloned() else {
        return Ok(Reply::html(404, pages::not_found()));
    };
    let Some(login) = world.sessions.authentik.get(&session).cloned() else { return Ok(to_login()) };
    if !access::may_open(world, &application, login.user) {
        return Ok(Reply::html(200, pages::denied(&application.name)));
    }
    // `prompt=login` and `max_age` send back to the login, once: the session remembers which login was too old.
    let too_old = request.max_age.is_some_and(|age| age > 0 && clock::seconds() > login.since + age);
    let again = has("login") && login.refused.as_ref().is_none_or(|refused| *refused == session);
    if too_old || again {
        if let Some(login) = world.sessions.authentik.get_mut(&session) {
            login.refused = Some(session.clone());
        }
        return Ok(to_login());
    }
    if has("none") && has("consent") {
        return Err(request.refuse("consent_required"));
    }
    if agreed == Agreed::No && consent::is_needed(world, request, login.user) {
        return Ok(Reply::redirect(&consent::page(world, request.provider, query)));
    }
    consent::remember(world, request, login.user);
    Ok(response::make(world, request, &session, &login, &visit.origin(), &application.name))
}
