//! `/providers/all/`, `/providers/proxy/`, `/providers/oauth2/`.
//!
//! Source: api.md §1.5; transcripts §7–§9.

use super::answer::{Answer, Refusal};
use super::call::Call;
use super::provider_defaults::{self, Kind};
use super::{events, list, provider_filters, provider_input, provider_shape};
use crate::issuer::claims;
use crate::model::Provider;
use crate::world::World;
use serde_json::{Value, json};

/// Which of the three sets of operations is meant.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Family {
    All,
    Only(Kind),
}

impl Family {
    const fn model(self) -> &'static str {
        match self {
            Self::All => "authentik_core.provider",
            Self::Only(kind) => kind.model(),
        }
    }

    /// The model's name in `No X matches the given query.`
    const fn title(self) -> &'static str {
        match self {
            Self::All => "Provider",
            Self::Only(Kind::Proxy) => "ProxyProvider",
            Self::Only(Kind::OAuth2) => "OAuth2Provider",
        }
    }

    /// Proxy providers are OAuth2 providers too (api.md §0.7).
    const fn has(self, provider: &Provider) -> bool {
        !matches!(self, Self::Only(Kind::Proxy)) || provider.is_proxy()
    }

    fn shape(self, world: &World, provider: &Provider) -> Value {
        match self {
            Self::All => provider_shape::any(world, provider),
            Self::Only(Kind::Proxy) => provider_shape::proxy(world, provider),
            Self::Only(Kind::OAuth2) => provider_shape::oauth2(world, provider),
        }
    }

    fn permission(self, verb: &str) -> String {
        let (app, model) = self.model().split_once('.').unwrap_or_default();
        format!("{app}.{verb}_{model}")
    }
}

/// The list.
pub fn list(world: &World, call: &Call, family: Family) -> Result<Answer, Refusal> {
    let mut rows: Vec<&Provider> = world.providers.iter().filter(|provider| family.has(provider)).collect();
    let query = &call.query;
    let application = |provider: &Provider| world.application_of(provider.pk);
    rows.retain(|provider| {
        let name = application(provider).map(|app| app.name.as_str()).unwrap_or_default();
        list::found(query.get("search"), &[&provider.name, name])
    });
    if let Some(free) = query.flag("application__isnull") {
        rows.retain(|provider| application(provider).is_none() == free);
    }
    match family {
        Family::All => {}
        Family::Only(Kind::OAuth2) => provider_filters::oauth2(world, query, &mut rows)?,
        Family::Only(Kind::Proxy) => provider_filters::proxy(world, query, &mut rows),
    }
    let rows = list::visible(call, &family.permission("view"), rows, |provider| provider.pk.to_string())?;
    let mut rows: Vec<Value> = rows.into_iter().map(|provider| family.shape(world, provider)).collect();
    let default = if family == Family::All { "pk" } else { "name" };
    list::sort(&mut rows, query.get("ordering"), &["pk", "name"], default);
    list::paged(call, world.release, &rows)
}

/// One provider.
pub fn retrieve(world: &World, call: &Call, family: Family, pk: &str) -> Result<Answer, Refusal> {
    Ok(Answer::ok(family.shape(world, find(world, call, family, pk)?)))
}

/// The provider behind a path, if the caller may see it.
pub fn find<'w>(world: &'w World, call: &Call, family: Family, pk: &str) -> Result<&'w Provider, Refusal> {
    let rows: Vec<&Provider> = world.providers.iter().filter(|provider| family.has(provider)).collect();
    let rows = list::visible(call, &family.permission("view"), rows, |provider| provider.pk.to_string())?;
    let wanted: i64 = pk.parse().map_err(|_| Refusal::NotFound)?;
    rows.into_iter().find(|provider| provider.pk == wanted).ok_or(Refusal::NoSuch(family.title()))
}

