//! Answers that the embedded authentik could give, and the descriptions themselves.

use official_schemas::{RELEASES, Schema};
use serde_json::{Value, json};

const PATH: &str = "core/applications/grafana/";
const UUID: &str = "0e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b";

fn schema(release: &str) -> Schema {
    Schema::of(release).expect("a fetched description")
}

fn provider() -> Value {
    json!({
        "pk": 7, "name": "Grafana", "authentication_flow": null, "authorization_flow": UUID, "invalidation_flow": UUID,
        "property_mappings": [], "component": "ak-provider-oauth2-form", "verbose_name": "OAuth2/OpenID Provider",
        "verbose_name_plural": "OAuth2/OpenID Providers",
        "meta_model_name": "authentik_providers_oauth2.oauth2provider",
        "assigned_application_slug": "grafana", "assigned_application_name": "Grafana",
        "assigned_backchannel_application_slug": "", "assigned_backchannel_application_name": "",
    })
}

fn application(release: &str) -> Value {
    let mut answer = json!({
        "pk": UUID, "name": "Grafana", "slug": "grafana", "provider": 7, "provider_obj": provider(),
        "backchannel_providers": [], "backchannel_providers_obj": [], "launch_url": null, "open_in_new_tab": false,
        "meta_launch_url": "", "meta_icon": "", "meta_description": "", "meta_publisher": "", "group": "",
        "policy_engine_mode": "any",
    });
    if release == "2026.8.5" {
        answer["pbm_uuid"] = json!(UUID);
        answer["meta_icon_url"] = Value::Null;
        answer["meta_icon_themed_urls"] = Value::Null;
        answer["meta_hide"] = json!(false);
    }
    answer
}

#[test]
fn an_application_fits_the_release_that_it_is_of_and_no_other() {
    let (older, newer) = ("2025.10.3", "2026.8.5");
    assert_eq!(schema(older).answer("GET", PATH, 200, &application(older)), Ok(()));
    assert_eq!(schema(newer).answer("GET", PATH, 200, &application(newer)), Ok(()));
    let said = schema(newer).answer("GET", PATH, 200, &application(older)).expect_err("older");
    assert!(said.contains(&r#"answer: "meta_icon_url" is a required property"#.to_owned()), "{said:?}");
    let said = schema(older).answer("GET", PATH, 200, &application(newer)).expect_err("newer");
    assert!(said.join("").contains("'meta_hide'"), "{said:?}");
}

#[test]
fn a_missing_field_is_named_with_its_place() {
    for release in ["2025.10.3", "2026.8.5"] {
        let mut answer = application(release);
        answer["provider_obj"].as_object_mut().expect("an object").remove("component");
        let expected = r#"answer at /provider_obj: "component" is a required property"#;
        assert_eq!(schema(release).answer("GET", PATH, 200, &answer), Err(vec![expected.to_owned()]));
    }
}

#[test]
fn an_application_without_a_provider_is_described_by_newer_releases_only() {
    let mut answer = application("2025.10.3");
    answer["provider_obj"] = Value::Null;
    let older = schema("2025.10.3");
    let expected = r#"answer at /provider_obj: null is not of type "object""#;
    assert_eq!(older.answer("GET", PATH, 200, &answer), Err(vec![expected.to_owned()]));
    assert_eq!(older.allow_absent(&[("Application", "provider_obj")]).answer("GET", PATH, 200, &answer), Ok(()));
    let mut answer = application("2026.8.5");
    answer["provider_obj"] = Value::Null;
    assert_eq!(schema("2026.8.5").answer("GET", PATH, 200, &answer), Ok(()));
}

#[test]
fn refusals_and_empty_answers_are_described() {
    for release in ["2025.10.3", "2026.8.5"] {
        let schema = schema(release);
        assert_eq!(schema.answer("DELETE", PATH, 204, &Value::Null), Ok(()));
        assert!(schema.answer("DELETE", PATH, 204, &json!({})).is_err());
        assert_eq!(schema.answer("GET", PATH, 403, &json!({"detail": "No."})), Ok(()));
        assert!(schema.answer("GET", PATH, 403, &json!({"error": "No."})).is_err());
        let transaction = "core/transactional/applications/";
        assert_eq!(schema.answer("PUT", transaction, 400, &json!({"app": {"slug": ["Taken."]}})), Ok(()));
        let undescribed = schema.answer("GET", PATH, 404, &json!({"detail": "Not found."}));
        assert_eq!(undescribed, Err(vec!["answer: 404 isn't described, only 200, 400, 403".to_owned()]));
    }
}

#[test]
fn names_are_of_any_alphabet() {
    for release in ["2025.10.3", "2026.8.5"] {
        let said = |name: &str| {
            let answer = json!({"users_obj": [{"username": name}]});
            schema(release).answer("GET", &format!("core/groups/{UUID}/"), 200, &answer).unwrap_err().join(" | ")
        };
        assert!(!said("jörg.müller").contains("/users_obj/0/username"), "{release}: {}", said("jörg.müller"));
        assert!(said("jörg müller").contains("answer at /users_obj/0/username"), "{release}: {}", said("jörg müller"));
    }
}

#[test]
fn each_release_has_a_description_and_no_other_release_has() {
    for release in RELEASES {
        let answer = json!({"version_current": release});
        let said = schema(release).answer("GET", "admin/version/", 200, &answer).expect_err("keys are missing");
        assert!(said.iter().all(|error| error.ends_with("is a required property")), "{release}: {said:?}");
    }
    assert!(Schema::of("2024.1.1").expect_err("unknown").starts_with("2024.1.1 is none of 2025.10.3"));
}
