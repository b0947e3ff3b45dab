//! Taking a plan back, in reverse order: after a failure, or because a person said Undo.

use super::Outside;
use super::fate::{Fate, fate};
use super::later::PAUSE;
use super::perform::{UNKNOWN_VALUE, perform};
use crate::authentik::{Access, ApiError, Method};
use crate::plan::{Action, Bound, Journal, Mark, Phase, Step, Undo, Values, without};
use crate::session::{save_journal as save, still_connected};
use crate::words::{changed_text, error_text, fill, plain, work_words};

/// Why a step could not be taken back, and before which of its requests that was.
struct Stopped {
    why: String,
    at: usize,
}

impl Stopped {
    fn before(why: String) -> Self {
        Self { why, at: 0 }
    }
}

/// Takes back every step that was done. Ends with the phase changed: taken back, stuck with marks that say what is left, or
/// a question, where going back is no way any more. The end is not saved: whoever called does that.
pub async fn back(outside: &impl Outside, access: &Access, journal: &mut Journal) {
    let Phase::TakingBack(why) = journal.phase.clone() else { return };
    journal.left.clear();
    if is_final(outside, access, journal).await || is_changed(outside, access, journal, &why).await {
        return;
    }
    // Steps that are taken back by what follows, if it is: their own requests need not succeed.
    let mut by_what_follows = Vec::new();
    let mut stuck_at = None;
    for i in (0..journal.plan.steps.len()).rev() {
        let stage = journal.plan.steps[i].stage;
        if !is_open(journal, i) || stuck_at.is_some_and(|stuck| stage < stuck) {
            // What stays may build on it.
            continue;
        }
        if !still_connected(outside, access).await {
            return;
        }
        match take_back(outside, access, journal, i).await {
            Ok(None) => journal.marks[i] = Mark::TakenBack,
            Ok(Some(stopped)) => {
                by_what_follows.push(i);
                leave(journal, i, stopped);
            }
            Err(stopped) => {
                stuck_at = Some(stage);
                leave(journal, i, stopped);
            }
        }
        save(outside, journal).await;
    }
    if stuck_at.is_none() {
        for i in by_what_follows {
            journal.marks[i] = Mark::TakenBack;
        }
        journal.left.clear();
        journal.phase = Phase::TakenBack(why);
        return;
    }
    for i in (0..journal.plan.steps.len()).rev().filter(|&i| journal.marks[i] == Mark::Done) {
        journal.left.extend(journal.leaves(i, 0));
    }
    journal.phase = Phase::Stuck(why);
}

/// Whether step `i` may have changed something that is still there.
fn is_open(journal: &Journal, i: usize) -> bool {
    is_write(&journal.plan.steps[i]) && matches!(journal.marks[i], Mark::Sent | Mark::Done | Mark::Left(_))
}

fn leave(journal: &mut Journal, i: usize, stopped: Stopped) {
    if journal.marks[i] == Mark::Sent
        && let Ok(number) = u8::try_from(i)
    {
        journal.unanswered.push(number);
    }
    journal.left.extend(journal.leaves(i, stopped.at));
    journal.marks[i] = Mark::Left(stopped.why);
}

/// Whether something was deleted that can't be made again: then it can only go on to the end.
async fn is_final(outside: &impl Outside, access: &Access, journal: &mut Journal) -> bool {
    for i in 0..journal.plan.steps.len() {
        let step = &journal.plan.steps[i];
        if !matches!(step.undo, Undo::Impossible(_)) || journal.marks[i] != Mark::Sent {
            continue;
        }
        match fate(outside, access, step, &journal.values, true).await {
            Fate::Applied { .. } => journal.marks[i] = Mark::Done,
            Fate::NotApplied | Fate::Whose => journal.marks[i] = Mark::Waiting,
            Fate::Unclear(error) => {
                let (step, why) = (plain(&step.says), error_text(&error));
                let asked = fill(work_words().unclear_step, &[("step", &step), ("why", &why)]);
                journal.phase = Phase::Asking(asked);
                return true;
            }
        }
    }
    if !journal.can_go_back() {
        journal.phase = Phase::Asking(work_words().only_forward_from_here.to_owned());
        return true;
    }
    false
}

/// Undo of what was finished: before any of it is touched, all of it is looked at. What somebody has changed since is
/// told, and nothing is taken back then.
async fn is_changed(outside: &impl Outside, access: &Access, journal: &mut Journal, why: &str) -> bool {
    let mut marks = journal.plan.steps.iter().zip(&journal.marks).filter(|(step, _)| is_write(step));
    let whole = marks.all(|(_, mark)| matches!(mark, Mark::Done | Mark::Left(_))) && journal.unanswered.is_empty();
    if !whole || journal.plan.changes().count() < 2 {
        return false;
    }
    let mut changed = false;
    for i in 0..journal.plan.steps.len() {
        if is_write(&journal.plan.steps[i])
            && let Err(why) = is_as_it_was_made(outside, access, journal, i).await
        {
            journal.marks[i] = Mark::Left(why);
            changed = true;
        }
    }
    if changed {
        journal.left = (0..journal.plan.steps.len()).flat_map(|i| journal.leaves(i, 0)).collect();
        journal.phase = Phase::Stuck(why.to_owned());
    }
    changed
}

fn is_write(step: &Step) -> bool {
    step.action.method != Method::Get
}