/// POST.
pub fn create(world: &mut World, call: &Call, kind: Kind) -> Result<Answer, Refusal> {
    let family = Family::Only(kind);
    if !call.caller.can(&family.permission("add")) {
        return Err(Refusal::Denied);
    }
    let body = call.object()?;
    let provider = store_new(world, kind, &body, 1)?;
    events::model(world, call, "model_created", kind.model(), &provider.pk.to_string(), &provider.name);
    Ok(Answer::created(family.shape(world, &provider)))
}

/// Checks a body and stores the new provider.
pub fn store_new(
    world: &mut World,
    kind: Kind,
    body: &serde_json::Map<String, Value>,
    steps: i64,
) -> Result<Provider, Refusal> {
    let blank = provider_defaults::blank(kind, String::new(), String::new());
    let mut provider = provider_input::read(world, kind, blank, body, false)?;
    if provider.oauth.client_id.is_empty() {
        provider.oauth.client_id = world.next_letters("client_id", 40);
    }
    if provider.oauth.client_secret.is_empty() {
        provider.oauth.client_secret = world.next_letters("client_secret", 128);
    }
    provider.pk = world.next_provider_pk(steps);
    world.providers.push(provider.clone());
    Ok(provider)
}

/// PATCH and PUT.
pub fn update(world: &mut World, call: &Call, kind: Kind, pk: &str) -> Result<Answer, Refusal> {
    let family = Family::Only(kind);
    let stored = find(world, call, family, pk)?.clone();
    if !call.caller.can_on(&family.permission("change"), pk) {
        return Err(Refusal::Denied);
    }
    let body = call.object()?;
    let provider = provider_input::read(world, kind, stored, &body, call.method == "PATCH")?;
    events::model(world, call, "model_updated", kind.model(), pk, &provider.name);
    if let Some(slot) = world.providers.iter_mut().find(|slot| slot.pk == provider.pk) {
        slot.clone_from(&provider);
    }
    Ok(Answer::ok(family.shape(world, &provider)))
}

/// DELETE: the provider leaves its outposts, its application stays without one (transcripts, summary 11).
pub fn destroy(world: &mut World, call: &Call, family: Family, pk: &str) -> Result<Answer, Refusal> {
    let provider = find(world, call, family, pk)?.clone();
    if !call.caller.can_on(&family.permission("delete"), pk) {
        return Err(Refusal::Denied);
    }
    let model = if provider.is_proxy() { Kind::Proxy } else { Kind::OAuth2 }.model();
    world.providers.retain(|other| other.pk != provider.pk);
    for outpost in &mut world.outposts {
        outpost.providers.retain(|other| *other != provider.pk);
    }
    for application in &mut world.applications {
        application.provider = application.provider.filter(|other| *other != provider.pk);
    }
    events::model(world, call, "model_deleted", model, pk, &provider.name);
    Ok(Answer::no_content())
}

/// `setup_urls`: the last three are there only with an application.
pub fn setup_urls(world: &World, call: &Call, pk: &str) -> Result<Answer, Refusal> {
    let wanted: i64 = pk.parse().map_err(|_| Refusal::NotFound)?;
    let provider = world.provider(wanted).ok_or(Refusal::NoSuch("OAuth2Provider"))?;
    let base = format!("{}/application/o", call.origin);
    let slug = world.application_of(provider.pk).map(|app| app.slug.as_str());
    let of_app = |path: &str| slug.map(|slug| format!("{base}/{slug}/{path}"));
    let mut urls = json!({
        "issuer": claims::issuer(world, provider, &call.origin).unwrap_or_else(|| "-".to_owned()),
        "authorize": format!("{base}/authorize/"),
        "token": format!("{base}/token/"),
        "user_info": format!("{base}/userinfo/"),
        "provider_info": of_app(".well-known/openid-configuration"),
        "logout": of_app("end-session/"),
        "jwks": of_app("jwks/"),
    });
    if world.release.has_dcr_registration() {
        urls["dcr_registration"] = Value::Null;
    }
    Ok(Answer::ok(urls))
}
