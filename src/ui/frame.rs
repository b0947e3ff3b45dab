//! What is around every screen: the instance, the tabs, the note at the bottom.

use leptos::prelude::AnyView;

use super::dispatch::{Desk, Part, move_between_tabs};
use super::element::{Child, El, Group, el, group, truth};
use super::{code, connect, details, done, gate, more, people, person, review, site, why, work};
use crate::screens::{Event, Route, Screen, Tab, Work};
use crate::words::{fill, words};

/// The whole app.
pub fn frame(desk: Desk) -> AnyView {
    let screen = desk.part(|app| app.screen());
    let framed = desk.part(|app| !matches!(app.screen(), Screen::Loading | Screen::Connect | Screen::Welcome));
    let toast = el("div").class("toast").attr("role", "status").attr("aria-live", "polite");
    group()
        .child(move || framed.get().then(|| head(desk)))
        .child(move || match screen.get() {
            Screen::Loading => loading(),
            Screen::Welcome => connect::welcome(desk),
            Screen::Connect => connect::form(desk),
            Screen::Site => site::site(desk),
            Screen::Review => review::review(desk),
            Screen::Details => details::screen(desk),
            Screen::Why => why::screen(desk),
            Screen::Verify => gate::screen(desk),
            Screen::Code => code::screen(desk),
            Screen::Work(Work::Done) => done::done(desk),
            Screen::Work(Work::TakenBack) => done::taken_back(desk),
            Screen::Work(Work::Applying) => work::applying(desk),
            Screen::Work(Work::Asking) => work::asking(desk),
            Screen::Unread(unknown) => work::unread(desk, unknown),
            Screen::People => people::people(desk),
            Screen::Person => person::person(desk),
            Screen::More => more::more(desk),
        })
        .child(toast.child(move || desk.with(|app| app.toast.clone())))
        .drawn()
}

fn loading() -> AnyView {
    el("main").attr("aria-busy", "true").child(el("p").class("muted").child(words().loading)).drawn()
}

fn head(desk: Desk) -> Group {
    let words = words();
    let host = desk.part(|app| app.access.as_ref().map(|access| access.base.host().to_owned()).unwrap_or_default());
    let title = move || {
        let base = desk.with(|app| app.access.as_ref().map(|access| access.base.to_string()).unwrap_or_default());
        fill(words.instance_title, &[("base", &base)])
    };
    let open = move || desk.peek(|app| app.access.as_ref().map(|access| access.base.page("if/admin/")));
    let instance = el("button").attr("type", "button").class("instance").live("title", title).on("click", move |_| {
        if let Some(url) = open() {
            desk.send(Event::OpenPressed(url));
        }
    });
    let header = el("header")
        .child(el("span").class("brand grow").child(words.app_name))
        .child(instance.child(el("bdi").child(move || host.get())));
    let chosen = desk.part(|app| app.route.tab());
    let tabs = el("div")
        .attr("role", "tablist")
        .child(tab(desk, chosen, Tab::Site, words.tab_site, || Route::Site))
        .child(tab(desk, chosen, Tab::People, words.tab_people, || Route::People(String::new())))
        .child(tab(desk, chosen, Tab::More, words.tab_more, || Route::More));
    group().child(header).child(tabs)
}

fn tab(desk: Desk, chosen: Part<Option<Tab>>, which: Tab, name: &'static str, route: fn() -> Route) -> El {
    let selected = move || chosen.get() == Some(which);
    el("button")
        .attr("type", "button")
        .attr("role", "tab")
        .live("aria-selected", move || truth(selected()))
        // One stop for Tab, arrows between the tabs, as the pattern says.
        .live("tabindex", move || if selected() { "0" } else { "-1" })
        .on("click", move |_| desk.send(Event::Go(route())))
        .on_key(move |key| move_between_tabs(&key))
        .child(name)
}
