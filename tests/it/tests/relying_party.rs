//! A relying party that we did not write, the crate `openidconnect`, signs in with exactly what "Done" shows.

use std::collections::BTreeMap;

use embedded_authentik::{Options, Release, start};
use gatewright::screens::{Event, OidcEvent, Secret};
use gatewright_it::{Popup, World, new_client};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreUserInfoClaims};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndSessionUrl, HttpRequest, HttpResponse, IssuerUrl,
    LogoutRequest, Nonce, OAuth2TokenResponse, PkceCodeChallenge, ProviderMetadataWithLogout, RedirectUrl, Scope,
    TokenResponse,
};
use reqwest::Url;

/// The relying party's HTTP.
async fn http(request: HttpRequest) -> Result<HttpResponse, std::io::Error> {
    let (parts, body) = request.into_parts();
    let method: reqwest::Method = parts.method.as_str().parse().map_err(std::io::Error::other)?;
    let mut sending = new_client().request(method, parts.uri.to_string()).body(body);
    for (name, value) in &parts.headers {
        sending = sending.header(name.as_str(), value.as_bytes());
    }
    let answer = sending.send().await.map_err(std::io::Error::other)?;
    let mut response = openidconnect::http::Response::builder().status(answer.status().as_u16());
    for (name, value) in answer.headers() {
        response = response.header(name.as_str(), value.as_bytes());
    }
    let body = answer.bytes().await.map_err(std::io::Error::other)?;
    response.body(body.to_vec()).map_err(std::io::Error::other)
}

/// Somebody with a browser, as far as signing in needs one: cookies, forms, and a look at where it leads.
#[derive(Default)]
struct Person {
    cookies: BTreeMap<String, String>,
}

impl Person {
    /// Goes where `url` leads, through login and consent, until it leaves authentik: the address where that would be.
    async fn follow(&mut self, mut url: Url, username: &str) -> Url {
        let authentik = url.origin();
        for _ in 0..20 {
            if url.origin() != authentik {
                return url;
            }
            let flow = url.path().starts_with("/if/flow/");
            let form = if url.path().contains("default-authentication-flow") {
                format!("username={username}&password=correct-horse")
            } else {
                String::new()
            };
            let sending = if flow { new_client().post(url.clone()).body(form) } else { new_client().get(url.clone()) };
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let answer = sending
                .header("Cookie", cookies.join("; "))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .send()
                .await
                .expect("an answer");
            for cookie in answer.headers().get_all("set-cookie") {
                let cookie = cookie.to_str().expect("a cookie").split(';').next().unwrap_or_default();
                let (name, value) = cookie.split_once('=').expect("a pair");
                self.cookies.insert(name.into(), value.into());
            }
            let Some(to) = answer.headers().get("location").map(|to| to.to_str().expect("an address").to_owned())
            else {
                return url;
            };
            url = url.join(&to).expect("an address");
        }
        panic!("it leads round and round");
    }
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

#[tokio::test]
async fn what_done_shows_is_what_a_relying_party_needs_to_sign_in_refresh_and_sign_out() {
    for release in [Release::R2025_10, Release::R2026_8] {
        let set = start(Options { release, ..Options::default() }).await.expect("an embedded authentik");
        let world = World::at("https://metrics.example.com:3000/login", "Grafana");
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.send(Event::Oidc(OidcEvent::CreatePressed)).await;
        popup.send(Event::ApplyPressed).await;
        let details = popup.app.details.clone().expect("details");
        let Secret::Known(secret) = &details.secret else { panic!("{:?}", details.secret) };
        let base = popup.app.access.as_ref().expect("a connection").base.clone();
        let redirect = "https://metrics.example.com:3000/login/generic_oauth";

        let issuer = IssuerUrl::new(details.endpoints(&base).issuer).expect("an issuer");
        let metadata = ProviderMetadataWithLogout::discover_async(issuer, &http).await.expect("discovery");
        let end: EndSessionUrl = metadata.additional_metadata().end_session_endpoint.clone().expect("an end");
        let secret = ClientSecret::new(secret.reveal().to_owned());
        let client =
            CoreClient::from_provider_metadata(metadata, ClientId::new(details.client_id.clone()), Some(secret))
                .set_redirect_uri(RedirectUrl::new(redirect.into()).expect("an address"));
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(["email", "profile", "offline_access"].map(|scope| Scope::new(scope.into())))
            .set_pkce_challenge(challenge)
            .url();
        let mut person = Person::default();
        let back = person.follow(url.as_str().parse().expect("an address"), "barbara.liskov").await;
        assert!(back.as_str().starts_with(redirect), "{back}");
        assert_eq!(parameter(&back, "state").as_deref(), Some(state.secret().as_str()));

        let code = AuthorizationCode::new(parameter(&back, "code").expect("a code"));
        let exchange = client.exchange_code(code).expect("an endpoint").set_pkce_verifier(verifier);
        let tokens = exchange.request_async(&http).await.expect("tokens");
        let id_token = tokens.id_token().expect("an ID token");
        let claims = id_token.claims(&client.id_token_verifier(), &nonce).expect("a signature of the issuer's key");
        assert_eq!(claims.preferred_username().map(|name| name.as_str()), Some("barbara.liskov"));

        let asking =
            client.user_info(tokens.access_token().clone(), Some(claims.subject().clone())).expect("an endpoint");
        let told: CoreUserInfoClaims = asking.request_async(&http).await.expect("claims");
        assert!(told.email().is_some());

        let first = tokens.refresh_token().expect("a refresh token");
        let fresh =
            client.exchange_refresh_token(first).expect("an endpoint").request_async(&http).await.expect("tokens");
        assert_ne!(tokens.access_token().secret(), fresh.access_token().secret());

        let logout = LogoutRequest::from(end).set_id_token_hint(id_token).http_get_url();
        person.follow(logout.as_str().parse().expect("an address"), "barbara.liskov").await;
        let late = client.user_info(fresh.access_token().clone(), None).expect("an endpoint");
        let late: Result<CoreUserInfoClaims, _> = late.request_async(&http).await;
        assert!(late.is_err(), "signed out: its tokens are over");
    }
}
