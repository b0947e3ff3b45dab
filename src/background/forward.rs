//! Going forward through a plan.

use super::Outside;
use super::fate::{Fate, fate};
use super::perform::{Outcome, perform};
use crate::authentik::{Access, ApiError, Method};
use crate::plan::{FIRST, Journal, Mark, Phase, Step, Undo, Values};
use crate::ports::side_by_side;
use crate::session::{self, save_journal as save, still_connected};
use crate::words::{changed_text, error_text, fill, plain, work_words};

/// Carries out what is left of the plan. Ends with the phase changed; that it is done is not saved: whoever called does.
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
        // Time has gone by: what was read before an interruption is read again before something is written.
        if !fresh && let Err(error) = read_again(outside, access, journal, stage).await {
            journal.phase = Phase::Asking(said(&error));
            save(outside, journal).await;
            return;
        }
        if !run_stage(outside, access, journal, &open).await {
            return;
        }
        fresh = true;
    }
    // What was refused and need not have been: a later step has done the same.
    for mark in &mut journal.marks {
        *mark = Mark::Done;
    }
    journal.phase = Phase::Done;
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
    let (mut failure, mut doubtful) = (None, Vec::new());
    let now = outside.now();
    for (&i, answer) in open.iter().zip(answers) {
        let step = &journal.plan.steps[i];
        match answer {
            Ok(outcome) => {
                journal.values.extend(outcome.kept);
                journal.answered(i, now, outcome.id);
                journal.marks[i] = Mark::Done;
            }
            Err(error) if step.action.method != Method::Get && error.leaves_doubt() => doubtful.push((i, error)),
            Err(error) if step.action.optional => {
                journal.marks[i] = Mark::Failed(error_text(&error));
                journal.not_written(i);
            }
            Err(error) => failure = Some(fail(journal, i, &error)),
        }
    }
    for (i, error) in doubtful {
        if !settle(outside, access, journal, i).await {
            return false;
        }
        if journal.marks[i] == Mark::Waiting {
            let why = fail(journal, i, &error);
            if !journal.plan.steps[i].action.optional {
                failure = Some(why);
                // It may still arrive: taking back looks once more, a moment later.
                journal.marks[i] = Mark::Sent;
            }
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
    let why = if step.action.method == Method::Get { said(error) } else { error_text(error) };
    journal.marks[i] = Mark::Failed(why.clone());
    let says = &journal.plan.steps[i].says;
    if says.is_empty() { why } else { fill(work_words().failed_at, &[("step", &plain(says)), ("why", &why)]) }
}

/// An error of a reading: what somebody changed, field by field, or what went wrong.
fn said(error: &ApiError) -> String {
    match error {
        ApiError::Differs(differences) => changed_text(differences),
        error => error_text(error),
    }
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
    let asked = match fate(outside, access, &journal.plan.steps[i], &journal.values, true).await {
        Fate::Applied { found, .. } => {
            journal.values.extend(found);
            journal.marks[i] = Mark::Done;
            return true;
        }
        Fate::NotApplied => {
            journal.marks[i] = Mark::Waiting;
            return true;
        }
        Fate::Whose => {
            journal.asked_whose = true;
            work_words().whose.to_owned()
        }
        Fate::Unclear(ApiError::Differs(differences)) => changed_text(&differences),
        Fate::Unclear(error) => error_text(&error),
    };
    let step = plain(&journal.plan.steps[i].says);
    journal.phase = Phase::Asking(fill(work_words().unclear_step, &[("step", &step), ("why", &asked)]));
    save(outside, journal).await;
    false
}

/// Makes those readings again that `stage` builds on: those of the stage before, and what was looked at before it is
/// written. What this very plan has written since is not as it was read.
async fn read_again(outside: &impl Outside, access: &Access, journal: &mut Journal, stage: u8) -> Result<(), ApiError> {
    let writes = |path: &str, which: fn(&Step, &Mark, u8) -> bool| {
        let mut marked = journal.plan.steps.iter().zip(&journal.marks);
        let is_write = |step: &Step| step.action.method != Method::Get && step.action.path == path;
        marked.any(|(step, mark)| is_write(step) && which(step, mark, stage))
    };
    let wanted = |step: &Step| {
        let path = step.action.path.as_str();
        let before = step.stage < stage && step.action.method == Method::Get;
        let matters = step.stage + 1 == stage || writes(path, |step, _, stage| step.stage == stage);
        before && matters && !writes(path, |_, mark, _| *mark == Mark::Done)
    };
    let which: Vec<usize> = (0..journal.plan.steps.len()).filter(|&i| wanted(&journal.plan.steps[i])).collect();
    for i in which {
        journal.sending(i, outside.now());
        match perform(outside, access, &journal.plan.steps[i].action, &journal.values).await {
            Ok(outcome) => {
                journal.values.extend(outcome.kept);
                journal.answered(i, outside.now(), outcome.id);
            }
            // What is to be deleted is gone: as good as done.
            Err(ApiError::Gone) if deletes(journal, stage, &journal.plan.steps[i].action.path) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn deletes(journal: &Journal, stage: u8, path: &str) -> bool {
    let mut steps = journal.plan.steps.iter();
    steps.any(|step| step.stage == stage && step.action.method == Method::Delete && step.action.path == path)
}

/// Does the steps from stage `from` on once more; for the later look.
pub async fn again(outside: &impl Outside, access: &Access, journal: &mut Journal, from: u8) -> Result<(), ApiError> {
    for i in 0..journal.plan.steps.len() {
        if journal.plan.steps[i].stage >= from {
            journal.sending(i, outside.now());
            let outcome = perform(outside, access, &journal.plan.steps[i].action, &journal.values).await?;
            journal.values.extend(outcome.kept.into_iter().filter(|(name, _)| !name.starts_with(FIRST)));
            journal.answered(i, outside.now(), outcome.id);
        }
    }
    Ok(())
}
