//! `PUT /core/transactional/applications/`: an application, its provider and its bindings at once, or nothing.
//!
//! Source: api.md §0.2 and §3; transcripts §7 (every error and its order) and §16 (permissions).

use super::answer::{Answer, Refusal};
use super::call::Call;
use super::input::Input;
use super::provider_defaults::{self, Kind};
use super::{application_input, applications, bindings, events, provider_input, providers};
use crate::model::{Application, Binding};
use crate::world::World;
use serde_json::{Map, Value, json};

/// Providers that the endpoint takes and this server does not know.
const OTHER_MODELS: [&str; 9] = [
    "authentik_providers_google_workspace.googleworkspaceprovider",
    "authentik_providers_ldap.ldapprovider",
    "authentik_providers_microsoft_entra.microsoftentraprovider",
    "authentik_providers_rac.racprovider",
    "authentik_providers_radius.radiusprovider",
    "authentik_providers_saml.samlprovider",
    "authentik_providers_scim.scimprovider",
    "authentik_providers_ssf.ssfprovider",
    "authentik_providers_ws_federation.wsfederationprovider",
];

/// Checks, then asks for permissions, then applies. Validation comes before the permissions, and reports the serializer's
/// errors (all parts) before those of the dry run (one part).
pub fn apply(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let body = call.object()?;
    let request = read(world, &body)?;
    let provider_body = check_provider(world, &request)?;
    check_permissions(call, &request)?;

    let provider = providers::store_new(world, request.kind, &provider_body, 2)?;
    let app = applications::store_new(world, Application { provider: Some(provider.pk), ..request.app });
    let kind = request.kind;
    events::model(world, call, "model_created", kind.model(), &provider.pk.to_string(), &provider.name);
    events::model(world, call, "model_created", applications::MODEL, &app.pk, &app.name);
    for binding in request.bindings {
        bindings::store_new(world, Binding { target: app.pk.clone(), ..binding });
    }
    Ok(Answer::ok(json!({ "applied": true, "logs": [] })))
}

struct Request {
    app: Application,
    kind: Kind,
    provider: Map<String, Value>,
    bindings: Vec<Binding>,
}

/// The serializer: all parts are checked, `provider` only for being an object.
fn read(world: &World, body: &Map<String, Value>) -> Result<Request, Refusal> {
    let mut input = Input::new(body, false);
    let mut app = application_input::blank();
    if let Some(fields) = input.object("app", true) {
        // `provider` inside `app` is overwritten later (api.md §3).
        let fields = fields.iter().filter(|(key, _)| *key != "provider").map(|(k, v)| (k.clone(), v.clone())).collect();
        match application_input::read(world, app.clone(), &fields, false) {
            Ok(read) => app = read,
            Err(Refusal::Invalid(errors)) => input.refuse_with("app", errors),
            Err(other) => return Err(other),
        }
    }
    let mut models = vec![Kind::Proxy.model(), Kind::OAuth2.model()];
    models.extend(OTHER_MODELS);
    let model = if body.contains_key("provider_model") {
        input.choice("provider_model", &models)
    } else {
        input.refuse("provider_model", "This field is required.");
        None
    };
    let provider = input.object("provider", true).cloned();
    let bindings = read_bindings(world, &mut input)?;
    input.finish()?;
    let kind = if model.as_deref() == Some(Kind::Proxy.model()) { Kind::Proxy } else { Kind::OAuth2 };
    if model.is_some_and(|model| OTHER_MODELS.contains(&model.as_str())) {
        return Err(Refusal::Invalid(
            json!({ "provider_model": ["The embedded authentik does not know this model."] }),
        ));
    }
    Ok(Request { app, kind, provider: provider.unwrap_or_default(), bindings })
}

fn read_bindings(world: &World, input: &mut Input) -> Result<Vec<Binding>, Refusal> {
    let mut read = Vec::new();
    let mut errors = Vec::new();
    for item in input.list("policy_bindings", false).into_iter().flatten() {
        let Value::Object(fields) = item else {
            let kind = super::call::python_type(item);
            errors
                .push(json!({ "non_field_errors": [format!("Invalid data. Expected a dictionary, but got {kind}.")] }));
            continue;
        };
        match bindings::read(world, bindings::blank(), fields, false, false) {
            Ok(binding) => {
                read.push(binding);
                errors.push(json!({}));
            }
            Err(Refusal::Invalid(error)) => errors.push(error),
            Err(other) => return Err(other),
        }
    }
    if errors.iter().any(|error| error != &json!({})) {
        input.refuse_with("policy_bindings", Value::Array(errors));
    }
    Ok(read)
}

/// The dry run of the blueprint: without a name it raises `KeyError`, a known name of the same model is refused first.
fn check_provider(world: &World, request: &Request) -> Result<Map<String, Value>, Refusal> {
    let body = &request.provider;
    let Some(name) = body.get("name") else { return Err(Refusal::Crash) };
    let same_model = |is_proxy: bool| request.kind == Kind::OAuth2 || is_proxy;
    if world.providers.iter().any(|other| json!(other.name) == *name && same_model(other.is_proxy())) {
        let text = "State is set to must_created and object exists already";
        return Err(Refusal::Invalid(json!({ "provider": { "name": [text] } })));
    }
    let blank = provider_defaults::blank(request.kind, String::new(), String::new());
    match provider_input::read(world, request.kind, blank, body, false) {
        Ok(_) => Ok(body.clone()),
        Err(Refusal::Invalid(errors)) => Err(Refusal::Invalid(json!({ "provider": errors }))),
        Err(other) => Err(other),
    }
}

/// One entry after the other: provider, application, bindings (whose entries have no id: key `null`).
fn check_permissions(call: &Call, request: &Request) -> Result<(), Refusal> {
    let mut wanted = vec![("provider", request.kind.model()), ("app", applications::MODEL)];
    if !request.bindings.is_empty() {
        wanted.push(("null", "authentik_policies.policybinding"));
    }
    for (entry, model) in wanted {
        let (app, name) = model.split_once('.').unwrap_or_default();
        if !call.caller.can(&format!("{app}.add_{name}")) {
            return Err(Refusal::Forbidden(json!({ entry: format!("User lacks permission to create {model}") })));
        }
    }
    Ok(())
}
