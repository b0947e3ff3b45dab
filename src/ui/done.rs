//! "Done": what the reverse proxy has to be told, ready to paste; and "Taken back".

use leptos::prelude::AnyView;

use super::details::details;
use super::dispatch::Desk;
use super::element::{Child, each, el, group, truth};
use super::parts::{alert, aside, button, chip, copy_button, field_error, note, text_field};
use super::site::advice;
use super::told::told;
use super::work::steps;
use crate::plan::snippets::{Snippet, outpost_address_is_sound, snippet};
use crate::plan::{Kind, Phase};
use crate::screens::{App, Event, GateEvent};
use crate::words::{fill, why_words, words, work_words};

/// It is all there.
pub fn done(desk: Desk) -> AnyView {
    let words = words();
    let kind = desk.part(|app| app.journal.as_ref().map(|journal| journal.plan.kind));
    let later = desk.part(|app| app.told(app.journal.as_ref()?));
    let count = desk.part(|app| {
        let (done, all) = app.journal.as_ref().map_or((0, 0), crate::plan::Journal::progress);
        fill(crate::words::words().done_count, &[("done", &done.to_string()), ("all", &all.to_string())])
    });
    let undoable = desk.part(undo_of);
    let refused = desk.part(|app| app.refused.clone());
    let about = move |template: &'static str| el("p").child(about(desk, template));
    let row = el("div")
        .class("row")
        .child(el("h1").class("grow").child(words.done))
        .child(move || chip("chip ok", "✓", count.get()));
    let plain = move |says: &'static str| group().child(el("p").child(says)).child(steps(desk)).drawn();
    let what = move || match kind.get() {
        Some(Kind::ProtectSite | Kind::ProtectDomain | Kind::FinishProtection) => protected(desk),
        Some(Kind::CreateOidcApp) => group().child(about(words.done_oidc)).child(details(desk)).drawn(),
        Some(Kind::AddOrigin | Kind::MoveApp) => plain(words.done_addresses),
        Some(Kind::AddApplication) => plain(why_words().done_add_application),
        Some(Kind::Detach) => plain(why_words().done_take_out),
        Some(Kind::RepairProvider) => plain(why_words().done_repair),
        Some(Kind::PutBack) => plain(words.done_put_back),
        Some(Kind::RemoveProtection) => group().child(about(words.done_remove)).child(steps(desk)).drawn(),
        _ => plain(words.done_host),
    };
    let main = el("main")
        .child(row)
        .child(move || later.get().map(|later| told(desk, later)))
        .child(move || refused.get().map(alert))
        .child(what);
    let kept = move || undoable.get().is_some().then_some(words.kept_for_undo);
    let undo =
        move || undoable.get().map(|id| button(desk, "quiet", words.undo, move || Event::UndoPressed(id.clone())));
    let footer = el("footer")
        .class("small")
        .child(el("span").class("muted grow").child(kept))
        .child(undo)
        .child(button(desk, "quiet", words.close, || Event::EndSeen));
    group().child(main).child(footer).drawn()
}

fn undo_of(app: &App) -> Option<String> {
    let base = app.access.as_ref()?.base.to_string();
    let id = &app.journal.as_ref().filter(|journal| journal.base == base)?.plan.id;
    app.records.iter().find(|record| record.journal.plan.id == *id && !record.undone)?;
    app.journal.as_ref()?.plan.can_be_undone().then(|| id.clone())
}

