//! The REST API of what an OAuth2 client needs: scope mappings, certificates, providers with all their fields.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

mod support;

use embedded_authentik::{Release, TokenOrder};
use serde_json::{Value, json};
use support::oidc::{OAUTH2, SCOPES, client, scope};
use support::{Api, company, text};

const CERTIFICATES: &str = "/crypto/certificatekeypairs/";

#[tokio::test]
async fn a_scope_mapping_is_made_found_changed_and_deleted_and_leaves_nothing() {
    for release in Release::ALL {
        let set = company(release).await;
        let api = Api::admin(&set);
        let before = set.control.state();
        let made = scope(&api, "department", "return {\"department\": \"x\"}").await;
        assert_eq!(
            (&made["managed"], &made["component"]),
            (&json!(null), &json!("ak-property-mapping-provider-scope-form"))
        );
        let list = api.get(&format!("{SCOPES}?scope_name=department")).await.json();
        assert_eq!((&list["pagination"]["count"], &list["results"][0]), (&json!(1), &made));
        let pk = text(&made["pk"]);
        let path = format!("{SCOPES}{pk}/");
        assert_eq!(api.get(&path).await.json(), made);
        let changed = api.send("PATCH", &path, Some(json!({ "description": "Where somebody works" }))).await.json();
        assert_eq!(changed["description"], "Where somebody works");
        let provider = client(&api, "larder", json!({ "property_mappings": [pk] })).await;
        assert_eq!(provider["property_mappings"], json!([pk]));
        assert_eq!(api.send("DELETE", &path, None).await.status, 204);
        let path = format!("{OAUTH2}{}/", provider["pk"]);
        assert_eq!(api.get(&path).await.json()["property_mappings"], json!([]));
        assert_eq!(api.send("DELETE", &path, None).await.status, 204);
        assert_eq!(set.control.state(), before);
    }
}

#[tokio::test]
async fn a_scope_mapping_needs_a_name_of_its_own_a_scope_and_an_expression() {
    let set = company(Release::R2025_10).await;
    let api = Api::admin(&set);
    scope(&api, "twice", "return {}").await;
    let answer = api.send("POST", SCOPES, Some(json!({ "name": "twice", "expression": "" }))).await;
    let wanted = json!({
        "name": ["Property Mapping with this name already exists."],
        "scope_name": ["This field is required."],
        "expression": ["This field may not be blank."],
    });
    assert_eq!((answer.status, answer.json()), (400, wanted));
}

#[tokio::test]
async fn a_certificate_is_generated_in_the_shape_of_the_release_and_deleted() {
    for (release, field, ec) in [
        (Release::R2025_10, "private_key_type", "ellipticcurve"),
        (Release::R2025_12, "key_type", "ec"),
        (Release::R2026_8, "key_type", "ec"),
    ] {
        let set = company(release).await;
        let api = Api::admin(&set);
        let before = set.control.state();
        let path = format!("{CERTIFICATES}generate/");
        let body = json!({ "common_name": "gatewright", "validity_days": 365, "alg": "ecdsa" });
        let made = api.send("POST", &path, Some(body.clone())).await;
        assert_eq!(made.status, 200, "{}", made.text());
        let made = made.json();
        assert_eq!((&made["name"], &made[field]), (&json!("gatewright"), &json!(ec)));
        assert_eq!(api.send("POST", &path, Some(body)).await.status, 400);
        let rsa = json!({ "common_name": "another", "validity_days": 1 });
        let another = api.send("POST", &path, Some(rsa)).await.json();
        assert_ne!(another["fingerprint_sha256"], made["fingerprint_sha256"]);
        let listed = api.get(&format!("{CERTIFICATES}?has_key=true&name=gatewright")).await.json();
        assert_eq!((&listed["pagination"]["count"], &listed["results"][0]), (&json!(1), &made));

        let pk = text(&made["pk"]);
        let provider = client(&api, "larder", json!({ "signing_key": pk })).await;
        let provider = format!("{OAUTH2}{}/", provider["pk"]);
        assert_eq!(api.send("DELETE", &format!("{CERTIFICATES}{pk}/"), None).await.status, 204);
        assert_eq!(api.get(&provider).await.json()["signing_key"], json!(null));
        api.send("DELETE", &provider, None).await;
        api.send("DELETE", &format!("{CERTIFICATES}{}/", text(&another["pk"])), None).await;
        assert_eq!(set.control.state(), before);
    }
}

