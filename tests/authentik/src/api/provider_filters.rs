//! The filters of the provider lists.
//!
//! Source: api.md §1.5; providers/oauth2/api/providers.py (`filterset_fields`), providers/proxy/api.py. A reference to
//! something that does not exist is 400, as django-filter's choice fields answer.

use super::answer::Refusal;
use super::call::Query;
use super::provider_shape;
use crate::ids::is_uuid;
use crate::model::Provider;
use crate::world::World;
use serde_json::Value;

/// Exact filters of OAuth2 providers, by the name that the field has in answers.
const EXACT: [&str; 10] = [
    "name",
    "client_type",
    "client_id",
    "access_code_validity",
    "access_token_validity",
    "refresh_token_validity",
    "sub_mode",
    "issuer_mode",
    "authentication_flow",
    "authorization_flow",
];

/// Keeps what the filters of `/providers/oauth2/` ask for.
pub fn oauth2(world: &World, query: &Query, rows: &mut Vec<&Provider>) -> Result<(), Refusal> {
    for field in EXACT {
        if let Some(wanted) = query.get(field) {
            rows.retain(|provider| provider_shape::oauth2(world, provider)[field] == wanted);
        }
    }
    if let Some(wanted) = query.flag("include_claims_in_id_token") {
        rows.retain(|provider| provider.oauth.include_claims_in_id_token == wanted);
    }
    let has = |rows: &[Value], id: &str| rows.iter().any(|row| row["pk"] == id);
    if let Some(id) = query.get("signing_key") {
        one_of("signing_key", id, has(&world.certificates, id))?;
        rows.retain(|provider| provider.oauth.signing_key.as_deref() == Some(id));
    }
    if let Some(id) = query.get("application") {
        let application = world.applications.iter().find(|app| app.pk == id);
        one_of("application", id, application.is_some())?;
        rows.retain(|provider| application.is_some_and(|app| app.provider == Some(provider.pk)));
    }
    let mappings = query.all("property_mappings");
    for id in &mappings {
        if !has(&world.scope_mappings, id) {
            let text = if is_uuid(id) {
                format!("Select a valid choice. {id} is not one of the available choices.")
            } else {
                format!("“{id}” is not a valid value.")
            };
            return Err(Refusal::field("property_mappings", &text));
        }
    }
    if !mappings.is_empty() {
        rows.retain(|provider| provider.property_mappings.iter().any(|id| mappings.contains(&id.as_str())));
    }
    Ok(())
}

/// Keeps what the filters of `/providers/proxy/` ask for.
pub fn proxy(world: &World, query: &Query, rows: &mut Vec<&Provider>) {
    for (parameter, field) in [
        ("external_host__iexact", "external_host"),
        ("mode__iexact", "mode"),
        ("cookie_domain__iexact", "cookie_domain"),
        ("name__iexact", "name"),
    ] {
        if let Some(wanted) = query.get(parameter) {
            rows.retain(|provider| {
                let shape = provider_shape::proxy(world, provider);
                shape[field].as_str().is_some_and(|text| text.eq_ignore_ascii_case(wanted))
            });
        }
    }
}

fn one_of(field: &str, id: &str, exists: bool) -> Result<(), Refusal> {
    if exists {
        Ok(())
    } else if is_uuid(id) {
        Err(Refusal::field(field, "Select a valid choice. That choice is not one of the available choices."))
    } else {
        Err(Refusal::field(field, &format!("“{id}” is not a valid UUID.")))
    }
}
