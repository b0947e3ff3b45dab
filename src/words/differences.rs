//! What somebody changed, field by field, in words: "Session: hours=24 → hours=1".

use serde_json::Value;

use super::{fill, work_words};
use crate::authentik::Difference;
use crate::authentik::read::as_int;

/// So many characters of a value are shown.
const SHOWN: usize = 120;

/// That it was changed since, so that it was left alone; and what of it.
pub fn changed_text(differences: &[Difference]) -> String {
    let what: Vec<String> = differences.iter().map(difference_text).collect();
    fill(work_words().changed_since, &[("what", &what.join(" · "))])
}

fn difference_text(difference: &Difference) -> String {
    let words = work_words();
    let field = field_name(difference);
    let (wanted, found) = (value_text(&difference.wanted, difference), value_text(&difference.found, difference));
    match (wanted, found) {
        (Some(wanted), Some(found)) if wanted != found => {
            fill(words.differs, &[("field", field), ("was", &wanted), ("is", &found)])
        }
        _ => fill(words.differs_somehow, &[("field", field)]),
    }
}

/// As the reviews call it; else as the API does.
fn field_name(difference: &Difference) -> &str {
    let words = work_words();
    match difference.field.as_str() {
        "name" => words.field_name,
        "slug" | "assigned_application_slug" => words.field_slug,
        "external_host" => words.field_external_host,
        "access_token_validity" if difference.resource == "providers/proxy/" => words.field_session,
        "access_token_validity" => words.field_access_token,
        "refresh_token_validity" => words.field_refresh_token,
        "skip_path_regex" => words.field_open_paths,
        "cookie_domain" => words.field_cookie_domain,
        "authorization_flow" => words.field_authorization_flow,
        "invalidation_flow" => words.field_invalidation_flow,
        "group" => words.field_group,
        "meta_launch_url" => words.field_launch_url,
        "meta_icon" => words.field_icon,
        "meta_description" => words.field_description,
        "redirect_uris" => words.field_redirect_uris,
        "logout_uri" => words.field_logout_uri,
        "client_id" => words.field_client_id,
        "sub_mode" => words.field_subject,
        "property_mappings" => words.field_mappings,
        "signing_key" => words.field_signing_key,
        "provider" => words.field_provider,
        "providers" => words.field_providers,
        "outpost_set" => words.field_outposts,
        "authentik_host" => words.field_authentik_host,
        "results" => words.field_who,
        "" => words.field_whole,
        other => other,
    }
}

/// A value for a person; none where it would only be a key.
fn value_text(value: &Value, difference: &Difference) -> Option<String> {
    let words = work_words();
    match value {
        Value::Null => Some(words.nothing.into()),
        Value::String(text) if text.trim().is_empty() => Some(words.nothing.into()),
        Value::String(text) if is_uuid(text) => None,
        Value::String(text) => Some(text.chars().take(SHOWN).collect()),
        Value::Bool(yes) => Some(if *yes { words.yes } else { words.no }.into()),
        Value::Number(_) => as_int(value).map(|number| number.to_string()),
        Value::Array(list) if list.is_empty() && difference.field == "results" => Some(words.everyone.into()),
        Value::Array(list) if list.is_empty() => Some(words.nothing.into()),
        Value::Array(list) => {
            let all: Option<Vec<String>> = list.iter().map(|entry| value_text(entry, difference)).collect();
            Some(all.map_or_else(|| list.len().to_string(), |all| all.join(", ")))
        }
        Value::Object(_) => {
            let places =
                ["/$name", "/group_obj/name", "/user_obj/username", "/policy_obj/name", "/url", "/name", "/group"];
            let named = places.iter().find_map(|place| value.pointer(place).filter(|name| !name.is_null()));
            named.and_then(|name| value_text(name, difference))
        }
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && text.bytes().filter(|byte| *byte == b'-').count() == 4
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn says(resource: &str, field: &str, wanted: Value, found: Value) -> String {
        difference_text(&Difference { resource: resource.into(), field: field.into(), wanted, found })
    }

    #[test]
    fn a_person_reads_what_was_and_what_is() {
        let session = says("providers/proxy/", "access_token_validity", json!("hours=24"), json!("hours=1"));
        assert_eq!(session, "Session: hours=24 → hours=1");
        let family = json!([{"group": "0e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b", "$name": "family"}]);
        let bound = json!([{"group_obj": {"name": "family"}}, {"group_obj": null, "user_obj": {"username": "ada"}}]);
        assert_eq!(says("policies/bindings/", "results", family, bound.clone()), "Who gets in: family → family, ada");
        assert_eq!(says("policies/bindings/", "results", json!([]), bound), "Who gets in: everyone → family, ada");
    }

    #[test]
    fn keys_of_things_are_no_words() {
        let (one, other) = ("0e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b", "1e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b");
        assert_eq!(says("x/", "authorization_flow", json!(one), json!(other)), "Authorization flow: another one");
        assert_eq!(says("x/", "property_mappings", json!([one]), json!([one, other])), "Scope mappings: 1 → 2");
        assert_eq!(says("x/", "signing_key", json!(one), Value::Null), "Signing key: another one");
        assert_eq!(says("x/", "skip_path_regex", json!(""), json!("^/api")), "Open paths: nothing → ^/api");
    }
}
