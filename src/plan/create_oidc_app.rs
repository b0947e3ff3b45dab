//! "Create OIDC app": an application with an OAuth2 provider, and before it what authentik lacks for them.
//!
//! One request where nothing is lacking: client id and secret are made here, so nothing has to be read back. The plan names
//! the secret and never holds it; the worker makes it and fills it in.

use serde_json::{Value, json};

use super::{Action, Expect, Kind, Plan, Probe, Step, Undo, Values, created, known};
use crate::authentik::providers_oauth2::Redirect;
use crate::authentik::request::encode;
use crate::authentik::transactional::{self, OidcApp};
use crate::authentik::{Method, certificates, scope_mappings};
use crate::site::Origin;
use crate::words::{fill, fill_marked, words};

/// The name of the secret in the plan, in the journal, and where it is kept until it was seen.
pub const CLIENT_SECRET: &str = "client_secret";

/// A scope mapping of the new provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mapping {
    /// One that is there: its UUID.
    There(String),
    /// One that is made first.
    New {
        /// Its name, which nothing else has.
        name: String,
        /// The scope.
        scope: String,
        /// The Python expression.
        expression: String,
    },
}

/// The key that signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// One that is there: its UUID.
    There(String),
    /// One that is made first, under this name, which nothing else has.
    New(String),
}

/// What a person decided about an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Name of application and provider.
    pub name: String,
    /// Slug of the application.
    pub slug: String,
    /// The site.
    pub origin: Origin,
    /// The service's own address, maybe with a path.
    pub address: String,
    /// The service of the catalogue: its id, or empty.
    pub service: String,
    /// What the catalogue had to ask, as (name, answer).
    pub asked: Vec<(String, String)>,
    /// Heading; may be empty.
    pub group: String,
    /// Where people open it.
    pub launch_url: String,
    /// The icon's address, where the release can take one.
    pub icon: Option<String>,
    /// What the service calls itself.
    pub client_id: String,
    /// Without a secret.
    pub public: bool,
    /// Where a login may lead, and a logout.
    pub redirects: Vec<Redirect>,
    /// Grant types.
    pub grant_types: Vec<String>,
    /// Scope mappings.
    pub mappings: Vec<Mapping>,
    /// Signing key.
    pub key: Key,
    /// UUID.
    pub authorization_flow: String,
    /// UUID.
    pub invalidation_flow: String,
    /// What `sub` is made of.
    pub sub_mode: String,
    /// (URI, method); an empty URI is none.
    pub logout: (String, String),
    /// As authentik writes durations.
    pub access_code_validity: String,
    /// As authentik writes durations.
    pub access_token_validity: String,
    /// As authentik writes durations.
    pub refresh_token_validity: String,
    /// The groups that get in, as (UUID, name); empty for everyone.
    pub groups: Vec<(String, String)>,
}

/// The plan that makes an app.
pub fn create_oidc_app(id: String, app: &Registration) -> Plan {
    let words = words();
    let mut steps = Vec::new();
    let key = match &app.key {
        Key::There(pk) => json!(pk),
        Key::New(name) => {
            steps.push(generate_key(name));
            json!({"$value": "signing_key"})
        }
    };
    let mut mappings = Vec::new();
    for (number, mapping) in app.mappings.iter().enumerate() {
        mappings.push(match mapping {
            Mapping::There(pk) => json!(pk),
            Mapping::New { name, scope, expression } => {
                let value = format!("mapping_{number}");
                steps.push(create_mapping(&value, name, scope, expression));
                json!({"$value": value})
            }
        });
    }
    let stage = u8::from(!steps.is_empty());
    steps.push(create(stage, app, key, &mappings));
    let mut asked = Values::new();
    asked.extend(app.asked.iter().map(|(name, answer)| (name.clone(), json!(answer))));
    let values = json!({
        "slug": app.slug, "client_id": app.client_id, "name": app.name, "address": app.address,
        "service": app.service, "asked": asked, "public": app.public,
    });
    Plan {
        id,
        kind: Kind::CreateOidcApp,
        title: fill(words.title_oidc, &[("host", &app.origin.authority())]),
        site: app.origin.to_string(),
        steps,
        later: None,
        values: known(values),
        secrets: if app.public { Vec::new() } else { vec![CLIENT_SECRET.to_owned()] },
    }
}

