//! What every authentik has from the start: flows, scope mappings, a certificate, a brand, the embedded outpost.
//!
//! Source: "state before" of both recordings.

use crate::api::{certificates, outposts::default_config};
use crate::ids::uuid_of;
use crate::model::Outpost;
use crate::release::Release;
use crate::world::World;
use serde_json::{Map, Value, json};

/// slug, name, title, designation, authentication
const FLOWS: [[&str; 5]; 14] = [
    ["default-authentication-flow", "Welcome to authentik!", "Welcome to authentik!", "authentication", "none"],
    [
        "default-authenticator-static-setup",
        "default-authenticator-static-setup",
        "Setup Static OTP Tokens",
        "stage_configuration",
        "require_authenticated",
    ],
    [
        "default-authenticator-totp-setup",
        "default-authenticator-totp-setup",
        "Set up Two-Factor authentication",
        "stage_configuration",
        "require_authenticated",
    ],
    [
        "default-authenticator-webauthn-setup",
        "default-authenticator-webauthn-setup",
        "Setup WebAuthn",
        "stage_configuration",
        "require_authenticated",
    ],
    ["default-invalidation-flow", "Logout", "Default Invalidation Flow", "invalidation", "none"],
    ["default-password-change", "Change Password", "Change password", "stage_configuration", "require_authenticated"],
    [
        "default-provider-authorization-explicit-consent",
        "Authorize Application",
        "Redirecting to %(app)s",
        "authorization",
        "require_authenticated",
    ],
    [
        "default-provider-authorization-implicit-consent",
        "Authorize Application",
        "Redirecting to %(app)s",
        "authorization",
        "require_authenticated",
    ],
    [
        "default-provider-invalidation-flow",
        "Logged out of application",
        "You've logged out of %(app)s.",
        "invalidation",
        "none",
    ],
    [
        "default-source-authentication",
        "Welcome to authentik!",
        "Welcome to authentik!",
        "authentication",
        "require_unauthenticated",
    ],
    [
        "default-source-enrollment",
        "Welcome to authentik! Please select a username.",
        "Welcome to authentik! Please select a username.",
        "enrollment",
        "none",
    ],
    ["default-source-pre-authentication", "Pre-Authentication", "Pre-authentication", "stage_configuration", "none"],
    ["default-user-settings-flow", "User settings", "Update your info", "stage_configuration", "require_authenticated"],
    ["initial-setup", "default-oobe-setup", "Welcome to authentik!", "stage_configuration", "none"],
];

/// scope, name, managed, description
const SCOPES: [[&str; 4]; 7] = [
    [
        "ak_proxy",
        "authentik default OAuth Mapping: Proxy outpost",
        "goauthentik.io/providers/proxy/scope-proxy",
        "authentik Proxy - User information",
    ],
    [
        "email",
        "authentik default OAuth Mapping: OpenID 'email'",
        "goauthentik.io/providers/oauth2/scope-email",
        "Email address",
    ],
    [
        "entitlements",
        "authentik default OAuth Mapping: Application Entitlements",
        "goauthentik.io/providers/oauth2/scope-entitlements",
        "Application entitlements",
    ],
    [
        "goauthentik.io/api",
        "authentik default OAuth Mapping: authentik API access",
        "goauthentik.io/providers/oauth2/scope-authentik_api",
        "authentik API Access on behalf of your user",
    ],
    [
        "offline_access",
        "authentik default OAuth Mapping: OpenID 'offline_access'",
        "goauthentik.io/providers/oauth2/scope-offline_access",
        "Access to request new tokens without interaction",
    ],
    ["openid", "authentik default OAuth Mapping: OpenID 'openid'", "goauthentik.io/providers/oauth2/scope-openid", ""],
    [
        "profile",
        "authentik default OAuth Mapping: OpenID 'profile'",
        "goauthentik.io/providers/oauth2/scope-profile",
        "General Profile Information",
    ],
];

