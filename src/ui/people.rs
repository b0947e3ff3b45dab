//! "Find people": results as one types.

use leptos::prelude::AnyView;

use super::dispatch::{Desk, Part};
use super::element::{Child, El, each, el, group};
use super::parts::{alert, hidden_sign, text_field};
use crate::authentik::users::Person;
use crate::screens::{Event, Listing};
use crate::words::{brief, error_text, fill, words};

/// The search.
pub fn people(desk: Desk) -> AnyView {
    let words = words();
    let listing = desk.part(|app| app.people.listing.clone());
    let selected = desk.part(|app| app.people.selected);
    let field = text_field("search", move || desk.with(|app| app.people.words.clone()))
        .attr("role", "searchbox")
        .attr("aria-label", words.find_people)
        .attr("placeholder", words.find_people)
        .attr("maxlength", "200")
        .focused()
        .on_text("input", move |text| desk.send(Event::PeopleTyped(text)))
        .on_key(move |key| match key.key().as_str() {
            "ArrowDown" => {
                key.prevent_default();
                desk.send(Event::PeopleStepped(1));
            }
            "ArrowUp" => {
                key.prevent_default();
                desk.send(Event::PeopleStepped(-1));
            }
            "Enter" => desk.send(Event::PersonOpened(None)),
            _ => {}
        });
    let told = |class: &'static str| el("p").class(class).attr("aria-live", "polite");
    let found = move || match listing.get() {
        Listing::Nothing => el("p").class("muted empty").child(words.people_empty).drawn(),
        Listing::Searching => told("muted").child(words.searching).drawn(),
        Listing::Failed(error) => alert(error_text(&error)),
        Listing::Found(rows, _) if rows.is_empty() => {
            let typed = desk.peek(|app| app.people.words.trim().to_owned());
            told("muted empty").child(fill(words.people_none, &[("words", &typed)])).drawn()
        }
        Listing::Found(rows, count) => {
            let count = told("muted small").child(counted(rows.len(), count));
            let list = el("div").class("card list");
            group().child(count).child(list.child(each(rows, |i, row| person_row(desk, row, i, selected)))).drawn()
        }
    };
    el("main").class("tight").child(field).child(found).drawn()
}

fn counted(shown: usize, count: i64) -> String {
    if count == 1 {
        return words().people_one.to_owned();
    }
    fill(words().people_count, &[("shown", &shown.to_string()), ("count", &count.to_string())])
}

fn person_row(desk: Desk, person: Person, number: usize, selected: Part<usize>) -> El {
    let words = words();
    let pk = person.pk;
    let name = if person.name.trim().is_empty() { person.username.clone() } else { person.name.clone() };
    let name = brief(&name);
    let about = [person.username, person.email].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>();
    let about = brief(&about.join(" · "));
    let chip = match (person.is_active, person.is_superuser) {
        (false, _) => Some(el("span").class("chip bad").child(words.person_inactive)),
        (_, true) => Some(el("span").class("chip").child(words.person_admin)),
        _ => None,
    };
    let who = el("span")
        .class("who")
        .child(el("bdi").child(name.clone()))
        .child(el("br"))
        .child(el("bdi").class("muted small").child(about));
    el("button")
        .attr("type", "button")
        .live("class", move || if selected.get() == number { "person selected" } else { "person" })
        .on("click", move |_| desk.send(Event::PersonOpened(Some(pk))))
        .child(hidden_sign(el("span").class("avatar"), initials(&name)))
        .child(who)
        .child(chip)
}

/// Up to two first letters.
pub fn initials(name: &str) -> String {
    name.split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()))
        .take(2)
        .flat_map(char::to_uppercase)
        .collect()
}
