//! Authorization requests, right and wrong.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

mod support;

use embedded_authentik::Release;
use serde_json::json;
use support::oidc::{self, Setup, arrive, decoded, fragment, parameter};
use support::{Answer, Api, Browser, company};

const MISMATCH: &str = "The request fails due to a missing, invalid, or mismatching redirection URI (redirect_uri).";

/// Asks without being signed in.
async fn ask(url: &str) -> Answer {
    Browser::default().get(url).await
}

fn is_login(answer: &Answer) -> bool {
    answer.status == 302
        && answer.header("location").unwrap().starts_with("/if/flow/default-authentication-flow/?next=")
}

#[tokio::test]
async fn a_redirect_uri_that_differs_by_one_character_is_a_page_and_no_redirect() {
    for release in Release::ALL {
        let set = company(release).await;
        let app = oidc::app(&set, Setup::default()).await;
        assert!(is_login(&ask(&app.authorize(&[])).await));
        let slash = format!("{}/", app.redirect_uri);
        for wrong in [slash.as_str(), &app.redirect_uri.replace("http", "https"), ""] {
            let answer = ask(&app.authorize(&[("redirect_uri", wrong)])).await;
            assert_eq!(answer.status, 400, "{release:?} {wrong}");
            assert!(answer.text().contains(MISMATCH) && answer.header("location").is_none());
        }
    }
}

#[tokio::test]
async fn a_regular_expression_must_match_the_whole_uri() {
    let set = company(Release::R2025_10).await;
    let entry = json!({ "matching_mode": "regex", "url": r"https://[a-z]+\.example\.org/cb" });
    let app = oidc::app(&set, Setup { provider: json!({ "redirect_uris": [entry] }), ..Setup::default() }).await;
    for (uri, fits) in [
        ("https://larder.example.org/cb", true),
        ("https://larder.example.org/cb/more", false),
        ("https://evil.example/?https://larder.example.org/cb", false),
    ] {
        assert_eq!(is_login(&ask(&app.authorize(&[("redirect_uri", uri)])).await), fits, "{uri}");
    }
}

#[tokio::test]
async fn a_uri_for_the_logout_does_not_authorize_since_2026_5() {
    for (release, fits) in [(Release::R2025_10, true), (Release::R2026_8, false)] {
        let set = company(release).await;
        let uris = json!([
            { "matching_mode": "strict", "url": "https://larder.example.org/cb" },
            { "matching_mode": "strict", "url": "https://larder.example.org/bye", "redirect_uri_type": "logout" },
        ]);
        let app = oidc::app(&set, Setup { provider: json!({ "redirect_uris": uris }), ..Setup::default() }).await;
        let answer = ask(&app.authorize(&[("redirect_uri", "https://larder.example.org/bye")])).await;
        assert_eq!(is_login(&answer), fits, "{release:?}");
    }
}

#[tokio::test]
async fn a_provider_without_redirect_uris_keeps_the_first_one_before_2026_5() {
    for (release, keeps) in [(Release::R2025_10, true), (Release::R2026_8, false)] {
        let set = company(release).await;
        let app = oidc::app(&set, Setup { provider: json!({ "redirect_uris": [] }), ..Setup::default() }).await;
        let first = ask(&app.authorize(&[("redirect_uri", "https://first.example/cb")])).await;
        assert_eq!(is_login(&first), keeps, "{release:?}");
        assert_eq!(ask(&app.authorize(&[("redirect_uri", "https://second.example/cb")])).await.status, 400);
    }
}

#[tokio::test]
async fn empty_grant_types_refuse_everything_since_2026_5_and_mean_nothing_before() {
    for (release, refused) in
        [(Release::R2025_10, false), (Release::R2026_2, false), (Release::R2026_5, true), (Release::R2026_8, true)]
    {
        let set = company(release).await;
        let app = oidc::app(&set, Setup { provider: json!({ "grant_types": [] }), ..Setup::default() }).await;
        let answer = ask(&app.authorize(&[("state", "x")])).await;
        if refused {
            let text = "error=invalid_request&error_description=The%20request%20is%20otherwise%20malformed&state=x";
            assert_eq!(answer.header("location").unwrap(), format!("{}?{text}", app.redirect_uri));
            let answer = app.token(&[("code", "any")]).await;
            assert_eq!((answer.status, &answer.json()["error"]), (400, &json!("invalid_grant")));
        } else {
            assert!(is_login(&answer), "{release:?}");
        }
    }
}

#[tokio::test]
async fn an_unknown_client_is_a_page_and_a_wrong_response_type_is_told_to_the_client() {
    let set = company(Release::R2025_10).await;
    let app = oidc::app(&set, Setup::default()).await;
    let answer = ask(&app.authorize(&[("client_id", "nobody")])).await;
    assert!(answer.status == 400 && answer.text().contains("The client identifier (client_id) is missing or invalid."));
    for (parameter, value, error) in [
        ("response_type", "token", "unsupported_response_type"),
        ("code_challenge_method", "S512", "invalid_request"),
        ("request", "eyJ", "request_not_supported"),
        ("prompt", "none", "login_required"),
    ] {
        let answer = ask(&app.authorize(&[(parameter, value), ("code_challenge", "x")])).await;
        let to = answer.header("location").unwrap();
        assert!(to.starts_with(&app.redirect_uri), "{to}");
        assert_eq!(oidc::parameter(to, "error").as_deref(), Some(error));
        assert_eq!(oidc::parameter(to, "state").as_deref(), Some("a state"));
    }
}

