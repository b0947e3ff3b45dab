//! "Why doesn't the gate work?": what was found, how sure it is, and what puts it right.

use leptos::prelude::AnyView;

use super::dispatch::Desk;
use super::element::{Child, El, Group, each, el, group, truth};
use super::parts::{alert, aside, button, hidden_sign, sends};
use crate::doctor::{Found, Sure};
use crate::screens::{App, Diagnosis, Event, WhyEvent, repair, says, sure, unread_says};
use crate::words::{error_text, fill, why_words, words};

fn pressed() -> Event {
    Event::Why(WhyEvent::Pressed)
}

/// The button on the Site screen that leads here.
pub fn ask(desk: Desk) -> AnyView {
    button(desk, "quiet", why_words().why, pressed)
}

fn with<T: Default>(app: &App, read: impl FnOnce(&Diagnosis, &App) -> T) -> T {
    app.why.as_ref().map(|why| read(why, app)).unwrap_or_default()
}

/// The screen.
pub fn screen(desk: Desk) -> AnyView {
    let (words, gates) = (words(), why_words());
    let looking = desk.part(|app| with(app, |why, _| why.looking));
    let host = desk.part(|app| app.origin().map(|origin| origin.authority()));
    let error = desk.part(|app| with(app, |why, _| why.error.as_ref().map(error_text)));
    let nothing = desk.part(|app| with(app, |why, _| why.found.as_ref().is_some_and(Vec::is_empty)));
    let again = move || if looking.get() { gates.why_looking } else { words.check_again };
    let top = el("div")
        .class("row")
        .child(el("span").class("grow").child(button(desk, "link", words.back, || Event::Why(WhyEvent::Closed))))
        .child(sends(desk, "link small", pressed).child(again));
    let failed = move || error.get().map(|why| alert(fill(gates.why_failed, &[("why", &why)])));
    el("main")
        .live("aria-busy", move || truth(looking.get()))
        .child(top)
        .child(
            el("div").child(el("h1").child(gates.why)).child(el("bdi").class("muted small").child(move || host.get())),
        )
        .child(failed)
        .child(move || nothing.get().then(|| el("p").child(gates.why_nothing)))
        .child(findings(desk))
        .child(unread(desk))
        .drawn()
}

fn findings(desk: Desk) -> impl Fn() -> Option<Group> + Send + 'static {
    let all = desk.part(|app| with(app, |why, _| why.found.clone().unwrap_or_default()));
    move || {
        let (all, words) = (all.get(), why_words());
        if all.is_empty() {
            return None;
        }
        let count = fill(words.why_found, &[("count", &all.len().to_string())]);
        let list = el("ol").class("steps findings").attr("aria-label", words.why_findings);
        let rows = each(all, move |number, found| finding(desk, number, &found));
        Some(group().child(aside(count).attr("role", "status")).child(el("div").class("card").child(list.child(rows))))
    }
}

fn finding(desk: Desk, number: usize, found: &Found) -> El {
    let (class, sign) = match found.sure {
        Sure::Certain => ("dot failed", "!"),
        Sure::Probably | Sure::Perhaps => ("dot", "?"),
    };
    let base = desk.peek(|app| app.access.as_ref().map(|access| access.base.clone()));
    let text = base.as_ref().map(|base| says(&found.what, base));
    let way = base
        .and_then(|base| repair(&found.what, &base))
        .map(|(name, _)| sends(desk, "quiet small", move || Event::Why(WhyEvent::RepairPressed(number))).child(name));
    let about = el("div")
        .class("grow")
        .child(el("p").child(el("bdi").child(text)))
        .child(el("p").class("muted small").child(sure(found.sure)))
        .child(way);
    el("li").child(hidden_sign(el("span").class(class), sign)).child(about)
}

fn unread(desk: Desk) -> impl Fn() -> Option<Group> + Send + 'static {
    let all = desk.part(|app| with(app, |why, _| why.unread.clone()));
    move || {
        let all = all.get();
        (!all.is_empty()).then(|| {
            let rows = each(all, |_, (what, why)| el("li").child(unread_says(what, &why)));
            let list = el("ul").class("small").child(rows);
            group().child(el("h2").child(why_words().why_unread)).child(list)
        })
    }
}
