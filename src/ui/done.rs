//! "Done": what the reverse proxy has to be told, ready to paste; and "Taken back".

use leptos::prelude::*;

use super::details::details;
use super::dispatch::Desk;
use super::parts::{alert, button, chip, copy_button, note};
use super::site::advice;
use super::work::steps;
use crate::plan::snippets::{Snippet, outpost_address_is_sound, snippet};
use crate::plan::{Kind, Phase};
use crate::screens::{App, Event};
use crate::words::{fill, words, work_words};

/// It is all there.
pub fn done(desk: Desk) -> AnyView {
    let words = words();
    let kind = desk.part(|app| app.journal.as_ref().map(|journal| journal.plan.kind));
    let later = desk.part(|app| app.journal.as_ref().and_then(|journal| journal.later_said.clone()));
    let count = desk.part(|app| {
        let (done, all) = app.journal.as_ref().map_or((0, 0), crate::plan::Journal::progress);
        fill(crate::words::words().done_count, &[("done", &done.to_string()), ("all", &all.to_string())])
    });
    let undoable = desk.part(undo_of);
    let refused = desk.part(|app| app.refused.clone());
    view! {
        <main>
            <div class="row"><h1 class="grow">{words.done}</h1>{move || chip("ok", "✓", count.get())}</div>
            {move || later.get().map(note)}
            {move || refused.get().map(alert)}
            {move || match kind.get() {
                Some(Kind::ProtectSite | Kind::FinishProtection) => protected(desk),
                Some(Kind::CreateOidcApp) => view! { <p>{about(desk, words.done_oidc)}</p>{details(desk)} }.into_any(),
                Some(Kind::AddOrigin | Kind::MoveApp) => view! { <p>{words.done_addresses}</p>{steps(desk)} }.into_any(),
                Some(Kind::RemoveProtection) => view! { <p>{about(desk, words.done_remove)}</p>{steps(desk)} }.into_any(),
                _ => view! { <p>{words.done_host}</p>{steps(desk)} }.into_any(),
            }}
        </main>
        <footer class="small">
            <span class="muted grow">{move || undoable.get().is_some().then_some(words.kept_for_undo)}</span>
            {move || undoable.get().map(|id| button(desk, "quiet", words.undo, move || Event::UndoPressed(id.clone())))}
            {button(desk, "quiet", words.close, || Event::EndSeen)}
        </footer>
    }
    .into_any()
}

fn undo_of(app: &App) -> Option<String> {
    let base = app.access.as_ref()?.base.to_string();
    let id = &app.journal.as_ref().filter(|journal| journal.base == base)?.plan.id;
    app.records.iter().find(|record| record.journal.plan.id == *id && !record.undone)?;
    let possible =
        !app.journal.as_ref()?.plan.changes().any(|step| matches!(step.undo, crate::plan::Undo::Impossible(_)));
    possible.then(|| id.clone())
}

fn about(desk: Desk, template: &'static str) -> impl Fn() -> String {
    move || {
        let host = desk.app.with(|app| app.filling().map(|filling| filling.authority).unwrap_or_default());
        fill(template, &[("host", &host)])
    }
}

fn protected(desk: Desk) -> AnyView {
    let words = words();
    let chosen = desk.part(|app| app.snippet());
    let text = desk.part(|app| app.filling().map(|filling| snippet(app.snippet(), &filling)).unwrap_or_default());
    let address = desk.part(|app| {
        app.outpost_of_work().and_then(|pk| app.settings.outpost_addresses.get(&pk).cloned()).unwrap_or_default()
    });
    let unsound = move || !address.get().is_empty() && !outpost_address_is_sound(&address.get());
    view! {
        <p>{about(desk, words.done_protect)}</p>
        <div class="field">
            <label for="outpost-address">{words.field_outpost_address}</label>
            <input id="outpost-address" type="text" autocomplete="off" spellcheck="false" placeholder=words.outpost_example
                aria-describedby="outpost-address-hint" prop:value=move || address.get()
                aria-invalid=move || unsound().to_string()
                on:change=move |change| desk.send(Event::OutpostAddressTyped(event_target_value(&change)))/>
            <p class="field-error" aria-live="polite">{move || unsound().then_some(words.outpost_address_unsound)}</p>
            <p id="outpost-address-hint" class="muted small">{words.outpost_address_hint}</p>
        </div>
        <div class="seg" role="group" aria-label=words.snippets>
            {Snippet::ALL.into_iter().map(|which| view! {
                <button type="button" aria-pressed=move || (chosen.get() == which).to_string()
                    on:click=move |_| desk.send(Event::SnippetChosen(which))>{which.name()}</button>
            }).collect::<Vec<_>>()}
        </div>
        <pre tabindex="0" aria-label=move || chosen.get().name()>{move || text.get()}</pre>
        <div class="row">{copy_button(desk, "primary grow", move || text.get_untracked())}</div>
        {advice(desk)}
    }
    .into_any()
}

/// None of it is left.
pub fn taken_back(desk: Desk) -> AnyView {
    let words = words();
    let why = desk.part(|app| match app.journal.as_ref().map(|journal| &journal.phase) {
        Some(Phase::TakenBack(why)) => why.clone(),
        _ => String::new(),
    });
    let by_person = move || why.get() == work_words().undone_by_person;
    view! {
        <main>
            <div class="row"><h1 class="grow">{words.taken_back_heading}</h1></div>
            {move || if by_person() {
                view! { <p>{words.taken_back_says}</p><p class="muted">{words.proxy_reminder}</p> }.into_any()
            } else {
                view! { {alert(why.get())}<p>{words.taken_back_says}</p> }.into_any()
            }}
            {steps(desk)}
        </main>
        <footer>{button(desk, "primary grow", words.close, || Event::EndSeen)}</footer>
    }
    .into_any()
}
