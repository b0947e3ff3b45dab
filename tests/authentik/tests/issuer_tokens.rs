//! Codes, tokens, and what works with them.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

mod support;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use embedded_authentik::Release;
use serde_json::json;
use support::oidc::{self, Setup, arrive, decoded, parameter};
use support::{Api, Browser, company, send, text};

#[tokio::test]
async fn a_code_works_once_for_its_client_and_a_minute() {
    let set = company(Release::R2025_10).await;
    let app = oidc::app(&set, Setup::default()).await;
    let code = app.code(&[]).await;
    assert_eq!(app.token(&[("code", &code)]).await.status, 200);
    let again = app.token(&[("code", &code)]).await;
    assert_eq!((again.status, &again.json()["error"]), (400, &json!("invalid_grant")));
    assert!(text(&again.json()["error_description"]).starts_with("The provided authorization grant or refresh token"));

    let path = format!("/providers/oauth2/{}/", app.pk);
    let stored = Api::admin(&set).get(&path).await.json();
    assert_eq!(stored["access_code_validity"], "minutes=1");
    Api::admin(&set).send("PATCH", &path, Some(json!({ "access_code_validity": "seconds=0" }))).await;
    let late = app.code(&[]).await;
    assert_eq!(app.token(&[("code", &late)]).await.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn a_wrong_secret_is_refused_in_the_form_and_in_the_header() {
    let set = company(Release::R2026_8).await;
    let app = oidc::app(&set, Setup::default()).await;
    let code = app.code(&[]).await;
    let wrong = app.token(&[("code", &code), ("client_secret", "wrong")]).await;
    assert_eq!((wrong.status, &wrong.json()["error"]), (400, &json!("invalid_client")));
    let url = format!("{}/application/o/token/", app.base);
    let form = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", &app.redirect_uri)];
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    for (secret, status) in [("wrong", 400), (app.client_secret.as_str(), 200)] {
        let basic = format!("Basic {}", STANDARD.encode(format!("{}:{secret}", app.client_id)));
        let answer = send("POST", &url, &[("Authorization", &basic)], Some(&body)).await.unwrap();
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    let unknown = app.token(&[("code", "x"), ("grant_type", "magic"), ("client_id", "nobody")]).await;
    assert_eq!(unknown.json()["error"], "invalid_client");
}

#[tokio::test]
async fn a_public_client_needs_no_secret_and_proves_itself_by_pkce() {
    let set = company(Release::R2025_10).await;
    let app = oidc::app(&set, Setup { provider: json!({ "client_type": "public" }), ..Setup::default() }).await;
    // The pair of RFC 7636, appendix B.
    let (verifier, challenge) =
        ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    let hashed = [("code_challenge", challenge), ("code_challenge_method", "S256")];
    let plain = [("code_challenge", verifier)];
    for (parameters, sent, status) in [
        (&hashed[..], verifier, 200),
        (&hashed[..], challenge, 400),
        (&hashed[..], "", 400),
        (&plain[..], verifier, 200),
        (&[][..], verifier, 400),
    ] {
        let code = app.code(parameters).await;
        let answer = app.token(&[("code", &code), ("client_secret", ""), ("code_verifier", sent)]).await;
        assert_eq!(answer.status, status, "{parameters:?} {sent}: {}", answer.text());
    }
}

#[tokio::test]
async fn an_unknown_scope_is_dropped_without_a_word() {
    let set = company(Release::R2025_10).await;
    let app = oidc::app(&set, Setup { scopes: &["openid", "email"], ..Setup::default() }).await;
    let tokens = app.tokens("openid profile email magic").await;
    assert_eq!(tokens["scope"], "openid email");
    let claims = decoded(&tokens["id_token"]).1;
    assert!(claims["email"].is_string() && claims["preferred_username"].is_null());
}

#[tokio::test]
async fn without_offline_access_there_is_no_refresh_token() {
    let set = company(Release::R2026_2).await;
    let app = oidc::app(&set, Setup::default()).await;
    assert!(app.tokens("openid profile").await.get("refresh_token").is_none());
    assert!(app.tokens("openid offline_access").await["refresh_token"].is_string());
}

#[tokio::test]
async fn without_the_openid_mapping_userinfo_is_refused() {
    let set = company(Release::R2025_10).await;
    let app = oidc::app(&set, Setup { scopes: &["email"], ..Setup::default() }).await;
    let tokens = app.tokens("openid email").await;
    assert_eq!(tokens["scope"], "email");
    let answer = app.userinfo(text(&tokens["access_token"])).await;
    assert_eq!((answer.status, answer.body.len()), (403, 0));
    assert!(answer.header("www-authenticate").unwrap().contains("insufficient_scope"));
    let answer = app.userinfo("nonsense").await;
    assert!(answer.status == 401 && answer.header("www-authenticate").unwrap().contains("invalid_token"));
}

#[tokio::test]
async fn a_refresh_token_is_kept_while_it_is_far_from_its_end_and_refuses_more_scopes() {
    let set = company(Release::R2025_10).await;
    let provider = json!({ "refresh_token_threshold": "hours=1" });
    let app = oidc::app(&set, Setup { provider, ..Setup::default() }).await;
    let tokens = app.tokens("openid offline_access").await;
    let refresh = text(&tokens["refresh_token"]);
    let with = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    for _ in 0..2 {
        let fresh = app.token(&with).await;
        assert_eq!((fresh.status, fresh.json().get("refresh_token")), (200, None));
    }
    for scope in ["openid profile offline_access", "openid"] {
        let answer = app.token(&[with[0], with[1], ("scope", scope)]).await;
        assert_eq!((answer.status, &answer.json()["error"]), (400, &json!("invalid_scope")), "{scope}");
    }
    set.control.change(|world| {
        world.users.iter_mut().filter(|user| user.username == "ada.lovelace").for_each(|user| user.is_active = false);
    });
    assert_eq!(app.token(&with).await.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn a_token_names_its_person_as_the_provider_says() {
    for (mode, subject) in [("user_username", "ada.lovelace"), ("user_email", "ada.lovelace@example.org")] {
        let set = company(Release::R2025_10).await;
        let provider = json!({ "sub_mode": mode, "include_claims_in_id_token": false, "issuer_mode": "global" });
        let app = oidc::app(&set, Setup { provider, ..Setup::default() }).await;
        let tokens = app.tokens("openid email").await;
        let (header, claims) = decoded(&tokens["id_token"]);
        let keys = app.document("jwks/").await;
        assert_eq!((&header["alg"], &header["kid"]), (&json!("RS256"), &keys["keys"][0]["kid"]));
        assert_eq!((text(&claims["sub"]), text(&claims["iss"])), (subject, format!("{}/", app.base).as_str()));
        assert!(claims["email"].is_null() && claims["sid"].is_string() && claims["auth_time"].is_u64());
        let access = decoded(&tokens["access_token"]).1;
        assert_eq!((text(&access["azp"]), text(&access["aud"])), ("larder", "larder"));
        let userinfo = app.userinfo(text(&tokens["access_token"])).await.json();
        assert_eq!((text(&userinfo["sub"]), text(&userinfo["email"])), (subject, "ada.lovelace@example.org"));
    }
}

#[tokio::test]
async fn a_custom_scope_puts_its_claims_into_the_token_and_the_userinfo() {
    let set = company(Release::R2026_8).await;
    let api = Api::admin(&set);
    let expression = "return {\"email\": request.user.email, \"email_verified\": True}";
    let body = json!({ "name": "verified", "scope_name": "email", "expression": expression });
    let custom = api.send("POST", "/propertymappings/provider/scope/", Some(body)).await.json();
    let openid = api.get("/propertymappings/provider/scope/?scope_name=openid").await.json();
    let mappings = json!([openid["results"][0]["pk"], custom["pk"]]);
    let app = oidc::app(&set, Setup { provider: json!({ "property_mappings": mappings }), ..Setup::default() }).await;
    let tokens = app.tokens("openid email").await;
    assert_eq!(decoded(&tokens["id_token"]).1["email_verified"], true);
    assert_eq!(app.userinfo(text(&tokens["access_token"])).await.json()["email_verified"], true);
}

#[tokio::test]
async fn a_revoked_token_is_not_active_and_opens_nothing() {
    let set = company(Release::R2025_10).await;
    let app = oidc::app(&set, Setup::default()).await;
    let tokens = app.tokens("openid").await;
    let token = text(&tokens["access_token"]);
    let with = [("token", token), ("client_id", &app.client_id), ("client_secret", &app.client_secret)];
    let active = app.post("introspect", &with).await.json();
    assert_eq!((&active["active"], &active["scope"]), (&json!(true), &json!("openid")));
    let stranger = app.post("revoke", &[with[0], with[1]]).await;
    assert_eq!((stranger.status, &stranger.json()["error"]), (401, &json!("invalid_client")));
    let revoked = app.post("revoke", &with).await;
    assert_eq!((revoked.status, revoked.json()), (200, json!({})));
    assert_eq!(app.post("introspect", &with).await.json(), json!({ "active": false }));
    assert_eq!(app.userinfo(token).await.status, 401);
}

#[tokio::test]
async fn only_the_origins_of_redirect_uris_may_read_tokens_from_a_page() {
    let set = company(Release::R2025_10).await;
    let app = oidc::app(&set, Setup::default()).await;
    let mine = set.about().urls.elsewhere.clone();
    let discovery = format!("{}/application/o/larder/.well-known/openid-configuration", app.base);
    for (origin, allowed) in [(mine.as_str(), Some(mine.as_str())), ("https://evil.example", None)] {
        let answer = send("GET", &discovery, &[("Origin", origin)], None).await.unwrap();
        assert_eq!(answer.header("access-control-allow-origin"), allowed);
    }
    let jwks = format!("{}/application/o/larder/jwks/", app.base);
    assert_eq!(send("GET", &jwks, &[], None).await.unwrap().header("access-control-allow-origin"), Some("*"));
    let token = format!("{}/application/o/token/", app.base);
    let options = send("OPTIONS", &token, &[("Origin", "https://any.example")], None).await.unwrap();
    assert_eq!(options.header("access-control-allow-methods"), Some("GET, POST, OPTIONS"));
}

#[tokio::test]
async fn signing_out_of_an_application_ends_the_session_only_if_its_flow_does() {
    for (flow, ends) in [("default-provider-invalidation-flow", false), ("default-invalidation-flow", true)] {
        let set = company(Release::R2025_10).await;
        let flow = Api::admin(&set).flow(flow).await;
        let app = oidc::app(&set, Setup { provider: json!({ "invalidation_flow": flow }), ..Setup::default() }).await;
        let mut browser = Browser::default();
        let (url, _) = arrive(&mut browser, &app.authorize(&[]), "ada.lovelace").await;
        let tokens = app.token(&[("code", &parameter(&url, "code").unwrap())]).await.json();
        let page = browser.get(&format!("{}/application/o/larder/end-session/", app.base)).await;
        assert!(page.text().contains("You've logged out of Larder."));
        assert_eq!(app.userinfo(text(&tokens["access_token"])).await.status, 401);
        assert_eq!(browser.has_cookie("authentik.localhost", "authentik_session"), !ends);
    }
}

#[tokio::test]
async fn after_signing_out_2026_8_leads_only_to_a_registered_address_and_with_an_id_token() {
    let set = company(Release::R2026_8).await;
    let cb = format!("{}/cb", set.about().urls.elsewhere);
    let uris = json!([
        { "matching_mode": "strict", "url": cb },
        { "matching_mode": "strict", "url": "https://larder.example.org/bye", "redirect_uri_type": "logout" },
    ]);
    let app = oidc::app(&set, Setup { provider: json!({ "redirect_uris": uris }), ..Setup::default() }).await;
    let tokens = app.tokens("openid").await;
    let (hint, other) = (text(&tokens["id_token"]), tokens["id_token"].as_str().unwrap().replace('.', "x."));
    for (hint, uri, status) in [
        (hint, "https://larder.example.org/bye", 302),
        (hint, "https://larder.example.org/cb", 400),
        ("", "https://larder.example.org/bye", 400),
        (other.as_str(), "https://larder.example.org/bye", 400),
    ] {
        let url = format!("{}/application/o/larder/end-session/", app.base);
        let url =
            url::Url::parse_with_params(&url, [("id_token_hint", hint), ("post_logout_redirect_uri", uri)]).unwrap();
        let answer = Browser::default().get(url.as_str()).await;
        assert_eq!(answer.status, status, "{uri}");
        if status == 302 {
            assert_eq!(answer.header("location"), Some(uri));
        }
    }
}
