//! Requests that the extension could send, good ones and bad ones, on the oldest and the newest release.

use official_schemas::Schema;
use serde_json::{Value, json};

const RELEASES: [&str; 2] = ["2025.10.3", "2026.8.5"];
const TRANSACTION: &str = "core/transactional/applications/";
const FLOW: &str = "0e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b";

fn schema(release: &str) -> Schema {
    Schema::of(release).expect("a fetched description")
}

/// What the release says to a body; on one line, empty if nothing.
fn said(schema: &Schema, method: &str, path: &str, body: &Value) -> String {
    schema.request(method, path, Some(body), &[]).err().unwrap_or_default().join(" | ")
}

fn transaction(model: &str, provider: &Value) -> Value {
    json!({
        "app": {"name": "Grafana", "slug": "grafana", "policy_engine_mode": "any"},
        "provider_model": model,
        "provider": provider,
        "policy_bindings": [{"group": FLOW, "order": 0}],
    })
}

fn with_oauth2() -> Value {
    let provider = json!({
        "name": "Grafana",
        "authorization_flow": FLOW,
        "invalidation_flow": FLOW,
        "client_type": "confidential",
        "signing_key": null,
        "property_mappings": [FLOW],
        "redirect_uris": [{"matching_mode": "strict", "url": "https://grafana.example.com/login/generic_oauth"}],
    });
    transaction("authentik_providers_oauth2.oauth2provider", &provider)
}

fn with_proxy() -> Value {
    let provider = json!({
        "name": "Grafana",
        "authorization_flow": FLOW,
        "invalidation_flow": FLOW,
        "mode": "forward_single",
        "external_host": "https://grafana.example.com",
        "access_token_validity": "hours=24",
    });
    transaction("authentik_providers_proxy.proxyprovider", &provider)
}

/// `body`, but for the value at `pointer`; null takes the key away.
fn but(mut body: Value, pointer: &str, value: Value) -> Value {
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    let parent = body.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object");
    if value.is_null() {
        parent.remove(key).expect("a key to take away");
    } else {
        parent.insert(key.to_owned(), value);
    }
    body
}

#[test]
fn applications_are_created_with_either_provider() {
    for release in RELEASES {
        for body in [with_oauth2(), with_proxy()] {
            assert_eq!(said(&schema(release), "PUT", TRANSACTION, &body), "", "{release}");
        }
    }
}

