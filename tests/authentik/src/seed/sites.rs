//! The seeded applications: one of each state that the product has to tell apart.

use super::defaults::{certificate_id, flow_id, scope_id};
use crate::api::provider_defaults::{self, Kind};
use crate::ids::{letters_of, uuid_of};
use crate::model::{Application, Binding};
use crate::world::World;
use serde_json::{Value, json};

/// Adds the twelve applications.
pub fn applications(world: &mut World) {
    oauth2(world, "Grafana", "https://grafana.example.org/login/generic_oauth");
    oauth2(world, "Nextcloud", "https://cloud.example.org/apps/user_oidc/code");
    oauth2(world, "Gitea", "https://git.example.org/user/oauth2/authentik/callback");
    oauth2(world, "Immich", "https://photos.example.org/auth/login");
    oauth2(world, "Jellyfin", "https://media.example.org/sso/OID/redirect/authentik");
    proxy(world, "Sonarr", "https://sonarr.example.org", true);
    proxy(world, "Paperless", "https://paperless.example.org", true);
    proxy(world, "Uptime Kuma", "http://10.0.0.5:3001", true);
    // A provider in no outpost: nothing answers for it. The product calls this "Not set up completely".
    proxy(world, "Radarr", "https://radarr.example.org", false);
    let domain = proxy(world, "Home", "https://auth.home.example", true);
    if let Some(proxy) = world.providers.iter_mut().find(|p| p.pk == domain).and_then(|p| p.proxy.as_mut()) {
        "forward_domain".clone_into(&mut proxy.mode);
        "home.example".clone_into(&mut proxy.cookie_domain);
    }
    let wiki = add(world, "Wiki", None, "Reading");
    set(world, &wiki, |app| "https://wiki.example.org".clone_into(&mut app.meta_launch_url));
    oauth2(world, "Vaultwarden", "https://vault.example.org/identity/connect/oidc-signin");

    bind(world, "grafana", &json!({ "group": "engineering" }));
    bind(world, "nextcloud", &json!({ "group": "staff" }));
    bind(world, "paperless", &json!({ "group": "finance" }));
    bind(world, "paperless", &json!({ "user": "ada.lovelace", "order": 1 }));
    bind(world, "paperless", &json!({ "group": "contractors", "order": 2, "enabled": false }));
    bind(world, "vaultwarden", &json!({ "group": "contractors", "negate": true }));
}

fn oauth2(world: &mut World, name: &str, redirect: &str) {
    let pk = provider(world, Kind::OAuth2, name);
    if let Some(provider) = world.providers.last_mut() {
        provider.property_mappings = ["openid", "email", "profile"].map(scope_id).to_vec();
        provider.oauth.signing_key = Some(certificate_id());
        provider.oauth.redirect_uris = vec![json!({ "matching_mode": "strict", "url": redirect })];
        provider.oauth.grant_types = vec!["authorization_code".to_owned(), "refresh_token".to_owned()];
    }
    add(world, name, Some(pk), "Work");
}

fn proxy(world: &mut World, name: &str, host: &str, in_outpost: bool) -> i64 {
    let pk = provider(world, Kind::Proxy, name);
    let Some(mut provider) = world.providers.pop() else { return pk };
    if let Some(proxy) = &mut provider.proxy {
        "forward_single".clone_into(&mut proxy.mode);
        host.clone_into(&mut proxy.external_host);
    }
    provider_defaults::set_oauth_defaults(world, &mut provider);
    world.providers.push(provider);
    if in_outpost && let Some(outpost) = world.outposts.first_mut() {
        outpost.providers.push(pk);
    }
    add(world, name, Some(pk), "Home");
    pk
}

fn provider(world: &mut World, kind: Kind, name: &str) -> i64 {
    let slug = slug_of(name);
    let id = letters_of(&format!("client_id/{slug}"), 40);
    let mut provider = provider_defaults::blank(kind, id, letters_of(&format!("secret/{slug}"), 128));
    let pk = world.next_provider_pk(2);
    provider.pk = pk;
    name.clone_into(&mut provider.name);
    provider.authorization_flow = Some(flow_id("default-provider-authorization-implicit-consent"));
    provider.invalidation_flow = Some(flow_id("default-provider-invalidation-flow"));
    world.providers.push(provider);
    pk
}

fn add(world: &mut World, name: &str, provider: Option<i64>, group: &str) -> String {
    let slug = slug_of(name);
    world.applications.push(Application {
        pk: uuid_of(&format!("application/{slug}")),
        name: name.to_owned(),
        slug: slug.clone(),
        provider,
        open_in_new_tab: false,
        meta_launch_url: String::new(),
        meta_icon: String::new(),
        meta_description: String::new(),
        meta_publisher: String::new(),
        meta_hide: false,
        policy_engine_mode: "any".to_owned(),
        group: group.to_owned(),
    });
    slug
}

fn set(world: &mut World, slug: &str, change: impl FnOnce(&mut Application)) {
    if let Some(app) = world.applications.iter_mut().find(|app| app.slug == slug) {
        change(app);
    }
}

fn bind(world: &mut World, slug: &str, what: &Value) {
    let group = what["group"].as_str().map(|name| uuid_of(&format!("group/{name}")));
    let user = what["user"].as_str().and_then(|name| world.users.iter().find(|user| user.username == name));
    world.bindings.push(Binding {
        pk: uuid_of(&format!("binding/{slug}/{what}")),
        target: uuid_of(&format!("application/{slug}")),
        policy: None,
        policy_obj: Value::Null,
        group,
        user: user.map(|user| user.pk),
        negate: what["negate"] == true,
        enabled: what["enabled"] != false,
        order: what["order"].as_i64().unwrap_or_default(),
        timeout: 30,
        failure_result: false,
    });
}

fn slug_of(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}
