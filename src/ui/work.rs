//! "Applying changes", and the question about a change that stopped in the middle.

use leptos::prelude::AnyView;

use super::dispatch::Desk;
use super::element::{Child, El, each, el, group};
use super::parts::{alert, button, hidden_sign, sentence};
use crate::plan::{Bound, Choice, Journal, Mark, Phase};
use crate::screens::{App, Event, why_asked};
use crate::session::Unknown;
use crate::words::{fill, words, work_words};

/// The plan goes forward or back.
pub fn applying(desk: Desk) -> AnyView {
    let words = words();
    let back =
        desk.part(|app| app.journal.as_ref().is_some_and(|journal| matches!(journal.phase, Phase::TakingBack(_))));
    let why = desk.part(|app| match app.journal.as_ref().map(|journal| &journal.phase) {
        Some(Phase::TakingBack(why)) => Some(why.clone()),
        _ => None,
    });
    let progress = desk.part(|app| app.journal.as_ref().map_or((0, 1), Journal::progress));
    let refused = desk.part(|app| app.refused.clone());
    let heading = move || if back.get() { words.taking_back } else { words.applying };
    let width = move || {
        let (done, all) = progress.get();
        format!("width: {}%", (done * 100).checked_div(all).unwrap_or(0).max(8))
    };
    let bar = el("div")
        .attr("role", "progressbar")
        .class("progress")
        .live("aria-label", heading)
        .attr("aria-valuemin", "0")
        .live("aria-valuemax", move || progress.get().1.to_string())
        .live("aria-valuenow", move || progress.get().0.to_string())
        .child(el("div").class("bar").live("style", width));
    let again = move || Event::Answered(if back.peek() { Choice::TakeBack } else { Choice::Finish });
    let buttons = move || {
        let stack = el("div").class("stack").child(button(desk, "primary", words.try_again, again));
        stack.child(button(desk, "quiet", words.leave_it, || Event::Answered(Choice::LeaveIt)))
    };
    el("main")
        .child(el("h1").child(heading))
        .child(bar)
        .child(move || why.get().map(|why| el("p").child(why)))
        .child(move || refused.get().map(alert))
        .child(steps(desk))
        .child(move || refused.get().map(|_| buttons()))
        .child(el("p").class("muted small").child(words.applying_close))
        .drawn()
}

/// A line for each step, and where it stands.
pub fn steps(desk: Desk) -> El {
    let lines = desk.part(lines);
    let list = el("ol").class("steps").child(move || each(lines.get(), |_, (says, mark)| step(&says, mark)));
    el("div").class("card").child(list)
}

fn step(says: &str, mark: Mark) -> El {
    let words = words();
    let (class, sign, state) = match &mark {
        Mark::Waiting => ("dot", "", words.mark_waiting),
        Mark::Sent => ("dot running", "", words.mark_sent),
        Mark::Done => ("dot done", "✓", words.mark_done),
        Mark::Failed(_) => ("dot failed", "✕", words.mark_failed),
        Mark::TakenBack => ("dot back", "↩", words.mark_taken_back),
        Mark::Left(_) => ("dot failed", "!", words.mark_left),
    };
    let why = match mark {
        Mark::Failed(why) | Mark::Left(why) => {
            Some(group().child(el("br")).child(el("span").class("small").child(why)))
        }
        _ => None,
    };
    el("li")
        .child(hidden_sign(el("span").class(class), sign))
        .child(el("span").child(sentence(says)).child(why))
        .child(el("span").class("muted small").child(state))
}

/// What is still in authentik: each thing by name, and the way there.
fn what_is_left(desk: Desk) -> El {
    let words = words();
    let rows = desk.part(|app| app.left());
    let row = move |(what, page): (String, Option<String>)| {
        let open =
            page.map(|page| button(desk, "link", words.open_in_authentik, move || Event::OpenPressed(page.clone())));
        el("li").class("row").child(el("span").class("grow").child(sentence(&what))).child(open)
    };
    let list = move || {
        let rows = rows.get();
        (!rows.is_empty()).then(|| {
            let list = el("ul").class("plain small").child(each(rows, move |_, thing| row(thing)));
            group().child(el("h2").child(words.left_heading)).child(list)
        })
    };
    el("section").attr("aria-label", words.left_heading).child(list)
}

