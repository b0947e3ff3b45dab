//! An [`Export`] of an application that exists, read from authentik. Its secrets are never looked at.

use serde_json::Value;

use super::names::names;
use super::value::{Export, Kind};
use crate::authentik::request::encode;
use crate::authentik::{Access, ApiError, Call, List, Reader};
use crate::ports::{Http, all, ask};

/// Reads the application with this slug and all that belongs to it.
pub async fn of_application(http: &impl Http, access: &Access, slug: &str) -> Result<Export, ApiError> {
    let application = ask(http, access, &application(slug)).await?;
    let provider = application.get("provider").and_then(crate::authentik::read::as_int).ok_or(ApiError::Gone)?;
    let component = application.pointer("/provider_obj/component").and_then(Value::as_str).unwrap_or_default();
    let oauth2 = !component.contains("proxy");
    let call = if oauth2 { oauth2_provider(provider) } else { proxy_provider(provider) };
    let object = ask(http, access, &call).await?;
    let target = application.get("pk").and_then(Value::as_str).unwrap_or_default();
    let bindings = all(http, access, &bindings_of(target)).await?;
    let mut kinds = vec![Kind::Flow, Kind::Scope];
    if ["signing_key", "encryption_key", "certificate"].iter().any(|key| object.get(*key).is_some_and(Value::is_string))
    {
        kinds.push(Kind::Certificate);
    }
    if !oauth2 {
        kinds.push(Kind::Outpost);
    }
    let names = names(http, access, &kinds).await?;
    let mut export = Export::of(&access.base.to_string(), &names, true, slug, oauth2);
    export.take_application(&application);
    export.take_provider(&object, &names, &[]);
    export.provider.id = Some(provider);
    for binding in &bindings {
        let id = binding.get("pk").and_then(Value::as_str).map(str::to_owned);
        export.take_binding(binding, &names, id);
    }
    let serving = names.rows.iter().filter(|row| row.providers.contains(&provider));
    for pk in serving.map(|row| row.thing.id.clone()).collect::<Vec<_>>() {
        export.take_place(&pk, &names, true);
    }
    Ok(export)
}

/// The application with this slug, as it is (`core_applications_retrieve`; 2025.10.3 to 2026.8.5).
pub fn application(slug: &str) -> Call<Value> {
    Call::get(format!("core/applications/{}/", encode(slug)), |answer| Ok(whole(answer)))
}

/// An OAuth2 provider without its secret (`providers_oauth2_retrieve`; 2025.10.3 to 2026.8.5).
pub fn oauth2_provider(pk: i64) -> Call<Value> {
    Call::get(format!("providers/oauth2/{pk}/"), |answer| Ok(whole(answer)))
}

/// A proxy provider without its secret (`providers_proxy_retrieve`; 2025.10.3 to 2026.8.5).
pub fn proxy_provider(pk: i64) -> Call<Value> {
    Call::get(format!("providers/proxy/{pk}/"), |answer| Ok(whole(answer)))
}

/// Who gets into the application with this UUID, in order (`policies_bindings_list`; 2025.10.3 to 2026.8.5).
pub fn bindings_of(target: &str) -> List<Value> {
    List::of("policies/bindings/", |row| Ok(row.value().clone())).with("target", target).with("ordering", "order")
}

/// An answer as it is, without its client secret.
fn whole(answer: &Reader) -> Value {
    let mut object = answer.value().clone();
    if let Some(fields) = object.as_object_mut() {
        fields.remove("client_secret");
    }
    object
}