/// Fills in the defaults.
pub fn fill(world: &mut World) {
    let release = world.release;
    world.flows = FLOWS.iter().map(|flow| self::flow(release, flow)).collect();
    world.scope_mappings = SCOPES.iter().map(scope).collect();
    let name = "authentik Self-signed Certificate";
    world.certificates = vec![certificates::shape(release, &certificate_id(), name, 0, "2036-11-24T03:07:39Z")];
    world.keys = [(certificate_id(), 0)].into();
    world.config = config();
    world.settings = settings(release);
    world.brand = json!({
        "brand_uuid": uuid_of("brand"), "domain": "authentik-default", "default": true,
        "branding_title": "authentik", "branding_logo": "/static/dist/assets/icons/icon_left_brand.svg",
        "branding_favicon": "/static/dist/assets/icons/icon.png", "branding_custom_css": "",
        "branding_default_flow_background": "/static/dist/assets/images/flow_background.jpg",
        "flow_authentication": flow_id("default-authentication-flow"),
        "flow_invalidation": flow_id("default-invalidation-flow"),
        "flow_recovery": null, "flow_unenrollment": null,
        "flow_user_settings": flow_id("default-user-settings-flow"),
        "flow_device_code": null, "default_application": null, "web_certificate": null, "client_certificates": [],
        "attributes": {},
    });
    world.outposts = vec![Outpost {
        pk: uuid_of("outpost/embedded"),
        name: "authentik Embedded Outpost".to_owned(),
        kind: "proxy".to_owned(),
        providers: Vec::new(),
        config: default_config(&world.origin),
        managed: Some("goauthentik.io/outposts/embedded".to_owned()),
    }];
}

/// The uuid of a default flow.
pub fn flow_id(slug: &str) -> String {
    uuid_of(&format!("flow/{slug}"))
}

/// The uuid of a default scope mapping.
pub fn scope_id(scope: &str) -> String {
    uuid_of(&format!("scope/{scope}"))
}

/// The uuid of the certificate.
pub fn certificate_id() -> String {
    uuid_of("certificate")
}

fn flow(release: Release, [slug, name, title, designation, authentication]: &[&str; 5]) -> Value {
    let image = "/static/dist/assets/images/flow_background.jpg";
    let mut flow = json!({
        "pk": flow_id(slug), "policybindingmodel_ptr_id": uuid_of(&format!("flow-pbm/{slug}")),
        "name": name, "slug": slug, "title": title, "designation": designation, "background": image,
        "stages": [], "policies": [], "cache_count": 0, "policy_engine_mode": "any", "compatibility_mode": false,
        "export_url": format!("/api/v3/flows/instances/{slug}/export/"), "layout": "stacked",
        "denied_action": "message_continue", "authentication": authentication,
    });
    if release.icons_are_files() {
        flow["background"] = json!("");
        flow["background_url"] = json!(image);
        flow["background_themed_urls"] = Value::Null;
    }
    flow
}

fn scope([scope, name, managed, description]: &[&str; 4]) -> Value {
    json!({
        "pk": scope_id(scope), "managed": managed, "name": name, "expression": "return {}",
        "component": "ak-property-mapping-provider-scope-form", "verbose_name": "Scope Mapping",
        "verbose_name_plural": "Scope Mappings", "meta_model_name": "authentik_providers_oauth2.scopemapping",
        "scope_name": scope, "description": description,
    })
}

fn config() -> Value {
    json!({
        "error_reporting": {
            "enabled": false, "sentry_dsn": "https://embedded@sentry.invalid/1", "environment": "customer",
            "send_pii": false, "traces_sample_rate": 0.1,
        },
        "capabilities": ["can_asn", "can_geo_ip", "can_impersonate", "is_enterprise"],
        "cache_timeout": 300, "cache_timeout_flows": 300, "cache_timeout_policies": 300,
    })
}

/// Flags as they are where nobody has set one.
pub fn flags(names: &[&str]) -> Value {
    names
        .iter()
        .map(|name| ((*name).to_owned(), json!(*name == "core_default_app_access")))
        .collect::<Map<_, _>>()
        .into()
}

fn settings(release: Release) -> Value {
    let mut settings = json!({
        "avatars": "initials", "default_user_change_name": true, "default_user_change_email": false,
        "default_user_change_username": false, "event_retention": "days=365", "reputation_lower_limit": -5,
        "reputation_upper_limit": 5, "footer_links": [], "gdpr_compliance": true, "impersonation": true,
        "impersonation_require_reason": true, "default_token_duration": "minutes=30", "default_token_length": 60,
    });
    if let Some(max) = release.max_page_size() {
        settings["pagination_default_page_size"] = json!(release.default_page_size());
        settings["pagination_max_page_size"] = json!(max);
    }
    if release.has_base_url() {
        settings["base_url"] = json!("");
    }
    settings["flags"] = flags(release.settings_flags());
    settings
}