fn about(desk: Desk, template: &'static str) -> impl Fn() -> String + Send + 'static {
    move || {
        let host = desk.with(|app| app.filling().map(|filling| filling.site.authority()).unwrap_or_default());
        let domain = desk.with(domain_of);
        fill(template, &[("host", &host), ("domain", &domain)])
    }
}

/// The domain that was protected, if it was one.
fn domain_of(app: &App) -> String {
    let body = app.journal.as_ref().and_then(|journal| journal.plan.steps.first()).map(|step| &step.action.body);
    let domain = body.and_then(|body| body.pointer("/provider/cookie_domain")).and_then(|domain| domain.as_str());
    domain.unwrap_or_default().to_owned()
}

fn protected(desk: Desk) -> AnyView {
    let words = words();
    // A way back that somebody has to make.
    let sign_in = desk.part(|app| {
        let sign_in = app.filling()?.sign_in.filter(|sign_in| !sign_in.is_authentik)?;
        Some(fill(crate::words::words().done_sign_in, &[("at", &sign_in.at.to_string())]))
    });
    let is_domain = desk.part(|app| !domain_of(app).is_empty());
    let ready = move || about(desk, if is_domain.get() { words.done_domain } else { words.done_protect })();
    let chosen = desk.part(|app| app.snippet());
    let text = desk.part(|app| app.filling().map(|filling| snippet(app.snippet(), &filling)).unwrap_or_default());
    let address = desk.part(|app| {
        app.outpost_of_work().and_then(|pk| app.settings.outpost_addresses.get(&pk).cloned()).unwrap_or_default()
    });
    let unsound = move || !address.get().is_empty() && !outpost_address_is_sound(&address.get());
    let field = text_field("text", move || address.get())
        .attr("id", "outpost-address")
        .attr("placeholder", words.outpost_example)
        .attr("aria-describedby", "outpost-address-hint")
        .live("aria-invalid", move || truth(unsound()))
        .on_text("change", move |text| desk.send(Event::OutpostAddressTyped(text)));
    let field = el("div")
        .class("field")
        .child(el("label").attr("for", "outpost-address").child(words.field_outpost_address))
        .child(field)
        .child(field_error(move || unsound().then_some(words.outpost_address_unsound)))
        .child(aside(words.outpost_address_hint).attr("id", "outpost-address-hint"));
    let snippets = each(Snippet::ALL.to_vec(), move |_, which| {
        el("button")
            .attr("type", "button")
            .live("aria-pressed", move || truth(chosen.get() == which))
            .on("click", move |_| desk.send(Event::SnippetChosen(which)))
            .child(which.name())
    });
    let pre = el("pre").attr("tabindex", "0").live("aria-label", move || chosen.get().name());
    group()
        .child(el("p").child(ready))
        .child(move || sign_in.get().map(note))
        .child(field)
        .child(el("div").class("seg").attr("role", "group").attr("aria-label", words.snippets).child(snippets))
        .child(pre.child(move || text.get()))
        .child(el("div").class("row").child(copy_button(desk, "primary grow", move || text.peek())).child(button(
            desk,
            "quiet",
            words.verify,
            || Event::Gate(GateEvent::Pressed),
        )))
        .child(advice(desk))
        .drawn()
}

/// None of it is left.
pub fn taken_back(desk: Desk) -> AnyView {
    let words = words();
    let why = desk.part(|app| match app.journal.as_ref().map(|journal| &journal.phase) {
        Some(Phase::TakenBack(why)) => why.clone(),
        _ => String::new(),
    });
    let reminder = desk.part(|app| match app.journal.as_ref().map(|journal| journal.plan.kind) {
        Some(Kind::ProtectSite | Kind::ProtectDomain | Kind::FinishProtection) => {
            Some(crate::words::words().proxy_reminder)
        }
        Some(Kind::CreateOidcApp | Kind::AddOrigin | Kind::MoveApp) => Some(crate::words::words().service_reminder),
        _ => None,
    });
    let says = move || {
        let why = why.get();
        if why == work_words().undone_by_person {
            let reminder = el("p").class("muted").child(reminder.get());
            group().child(el("p").child(words.taken_back_says)).child(reminder)
        } else {
            group().child(alert(why)).child(el("p").child(words.taken_back_says))
        }
    };
    // A server's words may be long, and nothing else here takes the focus: the keyboard scrolls it.
    let main = el("main")
        .attr("tabindex", "0")
        .child(el("div").class("row").child(el("h1").class("grow").child(words.taken_back_heading)))
        .child(says)
        .child(steps(desk));
    let footer = el("footer").child(button(desk, "primary grow", words.close, || Event::EndSeen));
    group().child(main).child(footer).drawn()
}
