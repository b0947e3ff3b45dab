//! What is around every screen: the instance, the tabs, the note at the bottom.

use leptos::prelude::*;

use super::dispatch::{Desk, move_between_tabs};
use super::{connect, details, done, more, people, person, review, site, work};
use crate::screens::{Event, Route, Screen, Tab, Work};
use crate::words::{fill, words};

/// The whole app.
pub fn frame(desk: Desk) -> impl IntoView {
    let screen = desk.part(|app| app.screen());
    let framed = move || !matches!(screen.get(), Screen::Loading | Screen::Connect | Screen::Welcome);
    view! {
        <Show when=framed>{head(desk)}</Show>
        {move || match screen.get() {
            Screen::Loading => view! { <main aria-busy="true"><p class="muted">{words().loading}</p></main> }.into_any(),
            Screen::Welcome => connect::welcome(desk),
            Screen::Connect => connect::form(desk),
            Screen::Site => site::site(desk),
            Screen::Review => review::review(desk),
            Screen::Details => details::screen(desk),
            Screen::Work(Work::Done) => done::done(desk),
            Screen::Work(Work::TakenBack) => done::taken_back(desk),
            Screen::Work(Work::Applying) => work::applying(desk),
            Screen::Work(Work::Asking) => work::asking(desk),
            Screen::People => people::people(desk),
            Screen::Person => person::person(desk),
            Screen::More => more::more(desk),
        }}
        <div class="toast" role="status" aria-live="polite">{move || desk.app.with(|app| app.toast.clone())}</div>
    }
}

fn head(desk: Desk) -> AnyView {
    let host = desk.part(|app| app.access.as_ref().map(|access| access.base.host().to_owned()).unwrap_or_default());
    let title = move || {
        let base = desk.app.with(|app| app.access.as_ref().map(|access| access.base.to_string()).unwrap_or_default());
        fill(words().instance_title, &[("base", &base)])
    };
    let open = move || desk.app.with_untracked(|app| app.access.as_ref().map(|access| access.base.page("if/admin/")));
    let tab = desk.part(|app| app.route.tab());
    let tab_button = move |which: Tab, name: &'static str, route: fn() -> Route| {
        let selected = move || if tab.get() == Some(which) { "true" } else { "false" };
        // One stop for Tab, arrows between the tabs, as the pattern says.
        let stop = move || if tab.get() == Some(which) { "0" } else { "-1" };
        view! {
            <button type="button" role="tab" aria-selected=selected tabindex=stop
                on:click=move |_| desk.send(Event::Go(route()))
                on:keydown=move |key| move_between_tabs(&key)>{name}</button>
        }
    };
    view! {
        <header>
            <span class="brand grow">{words().app_name}</span>
            <button type="button" class="instance" title=title
                on:click=move |_| if let Some(url) = open() { desk.send(Event::OpenPressed(url)) }>
                <bdi>{move || host.get()}</bdi>
            </button>
        </header>
        <div role="tablist">
            {tab_button(Tab::Site, words().tab_site, || Route::Site)}
            {tab_button(Tab::People, words().tab_people, || Route::People(String::new()))}
            {tab_button(Tab::More, words().tab_more, || Route::More)}
        </div>
    }
    .into_any()
}
