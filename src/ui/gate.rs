//! "Verify" for a gate: whether a stranger gets in, and what that rests on.

use leptos::prelude::AnyView;

use super::dispatch::Desk;
use super::element::{Child, El, Group, each, el, group, truth};
use super::parts::{alert, aside, button, chip, hidden_sign, note, sends};
use crate::screens::{App, Certainty, Event, Found, GateEvent, Holds, May, Outcome, Route, Site, Verdict};
use crate::site::Place;
use crate::words::{fill, gate_words, why_words, words};

/// The screen.
pub fn screen(desk: Desk) -> AnyView {
    let words = words();
    let host = desk.part(|app| app.origin().map(|origin| fill(gate_words().about, &[("host", &origin.authority())])));
    let gated = desk.part(|app| app.gate().is_some());
    el("main")
        .child(el("div").class("row").child(button(desk, "link", words.back, || Event::Go(Route::Site))))
        .child(
            el("div")
                .child(el("h1").child(gate_words().heading))
                .child(move || host.get().map(|host| el("span").class("muted small").child(host))),
        )
        .child(move || if gated.get() { verdict(desk) } else { none(desk) })
        .drawn()
}

/// There is no gate to look at, or its tab isn't known any more.
fn none(desk: Desk) -> Group {
    let says = desk.part(|app| match (&app.place, &app.site.status) {
        (Place::Site(_), None) => words().checking,
        (Place::Site(_), Some(status)) => Site::meaning(status),
        (Place::NotWeb, _) => words().means_not_web,
        (Place::Unknown, _) => words().status_unknown,
        (Place::Gone, _) => why_words().status_gone,
    });
    let known = desk.part(|app| app.site.status.is_some());
    group().child(el("p").child(move || says.get())).child(move || known.get().then(|| aside(gate_words().no_gate)))
}

fn outcome(app: &App) -> Option<Outcome> {
    let (site, outcome) = app.check.outcome.as_ref()?;
    (Some(site) == app.origin()).then(|| outcome.clone())
}

fn verdict(desk: Desk) -> Group {
    let looking = desk.part(|app| app.check.looking);
    let holds = desk.part(|app| outcome(app).map(|outcome| outcome.holds));
    let found = desk.part(|app| outcome(app).map(|outcome| outcome.found));
    let words = gate_words();
    let shown = move || match holds.get() {
        Some(Holds::Closed) => chip("chip ok", "✓", words.closed.to_owned()),
        Some(Holds::LeftOpen) => chip("chip ok", "✓", words.left_open.to_owned()),
        Some(Holds::Open) => chip("chip bad", "✕", words.open.to_owned()),
        Some(Holds::Nobody) => chip("chip bad", "!", words.nobody.to_owned()),
        Some(Holds::NotKnown) => chip("chip open", "?", words.not_known.to_owned()),
        None => el("span").class("chip skeleton").child(crate::words::words().verifying).drawn(),
    };
    let means = move || {
        holds.get().map(|holds| match holds {
            Holds::Closed => words.closed_means,
            Holds::LeftOpen => words.left_open_means,
            Holds::Open => words.open_means,
            Holds::Nobody => words.nobody_means,
            Holds::NotKnown => words.not_known_means,
        })
    };
    let again = sends(desk, "link small", || Event::Gate(GateEvent::Again))
        .live("disabled", move || looking.get())
        .child(move || if looking.get() { crate::words::words().verifying } else { crate::words::words().check_again });
    let row = el("div")
        .class("row status")
        .live("aria-busy", move || truth(looking.get()))
        .child(el("span").class("grow").attr("aria-live", "polite").child(shown))
        .child(again);
    group()
        .child(row)
        .child(el("p").child(means))
        .child(move || found.get().map(findings))
        .child(permission(desk))
        .child(stranger(desk))
}

fn findings(found: Vec<Found>) -> El {
    let list = el("ul").class("card steps findings").attr("aria-label", words().findings);
    list.child(each(found, |_, found| {
        let (class, sign) = match found.is {
            Verdict::Good => ("dot done", "✓"),
            Verdict::Bad => ("dot failed", "✕"),
            Verdict::Unsure => ("dot", "?"),
        };
        let sure = match found.sure {
            Certainty::Certain => gate_words().sure,
            Certainty::Probable => gate_words().probable,
            Certainty::Unknown => gate_words().unknown,
        };
        let todo = (!found.todo.is_empty()).then(|| el("p").class("small").child(found.todo));
        let says = el("div").child(el("p").child(found.says)).child(todo);
        el("li")
            .child(hidden_sign(el("span").class(class), sign))
            .child(says)
            .child(el("span").class("muted small").child(sure))
    }))
}

/// "Let Gatewright check this site", or what came of it.
fn permission(desk: Desk) -> impl Fn() -> Group + Send + 'static {
    let words = gate_words();
    let may = desk.part(|app| app.check.may);
    let known = desk.part(|app| outcome(app).is_some());
    let in_tab = desk.part(|app| app.full_page);
    let returnable = desk.part(App::may_give_back);
    let ask = move || {
        let name = move || if may.get() == May::Asking { words.asking } else { words.let_ask };
        let why = if in_tab.get() { "" } else { words.let_ask_tab };
        group()
            .child(
                sends(desk, "primary", || Event::Gate(GateEvent::LetPressed))
                    .live("disabled", move || may.get() == May::Asking)
                    .child(name),
            )
            .child(move || (may.get() == May::Refused).then(|| alert(words.refused.to_owned())))
            .child(aside(words.let_ask_why))
            .child((!why.is_empty()).then(|| aside(why)))
    };
    move || {
        if may.get() == May::Ask {
            let give_back = move || {
                returnable
                    .get()
                    .then(|| button(desk, "link small", words.give_back, || Event::Gate(GateEvent::GiveBackPressed)))
            };
            let row = el("div").class("row small").child(el("span").class("muted grow").child(words.granted));
            group().child(row.child(give_back))
        } else if known.get() {
            ask()
        } else {
            group()
        }
    }
}

/// "Try as a stranger".
fn stranger(desk: Desk) -> Group {
    let words = gate_words();
    let by_hand = desk.part(|app| {
        let url = app.origin().map(|site| format!("{site}/")).unwrap_or_default();
        app.check.by_hand.then(|| fill(gate_words().by_hand, &[("url", &url)]))
    });
    group()
        .child(button(desk, "quiet", words.as_stranger, || Event::Gate(GateEvent::StrangerPressed)))
        .child(move || by_hand.get().map(note))
}
