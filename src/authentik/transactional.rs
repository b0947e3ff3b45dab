//! `PUT core/transactional/applications/`: an application with its provider and bindings, all or nothing.
//!
//! 200 may mean that nothing was applied, and no ids come back (2025.10.3, 2026.2.2).

use serde_json::{Map, Value, json};

use super::providers_oauth2::Redirect;

/// The path of `core_transactional_applications_update`.
pub const PATH: &str = "core/transactional/applications/";

/// A proxy provider in forward-auth mode for one site or for a domain, with the fields that we set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForwardAuth<'a> {
    /// Name of application and provider.
    pub name: &'a str,
    /// Slug of the application.
    pub slug: &'a str,
    /// The site: `https://grafana.example.com`, without a path; for a domain its authentication URL.
    pub external_host: &'a str,
    /// The domain that it covers; none for one site.
    pub cookie_domain: Option<&'a str>,
    /// UUID of the authorization flow.
    pub authorization_flow: &'a str,
    /// UUID of the invalidation flow.
    pub invalidation_flow: &'a str,
    /// How long a session lasts, as authentik writes durations: `hours=24`.
    pub session: &'a str,
    /// UUIDs of the groups that get in; empty for everyone.
    pub groups: &'a [String],
    /// Paths that stay open without a login, each a regular expression.
    pub open_paths: &'a [String],
}

impl ForwardAuth<'_> {
    /// As authentik names it.
    pub fn mode(&self) -> &'static str {
        if self.cookie_domain.is_some() { "forward_domain" } else { "forward_single" }
    }

    /// The body. Only what is set here: defaults stay the server's.
    pub fn body(&self) -> Value {
        let mut body = json!({
            "app": {"name": self.name, "slug": self.slug, "policy_engine_mode": "any"},
            "provider_model": "authentik_providers_proxy.proxyprovider",
            "provider": {
                "name": self.name,
                "mode": self.mode(),
                "external_host": self.external_host,
                "authorization_flow": self.authorization_flow,
                "invalidation_flow": self.invalidation_flow,
                "access_token_validity": self.session,
            },
            "policy_bindings": bindings(self.groups),
        });
        if let Some(domain) = self.cookie_domain {
            body["provider"]["cookie_domain"] = json!(domain);
        }
        if !self.open_paths.is_empty() {
            body["provider"]["skip_path_regex"] = json!(self.open_paths.join("\n"));
        }
        body
    }
}

/// An OAuth2 provider for a service that speaks OIDC itself, with the fields that we set.
#[derive(Clone, Debug, PartialEq)]
pub struct OidcApp<'a> {
    /// Name of application and provider.
    pub name: &'a str,
    /// Slug of the application.
    pub slug: &'a str,
    /// The heading that the application stands under; may be empty.
    pub group: &'a str,
    /// Where people open it.
    pub launch_url: &'a str,
    /// An address of an icon; only from 2025.12 on can it be set here.
    pub icon: Option<&'a str>,
    /// What the service calls itself.
    pub client_id: &'a str,
    /// The secret, or what stands for it; `None` makes a public client.
    pub client_secret: Option<Value>,
    /// Where a login may lead, and a logout.
    pub redirects: &'a [Redirect],
    /// Grant types. Always sent: from 2026.5 on a provider without any refuses every login, and older releases ignore
    /// the key (differences-2026.2.2).
    pub grant_types: &'a [&'a str],
    /// UUIDs of scope mappings, or what stands for them. Without one for `openid` no login works.
    pub mappings: &'a [Value],
    /// UUID of the signing key, or what stands for it. Without one tokens are signed with the secret.
    pub signing_key: Value,
    /// UUID of the authorization flow.
    pub authorization_flow: &'a str,
    /// UUID of the invalidation flow.
    pub invalidation_flow: &'a str,
    /// What `sub` is made of: `hashed_user_id`, …
    pub sub_mode: &'a str,
    /// Where a logout is told to the service, and how: (URI, `backchannel` or `frontchannel`).
    pub logout: Option<(&'a str, &'a str)>,
    /// How long a code is good: `minutes=1`.
    pub access_code_validity: &'a str,
    /// How long an access token is good: `minutes=5`.
    pub access_token_validity: &'a str,
    /// How long a refresh token is good: `days=30`.
    pub refresh_token_validity: &'a str,
    /// UUIDs of the groups that get in; empty for everyone.
    pub groups: &'a [String],
}

