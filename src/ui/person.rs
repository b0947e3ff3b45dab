//! One person: who they are, and which groups they are in.

use leptos::prelude::*;

use super::dispatch::Desk;
use super::parts::{alert, button, chip, fact};
use super::people::initials;
use crate::authentik::users::Person;
use crate::screens::{Event, Route};
use crate::words::{error_text, words};

/// The page of a person.
pub fn person(desk: Desk) -> AnyView {
    let words = words();
    let person = desk.part(|app| app.people.person.clone());
    view! {
        <main>
            <div class="row">{button(desk, "link", words.back, move || {
                Event::Go(Route::People(desk.app.with_untracked(|app| app.people.words.clone())))
            })}</div>
            {move || match person.get() {
                None => view! { <p class="muted" aria-busy="true">{words.loading}</p> }.into_any(),
                Some(Err(error)) => alert(error_text(&error)),
                Some(Ok(person)) => page(desk, person),
            }}
        </main>
    }
    .into_any()
}

fn page(desk: Desk, person: Person) -> AnyView {
    let words = words();
    let name = if person.name.trim().is_empty() { person.username.clone() } else { person.name.clone() };
    let kind = match person.kind.as_str() {
        "internal" => words.kind_internal.to_owned(),
        "external" => words.kind_external.to_owned(),
        "service_account" | "internal_service_account" => words.kind_service_account.to_owned(),
        other => other.to_owned(),
    };
    let day = |time: &Option<String>| {
        time.as_deref()
            .map_or_else(|| words.never.to_owned(), |time| time.chars().take(16).collect::<String>().replace('T', " "))
    };
    let or_none = |text: String| if text.is_empty() { words.none.to_owned() } else { text };
    let pk = person.pk;
    let open = move || {
        let url = desk
            .app
            .with_untracked(|app| app.access.as_ref().map(|a| a.base.page(&format!("if/admin/#/identity/users/{pk}"))));
        Event::OpenPressed(url.unwrap_or_default())
    };
    view! {
        <div class="host">
            <div class="icon" aria-hidden="true">{initials(&name)}</div>
            <h1><bdi>{name}</bdi></h1>
        </div>
        <div class="row">
            {(!person.is_active).then(|| chip("bad", "", words.person_inactive.to_owned()))}
            {person.is_superuser.then(|| chip("", "", words.person_admin.to_owned()))}
        </div>
        <div class="card">
            {fact(words.person_username, person.username)}
            {fact(words.person_email, or_none(person.email))}
            {fact(words.person_kind, kind)}
            {fact(words.person_groups, or_none(person.groups.join(", ")))}
            {fact(words.person_last_login, day(&person.last_login))}
            {fact(words.person_joined, day(&person.date_joined))}
        </div>
        {button(desk, "quiet", words.open_in_authentik, open)}
    }
    .into_any()
}
