//! Taking a plan back, in reverse order: after a failure, or because a person said Undo.

use super::Outside;
use super::forward::was_applied;
use super::later::PAUSE;
use super::perform::{UNKNOWN_VALUE, perform};
use crate::authentik::{Access, ApiError, Method};
use crate::plan::{Action, Journal, Mark, Phase, Step, Undo};
use crate::session::{save_journal as save, still_connected};
use crate::words::{error_text, work_words};

/// Takes back every step that was done. Ends with the phase changed: taken back, or stuck with marks that say what is left.
pub async fn back(outside: &impl Outside, access: &Access, journal: &mut Journal) {
    let Phase::TakingBack(why) = journal.phase.clone() else { return };
    for i in (0..journal.plan.steps.len()).rev() {
        let write = journal.plan.steps[i].action.method != Method::Get;
        if !write || !matches!(journal.marks[i], Mark::Sent | Mark::Done | Mark::Left(_)) {
            continue;
        }
        if !still_connected(outside, access).await {
            return;
        }
        // Lent, not cloned: nothing is saved meanwhile.
        let steps = std::mem::take(&mut journal.plan.steps);
        let taken_back = take_back(outside, access, journal, &steps[i], i).await;
        journal.plan.steps = steps;
        journal.marks[i] = taken_back.map_or_else(Mark::Left, |()| Mark::TakenBack);
        save(outside, journal).await;
    }
    let left = journal.marks.iter().any(|mark| matches!(mark, Mark::Left(_)));
    journal.phase = if left { Phase::Stuck(why) } else { Phase::TakenBack(why) };
    save(outside, journal).await;
}

/// Takes one step back. What is there is looked at before anything is deleted, each time anew: only what is exactly what
/// we wrote is ours.
async fn take_back(
    outside: &impl Outside,
    access: &Access,
    journal: &mut Journal,
    step: &Step,
    i: usize,
) -> Result<(), String> {
    if journal.marks[i] == Mark::Sent {
        // A server that didn't answer may still apply it: give it a moment before the look that counts.
        outside.sleep(PAUSE).await;
    }
    let actions = match &step.undo {
        Undo::Nothing => return Ok(()),
        Undo::Impossible(why) => return Err(why.clone()),
        Undo::By(actions) => actions,
    };
    match was_applied(outside, access, step, &journal.values).await {
        Ok(Some(found)) => journal.values.extend(found),
        // Not there. If we know that it was, what hung on it may still be.
        Ok(None) if journal.marks[i] == Mark::Sent => return Ok(()),
        Ok(None) => {}
        Err(ApiError::Unexpected(_)) => return Err(work_words().changed_since.to_owned()),
        Err(error) => return Err(error_text(&error)),
    }
    undo(outside, access, journal, actions).await
}

async fn undo(
    outside: &impl Outside,
    access: &Access,
    journal: &mut Journal,
    actions: &[Action],
) -> Result<(), String> {
    let mut gone = false;
    for action in actions {
        // What is read now replaces what was read then; if it can't be read, the old value must not be written.
        for (name, _) in &action.keep {
            journal.values.remove(name);
        }
        match perform(outside, access, action, &journal.values).await {
            Ok(outcome) => {
                gone |= outcome.gone;
                journal.values.extend(outcome.kept);
            }
            // What was never learned, because there was nothing there, needs no taking back.
            Err(ApiError::Unexpected(what)) if gone && what == UNKNOWN_VALUE => {}
            // What was made is used elsewhere by now: it stays.
            Err(ApiError::Unexpected(_)) if action.is_guard() => return Ok(()),
            Err(_) if action.optional && !action.is_guard() => {}
            Err(ApiError::Unexpected(_)) if action.has_condition() => {
                return Err(work_words().changed_since.to_owned());
            }
            Err(error) => return Err(error_text(&error)),
        }
    }
    Ok(())
}