#[tokio::test]
async fn what_uses_a_key_or_a_mapping_is_told_as_far_as_the_caller_may_see_it() {
    for release in Release::ALL {
        let set = company(release).await;
        let api = Api::admin(&set);
        let path = format!("{CERTIFICATES}generate/");
        let key = api.send("POST", &path, Some(json!({ "common_name": "ours", "validity_days": 9 }))).await.json();
        let mapping = scope(&api, "department", "return {}").await;
        let (key, mapping) = (text(&key["pk"]), text(&mapping["pk"]));
        let paths = [format!("{CERTIFICATES}{key}/used_by/"), format!("{SCOPES}{mapping}/used_by/")];
        for path in &paths {
            assert_eq!(api.get(path).await.json(), json!([]), "{path}");
        }
        let body = json!({ "property_mappings": [mapping], "signing_key": key });
        let pk = client(&api, "larder", body).await["pk"].to_string();
        let rows = [
            json!([{"app": "authentik_providers_oauth2", "model_name": "oauth2provider", "pk": pk,
                "name": "OAuth2 Provider larder", "action": "set_null"}]),
            json!([{"app": "authentik_core", "model_name": "provider", "pk": pk, "name": "larder", "action": "cascade_many"}]),
        ];
        let permissions = ["authentik_crypto.view_certificatekeypair", "authentik_providers_oauth2.view_scopemapping"];
        let permissions = permissions.map(str::to_owned).into();
        let blind = set.control.make_token(&TokenOrder { permissions, ..TokenOrder::default() });
        let blind = Api::new(&set, &blind.token);
        for (path, rows) in paths.iter().zip(rows) {
            assert_eq!(api.get(path).await.json(), rows, "{path}");
            assert_eq!(blind.get(path).await.json(), json!([]), "{path}");
        }
        let unknown = "/crypto/certificatekeypairs/0e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b/used_by/";
        assert_eq!(api.get(unknown).await.status, 404);
    }
}

#[tokio::test]
async fn certificates_are_found_by_key_type_since_2025_12() {
    for (release, count) in [(Release::R2025_10, 1), (Release::R2025_12, 0), (Release::R2026_2, 0)] {
        let set = company(release).await;
        let list = Api::admin(&set).get(&format!("{CERTIFICATES}?key_type=ec")).await.json();
        assert_eq!(list["pagination"]["count"], count, "{release:?}");
    }
}

