//! An OAuth2 client: its application at authentik, and the requests that it makes by hand.

use super::{Answer, Api, Browser, send};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use embedded_authentik::Running;
use serde_json::{Map, Value, json};
use url::Url;

/// Where scope mappings are.
pub const SCOPES: &str = "/propertymappings/provider/scope/";
/// Where OAuth2 providers are.
pub const OAUTH2: &str = "/providers/oauth2/";

/// What an application is to be; anything else is as a client would set it up.
pub struct Setup {
    pub scopes: &'static [&'static str],
    /// Fields of the provider that replace the usual ones.
    pub provider: Value,
    pub bindings: Value,
}

impl Default for Setup {
    fn default() -> Self {
        Self { scopes: &["openid", "email", "profile", "offline_access"], provider: json!({}), bindings: json!([]) }
    }
}

/// An application and its provider.
pub struct App {
    pub base: String,
    pub slug: String,
    pub pk: i64,
    pub client_id: String,
    pub client_secret: String,
    pub redirect_uri: String,
}

/// Makes the application `larder`, whose redirect URI is at the other origin.
pub async fn app(set: &Running, setup: Setup) -> App {
    let api = Api::admin(set);
    let redirect_uri = format!("{}/cb", set.about().urls.elsewhere);
    let mut mappings = Vec::new();
    for scope in setup.scopes {
        let list = api.get(&format!("{SCOPES}?scope_name={scope}")).await.json();
        mappings.push(list["results"][0]["pk"].clone());
    }
    let keys = api.get("/crypto/certificatekeypairs/?has_key=true").await.json();
    let mut provider = json!({
        "name": "larder", "client_type": "confidential", "client_id": "larder", "client_secret": "a-secret-of-some-length",
        "authorization_flow": api.flow("default-provider-authorization-implicit-consent").await,
        "invalidation_flow": api.flow("default-provider-invalidation-flow").await,
        "redirect_uris": [{ "matching_mode": "strict", "url": redirect_uri }],
        "grant_types": ["authorization_code", "refresh_token"],
        "property_mappings": mappings, "signing_key": keys["results"][0]["pk"],
    });
    provider.as_object_mut().unwrap().extend(setup.provider.as_object().unwrap().clone());
    let body = json!({
        "app": { "name": "Larder", "slug": "larder" },
        "provider_model": "authentik_providers_oauth2.oauth2provider", "provider": provider,
        "policy_bindings": setup.bindings,
    });
    let answer = api.send("PUT", "/core/transactional/applications/", Some(body)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let pk = api.get("/core/applications/larder/").await.json()["provider"].as_i64().unwrap();
    App {
        base: set.about().urls.authentik.clone(),
        slug: "larder".to_owned(),
        pk,
        client_id: "larder".to_owned(),
        client_secret: "a-secret-of-some-length".to_owned(),
        redirect_uri,
    }
}

impl App {
    /// The address of an authorization request: the usual parameters, then these, which win.
    pub fn authorize(&self, parameters: &[(&str, &str)]) -> String {
        let usual = [
            ("client_id", self.client_id.as_str()),
            ("redirect_uri", &self.redirect_uri),
            ("response_type", "code"),
            ("scope", "openid email profile"),
            ("state", "a state"),
        ];
        let usual = usual.into_iter().filter(|(name, _)| !parameters.iter().any(|(other, _)| other == name));
        let url = format!("{}/application/o/authorize/", self.base);
        Url::parse_with_params(&url, usual.chain(parameters.iter().copied())).unwrap().into()
    }

    /// Sends a form to an endpoint of the issuer.
    pub async fn post(&self, endpoint: &str, form: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        let url = format!("{}/application/o/{endpoint}/", self.base);
        send("POST", &url, &headers, Some(&body)).await.unwrap()
    }

    /// A token request with the client's credentials in the form; these parameters win.
    pub async fn token(&self, parameters: &[(&str, &str)]) -> Answer {
        let usual = [
            ("client_id", self.client_id.as_str()),
            ("client_secret", &self.client_secret),
            ("redirect_uri", &self.redirect_uri),
            ("grant_type", "authorization_code"),
        ];
        let usual = usual.into_iter().filter(|(name, _)| !parameters.iter().any(|(other, _)| other == name));
        self.post("token", &usual.chain(parameters.iter().copied()).collect::<Vec<_>>()).await
    }

    /// A document of the application, as `jwks/`.
    pub async fn document(&self, path: &str) -> Value {
        let url = format!("{}/application/o/{}/{path}", self.base, self.slug);
        send("GET", &url, &[], None).await.unwrap().json()
    }

    /// What the userinfo endpoint says to a bearer.
    pub async fn userinfo(&self, token: &str) -> Answer {
        let bearer = format!("Bearer {token}");
        send("GET", &format!("{}/application/o/userinfo/", self.base), &[("Authorization", &bearer)], None)
            .await
            .unwrap()
    }

    /// A code for ada, who signs in.
    pub async fn code(&self, parameters: &[(&str, &str)]) -> String {
        let (url, _) = arrive(&mut Browser::default(), &self.authorize(parameters), "ada.lovelace").await;
        parameter(&url, "code").unwrap_or_else(|| panic!("no code at {url}"))
    }

    /// Everything that the token endpoint gives for a new code with these scopes.
    pub async fn tokens(&self, scope: &str) -> Value {
        let code = self.code(&[("scope", scope)]).await;
        let answer = self.token(&[("code", &code)]).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }
}

/// Opens an address, signs in and agrees where that is asked for, and says where that ends.
pub async fn arrive(browser: &mut Browser, url: &str, username: &str) -> (String, Answer) {
    let (mut url, mut page) = browser.open(url).await;
    if url.contains("/if/flow/default-authentication-flow/") {
        (url, page) = browser.sign_in(&url, username).await;
    }
    if url.contains("/if/flow/default-provider-authorization") {
        assert!(
            page.text().contains("You&#39;re about to sign into") || page.text().contains("You're about to sign into")
        );
        (url, page) = browser.submit(&url).await;
    }
    (url, page)
}

/// A parameter of an address's query.
pub fn parameter(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(url).unwrap();
    url.query_pairs().find_map(|(key, value)| (key == name).then(|| value.into_owned()))
}

/// The parameters in an address's fragment.
pub fn fragment(url: &str) -> Map<String, Value> {
    let fragment = Url::parse(url).unwrap().fragment().unwrap_or_default().to_owned();
    url::form_urlencoded::parse(fragment.as_bytes()).map(|(k, v)| (k.into_owned(), json!(v))).collect()
}

/// Header and claims of a token, unchecked.
pub fn decoded(token: &Value) -> (Value, Value) {
    let parts: Vec<&str> = token.as_str().unwrap().split('.').collect();
    let part = |index: usize| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[index]).unwrap()).unwrap();
    (part(0), part(1))
}

/// Makes a scope mapping, and checks that it was made.
pub async fn scope(api: &Api, name: &str, expression: &str) -> Value {
    let body = json!({ "name": name, "scope_name": name, "expression": expression });
    let made = api.send("POST", SCOPES, Some(body)).await;
    assert_eq!(made.status, 201, "{}", made.text());
    made.json()
}

/// Makes an OAuth2 provider with further fields, and checks that it was made.
pub async fn client(api: &Api, name: &str, extra: Value) -> Value {
    let mut body = json!({
        "name": name,
        "authorization_flow": api.flow("default-provider-authorization-implicit-consent").await,
        "invalidation_flow": api.flow("default-provider-invalidation-flow").await,
        "redirect_uris": [],
    });
    body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    let made = api.send("POST", OAUTH2, Some(body)).await;
    assert_eq!(made.status, 201, "{}", made.text());
    made.json()
}
