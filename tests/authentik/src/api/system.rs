//! The server about itself: root/config, brands/current, admin/version, admin/system, admin/settings.
//!
//! Source: transcripts §12; api.md §1.1, §0.11; recordings of both releases.

use super::answer::{Answer, Refusal};
use super::call::Call;
use crate::clock;
use crate::seed::defaults::flags;
use crate::world::World;
use serde_json::{Value, json};

/// `GET /core/brands/`.
pub fn brands(world: &World, call: &Call) -> Result<Answer, Refusal> {
    let pk = |brand: &Value| brand["brand_uuid"].as_str().unwrap_or_default().to_owned();
    let mut rows = super::list::visible(call, "authentik_brands.view_brand", vec![world.brand.clone()], pk)?;
    if let Some(default) = call.query.flag("default") {
        rows.retain(|brand| brand["default"] == default);
    }
    super::list::paged(call, world.release, &rows)
}

/// `GET /core/brands/current/`: public; flows by slug, those that are not set are left out.
pub fn current_brand(world: &World) -> Answer {
    let brand = &world.brand;
    let mut shape = json!({
        "matched_domain": brand["domain"],
        "branding_title": brand["branding_title"], "branding_logo": brand["branding_logo"],
        "branding_favicon": brand["branding_favicon"], "branding_custom_css": brand["branding_custom_css"],
        "ui_footer_links": [], "ui_theme": "automatic", "default_locale": "",
        "flags": flags(world.release.brand_flags()),
    });
    for field in ["flow_authentication", "flow_invalidation", "flow_recovery", "flow_user_settings"] {
        if let Some(flow) = world.flows.iter().find(|flow| flow["pk"] == brand[field]) {
            shape[field] = flow["slug"].clone();
        }
    }
    if world.release.icons_are_files() {
        shape["branding_logo_themed_urls"] = Value::Null;
        shape["branding_favicon_themed_urls"] = Value::Null;
    }
    if world.release.has_map_tiles() {
        shape["branding_map_tiles"] = json!("");
    }
    Answer::ok(shape)
}

/// `GET /admin/version/`: any signed-in user.
pub fn version(world: &World) -> Answer {
    let version = world.release.version();
    Answer::ok(json!({
        "version_current": version, "version_latest": version, "version_latest_valid": true, "build_hash": "",
        "outdated": false, "outpost_outdated": false,
    }))
}

/// `GET /admin/system/`.
pub fn system(world: &World, call: &Call) -> Result<Answer, Refusal> {
    if !call.caller.can("authentik_rbac.view_system_info") {
        return Err(Refusal::Denied);
    }
    let host = call.origin.split_once("://").map_or("", |(_, host)| host);
    let outpost = world.embedded_outpost();
    let (name, port) = host.split_once(':').unwrap_or((host, "80"));
    let mut headers = json!({
        "REQUEST_METHOD": call.method, "QUERY_STRING": "", "SCRIPT_NAME": "", "PATH_INFO": call.path,
        "REMOTE_ADDR": "127.0.0.1", "REMOTE_HOST": "127.0.0.1", "SERVER_NAME": name, "SERVER_PORT": port,
        "HTTP_HOST": host,
    });
    // The request's headers come back in the answer, the bearer among them (recorded).
    for (key, value) in &call.sent {
        headers[key] = json!(value);
    }
    let mut shape = json!({
        "http_headers": headers,
        "http_host": host, "http_is_secure": call.origin.starts_with("https://"),
        "runtime": {
            "architecture": "x86_64", "authentik_version": world.release.version(), "environment": "custom",
            "openssl_fips_enabled": null, "openssl_version": "OpenSSL 3.0.19 27 Jan 2026", "platform": "Linux",
            "python_version": "3.13.0", "uname": "Linux",
        },
        "brand": "Default brand", "server_time": clock::now(), "embedded_outpost_disabled": outpost.is_none(),
        "embedded_outpost_host": outpost.and_then(|outpost| outpost.config.get("authentik_host")),
    });
    if world.release.has_base_url() {
        shape["base_url"] = json!("");
    }
    Ok(Answer::ok(shape))
}

/// `GET /admin/settings/`.
pub fn settings(world: &World, call: &Call) -> Result<Answer, Refusal> {
    if !call.caller.can("authentik_rbac.view_system_settings") {
        return Err(Refusal::Denied);
    }
    Ok(Answer::ok(world.settings.clone()))
}
