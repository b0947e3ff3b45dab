//! Going forward through a plan, and finding out about a step whose answer was lost.

use super::Outside;
use super::perform::{Outcome, perform};
use crate::authentik::{Access, ApiError, Method};
use crate::plan::{Journal, Mark, Phase, Step, Undo, Values};
use crate::ports::side_by_side;
use crate::session::{self, save_journal as save, still_connected};
use crate::words::{error_text, fill, plain, work_words};

/// What became of a write whose answer nobody saw.
enum Fate {
    Applied(Values),
    NotApplied,
    Unclear(ApiError),
}

/// Carries out what is left of the plan. Ends with the phase changed.
pub async fn forward(outside: &impl Outside, access: &Access, journal: &mut Journal) {
    // Whether the readings of the stage before were made by this very call.
    let mut fresh = true;
    for stage in 0..=journal.plan.last_stage() {
        let open = open_steps(journal, stage);
        if open.is_empty() {
            fresh = false;
            continue;
        }
        if !still_connected(outside, access).await {
            return;
        }
        for &i in &open {
            if journal.marks[i] == Mark::Sent && !settle(outside, access, journal, i).await {
                return;
            }
        }
        let open = open_steps(journal, stage);
        if open.is_empty() {
            save(outside, journal).await;
            continue;
        }
        // Time has gone by: a list that was read before an interruption is read again before it is written.
        if !fresh && let Err(error) = read_again(outside, access, journal, stage).await {
            journal.phase = Phase::Asking(error_text(&error));
            save(outside, journal).await;
            return;
        }
        if !run_stage(outside, access, journal, &open).await {
            return;
        }
        fresh = true;
    }
    journal.phase = Phase::Done;
    save(outside, journal).await;
}

fn open_steps(journal: &Journal, stage: u8) -> Vec<usize> {
    let steps = journal.plan.steps.iter().enumerate();
    steps.filter(|(i, step)| step.stage == stage && journal.marks[*i] != Mark::Done).map(|(i, _)| i).collect()
}

/// Sends the steps of a stage side by side. False if the plan doesn't go on.
async fn run_stage(outside: &impl Outside, access: &Access, journal: &mut Journal, open: &[usize]) -> bool {
    let now = outside.now();
    for &i in open {
        journal.marks[i] = Mark::Sent;
        journal.sending(i, now);
    }
    if !save(outside, journal).await {
        // Without a journal nothing is sent: nobody would know of it.
        for &i in open {
            journal.marks[i] = Mark::Waiting;
        }
        give_up(journal, work_words().error_storage.to_owned());
        save(outside, journal).await;
        return false;
    }
    let Some(values) = session::with_secrets(outside, journal).await else {
        give_up(journal, work_words().error_storage.to_owned());
        save(outside, journal).await;
        return false;
    };
    let sent = open.iter().map(|&i| perform(outside, access, &journal.plan.steps[i].action, &values));
    let answers: Vec<Result<Outcome, ApiError>> = side_by_side(sent).await;
    let mut failure = None;
    let now = outside.now();
    for (&i, answer) in open.iter().zip(answers) {
        let step = &journal.plan.steps[i];
        match answer {
            Ok(outcome) => {
                journal.values.extend(outcome.kept);
                journal.answered(i, now, outcome.id);
                journal.marks[i] = Mark::Done;
            }
            Err(error) if step.action.optional => {
                journal.marks[i] = Mark::Done;
                if !error.leaves_doubt() {
                    journal.not_written(i);
                }
            }
            Err(error) if step.action.method != Method::Get && error.leaves_doubt() => {
                if !settle(outside, access, journal, i).await {
                    return false;
                }
                if journal.marks[i] == Mark::Waiting {
                    failure = Some(fail(journal, i, &error));
                    // It may still arrive: taking back looks once more, a moment later.
                    journal.marks[i] = Mark::Sent;
                }
            }
            Err(error) => failure = Some(fail(journal, i, &error)),
        }
    }
    if let Some(why) = failure {
        // A server's words may repeat what was sent; the journal is on disk.
        let why = without_secrets(journal, &values, why);
        give_up(journal, why);
        save(outside, journal).await;
        return false;
    }
    save(outside, journal).await
}

fn fail(journal: &mut Journal, i: usize, error: &ApiError) -> String {
    let step = &journal.plan.steps[i];
    let changed = matches!(error, ApiError::Unexpected(_)) && step.action.has_condition();
    let why = if changed { work_words().changed_since.to_owned() } else { error_text(error) };
    journal.marks[i] = Mark::Failed(why.clone());
    let says = &journal.plan.steps[i].says;
    if says.is_empty() { why } else { fill(work_words().failed_at, &[("step", &plain(says)), ("why", &why)]) }
}