impl OidcApp<'_> {
    /// The body.
    pub fn body(&self) -> Value {
        let redirects: Vec<Value> = self.redirects.iter().map(Redirect::body).collect();
        let mut body = json!({
            "app": {"name": self.name, "slug": self.slug, "policy_engine_mode": "any", "group": self.group, "meta_launch_url": self.launch_url},
            "provider_model": "authentik_providers_oauth2.oauth2provider",
            "provider": {
                "name": self.name,
                "client_type": if self.client_secret.is_some() { "confidential" } else { "public" },
                "client_id": self.client_id,
                "redirect_uris": redirects,
                "grant_types": self.grant_types,
                "property_mappings": self.mappings,
                "signing_key": self.signing_key,
                "authorization_flow": self.authorization_flow,
                "invalidation_flow": self.invalidation_flow,
                "sub_mode": self.sub_mode,
                "issuer_mode": "per_provider",
                "include_claims_in_id_token": true,
                "access_code_validity": self.access_code_validity,
                "access_token_validity": self.access_token_validity,
                "refresh_token_validity": self.refresh_token_validity,
            },
            "policy_bindings": bindings(self.groups),
        });
        let provider = &mut body["provider"];
        if let Some(secret) = &self.client_secret {
            provider["client_secret"] = secret.clone();
        }
        if let Some((uri, method)) = self.logout {
            provider["logout_uri"] = json!(uri);
            provider["logout_method"] = json!(method);
        }
        if let Some(icon) = self.icon {
            body["app"]["meta_icon"] = json!(icon);
        }
        body
    }
}

/// What of a body is seen again in authentik, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// The fields of the application.
    pub application: Value,
    /// The fields of its provider, without its secret, which is compared with nothing.
    pub provider: Value,
    /// Its bindings; exactly these.
    pub bindings: Value,
    /// The path of the providers of that kind.
    pub providers: &'static str,
}

/// What a body writes; and what it leaves to the server's defaults: whatever else stands there, somebody has put there since.
pub fn written(body: &Value) -> Written {
    let oauth2 = body["provider_model"] == "authentik_providers_oauth2.oauth2provider";
    let mut bindings = body["policy_bindings"].clone();
    for binding in bindings.as_array_mut().into_iter().flatten() {
        binding["enabled"] = json!(true);
        binding["negate"] = json!(false);
    }
    Written {
        application: with_defaults(&EMPTY_IN_APPLICATION, &body["app"]),
        provider: with_defaults(if oauth2 { &EMPTY_IN_OAUTH2 } else { &EMPTY_IN_PROXY }, &body["provider"]),
        bindings,
        providers: if oauth2 { "providers/oauth2/" } else { "providers/proxy/" },
    }
}

// What is empty in an object that was made without it (recorded on 2025.10.3 and 2026.2.2). Nothing and an empty text are one.
const EMPTY_IN_APPLICATION: [&str; 5] = ["group", "meta_description", "meta_icon", "meta_launch_url", "meta_publisher"];
const EMPTY_IN_OAUTH2: [&str; 3] = ["authentication_flow", "encryption_key", "logout_uri"];
const EMPTY_IN_PROXY: [&str; 7] = [
    "authentication_flow",
    "basic_auth_password_attribute",
    "basic_auth_user_attribute",
    "certificate",
    "cookie_domain",
    "internal_host",
    "skip_path_regex",
];

/// The fields that were written, without the secret, and those that were left empty.
fn with_defaults(empty: &[&str], written: &Value) -> Value {
    // Taken along rather than the secret taken out: that would bring the mending of trees into the module.
    let mut fields: Map<String, Value> = empty.iter().map(|name| ((*name).to_owned(), json!(""))).collect();
    let all = written.as_object().into_iter().flatten();
    fields.extend(all.filter(|(name, _)| *name != "client_secret").map(|(name, value)| (name.clone(), value.clone())));
    Value::Object(fields)
}

fn bindings(groups: &[String]) -> Vec<Value> {
    groups.iter().enumerate().map(|(order, group)| json!({"group": group, "order": order})).collect()
}
