//! How applications look in answers.
//!
//! Source: recordings of `core_applications_retrieve` (2025.10.3 and 2026.2.2); differences-2026.2.2, icons.

use super::provider_shape;
use crate::model::Application;
use crate::world::World;
use serde_json::{Value, json};

/// How an application looks.
pub fn shape(world: &World, app: &Application) -> Value {
    let provider = app.provider.and_then(|pk| world.provider(pk));
    let release = world.release;
    let mut shape = json!({
        "pk": app.pk, "name": app.name, "slug": app.slug,
        "provider": app.provider,
        "provider_obj": provider.map(|provider| provider_shape::any(world, provider)),
        "backchannel_providers": [], "backchannel_providers_obj": [],
        "launch_url": launch_url(world, app),
        "open_in_new_tab": app.open_in_new_tab,
        "meta_launch_url": app.meta_launch_url,
        "meta_icon": (!app.meta_icon.is_empty()).then_some(&app.meta_icon),
        "meta_description": app.meta_description, "meta_publisher": app.meta_publisher,
        "policy_engine_mode": app.policy_engine_mode, "group": app.group,
    });
    if release.icons_are_files() {
        shape["meta_icon"] = json!(app.meta_icon);
        shape["meta_icon_url"] = icon_url(&app.meta_icon);
        shape["meta_icon_themed_urls"] = if app.meta_icon.contains("%(theme)s") {
            let url = |theme: &str| icon_url(&app.meta_icon.replace("%(theme)s", theme));
            json!({ "light": url("light"), "dark": url("dark") })
        } else {
            Value::Null
        };
    }
    if release.has_meta_hide() {
        shape["meta_hide"] = json!(app.meta_hide);
    }
    if release.has_pbm_uuid() {
        shape["pbm_uuid"] = json!(app.pk);
    }
    shape
}

/// The address behind a stored icon (differences-2026.2.2, applications).
fn icon_url(icon: &str) -> Value {
    if icon.is_empty() {
        Value::Null
    } else if ["http://", "https://", "fa://", "/static/"].iter().any(|start| icon.starts_with(start)) {
        json!(icon)
    } else {
        json!(format!("/files/media/public/{icon}?token=not-a-real-token"))
    }
}

/// Where a click on the application leads: its own address, else what the provider knows.
fn launch_url(world: &World, app: &Application) -> Option<String> {
    if !app.meta_launch_url.is_empty() {
        return Some(app.meta_launch_url.clone());
    }
    let provider = world.provider(app.provider?)?;
    if let Some(proxy) = &provider.proxy {
        return Some(proxy.external_host.clone());
    }
    let first = provider.oauth.redirect_uris.first()?["url"].as_str()?;
    // Python's urlparse without the path: nothing is left of a text that is no URL (recorded).
    let origin = url::Url::parse(first).map(|url| url.origin()).ok().filter(url::Origin::is_tuple);
    Some(origin.map_or_else(String::new, |origin| origin.ascii_serialization()))
}