fn create(stage: u8, app: &Registration, key: Value, mappings: &[Value]) -> Step {
    let words = words();
    let groups: Vec<String> = app.groups.iter().map(|(pk, _)| pk.clone()).collect();
    let names: Vec<&str> = app.groups.iter().map(|(_, name)| name.as_str()).collect();
    let grant_types: Vec<&str> = app.grant_types.iter().map(String::as_str).collect();
    let (logout_uri, logout_method) = &app.logout;
    let body = OidcApp {
        name: &app.name,
        slug: &app.slug,
        group: &app.group,
        launch_url: &app.launch_url,
        icon: app.icon.as_deref(),
        client_id: &app.client_id,
        client_secret: (!app.public).then(|| json!({"$value": CLIENT_SECRET})),
        redirects: &app.redirects,
        grant_types: &grant_types,
        mappings,
        signing_key: key,
        authorization_flow: &app.authorization_flow,
        invalidation_flow: &app.invalidation_flow,
        sub_mode: &app.sub_mode,
        logout: (!logout_uri.is_empty()).then_some((logout_uri.as_str(), logout_method.as_str())),
        access_code_validity: &app.access_code_validity,
        access_token_validity: &app.access_token_validity,
        refresh_token_validity: &app.refresh_token_validity,
        groups: &groups,
    }
    .body();
    let list = format!("providers/oauth2/?client_id={}", encode(&app.client_id));
    let says = if names.is_empty() { words.step_oidc_for_everyone } else { words.step_oidc_for_groups };
    Step {
        stage,
        says: fill_marked(says, &[("name", &app.name), ("slug", &app.slug), ("groups", &names.join(", "))]),
        probe: Some(created::probe(&body, &app.groups, None)),
        // Found by its client id, in case somebody has renamed or deleted the application meanwhile: that is told.
        undo: Undo::By(vec![
            created::is_our_provider(Action::get(list), "/results/0", &body, &app.slug)
                .keeping("provider_pk", "/results/0/pk")
                .or_gone(),
            Action::delete("core/applications/{slug}/").leaving(words.thing_application, &app.name),
            Action::delete("providers/oauth2/{provider_pk}/").leaving(words.thing_provider, &app.name),
        ]),
        action: Action::write(Method::Put, transactional::PATH, body)
            .expecting(Expect::Is("/applied".into(), json!(true))),
    }
}

fn generate_key(name: &str) -> Step {
    let list = format!("crypto/certificatekeypairs/?name={}", encode(name));
    Step {
        stage: 0,
        says: fill_marked(words().step_key, &[("name", name)]),
        action: Action::write(Method::Post, certificates::GENERATE, certificates::generate_body(name))
            .keeping("signing_key", "/pk"),
        probe: Some(Probe::either(
            Action::get(list)
                .expecting(Expect::Is("/results/0/name".into(), json!(name)))
                .keeping("signing_key", "/results/0/pk"),
        )),
        undo: unless_used("signing_key", "signing_key", "crypto/certificatekeypairs/", words().thing_key, name),
    }
}

fn create_mapping(value: &str, name: &str, scope: &str, expression: &str) -> Step {
    let list = format!("{}?name={}", scope_mappings::PATH, encode(name));
    let body = scope_mappings::body(name, scope, expression);
    Step {
        stage: 0,
        says: fill_marked(words().step_mapping, &[("name", name)]),
        action: Action::write(Method::Post, scope_mappings::PATH, body.clone()).keeping(value, "/pk"),
        probe: Some(Probe::either(
            Action::get(list)
                .expecting(Expect::Wrote("/results/0".into(), body.clone()))
                .keeping(value, "/results/0/pk"),
        )),
        undo: unless_used("property_mappings", value, scope_mappings::PATH, words().thing_mapping, name),
    }
}

/// Deleted, unless something else has come to use it: then it stays, and that is fine.
fn unless_used(filter: &str, value: &str, path: &str, what: &str, name: &str) -> Undo {
    let (one, unused) = (format!("{path}{{{value}}}/"), |at: &str, none: Value| Expect::Is(at.into(), none));
    // Whatever uses it, of any kind (crypto_certificatekeypairs_used_by_list, propertymappings_provider_scope_used_by_list:
    // a list without pages, 2025.10.3 to 2026.8.5).
    let used_by = Action::get(format!("{one}used_by/")).expecting(unused("", json!([])));
    // It holds only what the token may see, and says nothing where that is nothing; this list is refused then.
    let apps = Action::get(format!("providers/oauth2/?{filter}={{{value}}}&page_size=1"));
    Undo::By(vec![
        used_by.or_gone().if_possible(),
        apps.expecting(unused("/pagination/count", json!(0))).if_possible(),
        Action::delete(one).leaving(what, name),
    ])
}
