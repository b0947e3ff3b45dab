//! "Applying changes", and the question about a change that stopped in the middle.

use leptos::prelude::*;

use super::dispatch::Desk;
use super::parts::{alert, button, sentence};
use crate::plan::{Choice, Journal, Mark, Phase};
use crate::screens::{App, Event};
use crate::words::{fill, words};

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
    view! {
        <main>
            <h1>{move || if back.get() { words.taking_back } else { words.applying }}</h1>
            <div role="progressbar" class="progress" aria-label=move || if back.get() { words.taking_back } else { words.applying }
                aria-valuemin="0" aria-valuemax=move || progress.get().1.to_string() aria-valuenow=move || progress.get().0.to_string()>
                <div class="bar" style:width=move || {
                    let (done, all) = progress.get();
                    format!("{}%", (done * 100).checked_div(all).unwrap_or(0).max(8))
                }></div>
            </div>
            {move || why.get().map(|why| view! { <p>{why}</p> })}
            {move || refused.get().map(alert)}
            {steps(desk)}
            {move || refused.get().map(|_| view! {
                <div class="stack">
                    {button(desk, "primary", words.try_again, move || Event::Answered(if back.get_untracked() { Choice::TakeBack } else { Choice::Finish }))}
                    {button(desk, "quiet", words.leave_it, || Event::Answered(Choice::LeaveIt))}
                </div>
            })}
            <p class="muted small">{words.applying_close}</p>
        </main>
    }
    .into_any()
}

/// A line for each step, and where it stands.
pub fn steps(desk: Desk) -> AnyView {
    let lines = desk.part(lines);
    view! {
        <div class="card"><ol class="steps">
            {move || lines.get().into_iter().map(|(says, mark)| {
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
                    Mark::Failed(why) | Mark::Left(why) => Some(view! { <br/><span class="small">{why}</span> }),
                    _ => None,
                };
                view! {
                    <li><span class=class aria-hidden="true">{sign}</span><span>{sentence(&says)}{why}</span>
                        <span class="muted small">{state}</span></li>
                }
            }).collect::<Vec<_>>()}
        </ol></div>
    }
    .into_any()
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
    let why = desk.part(|app| match app.journal.as_ref().map(|journal| &journal.phase) {
        Some(Phase::Asking(why) | Phase::Stuck(why)) => why.clone(),
        _ => String::new(),
    });
    let about = desk.part(|app| app.journal.as_ref().map(|journal| journal.plan.site.clone()).unwrap_or_default());
    let refused = desk.part(|app| app.refused.clone());
    view! {
        <main>
            <h1>{move || if stuck.get() { words.stuck_heading } else { words.interrupted_heading }}</h1>
            <p>{move || fill(if stuck.get() { words.stuck_says } else { words.interrupted_says }, &[("site", &about.get())])}</p>
            {move || alert(why.get())}
            {steps(desk)}
            {move || refused.get().map(alert)}
            <div class="stack">
                {move || (!stuck.get()).then(|| button(desk, "primary", words.finish_it, || Event::Answered(Choice::Finish)))}
                {move || {
                    let (class, name) = if stuck.get() { ("primary", words.try_taking_back_again) } else { ("quiet", words.take_it_back) };
                    button(desk, class, name, || Event::Answered(Choice::TakeBack))
                }}
                {button(desk, "quiet", words.leave_it, || Event::Answered(Choice::LeaveIt))}
            </div>
        </main>
    }
    .into_any()
}
