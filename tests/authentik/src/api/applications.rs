//! `/core/applications/`.
//!
//! Source: api.md §1.4 and §0.5 (what the list shows to whom); transcripts §9 and §18.

use super::answer::{Answer, Refusal};
use super::application_input::{blank, read};
use super::application_shape::shape;
use super::call::Call;
use super::{events, list};
use crate::access;
use crate::model::Application;
use crate::world::World;
use serde_json::{Value, json};

/// The model, as permissions name it.
pub const MODEL: &str = "authentik_core.application";

/// The list. Only a superuser gets the full one; everybody else's page is filtered by policy after paging, and without
/// `search` comes from a cache whose key is the user and the page number alone.
pub fn list(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    let query = &call.query;
    let search = query.get("search");
    let mut apps: Vec<&Application> = world.applications.iter().collect();
    apps.retain(|app| {
        list::found(
            search,
            &[&app.name, &app.slug, &app.meta_launch_url, &app.meta_description, &app.meta_publisher, &app.group],
        )
    });
    for (parameter, field) in
        [("name", "name"), ("slug", "slug"), ("group", "group"), ("meta_launch_url", "meta_launch_url")]
    {
        if let Some(wanted) = query.get(parameter) {
            apps.retain(|app| json!(app)[field] == wanted);
        }
    }
    let mut rows: Vec<Value> = apps.into_iter().map(|app| shape(world, app)).collect();
    list::sort(&mut rows, query.get("ordering"), &["name", "slug"], "name");

    let full = query.flag("superuser_full_list") == Some(true) && call.caller.is_superuser;
    let page = list::page(call, world.release, rows.len())?;
    let on_page = rows[page.start..page.end].to_vec();
    let results = if full {
        on_page
    } else {
        let user = match query.get("for_user").map(str::parse::<i64>) {
            None => call.caller.user.unwrap_or(-1),
            Some(Ok(pk)) if call.caller.can("authentik_core.view_user_applications") => pk,
            Some(_) => return Err(Refusal::Invalid(json!({ "for_user": "User not found" }))),
        };
        let cached = search.is_none() && query.get("for_user").is_none();
        if let Some(results) = world.application_lists.get(&(user, page.number)).filter(|_| cached) {
            results.clone()
        } else {
            let allowed = |row: &Value| {
                let app = row["slug"].as_str().and_then(|slug| world.application(slug));
                app.is_some_and(|app| access::may_open(world, app, user))
            };
            let results: Vec<Value> = on_page.into_iter().filter(allowed).collect();
            if cached {
                world.application_lists.insert((user, page.number), results.clone());
            }
            results
        }
    };
    Ok(Answer::ok(json!({ "pagination": page.pagination, "results": results, "autocomplete": {} })))
}

/// One application.
pub fn retrieve(world: &World, call: &Call, slug: &str) -> Result<Answer, Refusal> {
    Ok(Answer::ok(shape(world, find(world, call, slug)?)))
}

fn find<'w>(world: &'w World, call: &Call, slug: &str) -> Result<&'w Application, Refusal> {
    let all: Vec<&Application> = world.applications.iter().collect();
    let visible = list::visible(call, "authentik_core.view_application", all, |app| app.pk.clone())?;
    visible.into_iter().find(|app| app.slug == slug).ok_or(Refusal::NoSuch("Application"))
}

/// `check_access`: `for_user` counts for superusers only; also anonymous visitors are answered (api.md §1.4).
pub fn check_access(world: &World, call: &Call, slug: &str) -> Result<Answer, Refusal> {
    let app = world.application(slug).ok_or(Refusal::NoSuch("Application"))?;
    let mut user = call.caller.user;
    if call.caller.is_superuser
        && let Some(asked) = call.query.get("for_user")
    {
        let refuse = |text: &str| Refusal::Invalid(json!({ "for_user": text }));
        let pk: i64 = asked.parse().map_err(|_| refuse("for_user must be numerical"))?;
        user = Some(world.user(pk).ok_or_else(|| refuse("User not found"))?.pk);
    }
    let passing = user.is_some_and(|user| access::may_open(world, app, user));
    Ok(Answer::ok(json!({ "passing": passing, "messages": [], "log_messages": [] })))
}

/// POST.
pub fn create(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    if !call.caller.can("authentik_core.add_application") {
        return Err(Refusal::Denied);
    }
    let app = read(world, blank(), &call.object()?, false)?;
    let app = store_new(world, app);
    events::model(world, call, "model_created", MODEL, &app.pk, &app.name);
    Ok(Answer::created(shape(world, &app)))
}

/// Stores a checked application under a new pk. A new application clears the cached lists (api.md §10).
pub fn store_new(world: &mut World, mut app: Application) -> Application {
    app.pk = world.next_uuid("application");
    world.applications.push(app.clone());
    world.application_lists.clear();
    app
}

/// PATCH and PUT.
pub fn update(world: &mut World, call: &Call, slug: &str) -> Result<Answer, Refusal> {
    let stored = find(world, call, slug)?.clone();
    if !call.caller.can_on("authentik_core.change_application", &stored.pk) {
        return Err(Refusal::Denied);
    }
    let app = read(world, stored, &call.object()?, call.method == "PATCH")?;
    events::model(world, call, "model_updated", MODEL, &app.pk, &app.name);
    // `provider_obj` still names the application as it was before (recorded).
    let answer = Answer::ok(shape(world, &app));
    if let Some(slot) = world.applications.iter_mut().find(|slot| slot.pk == app.pk) {
        slot.clone_from(&app);
    }
    Ok(answer)
}

/// `set_icon_url` of ≤2025.10: the address is stored as it is (core/api/applications.py, blueprints/api.py `set_file_url`).
pub fn set_icon_url(world: &mut World, call: &Call, slug: &str) -> Result<Answer, Refusal> {
    let app = find(world, call, slug)?.clone();
    if !call.caller.can_on("authentik_core.change_application", &app.pk) {
        return Err(Refusal::Denied);
    }
    let body = call.object()?;
    let Some(url) = body.get("url").and_then(Value::as_str) else { return Ok(Answer::empty_bad_request()) };
    if let Some(slot) = world.applications.iter_mut().find(|slot| slot.pk == app.pk) {
        url.clone_into(&mut slot.meta_icon);
    }
    events::model(world, call, "model_updated", MODEL, &app.pk, &app.name);
    Ok(Answer::ok(json!({})))
}

/// DELETE: bindings go along, the provider stays (transcripts, summary 11).
pub fn destroy(world: &mut World, call: &Call, slug: &str) -> Result<Answer, Refusal> {
    let app = find(world, call, slug)?.clone();
    if !call.caller.can_on("authentik_core.delete_application", &app.pk) {
        return Err(Refusal::Denied);
    }
    world.applications.retain(|other| other.pk != app.pk);
    world.bindings.retain(|binding| binding.target != app.pk);
    events::model(world, call, "model_deleted", MODEL, &app.pk, &app.name);
    Ok(Answer::no_content())
}