#[tokio::test]
async fn each_write_asks_for_its_permission_and_the_least_role_has_none_of_them() {
    let set = company(Release::R2026_8).await;
    let body = json!({ "name": "n", "scope_name": "n", "expression": "return {}" });
    let key = json!({ "common_name": "n", "validity_days": 1 });
    let generate = format!("{CERTIFICATES}generate/");
    let protector = Api::new(&set, &set.about().tokens.protector);
    for (path, body) in [(SCOPES, &body), (generate.as_str(), &key)] {
        assert_eq!(protector.send("POST", path, Some(body.clone())).await.status, 403, "{path}");
    }
    let permissions = [
        "authentik_providers_oauth2.add_scopemapping",
        "authentik_providers_oauth2.view_scopemapping",
        "authentik_crypto.add_certificatekeypair",
        "authentik_crypto.view_certificatekeypair",
    ];
    let order = TokenOrder { permissions: permissions.map(str::to_owned).to_vec(), ..TokenOrder::default() };
    let api = Api::new(&set, &set.control.make_token(&order).token);
    let scope = api.send("POST", SCOPES, Some(body)).await.json();
    let pair = api.send("POST", &generate, Some(key)).await.json();
    for (path, made) in [(SCOPES, scope), (CERTIFICATES, pair)] {
        let path = format!("{path}{}/", text(&made["pk"]));
        assert_eq!(api.get(&path).await.status, 200);
        assert_eq!(api.send("DELETE", &path, None).await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn oauth2_providers_are_found_by_client_mapping_key_and_application() {
    let set = company(Release::R2025_10).await;
    let api = Api::admin(&set);
    let grafana = api.get("/core/applications/grafana/").await.json();
    let provider = api.get(&format!("{OAUTH2}{}/", grafana["provider"])).await.json();
    let mapping = scope(&api, "department", "return {}").await;
    let found = client(&api, "larder", json!({ "property_mappings": [mapping["pk"]], "client_id": "larder" })).await;
    for (query, count) in [
        (format!("client_id={}", text(&provider["client_id"])), 1),
        (format!("property_mappings={}", text(&mapping["pk"])), 1),
        (format!("signing_key={}", text(&provider["signing_key"])), 6),
        (format!("application={}", text(&grafana["pk"])), 1),
        ("name=larder&client_type=confidential".to_owned(), 1),
        ("client_id=nobody".to_owned(), 0),
    ] {
        let list = api.get(&format!("{OAUTH2}?{query}&page_size=1")).await.json();
        assert_eq!(list["pagination"]["count"], count, "{query}");
    }
    let list = api.get(&format!("{OAUTH2}?property_mappings={}", text(&mapping["pk"]))).await.json();
    assert_eq!(list["results"][0]["pk"], found["pk"]);
    let wrong = api.get(&format!("{OAUTH2}?signing_key={}", text(&mapping["pk"]))).await;
    let text = "Select a valid choice. That choice is not one of the available choices.";
    assert_eq!((wrong.status, wrong.json()), (400, json!({ "signing_key": [text] })));
}

#[tokio::test]
async fn an_application_with_everything_a_client_sends_is_stored_as_the_release_stores_it() {
    for release in Release::ALL {
        let set = company(release).await;
        let api = Api::admin(&set);
        let key = api.get(CERTIFICATES).await.json()["results"][0]["pk"].clone();
        let scope = api.get(&format!("{SCOPES}?scope_name=openid")).await.json()["results"][0]["pk"].clone();
        let group = api.get("/core/groups/?name=staff").await.json()["results"][0]["pk"].clone();
        let redirect = json!({ "matching_mode": "strict", "url": "https://larder.example.org/cb" });
        let mut logout = json!({ "matching_mode": "strict", "url": "https://larder.example.org/bye" });
        logout["redirect_uri_type"] = json!("logout");
        let fields = json!({
            "client_type": "confidential", "client_id": "larder", "client_secret": "secret",
            "property_mappings": [scope], "signing_key": key, "sub_mode": "user_username",
            "logout_uri": "https://larder.example.org/backchannel", "logout_method": "backchannel",
            "access_code_validity": "minutes=2", "access_token_validity": "minutes=5",
            "refresh_token_validity": "days=7", "refresh_token_threshold": "hours=1", "issuer_mode": "global",
            "include_claims_in_id_token": false,
        });
        let mut provider = fields.clone();
        for (key, value) in [
            ("name", json!("larder")),
            ("authorization_flow", json!(api.flow("default-provider-authorization-implicit-consent").await)),
            ("invalidation_flow", json!(api.flow("default-provider-invalidation-flow").await)),
            ("grant_types", json!(["authorization_code", "refresh_token"])),
            ("redirect_uris", json!([redirect, logout])),
        ] {
            provider[key] = value;
        }
        let body = json!({
            "app": {
                "name": "Larder", "slug": "larder", "group": "Kitchen", "meta_icon": "https://larder.example.org/i.png",
                "meta_launch_url": "https://larder.example.org/",
            },
            "provider_model": "authentik_providers_oauth2.oauth2provider", "provider": provider,
            "policy_bindings": [{ "group": group, "order": 0 }],
        });
        let answer = api.send("PUT", "/core/transactional/applications/", Some(body)).await;
        assert_eq!((answer.status, answer.json()), (200, json!({ "applied": true, "logs": [] })));

        let app = api.get("/core/applications/larder/").await.json();
        assert_eq!(
            (&app["group"], &app["meta_launch_url"]),
            (&json!("Kitchen"), &json!("https://larder.example.org/"))
        );
        let icon = if release == Release::R2025_10 { Value::Null } else { json!("https://larder.example.org/i.png") };
        assert_eq!(app["meta_icon"], icon);
        let stored = api.get(&format!("{OAUTH2}{}/", app["provider"])).await.json();
        for (field, value) in fields.as_object().unwrap() {
            assert_eq!(&stored[field], value, "{release:?} {field}");
        }
        let types = stored["redirect_uris"].as_array().unwrap().iter().map(|entry| &entry["redirect_uri_type"]);
        let types: Vec<&Value> = types.collect();
        if release >= Release::R2026_5 {
            assert_eq!(stored["grant_types"], json!(["authorization_code", "refresh_token"]));
            assert_eq!(types, ["authorization", "logout"]);
        } else {
            assert!(stored.get("grant_types").is_none());
            assert_eq!(types, [&Value::Null, &Value::Null]);
            assert!(!set.control.state().to_string().contains("redirect_uri_type"));
        }
    }
}

#[tokio::test]
async fn an_icon_is_set_by_its_own_operation_on_2025_10_only() {
    for (release, status, icon) in [
        (Release::R2025_10, 200, json!("https://x.example/i.png")),
        (Release::R2025_12, 405, json!("")),
        (Release::R2026_2, 405, json!("")),
    ] {
        let set = company(release).await;
        let api = Api::admin(&set);
        let path = "/core/applications/grafana/set_icon_url/";
        let answer = api.send("POST", path, Some(json!({ "url": "https://x.example/i.png" }))).await;
        assert_eq!(answer.status, status, "{release:?}");
        assert_eq!(api.get("/core/applications/grafana/").await.json()["meta_icon"], icon);
    }
    let set = company(Release::R2025_10).await;
    let path = "/core/applications/grafana/set_icon_url/";
    assert_eq!(Api::admin(&set).send("POST", path, Some(json!({}))).await.status, 400);
}

#[tokio::test]
async fn an_unknown_grant_type_is_refused_since_2026_5() {
    let set = company(Release::R2026_8).await;
    let api = Api::admin(&set);
    let made = client(&api, "larder", json!({})).await;
    let path = format!("{OAUTH2}{}/", made["pk"]);
    let answer = api.send("PATCH", &path, Some(json!({ "grant_types": ["implicit", "magic"] }))).await;
    let wanted = json!({ "grant_types": { "1": ["\"magic\" is not a valid choice."] } });
    assert_eq!((answer.status, answer.json()), (400, wanted));
}
