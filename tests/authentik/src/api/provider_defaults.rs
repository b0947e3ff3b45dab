//! What a provider has before a request says anything, and what the server sets for a proxy provider.
//!
//! Source: api.md §1.5 (defaults of the API), §3 (`set_oauth_defaults`); recordings of created providers.

use crate::model::{OAuth2, Provider, Proxy};
use crate::world::World;
use serde_json::json;

/// Which provider a body is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    Proxy,
    OAuth2,
}

impl Kind {
    /// The model, as permissions and `provider_model` name it.
    pub const fn model(self) -> &'static str {
        match self {
            Self::Proxy => "authentik_providers_proxy.proxyprovider",
            Self::OAuth2 => "authentik_providers_oauth2.oauth2provider",
        }
    }
}

/// What the server sets on every save of a proxy provider (providers/proxy/models.py `set_oauth_defaults`).
pub fn set_oauth_defaults(world: &World, provider: &mut Provider) {
    let Some(proxy) = &provider.proxy else { return };
    let host = &proxy.external_host;
    let joined = url::Url::parse(host)
        .and_then(|base| base.join("outpost.goauthentik.io/callback"))
        .map_or_else(|_| host.clone(), String::from);
    let strict = |url: String| json!({ "matching_mode": "strict", "url": url });
    provider.oauth.redirect_uris = vec![
        strict(format!("{joined}?X-authentik-auth-callback=true")),
        strict(format!("{host}?X-authentik-auth-callback=true")),
    ];
    "confidential".clone_into(&mut provider.oauth.client_type);
    provider.oauth.signing_key = None;
    if world.release.has_grant_types() && provider.oauth.grant_types.is_empty() {
        provider.oauth.grant_types = vec!["authorization_code".to_owned(), "refresh_token".to_owned()];
    }
    let wanted = ["openid", "profile", "email", "entitlements", "ak_proxy"];
    let stored = world.scope_mappings.iter().filter(|mapping| {
        mapping["scope_name"].as_str().is_some_and(|scope| wanted.contains(&scope))
            || provider.property_mappings.iter().any(|id| mapping["pk"] == id.as_str())
    });
    provider.property_mappings = stored.filter_map(|mapping| mapping["pk"].as_str().map(str::to_owned)).collect();
}

/// A provider with the defaults of the API, before a body is applied.
pub fn blank(kind: Kind, client_id: String, client_secret: String) -> Provider {
    let text = str::to_owned;
    Provider {
        pk: 0,
        name: String::new(),
        authentication_flow: None,
        authorization_flow: None,
        invalidation_flow: None,
        property_mappings: Vec::new(),
        oauth: OAuth2 {
            client_type: text("confidential"),
            client_id,
            client_secret,
            access_code_validity: text("minutes=1"),
            access_token_validity: text("hours=1"),
            refresh_token_validity: text("days=30"),
            refresh_token_threshold: text("seconds=0"),
            include_claims_in_id_token: true,
            signing_key: None,
            encryption_key: None,
            redirect_uris: Vec::new(),
            logout_uri: String::new(),
            logout_method: text("backchannel"),
            sub_mode: text("hashed_user_id"),
            issuer_mode: text("per_provider"),
            jwt_federation_sources: Vec::new(),
            jwt_federation_providers: Vec::new(),
            grant_types: Vec::new(),
        },
        proxy: (kind == Kind::Proxy).then(|| Proxy {
            mode: text("proxy"),
            external_host: String::new(),
            internal_host: String::new(),
            internal_host_ssl_validation: true,
            certificate: None,
            skip_path_regex: String::new(),
            basic_auth_enabled: false,
            basic_auth_password_attribute: String::new(),
            basic_auth_user_attribute: String::new(),
            intercept_header_auth: true,
            cookie_domain: String::new(),
        }),
    }
}
