//! "More": settings, the connection and what its token lacks, what was done from here.

use leptos::prelude::*;

use super::dispatch::Desk;
use super::parts::{alert, button, note};
use crate::screens::{Event, Route};
use crate::session::{Keep, Lack};
use crate::words::{fill, words};

/// Settings.
pub fn more(desk: Desk) -> AnyView {
    let words = words();
    view! {
        <main>
            <h1>{words.settings}</h1>
            <div>
                <label class="check"><input type="checkbox" aria-describedby="ask-hint"
                    prop:checked=move || desk.app.with(|app| app.settings.ask_before_applying)
                    on:change=move |change| desk.send(Event::AskChosen(event_target_checked(&change)))/>{words.field_ask}</label>
                <p id="ask-hint" class="muted small">{words.field_ask_hint}</p>
            </div>
            {connection(desk)}
            {activity(desk)}
        </main>
    }
    .into_any()
}

fn connection(desk: Desk) -> AnyView {
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
    view! {
        <section aria-labelledby="connection">
            <h2 id="connection">{words.connection}</h2>
            <p><bdi>{move || about.get()}</bdi>" "<span class="muted">{move || release.get()}</span></p>
            <p class="muted small">{move || if on_device.get() { words.kept_device } else { words.kept_session }}</p>
            {move || readable.get().then(|| note(words.readable_connection.into()))}
            {move || (!lacks.get().is_empty()).then(|| view! {
                <h3>{words.lacks_heading}</h3>
                <ul class="small">{lacks.get().into_iter().map(|lack| view! { <li>{lack_text(lack)}</li> }).collect::<Vec<_>>()}</ul>
            })}
            <div class="stack">
                {button(desk, "quiet", words.reconnect, || Event::OpenOwnPressed(Route::Connect))}
                {move || if confirm.get() {
                    view! {
                        {alert(words.disconnect_unfinished.into())}
                        {button(desk, "danger", words.disconnect_anyway, || Event::DisconnectPressed(true))}
                    }.into_any()
                } else {
                    button(desk, "quiet", words.disconnect, || Event::DisconnectPressed(false))
                }}
            </div>
            <p class="muted small">{words.disconnect_hint}</p>
        </section>
    }
    .into_any()
}

fn lack_text(lack: Lack) -> &'static str {
    let words = words();
    match lack {
        Lack::SeeProtection => words.lack_see_protection,
        Lack::SeeOutposts => words.lack_see_outposts,
        Lack::SeeFlows => words.lack_see_flows,
        Lack::SeeGroups => words.lack_see_groups,
        Lack::SeePeople => words.lack_see_people,
        Lack::NotSuperuser => words.lack_not_superuser,
    }
}

fn activity(desk: Desk) -> AnyView {
    let words = words();
    let rows = desk.part(|app| {
        let row = |record: &crate::plan::Record| (record.journal.plan.title.clone(), record.undone);
        app.records.iter().map(row).collect::<Vec<_>>()
    });
    view! {
        <section aria-labelledby="activity">
            <h2 id="activity">{words.activity}</h2>
            {move || if rows.get().is_empty() {
                view! { <p class="muted small">{words.activity_empty}</p> }.into_any()
            } else {
                view! {
                    <ul class="plain small">{rows.get().into_iter().map(|(title, undone)| view! {
                        <li class="row"><bdi class="grow">{title}</bdi><span class="muted">{undone.then_some(words.activity_undone)}</span></li>
                    }).collect::<Vec<_>>()}</ul>
                }.into_any()
            }}
        </section>
    }
    .into_any()
}
