//! A real relying party, the crate `openidconnect`, against the issuer.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]

mod support;

use embedded_authentik::Release;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm,
    CoreUserInfoClaims,
};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndSessionUrl, HttpRequest, HttpResponse, IssuerUrl,
    LogoutRequest, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PostLogoutRedirectUrl, ProviderMetadataWithLogout,
    RedirectUrl, Scope, TokenResponse,
};
use serde_json::{Value, json};
use std::str::FromStr;
use support::oidc::{self, Setup, arrive, parameter};
use support::{Api, Browser, company, send};

/// The client's HTTP: that of the tests.
async fn http(request: HttpRequest) -> Result<HttpResponse, std::io::Error> {
    let url = request.uri().to_string();
    let headers: Vec<(&str, &str)> =
        request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    let body = String::from_utf8(request.body().clone()).unwrap();
    let answer = send(request.method().as_str(), &url, &headers, Some(&body)).await?;
    let mut response = openidconnect::http::Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    Ok(response.body(answer.body).unwrap())
}

/// Discovery, login, code with PKCE, ID token, userinfo, two refreshes, logout; with an RSA key and with one for P-256.
async fn whole_life(release: Release, alg: &str) {
    let set = company(release).await;
    let api = Api::admin(&set);
    let order = json!({ "common_name": "larder", "validity_days": 30, "alg": alg });
    let key = api.send("POST", "/crypto/certificatekeypairs/generate/", Some(order)).await.json()["pk"].clone();
    let elsewhere = set.about().urls.elsewhere.clone();
    let bye = format!("{elsewhere}/bye");
    let provider = json!({
        "signing_key": key,
        "invalidation_flow": api.flow("default-invalidation-flow").await,
        "redirect_uris": [
            { "matching_mode": "strict", "url": format!("{elsewhere}/cb") },
            { "matching_mode": "strict", "url": bye, "redirect_uri_type": "logout" },
        ],
    });
    let app = oidc::app(&set, Setup { provider, ..Setup::default() }).await;

    let issuer = IssuerUrl::new(format!("{}/application/o/larder/", app.base)).unwrap();
    let metadata = ProviderMetadataWithLogout::discover_async(issuer, &http).await.unwrap();
    let end_session: EndSessionUrl = metadata.additional_metadata().end_session_endpoint.clone().unwrap();
    let secret = ClientSecret::new(app.client_secret.clone());
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(app.client_id.clone()), Some(secret))
        .set_redirect_uri(RedirectUrl::new(app.redirect_uri.clone()).unwrap());

    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state, nonce) = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scopes(["email", "profile", "offline_access"].map(|scope| Scope::new(scope.to_owned())))
        .set_pkce_challenge(challenge)
        .url();
    let mut browser = Browser::default();
    let (back, page) = arrive(&mut browser, url.as_str(), "ada.lovelace").await;
    assert!(back.starts_with(&app.redirect_uri) && page.status == 200, "{back}");
    assert_eq!(parameter(&back, "state").as_deref(), Some(state.secret().as_str()));

    let code = AuthorizationCode::new(parameter(&back, "code").unwrap());
    let tokens = client.exchange_code(code).unwrap().set_pkce_verifier(verifier).request_async(&http).await.unwrap();
    let id_token = tokens.id_token().unwrap();
    let claims = id_token.claims(&client.id_token_verifier(), &nonce).unwrap();
    assert_eq!(claims.preferred_username().unwrap().as_str(), "ada.lovelace");
    assert_eq!((claims.email().unwrap().as_str(), claims.email_verified()), ("ada.lovelace@example.org", Some(false)));
    assert_eq!(claims.auth_context_ref().unwrap().as_str(), "goauthentik.io/providers/oauth2/default");

    let subject = claims.subject().clone();
    let userinfo = client.user_info(tokens.access_token().clone(), Some(subject)).unwrap();
    let userinfo: CoreUserInfoClaims = userinfo.request_async(&http).await.unwrap();
    assert_eq!(userinfo.nickname().unwrap().get(None).unwrap().as_str(), "ada.lovelace");

    let first = tokens.refresh_token().unwrap();
    let fresh = client.exchange_refresh_token(first).unwrap().request_async(&http).await.unwrap();
    let second = fresh.refresh_token().unwrap();
    assert_ne!(first.secret(), second.secret());
    assert_ne!(tokens.access_token().secret(), fresh.access_token().secret());
    let old = client.exchange_refresh_token(first).unwrap().request_async(&http).await;
    let old = format!("{:?}", old.unwrap_err());
    assert!(old.contains("InvalidGrant") || old.contains("invalid_grant"), "{old}");
    client.exchange_refresh_token(second).unwrap().request_async(&http).await.unwrap();

    let logout = LogoutRequest::from(end_session)
        .set_id_token_hint(id_token)
        .set_post_logout_redirect_uri(PostLogoutRedirectUrl::new(bye.clone()).unwrap())
        .set_state(CsrfToken::new("goodbye".to_owned()));
    let (end, page) = browser.open(logout.http_get_url().as_str()).await;
    if release == Release::R2026_8 {
        assert_eq!(end, format!("{bye}?state=goodbye"));
    } else {
        assert!(page.text().contains("You've logged out of Larder."), "{end}");
    }
    assert!(!browser.has_cookie("authentik.localhost", "authentik_session"));
    assert_eq!(app.userinfo(tokens.access_token().secret()).await.status, 401);
}

