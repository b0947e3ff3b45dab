//! "Find people": results as one types.

use leptos::prelude::*;

use super::dispatch::Desk;
use super::parts::alert;
use crate::authentik::users::Person;
use crate::screens::{Event, Listing};
use crate::words::{error_text, fill, words};

/// The search.
pub fn people(desk: Desk) -> AnyView {
    let words = words();
    let listing = desk.part(|app| app.people.listing.clone());
    let selected = desk.part(|app| app.people.selected);
    let field: NodeRef<leptos::html::Input> = NodeRef::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            let _ = field.focus();
        }
    });
    view! {
        <main class="tight">
            <input type="search" role="searchbox" node_ref=field aria-label=words.find_people placeholder=words.find_people
                autocomplete="off" spellcheck="false" maxlength="200"
                prop:value=move || desk.app.with(|app| app.people.words.clone())
                on:input=move |input| desk.send(Event::PeopleTyped(event_target_value(&input)))
                on:keydown=move |key| match key.key().as_str() {
                    "ArrowDown" => { key.prevent_default(); desk.send(Event::PeopleStepped(1)); }
                    "ArrowUp" => { key.prevent_default(); desk.send(Event::PeopleStepped(-1)); }
                    "Enter" => desk.send(Event::PersonOpened(None)),
                    _ => {}
                }/>
            {move || match listing.get() {
                Listing::Nothing => view! { <p class="muted empty">{words.people_empty}</p> }.into_any(),
                Listing::Searching => view! { <p class="muted" aria-live="polite">{words.searching}</p> }.into_any(),
                Listing::Failed(error) => alert(error_text(&error)),
                Listing::Found(rows, _) if rows.is_empty() => {
                    let typed = desk.app.with_untracked(|app| app.people.words.trim().to_owned());
                    view! { <p class="muted empty" aria-live="polite">{fill(words.people_none, &[("words", &typed)])}</p> }.into_any()
                }
                Listing::Found(rows, count) => view! {
                    <p class="muted small" aria-live="polite">{counted(rows.len(), count)}</p>
                    <div class="card list">
                        {rows.into_iter().enumerate().map(|(i, row)| person_row(desk, row, move || selected.get() == i)).collect::<Vec<_>>()}
                    </div>
                }.into_any(),
            }}
        </main>
    }
    .into_any()
}

fn counted(shown: usize, count: i64) -> String {
    if count == 1 {
        return words().people_one.to_owned();
    }
    fill(words().people_count, &[("shown", &shown.to_string()), ("count", &count.to_string())])
}

fn person_row(desk: Desk, person: Person, selected: impl Fn() -> bool + Send + Sync + 'static) -> AnyView {
    let words = words();
    let pk = person.pk;
    let name = if person.name.trim().is_empty() { person.username.clone() } else { person.name.clone() };
    let about =
        [person.username, person.email].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
    let chip = match (person.is_active, person.is_superuser) {
        (false, _) => Some(view! { <span class="chip bad">{words.person_inactive}</span> }),
        (_, true) => Some(view! { <span class="chip">{words.person_admin}</span> }),
        _ => None,
    };
    view! {
        <button type="button" class="person" class:selected=selected on:click=move |_| desk.send(Event::PersonOpened(Some(pk)))>
            <span class="avatar" aria-hidden="true">{initials(&name)}</span>
            <span class="who"><bdi>{name}</bdi><br/><bdi class="muted small">{about}</bdi></span>
            {chip}
        </button>
    }
    .into_any()
}

/// Up to two first letters.
pub fn initials(name: &str) -> String {
    name.split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()))
        .take(2)
        .flat_map(char::to_uppercase)
        .collect()
}
