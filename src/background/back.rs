//! Taking a plan back, in reverse order: after a failure, or because a person said Undo.

use super::Outside;
use super::forward::was_applied;
use super::perform::{UNKNOWN_VALUE, perform};
use crate::authentik::{Access, ApiError, Method};
use crate::plan::{Action, Expect, Journal, Mark, Phase, Undo};
use crate::session::save_journal as save;
use crate::words::{error_text, work_words};

/// Takes back every step that was done. Ends with the phase changed: taken back, or stuck with marks that say what is left.
pub async fn back(outside: &impl Outside, access: &Access, journal: &mut Journal) {
    let Phase::TakingBack(why) = journal.phase.clone() else { return };
    for i in (0..journal.plan.steps.len()).rev() {
        let step = journal.plan.steps[i].clone();
        if step.action.method == Method::Get {
            continue;
        }
        if journal.marks[i] == Mark::Sent {
            match was_applied(outside, access, &step, &journal.values).await {
                Ok(Some(found)) => journal.values.extend(found),
                Ok(None) => {
                    journal.marks[i] = Mark::TakenBack;
                    continue;
                }
                Err(error) => {
                    journal.marks[i] = Mark::Left(error_text(&error));
                    continue;
                }
            }
        } else if !matches!(journal.marks[i], Mark::Done | Mark::Left(_)) {
            continue;
        }
        let taken_back = match &step.undo {
            Undo::Nothing => Ok(()),
            Undo::By(actions) => undo(outside, access, journal, actions).await,
            Undo::Impossible(why) => Err(why.clone()),
        };
        journal.marks[i] = taken_back.map_or_else(Mark::Left, |()| Mark::TakenBack);
        save(outside, journal).await;
    }
    let left = journal.marks.iter().any(|mark| matches!(mark, Mark::Left(_)));
    journal.phase = if left { Phase::Stuck(why) } else { Phase::TakenBack(why) };
    save(outside, journal).await;
}

async fn undo(
    outside: &impl Outside,
    access: &Access,
    journal: &mut Journal,
    actions: &[Action],
) -> Result<(), String> {
    let mut gone = false;
    for action in actions {
        match perform(outside, access, action, &journal.values).await {
            Ok(outcome) => {
                gone |= outcome.gone;
                journal.values.extend(outcome.kept);
            }
            // What was never learned, because there was nothing there, needs no taking back.
            Err(ApiError::Unexpected(what)) if gone && what == UNKNOWN_VALUE => {}
            Err(_) if action.optional => {}
            Err(ApiError::Unexpected(_)) if has_condition(action) => return Err(work_words().changed_since.to_owned()),
            Err(error) => return Err(error_text(&error)),
        }
    }
    Ok(())
}

fn has_condition(action: &Action) -> bool {
    action.method == Method::Get && action.expect.iter().any(|expect| matches!(expect, Expect::Is(..)))
}