#[test]
fn bad_transactions_are_refused_and_the_place_is_named() {
    let cases = [
        (
            but(with_oauth2(), "/provider/authorization_flow", Value::Null),
            r#"body at /provider: "authorization_flow" is a required property"#,
        ),
        (
            but(with_proxy(), "/provider/authorization_flow", Value::Null),
            r#"body at /provider: "authorization_flow" is a required property"#,
        ),
        (
            but(with_oauth2(), "/provider/authorization_flow", json!("the-flow")),
            r#"body at /provider/authorization_flow: "the-flow" is not a "uuid""#,
        ),
        (
            but(with_oauth2(), "/provider/client_typ", json!("public")),
            "body at /provider: Additional properties are not allowed ('client_typ' was unexpected)",
        ),
        (
            but(with_oauth2(), "/provider/external_host", json!("https://grafana.example.com")),
            "body at /provider: Additional properties are not allowed ('external_host' was unexpected)",
        ),
        (
            but(with_proxy(), "/provider/external_host", json!("grafana")),
            r#"body at /provider/external_host: "grafana" is not a "uri""#,
        ),
        (
            but(with_oauth2(), "/provider/client_type", json!("secret")),
            r#"body at /provider/client_type: "secret" is not one of "confidential" or "public""#,
        ),
        (
            but(with_oauth2(), "/provider/redirect_uris", json!([{"url": "https://grafana.example.com"}])),
            r#"body at /provider/redirect_uris/0: "matching_mode" is a required property"#,
        ),
        (but(with_proxy(), "/app/slug", json!("not a slug")), "body at /app/slug: "),
        (but(with_proxy(), "/app/slug", Value::Null), r#"body at /app: "slug" is a required property"#),
        (
            but(with_proxy(), "/policy_bindings", json!([{"group": FLOW}])),
            r#"body at /policy_bindings/0: "order" is a required property"#,
        ),
        (but(with_proxy(), "/provider_model", Value::Null), r#"body: "provider_model" is a required property"#),
        (but(with_proxy(), "/provider_model", json!("proxy")), r#"body at /provider_model: "proxy" is not one of "#),
    ];
    for release in RELEASES {
        for (body, expected) in &cases {
            let said = said(&schema(release), "PUT", TRANSACTION, body);
            assert!(said.contains(expected), "{release}: {said:?} instead of {expected:?}");
            assert!(expected.contains("provider_model") || !said.contains(" | "), "{release}: one error, not {said}");
        }
    }
}

const GRANT_TYPES: [(&str, &str, &str); 1] = [("OAuth2ProviderRequest", "grant_types", "array")];

#[test]
fn grant_types_are_known_to_newer_releases_and_to_older_ones_if_allowed() {
    let body = but(with_oauth2(), "/provider/grant_types", json!(["authorization_code"]));
    let (older, newer) = (schema("2025.10.3"), schema("2026.8.5"));
    assert_eq!(said(&newer, "PUT", TRANSACTION, &body), "");
    let refusal = "body at /provider: Additional properties are not allowed ('grant_types' was unexpected)";
    assert_eq!(said(&older, "PUT", TRANSACTION, &body), refusal);
    let older = older.allow_unknown(&GRANT_TYPES);
    assert_eq!(said(&older, "PUT", TRANSACTION, &body), "");
    // Where it is known, it is still checked.
    let wrong = but(body.clone(), "/provider/grant_types", json!(["magic"]));
    let newer = newer.allow_unknown(&GRANT_TYPES);
    let number = but(body.clone(), "/provider/grant_types", json!(1));
    assert!(said(&older, "PUT", TRANSACTION, &number).contains("not of type"), "and it has its type everywhere");
    let elsewhere = but(body, "/app/grant_types", json!(["authorization_code"]));
    assert!(said(&older, "PUT", TRANSACTION, &elsewhere).contains("body at /app"), "and its place");
    assert!(said(&newer, "PUT", TRANSACTION, &wrong).contains("body at /provider/grant_types/0"));
}

#[test]
fn small_requests_are_checked_too() {
    let cases = [
        (
            ("POST", "propertymappings/provider/scope/"),
            json!({"name": "Groups", "scope_name": "groups", "expression": "return {}", "description": ""}),
            json!({"name": "Groups", "expression": ""}),
            r#"body at /expression: "" is shorter than 1 character | body: "scope_name" is a required property"#,
        ),
        (
            ("POST", "crypto/certificatekeypairs/generate/"),
            json!({"common_name": "Gatewright", "validity_days": 365, "alg": "ecdsa"}),
            json!({"common_name": "Gatewright", "validity_days": "365"}),
            r#"body at /validity_days: "365" is not of type "integer""#,
        ),
        (
            ("PATCH", "providers/oauth2/7/"),
            json!({"redirect_uris": [{"matching_mode": "regex", "url": ".*"}], "signing_key": null}),
            json!({"redirect_uris": ["https://grafana.example.com"]}),
            r#"body at /redirect_uris/0: "https://grafana.example.com" is not of type "object""#,
        ),
        (
            ("PATCH", "core/applications/grafana/"),
            json!({"provider": null, "meta_launch_url": ""}),
            json!({"provider_obj": {}}),
            "body: Additional properties are not allowed ('provider_obj' was unexpected)",
        ),
        (
            ("PATCH", "outposts/instances/0e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b/"),
            json!({"providers": [1, 2], "config": {"authentik_host": "https://auth.example.com", "anything": [1]}}),
            json!({"providers": ["1"], "config": {}}),
            r#"body at /providers/0: "1" is not of type "integer""#,
        ),
    ];
    for release in RELEASES {
        for ((method, path), good, bad, expected) in &cases {
            assert_eq!(said(&schema(release), method, path, good), "", "{release}");
            assert_eq!(said(&schema(release), method, path, bad), *expected, "{release}");
        }
    }
}

#[test]
fn people_need_no_email_address_but_a_wrong_one_is_refused() {
    for release in RELEASES {
        let user = json!({"username": "akadmin", "name": "Admin", "email": ""});
        assert_eq!(said(&schema(release), "POST", "core/users/", &user), "", "{release}");
        let expected = r#"body at /email: "akadmin" is not a "email""#;
        assert_eq!(said(&schema(release), "POST", "core/users/", &but(user, "/email", json!("akadmin"))), expected);
    }
}

#[test]
fn a_body_is_neither_forgotten_nor_sent_where_none_is_taken() {
    for release in RELEASES {
        let missing = schema(release).request("PUT", TRANSACTION, None, &[]);
        assert_eq!(missing, Err(vec!["body: missing".to_owned()]));
        assert!(said(&schema(release), "GET", "core/applications/", &json!({})).contains("body: none is taken"));
        assert_eq!(schema(release).request("DELETE", "core/applications/grafana/", None, &[]), Ok(()));
    }
}

#[test]
fn paths_and_queries_are_known_and_of_the_right_type() {
    let asked = |path: &str, query: &[(&str, &str)]| {
        let query: Vec<_> = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let said = RELEASES.map(|release| schema(release).request("GET", path, None, &query).err().unwrap_or_default());
        assert_eq!(said[0], said[1].iter().map(|text| text.replace(RELEASES[1], RELEASES[0])).collect::<Vec<_>>());
        said[0].join(" | ")
    };
    assert_eq!(asked("core/applications/", &[("page_size", "100"), ("superuser_full_list", "true")]), "");
    assert_eq!(
        asked("core/applications/", &[("page_size", "all")]),
        r#"query at /page_size: "all" is not of type "integer""#
    );
    assert_eq!(
        asked("core/applications/", &[("page", "1"), ("page", "2")]),
        r#"query at /page: [1,2] is not of type "integer""#
    );
    assert!(asked("core/applications/", &[("pagesize", "1")]).contains("'pagesize' was unexpected"));
    assert_eq!(asked("flows/instances/", &[("designation", "authorization")]), "");
    assert!(asked("flows/instances/", &[("designation", "login")]).contains("query at /designation"));
    assert_eq!(asked("core/users/", &[("groups_by_name", "a"), ("groups_by_name", "b")]), "");
    assert_eq!(asked("core/users/me/", &[]), "");
    assert_eq!(asked("providers/oauth2/seven/", &[]), r#"path at /id: "seven" is not of type "integer""#);
    assert_eq!(asked("core/aplications/", &[]), "GET core/aplications/: 2025.10.3 doesn't know this operation");
    // authentik insists on the slash.
    assert!(asked("core/applications", &[]).contains("doesn't know"));
}