#[tokio::test]
async fn somebody_whom_the_policies_keep_out_gets_a_page_and_no_code() {
    let set = company(Release::R2026_8).await;
    let group = Api::admin(&set).get("/core/groups/?name=finance").await.json()["results"][0]["pk"].clone();
    let bindings = json!([{ "group": group, "order": 0 }]);
    let app = oidc::app(&set, Setup { bindings, ..Setup::default() }).await;
    let (url, page) = arrive(&mut Browser::default(), &app.authorize(&[]), "plain-user").await;
    assert!(url.starts_with(&app.base) && page.status == 200, "{url}");
    assert!(page.text().contains("Permission denied"));
    let (url, _) = arrive(&mut Browser::default(), &app.authorize(&[]), "luca.pacioli").await;
    assert!(parameter(&url, "code").is_some(), "{url}");
}

#[tokio::test]
async fn a_client_that_wants_a_new_login_gets_one_and_not_two() {
    let set = company(Release::R2025_10).await;
    let app = oidc::app(&set, Setup::default()).await;
    let mut browser = Browser::default();
    let url = app.authorize(&[("prompt", "login")]);
    arrive(&mut browser, &app.authorize(&[]), "ada.lovelace").await;
    let (login, page) = browser.open(&url).await;
    assert!(page.text().contains("Welcome to authentik!"), "{login}");
    let (back, _) = browser.sign_in(&login, "ada.lovelace").await;
    assert!(parameter(&back, "code").is_some(), "{back}");
}

#[tokio::test]
async fn explicit_consent_is_asked_once_and_offline_access_asks_each_time() {
    let set = company(Release::R2025_10).await;
    let flow = Api::admin(&set).flow("default-provider-authorization-explicit-consent").await;
    let app = oidc::app(&set, Setup { provider: json!({ "authorization_flow": flow }), ..Setup::default() }).await;
    let mut browser = Browser::default();
    arrive(&mut browser, &app.authorize(&[]), "ada.lovelace").await;
    for (scope, asks) in [("openid", false), ("openid offline_access", true), ("openid offline_access", true)] {
        let (url, page) = browser.open(&app.authorize(&[("scope", scope)])).await;
        assert_eq!(page.text().contains("You're about to sign into Larder."), asks, "{url}");
        if asks {
            let (back, _) = browser.submit(&url).await;
            assert!(parameter(&back, "code").is_some(), "{back}");
        }
    }
    let answer = browser.get(&app.authorize(&[("scope", "openid offline_access"), ("prompt", "none")])).await;
    assert_eq!(parameter(answer.header("location").unwrap(), "error").as_deref(), Some("consent_required"));
}

#[tokio::test]
async fn an_implicit_client_finds_its_tokens_in_the_fragment_where_the_grant_allows() {
    for (release, grants, allowed) in [
        (Release::R2025_10, json!([]), true),
        (Release::R2026_8, json!(["authorization_code"]), false),
        (Release::R2026_8, json!(["implicit"]), true),
    ] {
        let set = company(release).await;
        let app = oidc::app(&set, Setup { provider: json!({ "grant_types": grants }), ..Setup::default() }).await;
        let url = app.authorize(&[("response_type", "id_token token"), ("nonce", "n")]);
        let (back, _) = arrive(&mut Browser::default(), &url, "ada.lovelace").await;
        let found = fragment(&back);
        if !allowed {
            assert_eq!(found["error"], "invalid_request");
            continue;
        }
        let (_, claims) = decoded(&found["id_token"]);
        assert_eq!((&claims["nonce"], &found["state"]), (&json!("n"), &json!("a state")));
        assert!(claims["at_hash"].is_string());
        assert_eq!(app.userinfo(found["access_token"].as_str().unwrap()).await.status, 200);
        let without_nonce = ask(&app.authorize(&[("response_type", "id_token")])).await;
        assert_eq!(fragment(without_nonce.header("location").unwrap())["error"], "invalid_request");
    }
}

#[tokio::test]
async fn a_hybrid_client_gets_a_code_and_tokens() {
    let set = company(Release::R2026_2).await;
    let app = oidc::app(&set, Setup::default()).await;
    let url = app.authorize(&[("response_type", "code id_token"), ("nonce", "n")]);
    let (back, _) = arrive(&mut Browser::default(), &url, "ada.lovelace").await;
    let found = fragment(&back);
    assert!(decoded(&found["id_token"]).1["c_hash"].is_string() && !found.contains_key("access_token"));
    assert_eq!(app.token(&[("code", found["code"].as_str().unwrap())]).await.status, 200);
}

#[tokio::test]
async fn a_client_can_have_its_answer_posted() {
    let set = company(Release::R2025_10).await;
    let app = oidc::app(&set, Setup::default()).await;
    let url = app.authorize(&[("response_mode", "form_post")]);
    let (_, page) = arrive(&mut Browser::default(), &url, "ada.lovelace").await;
    assert!(page.text().contains(&format!("action=\"{}\"", app.redirect_uri)));
    assert!(page.text().contains("name=\"code\"") && page.text().contains("name=\"state\" value=\"a state\""));
}
