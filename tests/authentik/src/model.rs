//! What authentik holds, as plain data. The shapes that the API shows are made in [`crate::api`].

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// A UUID as text, the way the API writes it.
pub type Id = String;

/// A person or a service account.
#[derive(Clone, Debug, Serialize)]
pub struct User {
    pub pk: i64,
    pub uuid: Id,
    pub uid: String,
    pub username: String,
    pub name: String,
    pub email: String,
    pub is_active: bool,
    #[serde(rename = "type")]
    pub kind: String,
    pub path: String,
    pub attributes: Value,
    pub date_joined: String,
    pub last_updated: String,
    pub password_change_date: String,
    pub last_login: Option<String>,
    pub roles: Vec<Id>,
    pub password: String,
}

/// A group; membership lives here.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    pub pk: Id,
    pub num_pk: i64,
    pub name: String,
    pub is_superuser: bool,
    pub parents: Vec<Id>,
    pub users: Vec<i64>,
    pub attributes: Value,
    pub roles: Vec<Id>,
}

/// A role with its permissions, written `app_label.codename`.
#[derive(Clone, Debug, Serialize)]
pub struct Role {
    pub pk: Id,
    pub name: String,
    pub permissions: BTreeSet<String>,
}

/// A permission on one object, held by one user.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub struct ObjectPermission {
    pub user: i64,
    pub permission: String,
    pub object: String,
}

/// An application.
#[derive(Clone, Debug, Serialize)]
pub struct Application {
    pub pk: Id,
    pub name: String,
    pub slug: String,
    pub provider: Option<i64>,
    pub open_in_new_tab: bool,
    pub meta_launch_url: String,
    pub meta_icon: String,
    pub meta_description: String,
    pub meta_publisher: String,
    pub meta_hide: bool,
    pub policy_engine_mode: String,
    pub group: String,
}

/// What every provider has.
#[derive(Clone, Debug, Serialize)]
pub struct Provider {
    pub pk: i64,
    pub name: String,
    pub authentication_flow: Option<Id>,
    pub authorization_flow: Option<Id>,
    pub invalidation_flow: Option<Id>,
    pub property_mappings: Vec<Id>,
    pub oauth: OAuth2,
    pub proxy: Option<Proxy>,
}

/// The OAuth2 part, which a proxy provider has too (api.md §0.7).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OAuth2 {
    pub client_type: String,
    pub client_id: String,
    pub client_secret: String,
    pub access_code_validity: String,
    pub access_token_validity: String,
    pub refresh_token_validity: String,
    pub refresh_token_threshold: String,
    pub include_claims_in_id_token: bool,
    pub signing_key: Option<Id>,
    pub encryption_key: Option<Id>,
    pub redirect_uris: Vec<Value>,
    pub logout_uri: String,
    pub logout_method: String,
    pub sub_mode: String,
    pub issuer_mode: String,
    pub jwt_federation_sources: Vec<Value>,
    pub jwt_federation_providers: Vec<Value>,
    #[serde(default)]
    pub grant_types: Vec<String>,
}

/// The proxy part.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Proxy {
    pub mode: String,
    pub external_host: String,
    pub internal_host: String,
    pub internal_host_ssl_validation: bool,
    pub certificate: Option<Id>,
    pub skip_path_regex: String,
    pub basic_auth_enabled: bool,
    pub basic_auth_password_attribute: String,
    pub basic_auth_user_attribute: String,
    pub intercept_header_auth: bool,
    pub cookie_domain: String,
}

/// An outpost.
#[derive(Clone, Debug, Serialize)]
pub struct Outpost {
    pub pk: Id,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub providers: Vec<i64>,
    pub config: Map<String, Value>,
    pub managed: Option<String>,
}

/// A binding of a policy, group or user to an application (or a flow).
#[derive(Clone, Debug, Serialize)]
pub struct Binding {
    pub pk: Id,
    pub target: Id,
    pub policy: Option<Id>,
    #[serde(skip)]
    pub policy_obj: Value,
    pub group: Option<Id>,
    pub user: Option<i64>,
    pub negate: bool,
    pub enabled: bool,
    pub order: i64,
    pub timeout: i64,
    pub failure_result: bool,
}

/// A token; `key` is what the bearer sends.
#[derive(Clone, Debug)]
pub struct Token {
    pub pk: Id,
    pub managed: Option<String>,
    pub identifier: String,
    pub intent: String,
    pub user: i64,
    pub description: String,
    pub expires: Option<String>,
    pub expiring: bool,
    pub expired: bool,
    pub key: String,
}

/// A session at authentik.
#[derive(Clone, Debug)]
pub struct Login {
    pub user: i64,
    /// When it began, in seconds since 1970.
    pub since: u64,
    /// The session that was not fresh enough for a client that wants people to sign in again.
    pub refused: Option<String>,
}

/// An authorization code.
#[derive(Clone, Debug)]
pub struct Code {
    pub provider: i64,
    pub client_id: String,
    pub user: i64,
    pub scopes: Vec<String>,
    pub session: Option<String>,
    pub auth_time: u64,
    pub nonce: Option<String>,
    /// PKCE: method and challenge.
    pub challenge: Option<(String, String)>,
    /// Seconds since 1970.
    pub expires: u64,
}

/// An access token or a refresh token.
#[derive(Clone, Debug)]
pub struct Grant {
    pub provider: i64,
    pub user: i64,
    pub scopes: Vec<String>,
    pub session: Option<String>,
    pub auth_time: u64,
    /// Seconds since 1970.
    pub expires: u64,
    pub revoked: bool,
    /// The claims of the ID token that belongs to it.
    pub id_token: Map<String, Value>,
}

impl Provider {
    /// Whether this is a proxy provider.
    pub const fn is_proxy(&self) -> bool {
        self.proxy.is_some()
    }

    /// The class name that outposts put into an error (recorded: `OAuth2Provider`).
    pub const fn class_name(&self) -> &'static str {
        if self.is_proxy() { "ProxyProvider" } else { "OAuth2Provider" }
    }
}
