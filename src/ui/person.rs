//! One person: who they are, and which groups they are in.

use leptos::prelude::AnyView;

use super::dispatch::Desk;
use super::element::{Child, el, group};
use super::parts::{alert, button, chip, fact, hidden_sign};
use super::people::initials;
use crate::authentik::users::Person;
use crate::screens::{Event, Route};
use crate::words::{brief, error_text, in_a_row, words};

/// The page of a person.
pub fn person(desk: Desk) -> AnyView {
    let words = words();
    let person = desk.part(|app| app.people.person.clone());
    let back =
        button(desk, "link", words.back, move || Event::Go(Route::People(desk.peek(|app| app.people.words.clone()))));
    el("main")
        .child(el("div").class("row").child(back))
        .child(move || match person.get() {
            None => el("p").class("muted").attr("aria-busy", "true").child(words.loading).drawn(),
            Some(Err(error)) => alert(error_text(&error)),
            Some(Ok(person)) => page(desk, person),
        })
        .drawn()
}

fn page(desk: Desk, person: Person) -> AnyView {
    let words = words();
    let name = if person.name.trim().is_empty() { person.username.clone() } else { person.name.clone() };
    let name = brief(&name);
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
        let path = format!("if/admin/#/identity/users/{pk}");
        let url = desk.peek(|app| app.access.as_ref().map(|access| access.base.page(&path)));
        Event::OpenPressed(url.unwrap_or_default())
    };
    let host = el("div")
        .class("host")
        .child(hidden_sign(el("div").class("icon"), initials(&name)))
        .child(el("h1").child(el("bdi").child(name)));
    let chips = el("div")
        .class("row")
        .child((!person.is_active).then(|| chip("chip bad", "", words.person_inactive.to_owned())))
        .child(person.is_superuser.then(|| chip("chip", "", words.person_admin.to_owned())));
    let card = el("div")
        .class("card")
        .child(fact(words.person_username, &person.username))
        .child(fact(words.person_email, &or_none(person.email)))
        .child(fact(words.person_kind, &kind))
        .child(fact(words.person_groups, &or_none(in_a_row(&person.groups))))
        .child(fact(words.person_last_login, &day(&person.last_login)))
        .child(fact(words.person_joined, &day(&person.date_joined)));
    group().child(host).child(chips).child(card).child(button(desk, "quiet", words.open_in_authentik, open)).drawn()
}