/// The words without the plan's secrets, in the marks too.
fn without_secrets(journal: &mut Journal, values: &Values, why: String) -> String {
    let secrets = journal.plan.secrets.iter().filter_map(|name| values.get(name)?.as_str());
    secrets.fold(why, |why, secret| {
        for mark in &mut journal.marks {
            if let Mark::Failed(said) = mark {
                *said = said.replace(secret, "…");
            }
        }
        why.replace(secret, "…")
    })
}

/// Back, if all that was done can be taken back; otherwise a person is asked.
fn give_up(journal: &mut Journal, why: String) {
    let done = |i: usize| matches!(journal.marks[i], Mark::Done | Mark::Sent);
    let mut steps = journal.plan.steps.iter().enumerate();
    let stuck = steps.any(|(i, step)| done(i) && matches!(step.undo, Undo::Impossible(_)));
    journal.phase = if stuck { Phase::Asking(why) } else { Phase::TakingBack(why) };
}

/// Finds out what became of step `i`, which was sent and not answered: it is marked done, or waiting. False if a person has to say.
async fn settle(outside: &impl Outside, access: &Access, journal: &mut Journal, i: usize) -> bool {
    match fate(outside, access, &journal.plan.steps[i], &journal.values).await {
        Fate::Applied(values) => {
            journal.values.extend(values);
            journal.marks[i] = Mark::Done;
        }
        Fate::NotApplied => journal.marks[i] = Mark::Waiting,
        Fate::Unclear(error) => {
            let step = plain(&journal.plan.steps[i].says);
            journal.phase =
                Phase::Asking(fill(work_words().unclear_step, &[("step", &step), ("why", &error_text(&error))]));
            save(outside, journal).await;
            return false;
        }
    }
    true
}

async fn fate(outside: &impl Outside, access: &Access, step: &Step, values: &Values) -> Fate {
    // A reading can simply be sent again.
    let Some(probe) = &step.probe else { return Fate::NotApplied };
    let mut values = values.clone();
    let mut found = Values::new();
    for (number, read) in probe.reads.iter().enumerate() {
        match perform(outside, access, read, &values).await {
            Ok(_) if probe.gone_means_applied => return Fate::NotApplied,
            Ok(outcome) => {
                values.extend(outcome.kept.clone());
                found.extend(outcome.kept);
            }
            Err(ApiError::Gone) if probe.gone_means_applied => return Fate::Applied(found),
            Err(ApiError::Gone) if number == 0 => return Fate::NotApplied,
            Err(ApiError::Unexpected(_)) if probe.differs_means_not_applied => return Fate::NotApplied,
            Err(error) => return Fate::Unclear(error),
        }
    }
    Fate::Applied(found)
}

/// Whether what a step did is there, for who takes it back.
pub async fn was_applied(
    outside: &impl Outside,
    access: &Access,
    step: &Step,
    values: &Values,
) -> Result<Option<Values>, ApiError> {
    match fate(outside, access, step, values).await {
        Fate::Applied(found) => Ok(Some(found)),
        Fate::NotApplied => Ok(None),
        Fate::Unclear(error) => Err(error),
    }
}

/// Makes the readings of the stage before `stage` again.
async fn read_again(outside: &impl Outside, access: &Access, journal: &mut Journal, stage: u8) -> Result<(), ApiError> {
    let Some(before) = stage.checked_sub(1) else { return Ok(()) };
    do_again(outside, access, journal, |step| step.stage == before && step.action.method == Method::Get).await
}

/// Does the steps from stage `from` on once more; for the later look.
pub async fn again(outside: &impl Outside, access: &Access, journal: &mut Journal, from: u8) -> Result<(), ApiError> {
    do_again(outside, access, journal, |step| step.stage >= from).await
}

async fn do_again(
    outside: &impl Outside,
    access: &Access,
    journal: &mut Journal,
    which: impl Fn(&Step) -> bool,
) -> Result<(), ApiError> {
    for i in 0..journal.plan.steps.len() {
        if which(&journal.plan.steps[i]) {
            journal.sending(i, outside.now());
            let outcome = perform(outside, access, &journal.plan.steps[i].action, &journal.values).await?;
            journal.values.extend(outcome.kept);
            journal.answered(i, outside.now(), outcome.id);
        }
    }
    Ok(())
}