async fn is_as_it_was_made(
    outside: &impl Outside,
    access: &Access,
    journal: &mut Journal,
    i: usize,
) -> Result<(), String> {
    match fate(outside, access, &journal.plan.steps[i], &journal.values, false).await {
        Fate::Unclear(error) => return Err(said(&error)),
        Fate::Applied { whole, .. } => who_is_bound(journal, whole)?,
        Fate::NotApplied | Fate::Whose => {}
    }
    let (step, values) = (&journal.plan.steps[i], &journal.values);
    let Undo::By(actions) = &step.undo else { return Ok(()) };
    for (number, action) in actions.iter().enumerate().take_while(|(_, action)| action.method == Method::Get) {
        if !action.has_condition() || action.is_guard() {
            continue;
        }
        match perform(outside, access, action, values).await {
            Err(ApiError::Differs(_)) if is_undone(outside, access, &actions[number..], values).await => {}
            Err(error) => return Err(said(&error)),
            Ok(_) => {}
        }
    }
    Ok(())
}

/// Where it can't be seen who has been bound since, a person has to say first that they may lose that.
fn who_is_bound(journal: &mut Journal, seen: bool) -> Result<(), String> {
    if seen || matches!(journal.bound, None | Some(Bound::Whoever)) {
        return Ok(());
    }
    journal.bound = Some(Bound::Asked);
    Err(work_words().bound_unseen.to_owned())
}

/// Takes one step back. What is there is looked at before anything is deleted, each time anew: only what is exactly what
/// we wrote is ours. Says where it stopped if what follows does the same.
async fn take_back(
    outside: &impl Outside,
    access: &Access,
    journal: &mut Journal,
    i: usize,
) -> Result<Option<Stopped>, Stopped> {
    if journal.marks[i] == Mark::Sent {
        // A server that didn't answer may still apply it: give it a moment before the look that counts.
        outside.sleep(PAUSE).await;
    }
    let before = |number: &u8| usize::from(*number) == i;
    let unanswered = journal.marks[i] == Mark::Sent || journal.unanswered.iter().any(before);
    let actions = match &journal.plan.steps[i].undo {
        Undo::Nothing => return Ok(None),
        Undo::Impossible(why) => return Err(Stopped::before(why.clone())),
        Undo::By(actions) => actions.clone(),
    };
    match fate(outside, access, &journal.plan.steps[i], &journal.values, unanswered).await {
        Fate::Applied { found, whole } => {
            who_is_bound(journal, whole).map_err(Stopped::before)?;
            // What it is called has to be known to whoever goes on from here, once part of it is gone.
            journal.values.extend(found);
            journal.unanswered.retain(|number| !before(number));
            journal.marks[i] = Mark::Done;
            if !save(outside, journal).await {
                return Err(Stopped::before(work_words().error_storage.to_owned()));
            }
        }
        Fate::NotApplied if unanswered => {
            journal.unanswered.retain(|number| !before(number));
            return Ok(None);
        }
        // Not there. As we know that it was, what hung on it may still be.
        Fate::NotApplied => {}
        Fate::Whose => {
            journal.asked_whose = true;
            return Err(Stopped::before(work_words().whose_taken_back.to_owned()));
        }
        Fate::Unclear(error) => return Err(Stopped::before(said(&error))),
    }
    undo(outside, access, journal, &actions).await
}

async fn undo(
    outside: &impl Outside,
    access: &Access,
    journal: &mut Journal,
    actions: &[Action],
) -> Result<Option<Stopped>, Stopped> {
    let (mut gone, mut stopped) = (false, None);
    for (at, action) in actions.iter().enumerate() {
        // What is read now replaces what was read then; if it can't be read, the old value must not be written.
        let anew = |name: &str| action.keep.iter().any(|(kept, _)| kept == name);
        journal.values = without(std::mem::take(&mut journal.values), anew);
        match perform(outside, access, action, &journal.values).await {
            // What a guard asks about is gone itself.
            Ok(outcome) if outcome.gone && action.is_guard() => return Ok(None),
            Ok(outcome) => {
                gone |= outcome.gone;
                journal.values.extend(outcome.kept);
            }
            // What was never learned, because there was nothing there, needs no taking back.
            Err(ApiError::Unexpected(what)) if gone && what == UNKNOWN_VALUE => {}
            // What was made is used elsewhere by now: it stays.
            Err(ApiError::Differs(_)) if action.is_guard() => return Ok(None),
            Err(error) if action.optional && !action.is_guard() => {
                stopped = stopped.or(Some(Stopped { why: error_text(&error), at }));
            }
            // It was taken back before, and nobody was there to write that down.
            Err(ApiError::Differs(_))
                if action.has_condition() && is_undone(outside, access, &actions[at..], &journal.values).await =>
            {
                return Ok(None);
            }
            Err(error) if action.method == Method::Get => return Err(Stopped { why: said(&error), at }),
            Err(error) => return Err(Stopped { why: error_text(&error), at }),
        }
    }
    Ok(stopped)
}

/// Whether what the write behind a reading would bring about is so already.
async fn is_undone(outside: &impl Outside, access: &Access, actions: &[Action], values: &Values) -> bool {
    let Some((read, behind)) = actions.split_first() else { return false };
    let Some(write) = behind.iter().find(|action| action.method != Method::Get) else { return false };
    if write.expect.is_empty() || write.path != read.path {
        return false;
    }
    let look = Action { expect: write.expect.clone(), keep: Vec::new(), ..read.clone() };
    perform(outside, access, &look, values).await.is_ok_and(|outcome| !outcome.gone)
}

/// An error for the mark of a step: what somebody changed, field by field, or what went wrong.
fn said(error: &ApiError) -> String {
    match error {
        ApiError::Differs(differences) => changed_text(differences),
        error => error_text(error),
    }
}
