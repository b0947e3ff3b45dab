//! Previews of claims, and the expressions that this server can read.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

mod support;

use embedded_authentik::Release;
use serde_json::{Value, json};
use support::oidc::{OAUTH2, SCOPES, client, scope};
use support::{Api, company, text};

#[tokio::test]
async fn a_preview_shows_the_claims_that_a_person_would_get() {
    let set = company(Release::R2026_2).await;
    let api = Api::admin(&set);
    let expression = "# made by a test\nreturn {\n    \"department\": \"Kitchen, upstairs\",  # a string\n    'login': \
                      request.user.username,\n    \"number\": str(request.user.pk), \"staff\": True, \"floor\": 2,\n    \
                      \"teams\": [group.name for group in request.user.groups.all()],\n    \"clever\": 1 + 1,\n}\n";
    let custom = scope(&api, "department", expression).await;
    let defaults = api.get(&format!("{SCOPES}?page_size=100")).await.json();
    let scopes = defaults["results"].as_array().unwrap().iter();
    let mappings: Vec<Value> = scopes
        .filter(|row| ["openid", "email", "profile", "department"].contains(&text(&row["scope_name"])))
        .map(|row| row["pk"].clone())
        .collect();
    assert!(mappings.contains(&custom["pk"]));
    let made = client(&api, "larder", json!({ "property_mappings": mappings, "sub_mode": "user_username" })).await;
    let ada = api.get("/core/users/?username=ada.lovelace").await.json()["results"][0].clone();
    let path = format!("{OAUTH2}{}/preview_user/?for_user={}", made["pk"], ada["pk"]);
    let preview = api.get(&path).await.json()["preview"].clone();
    let groups: Vec<&Value> = ada["groups_obj"].as_array().unwrap().iter().map(|group| &group["name"]).collect();
    assert!(!groups.is_empty());
    for (claim, value) in [
        ("sub", json!("ada.lovelace")),
        ("aud", made["client_id"].clone()),
        ("email", json!("ada.lovelace@example.org")),
        ("email_verified", json!(false)),
        ("preferred_username", json!("ada.lovelace")),
        ("groups", json!(groups)),
        ("department", json!("Kitchen, upstairs")),
        ("login", json!("ada.lovelace")),
        ("number", json!(ada["pk"].to_string())),
        ("staff", json!(true)),
        ("floor", json!(2)),
        ("teams", json!(groups)),
        ("clever", Value::Null),
        ("iss", Value::Null),
    ] {
        assert_eq!(preview[claim], value, "{claim}");
    }
    let wrong = api.get(&format!("{OAUTH2}{}/preview_user/?for_user=99999", made["pk"])).await;
    assert_eq!((wrong.status, wrong.json()), (400, json!({ "for_user": "User not found" })));
}

/// What an expression gives for ada.lovelace.
async fn evaluated(release: Release, expression: &str) -> Value {
    let set = company(release).await;
    let api = Api::admin(&set);
    let custom = scope(&api, "custom", expression).await;
    let made = client(&api, "larder", json!({ "property_mappings": [custom["pk"]] })).await;
    let ada = api.get("/core/users/?username=ada.lovelace").await.json()["results"][0]["pk"].clone();
    let preview = api.get(&format!("{OAUTH2}{}/preview_user/?for_user={ada}", made["pk"])).await.json();
    preview["preview"].clone()
}

#[tokio::test]
async fn groups_are_ak_groups_in_an_expression_and_have_their_own_name_since_2026_2() {
    let expression = "return {\"new\": [group.name for group in request.user.groups.all()], \"old\": [g.name for g in \
                      request.user.ak_groups.all()]}";
    for (release, is_new) in
        [(Release::R2025_10, false), (Release::R2025_12, false), (Release::R2026_2, true), (Release::R2026_8, true)]
    {
        let claims = evaluated(release, expression).await;
        assert!(!claims["old"].as_array().unwrap().is_empty());
        assert_eq!(claims["new"] == claims["old"], is_new, "{release:?} {claims}");
        assert_eq!(claims["new"] == json!([]), !is_new);
    }
}

#[tokio::test]
async fn an_expression_of_another_form_gives_nothing() {
    for expression in [
        "email = request.user.email\nreturn {\"mail\": email}",
        "return request.user.email",
        "return {\"mail\": f\"x\"}",
    ] {
        assert_eq!(evaluated(Release::R2025_10, expression).await["mail"], Value::Null, "{expression}");
    }
    let odd = "return {\n  # \"mail\": 1,\n  \"a\": \"}, # {\", 'b': 'it\\'s', \"c\": -1.5, \"d\": None,\n}";
    let claims = evaluated(Release::R2025_10, odd).await;
    assert_eq!((&claims["a"], &claims["b"], &claims["c"]), (&json!("}, # {"), &json!("it's"), &json!(-1.5)));
    assert!(claims.get("mail").is_none() && claims["d"].is_null());
}
