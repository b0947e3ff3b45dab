//! authentik's REST API v3, as far as the product uses it.
//!
//! The order of the checks is that of Django REST framework: path, `Accept`, credentials, method, permission, body.

pub mod answer;
mod application_input;
mod application_shape;
mod applications;
mod bindings;
pub mod call;
pub mod caller;
pub mod certificates;
mod endpoint;
pub mod events;
mod groups;
mod input;
mod input_checks;
pub mod language;
mod list;
mod lookups;
pub mod outposts;
mod preview;
pub mod provider_defaults;
mod provider_filters;
mod provider_input;
mod provider_shape;
mod providers;
mod rbac;
mod redirect_uris;
mod scope_mappings;
mod system;
mod transactional;
mod used_by;
mod users;

use crate::world::World;
use answer::{Answer, Refusal};
use call::Call;
use caller::{Bearer, Caller};
pub use endpoint::Endpoint;
use providers::Family;
use serde_json::json;

/// The headers that matter to the API.
#[derive(Clone, Debug, Default)]
pub struct Headers {
    pub authorization: Option<String>,
    pub accept: Option<String>,
    /// The value of the cookie `authentik_session`.
    pub session: Option<String>,
    /// The header `X-authentik-CSRF`, and the header `Origin`.
    pub csrf: Option<String>,
    pub browser_origin: Option<String>,
}

/// Answers a request to the API. `call.caller` is filled in here.
pub fn answer(world: &mut World, mut call: Call, headers: &Headers) -> (Answer, Option<&'static str>) {
    let endpoint = Endpoint::of(&call.path).filter(|endpoint| endpoint.exists_in(world.release));
    let Some(endpoint) = endpoint else {
        let allow = (!call.is_read()).then_some("GET, HEAD, OPTIONS");
        return (Answer::unknown_path(&call.method), allow);
    };
    let allow = Some(endpoint.allow());
    if !accepts_json(headers.accept.as_deref()) {
        return (Answer::detail(406, "Could not satisfy the request Accept header."), allow);
    }
    match authenticate(world, &call, headers) {
        Ok(caller) => call.caller = caller,
        Err(detail) => return (Answer::detail(403, &detail), allow),
    }
    if call.caller.user.is_none() && !endpoint.is_public() {
        return (Answer::detail(403, "Authentication credentials were not provided."), allow);
    }
    let method = call.method.clone();
    let answer = run(world, &call, endpoint).unwrap_or_else(|refusal| refusal.answer(&method));
    let is_crash = answer.status == 405 && matches!(answer.content, answer::Content::EmptyHtml);
    (answer, if is_crash { Some("GET, HEAD, OPTIONS") } else { allow })
}

/// JSON is the only thing the API renders.
fn accepts_json(accept: Option<&str>) -> bool {
    accept.is_none_or(|accept| {
        accept.split(',').any(|kind| {
            matches!(
                kind.split(';').next().unwrap_or_default().trim(),
                "" | "*/*" | "application/*" | "application/json"
            )
        })
    })
}

/// A bearer wins over a session, and a bad bearer is refused even where nobody needs to sign in.
fn authenticate(world: &World, call: &Call, headers: &Headers) -> Result<Caller, String> {
    match Bearer::of(headers.authorization.as_deref()) {
        Bearer::OtherScheme => Err(world.release.other_scheme().to_owned()),
        Bearer::Token(key) => Caller::of_token(world, key).ok_or_else(|| "Token invalid/expired".to_owned()),
        Bearer::Absent => {
            let session = headers.session.as_deref().and_then(|cookie| world.sessions.authentik.get(cookie));
            let Some(login) = session else { return Ok(Caller::default()) };
            if !call.is_read() && call.method != "OPTIONS" {
                check_csrf(world, headers)?;
            }
            Ok(Caller::of_user(world, login.user))
        }
    }
}

/// Django's check of a write with a session cookie (transcripts §15).
fn check_csrf(world: &World, headers: &Headers) -> Result<(), String> {
    if let Some(origin) = headers.browser_origin.as_deref().filter(|origin| *origin != world.origin) {
        return Err(format!("CSRF Failed: Origin checking failed - {origin} does not match any trusted origins."));
    }
    if headers.csrf.is_none() {
        return Err("CSRF Failed: CSRF token missing.".to_owned());
    }
    Ok(())
}

