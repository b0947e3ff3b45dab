//! Reads and checks the body of an application, for the plain endpoint and for the transactional one.
//!
//! Source: transcripts §7 and §18; differences-2026.2.2, icons.

use super::answer::Refusal;
use super::input::Input;
use crate::model::Application;
use crate::world::World;
use serde_json::{Map, Value};

const RESERVED: [&str; 6] = ["authorize", "token", "device", "userinfo", "introspect", "revoke"];

/// An application with the defaults of the API.
pub fn blank() -> Application {
    Application {
        pk: String::new(),
        name: String::new(),
        slug: String::new(),
        provider: None,
        open_in_new_tab: false,
        meta_launch_url: String::new(),
        meta_icon: String::new(),
        meta_description: String::new(),
        meta_publisher: String::new(),
        meta_hide: false,
        policy_engine_mode: "any".to_owned(),
        group: String::new(),
    }
}

/// Applies a body to an application and checks it.
pub fn read(
    world: &World,
    mut app: Application,
    body: &Map<String, Value>,
    partial: bool,
) -> Result<Application, Refusal> {
    let mut input = Input::new(body, partial);
    if let Some(name) = input.name("name", 10_000) {
        app.name = name;
    }
    if let Some(slug) = input.slug("slug", world.release.invalid_slug()) {
        if world.applications.iter().any(|other| other.slug == slug && other.pk != app.pk) {
            input.refuse("slug", "Application with this slug already exists.");
        } else if RESERVED.contains(&slug.as_str()) {
            input.refuse("slug", format!("The slug '{slug}' is reserved and cannot be used for applications."));
        }
        app.slug = slug;
    }
    input.optional_pk("provider", |pk| world.provider(pk).is_some()).store(&mut app.provider);
    if app.provider.is_some() && world.applications.iter().any(|o| o.provider == app.provider && o.pk != app.pk) {
        input.refuse("provider", "Application with this provider already exists.");
    }
    if let Some(url) = input.launch_url("meta_launch_url") {
        app.meta_launch_url = url;
    }
    if let Some(mode) = input.choice("policy_engine_mode", &["all", "any"]) {
        app.policy_engine_mode = mode;
    }
    for (field, slot) in [
        ("meta_description", &mut app.meta_description),
        ("meta_publisher", &mut app.meta_publisher),
        ("group", &mut app.group),
    ] {
        if let Some(text) = input.text(field) {
            *slot = text;
        }
    }
    if let Some(flag) = input.boolean("open_in_new_tab") {
        app.open_in_new_tab = flag;
    }
    if world.release.has_meta_hide()
        && let Some(flag) = input.boolean("meta_hide")
    {
        app.meta_hide = flag;
    }
    if world.release.icons_are_files()
        && let Some(icon) = input.text("meta_icon")
    {
        if let Some(text) = icon_error(&icon) {
            input.refuse("meta_icon", text);
        }
        app.meta_icon = icon;
    }
    input.finish()?;
    Ok(app)
}

/// What is wrong with an icon's name (differences-2026.2.2, applications; in the recorded order).
fn icon_error(icon: &str) -> Option<&'static str> {
    let is_address = ["http://", "https://", "fa://"].iter().any(|start| icon.starts_with(start));
    let name = icon.replace("%(theme)s", "");
    if icon.is_empty() || is_address {
        None
    } else if !name.chars().all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c)) {
        Some(
            "File name can only contain letters (a-z, A-Z), numbers (0-9), dots (.), hyphens (-), underscores (_), \
             forward slashes (/), and the placeholder %(theme)s for theme-specific files",
        )
    } else if name.contains("//") {
        Some("File name cannot contain duplicate /")
    } else if name.split('/').any(|part| part == "..") {
        Some("Parent directory references ('..') are not allowed")
    } else {
        None
    }
}
