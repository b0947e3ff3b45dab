//! `PUT core/transactional/applications/`: an application with its provider and bindings, all or nothing.
//!
//! 200 may mean that nothing was applied, and no ids come back (2025.10.3, 2026.2.2).

use serde_json::{Value, json};

/// The path of `core_transactional_applications_update`.
pub const PATH: &str = "core/transactional/applications/";

/// A proxy provider in forward-auth mode for one site, with the fields that we set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForwardAuth<'a> {
    /// Name of application and provider.
    pub name: &'a str,
    /// Slug of the application.
    pub slug: &'a str,
    /// The site: `https://grafana.example.com`, without a path.
    pub external_host: &'a str,
    /// UUID of the authorization flow.
    pub authorization_flow: &'a str,
    /// UUID of the invalidation flow.
    pub invalidation_flow: &'a str,
    /// How long a session lasts, as authentik writes durations: `hours=24`.
    pub session: &'a str,
    /// UUIDs of the groups that get in; empty for everyone.
    pub groups: &'a [String],
}

impl ForwardAuth<'_> {
    /// The body. Only what is set here: defaults stay the server's.
    pub fn body(&self) -> Value {
        let bindings: Vec<Value> =
            self.groups.iter().enumerate().map(|(order, group)| json!({"group": group, "order": order})).collect();
        json!({
            "app": {"name": self.name, "slug": self.slug, "policy_engine_mode": "any"},
            "provider_model": "authentik_providers_proxy.proxyprovider",
            "provider": {
                "name": self.name,
                "mode": "forward_single",
                "external_host": self.external_host,
                "authorization_flow": self.authorization_flow,
                "invalidation_flow": self.invalidation_flow,
                "access_token_validity": self.session,
            },
            "policy_bindings": bindings,
        })
    }
}