fn run(world: &mut World, call: &Call, endpoint: Endpoint) -> Result<Answer, Refusal> {
    use Endpoint as E;
    if call.method == "OPTIONS" {
        let (name, description) = endpoint.title();
        let kinds = ["application/json"];
        return Ok(Answer::ok(json!({ "name": name, "description": description, "renders": kinds, "parses": kinds })));
    }
    let method = if call.method == "HEAD" { "GET" } else { call.method.as_str() };
    match (method, endpoint) {
        ("GET", E::RootConfig) => Ok(Answer::ok(world.config.clone())),
        ("GET", E::Brands) => system::brands(world, call),
        ("GET", E::CurrentBrand) => Ok(system::current_brand(world)),
        ("GET", E::Me) => users::me(world, call),
        ("GET", E::Version) => Ok(system::version(world)),
        ("GET", E::System) => system::system(world, call),
        ("GET", E::Settings) => system::settings(world, call),
        ("GET", E::Users) => users::list(world, call),
        ("GET", E::User(pk)) => users::retrieve(world, call, &pk),
        ("GET", E::Groups) => groups::list(world, call),
        ("GET", E::Group(pk)) => groups::retrieve(world, call, &pk),
        ("GET", E::Applications) => applications::list(world, call),
        ("POST", E::Applications) => applications::create(world, call),
        ("GET", E::Application(slug)) => applications::retrieve(world, call, &slug),
        ("PATCH" | "PUT", E::Application(slug)) => applications::update(world, call, &slug),
        ("DELETE", E::Application(slug)) => applications::destroy(world, call, &slug),
        ("GET", E::CheckAccess(slug)) => applications::check_access(world, call, &slug),
        ("POST", E::SetIconUrl(slug)) => applications::set_icon_url(world, call, &slug),
        ("PUT", E::Transactional) => transactional::apply(world, call),
        ("GET", E::Providers(family)) => providers::list(world, call, family),
        ("POST", E::Providers(Family::Only(kind))) => providers::create(world, call, kind),
        ("GET", E::Provider(family, pk)) => providers::retrieve(world, call, family, &pk),
        ("PATCH" | "PUT", E::Provider(Family::Only(kind), pk)) => providers::update(world, call, kind, &pk),
        ("DELETE", E::Provider(family, pk)) => providers::destroy(world, call, family, &pk),
        ("GET", E::SetupUrls(pk)) => providers::setup_urls(world, call, &pk),
        ("GET", E::PreviewUser(pk)) => preview::user(world, call, &pk),
        ("GET", E::Outposts) => outposts::list(world, call),
        ("POST", E::Outposts) => outposts::create(world, call),
        ("GET", E::OutpostDefaults) => Ok(outposts::default_settings(call)),
        ("GET", E::Outpost(pk)) => outposts::retrieve(world, call, &pk),
        ("PATCH" | "PUT", E::Outpost(pk)) => outposts::update(world, call, &pk),
        ("DELETE", E::Outpost(pk)) => outposts::destroy(world, call, &pk),
        ("GET", E::OutpostHealth(pk)) => outposts::health(world, call, &pk),
        ("GET", E::Flows) => lookups::flows(world, call),
        ("GET", E::Flow(slug)) => lookups::flow(world, call, &slug),
        ("GET", E::Policies) => lookups::policies(world, call),
        ("GET", E::Bindings) => bindings::list(world, call),
        ("POST", E::Bindings) => bindings::create(world, call),
        ("GET", E::Binding(pk)) => bindings::retrieve(world, call, &pk),
        ("PATCH" | "PUT", E::Binding(pk)) => bindings::update(world, call, &pk),
        ("DELETE", E::Binding(pk)) => bindings::destroy(world, call, &pk),
        ("GET", E::ScopeMappings) => scope_mappings::list(world, call),
        ("POST", E::ScopeMappings) => scope_mappings::create(world, call),
        ("GET", E::ScopeMapping(pk)) => scope_mappings::retrieve(world, call, &pk),
        ("PATCH" | "PUT", E::ScopeMapping(pk)) => scope_mappings::update(world, call, &pk),
        ("DELETE", E::ScopeMapping(pk)) => scope_mappings::destroy(world, call, &pk),
        ("GET", E::Certificates) => certificates::list(world, call),
        ("POST", E::GenerateCertificate) => certificates::generate(world, call),
        ("GET", E::Certificate(pk)) => certificates::retrieve(world, call, &pk),
        ("DELETE", E::Certificate(pk)) => certificates::destroy(world, call, &pk),
        ("GET", E::CertificateUsedBy(pk)) => used_by::certificate(world, call, &pk),
        ("GET", E::ScopeMappingUsedBy(pk)) => used_by::scope_mapping(world, call, &pk),
        ("GET", E::Tokens) => lookups::tokens(world, call),
        ("GET", E::Events) => events::list(world, call),
        ("GET", E::Event(pk)) => events::retrieve(world, call, &pk),
        ("GET", E::Roles) => rbac::roles(world, call),
        ("POST", E::Assign(role, true)) => rbac::assign(world, call, &role, true),
        ("PATCH", E::Assign(role, false)) => rbac::assign(world, call, &role, false),
        _ => Err(Refusal::Method(call.method.clone())),
    }
}