#[tokio::test]
async fn a_relying_party_of_2025_10_lives_a_whole_life_with_an_rsa_key() {
    whole_life(Release::R2025_10, "rsa").await;
}

#[tokio::test]
async fn a_relying_party_of_2026_8_lives_a_whole_life_with_a_key_for_p_256() {
    whole_life(Release::R2026_8, "ecdsa").await;
}

#[tokio::test]
async fn without_a_key_tokens_are_signed_with_the_client_secret_and_there_is_no_public_key() {
    for release in [Release::R2025_10, Release::R2026_8] {
        let set = company(release).await;
        let app = oidc::app(&set, Setup { provider: json!({ "signing_key": null }), ..Setup::default() }).await;
        let document = app.document(".well-known/openid-configuration").await;
        assert_eq!(document["id_token_signing_alg_values_supported"], json!(["HS256"]));
        assert_eq!(app.document("jwks/").await, json!({}));
        let code = app.code(&[("nonce", "a nonce")]).await;
        let tokens = app.token(&[("code", &code)]).await.json();
        let id_token = CoreIdToken::from_str(tokens["id_token"].as_str().unwrap()).unwrap();
        let verifier = |secret: &str| {
            CoreIdTokenVerifier::new_confidential_client(
                ClientId::new(app.client_id.clone()),
                ClientSecret::new(secret.to_owned()),
                IssuerUrl::new(document["issuer"].as_str().unwrap().to_owned()).unwrap(),
                CoreJsonWebKeySet::default(),
            )
            .set_allowed_algs([CoreJwsSigningAlgorithm::HmacSha256])
        };
        let nonce = Nonce::new("a nonce".to_owned());
        assert!(id_token.claims(&verifier(&app.client_secret), &nonce).is_ok());
        assert!(id_token.claims(&verifier("another secret"), &nonce).is_err());
    }
}

#[tokio::test]
async fn discovery_tells_what_the_provider_has() {
    let set = company(Release::R2025_10).await;
    let app = oidc::app(&set, Setup { provider: json!({ "issuer_mode": "global" }), ..Setup::default() }).await;
    let document = app.document(".well-known/openid-configuration").await;
    let base = format!("{}/application/o", app.base);
    for (field, value) in [
        ("issuer", json!(format!("{}/", app.base))),
        ("authorization_endpoint", json!(format!("{base}/authorize/"))),
        ("token_endpoint", json!(format!("{base}/token/"))),
        ("userinfo_endpoint", json!(format!("{base}/userinfo/"))),
        ("jwks_uri", json!(format!("{base}/larder/jwks/"))),
        ("end_session_endpoint", json!(format!("{base}/larder/end-session/"))),
        ("scopes_supported", json!(["email", "offline_access", "openid", "profile"])),
        ("id_token_signing_alg_values_supported", json!(["RS256"])),
        ("code_challenge_methods_supported", json!(["plain", "S256"])),
    ] {
        assert_eq!(document[field], value, "{field}");
    }
    let claims = document["claims_supported"].as_array().unwrap();
    assert!(["sub", "email_verified", "groups"].iter().all(|name| claims.contains(&json!(name))));
    let keys: Value = app.document("jwks/").await;
    assert_eq!((&keys["keys"][0]["kty"], &keys["keys"][0]["use"]), (&json!("RSA"), &json!("sig")));
}