/// Nobody can say whether a change is unfinished.
pub fn unread(desk: Desk, unknown: Unknown) -> AnyView {
    let (words, work_words) = (words(), work_words());
    let says = match unknown {
        Unknown::Storage => work_words.journal_storage,
        Unknown::Unreadable => work_words.journal_unreadable,
    };
    let confirm = desk.part(|app| app.confirm_forget);
    let refused = desk.part(|app| app.refused.clone());
    let forget = move || {
        if confirm.get() {
            let sure = button(desk, "danger", words.unread_forget_sure, || Event::ForgetPressed(true));
            group().child(alert(words.unread_forget_means.into())).child(sure).drawn()
        } else {
            button(desk, "quiet", words.unread_forget, || Event::ForgetPressed(false))
        }
    };
    el("main")
        .child(el("h1").child(words.unread_heading))
        .child(alert(says.into()))
        .child(el("p").child(words.unread_safe))
        .child(move || refused.get().map(alert))
        .child(el("div").class("stack").child((unknown == Unknown::Unreadable).then_some(forget)))
        .drawn()
}

fn lines(app: &App) -> Vec<(String, Mark)> {
    let Some(journal) = &app.journal else { return Vec::new() };
    let lines = journal.plan.steps.iter().zip(&journal.marks).filter(|(step, _)| !step.says.is_empty());
    lines.map(|(step, mark)| (step.says.clone(), mark.clone())).collect()
}

/// A person has to say how it goes on.
pub fn asking(desk: Desk) -> AnyView {
    let words = words();
    let stuck = desk.part(|app| app.journal.as_ref().is_some_and(|journal| matches!(journal.phase, Phase::Stuck(_))));
    let why = desk.part(|app| app.journal.as_ref().map(why_asked).unwrap_or_default());
    let about = desk.part(|app| app.journal.as_ref().map(|journal| journal.plan.site.clone()).unwrap_or_default());
    let refused = desk.part(|app| app.refused.clone());
    let can_go_back = desk.part(|app| app.journal.as_ref().is_some_and(Journal::can_go_back));
    let elsewhere = desk.part(|app| {
        let journal = app.journal.as_ref().filter(|journal| !app.is_here(journal))?;
        Some(fill(work_words().not_connected_to, &[("base", &journal.base)]))
    });
    let heading = move || if stuck.get() { words.stuck_heading } else { words.interrupted_heading };
    let says = move || {
        let says = if stuck.get() { words.stuck_says } else { words.interrupted_says };
        fill(says, &[("site", &about.get())])
    };
    let finish = || Event::Answered(Choice::Finish);
    let bound = desk.part(|app| app.journal.as_ref().is_some_and(|journal| journal.bound == Some(Bound::Asked)));
    let take_back = move || {
        let (class, name) = match (stuck.get(), bound.get()) {
            (true, true) => ("danger", words.take_back_all_the_same),
            (true, false) => ("primary", words.try_taking_back_again),
            (false, _) => ("quiet", words.take_it_back),
        };
        button(desk, class, name, || Event::Answered(Choice::TakeBack))
    };
    let buttons = el("div")
        .class("stack")
        .child(move || (!stuck.get()).then(|| button(desk, "primary", words.finish_it, finish)))
        .child(move || can_go_back.get().then(take_back))
        .child(button(desk, "quiet", words.leave_it, || Event::Answered(Choice::LeaveIt)));
    el("main")
        .child(el("h1").child(heading))
        .child(el("p").child(says))
        .child(move || alert(why.get()))
        .child(steps(desk))
        .child(what_is_left(desk))
        .child(move || elsewhere.get().map(alert))
        .child(move || refused.get().map(alert))
        .child(buttons)
        .drawn()
}
