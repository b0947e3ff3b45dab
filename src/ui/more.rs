//! "More": settings, the connection and what its token lacks, what was done from here.

use leptos::prelude::AnyView;

use super::dispatch::Desk;
use super::element::{Child, El, each, el, group};
use super::parts::{alert, aside, button, check, checkable, note};
use super::told::told;
use crate::screens::{Event, Route, left_of};
use crate::session::{Keep, Lack};
use crate::words::{fill, words};

/// Settings.
pub fn more(desk: Desk) -> AnyView {
    let words = words();
    let ask = checkable(
        "checkbox",
        move || desk.with(|app| app.settings.ask_before_applying),
        move |checked| desk.send(Event::AskChosen(checked)),
    );
    let asks = el("div")
        .child(check(ask.attr("aria-describedby", "ask-hint"), words.field_ask))
        .child(aside(words.field_ask_hint).attr("id", "ask-hint"));
    el("main").child(el("h1").child(words.settings)).child(asks).child(connection(desk)).child(activity(desk)).drawn()
}

fn connection(desk: Desk) -> El {
    let words = words();
    let about = desk.part(|app| {
        let base = app.access.as_ref().map(|access| access.base.to_string()).unwrap_or_default();
        let username = app.who.as_ref().map(|who| who.username.clone()).unwrap_or_default();
        fill(crate::words::words().connected_as, &[("username", &username), ("base", &base)])
    });
    let release = desk.part(|app| {
        let release = app.who.as_ref()?.release.as_ref()?;
        Some(fill(crate::words::words().release, &[("release", release.text())]))
    });
    let on_device = desk.part(|app| app.connection.as_ref().is_some_and(|connection| connection.keep == Keep::Device));
    let readable = desk.part(|app| app.access.as_ref().is_some_and(|access| access.base.is_readable()));
    let lacks = desk.part(|app| app.who.as_ref().map(|who| who.lacks.clone()).unwrap_or_default());
    let confirm = desk.part(|app| app.confirm_disconnect);
    let lacking = move || {
        let lacks = lacks.get();
        (!lacks.is_empty()).then(|| {
            let list = el("ul").class("small").child(each(lacks, |_, lack| el("li").child(lack_text(lack))));
            group().child(el("h3").child(words.lacks_heading)).child(list)
        })
    };
    let disconnect = move || {
        if confirm.get() {
            let anyway = button(desk, "danger", words.disconnect_anyway, || Event::DisconnectPressed(true));
            group().child(alert(words.disconnect_unfinished.into())).child(anyway).drawn()
        } else {
            button(desk, "quiet", words.disconnect, || Event::DisconnectPressed(false))
        }
    };
    let about = el("p")
        .child(el("bdi").child(move || about.get()))
        .child(" ")
        .child(el("span").class("muted").child(move || release.get()));
    let buttons = el("div")
        .class("stack")
        .child(button(desk, "quiet", words.reconnect, || Event::OpenOwnPressed(Route::Connect)))
        .child(disconnect);
    el("section")
        .attr("aria-labelledby", "connection")
        .child(el("h2").attr("id", "connection").child(words.connection))
        .child(about)
        .child(aside(move || if on_device.get() { words.kept_device } else { words.kept_session }))
        .child(move || readable.get().then(|| note(words.readable_connection.into())))
        .child(lacking)
        .child(buttons)
        .child(aside(words.disconnect_hint))
}

fn lack_text(lack: Lack) -> &'static str {
    let words = words();
    match lack {
        Lack::SeeProtection => words.lack_see_protection,
        Lack::SeeOutposts => words.lack_see_outposts,
        Lack::SeeFlows => words.lack_see_flows,
        Lack::SeeGroups => words.lack_see_groups,
        Lack::SeePeople => words.lack_see_people,
        Lack::SeeEvents => words.lack_see_events,
        Lack::NotSuperuser => words.lack_not_superuser,
    }
}

fn activity(desk: Desk) -> El {
    let words = words();
    let rows = desk.part(|app| {
        let row = |record: &crate::plan::Record| {
            let told = app.told(&record.journal).filter(|_| !record.undone);
            (record.journal.plan.title.clone(), record.undone, told, left_of(record))
        };
        app.records.iter().map(row).collect::<Vec<_>>()
    });
    let list = move || {
        let rows = rows.get();
        if rows.is_empty() {
            return aside(words.activity_empty);
        }
        el("ul").class("plain small").child(each(rows, move |_, (title, undone, said, left)| {
            let row = el("div")
                .class("row")
                .child(el("bdi").class("grow").child(title))
                .child(el("span").class("muted").child(undone.then_some(words.activity_undone)));
            let left = left.map(|left| el("div").class("muted").child(left));
            el("li").child(row).child(left).child(said.map(|said| told(desk, said)))
        }))
    };
    el("section")
        .attr("aria-labelledby", "activity")
        .child(el("h2").attr("id", "activity").child(words.activity))
        .child(list)
}
