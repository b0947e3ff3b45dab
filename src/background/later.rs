//! The later look: a list without an `ETag` may have been written by somebody who read it before we wrote, and we may have
//! written over somebody who wrote after we read. It runs after "Done", and speaks up only if something is wrong.

use futures_util::future::join;

use super::Outside;
use super::forward::again;
use super::perform::perform;
use super::theirs::{Theirs, theirs};
use crate::authentik::{Access, ApiError};
use crate::plan::{Journal, LOOKS, Later};
use crate::session::save_look;
use crate::words::{error_text, fill, work_words};

/// How long before the first look, in milliseconds.
pub const PAUSE: u32 = 1_000;
/// Before the second and the third. The last one comes when every request that was under way has ended.
const PAUSES: [u32; LOOKS as usize] = [PAUSE, 4_000, 20_000];
/// How often what was lost is put back before it is told that it is lost.
const TRIES: u8 = 5;
/// What is gone so long after the end, in milliseconds, was taken out by somebody who had seen it: it isn't put back.
const TOO_LATE: f64 = 300_000.0;

/// What a look says about what was written here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ours {
    /// It is there.
    There,
    /// It was lost a moment ago.
    Lost,
    /// It is gone, and nothing is done about it any more.
    Gone,
    /// It can't be known now.
    Unknown,
}

/// How long to wait before the next look.
pub fn pause(journal: &Journal) -> u32 {
    let made = LOOKS.saturating_sub(journal.looks_due());
    PAUSES.get(usize::from(made)).copied().unwrap_or(PAUSE)
}

/// Looks once, writes into the journal what there is to say, and says whether what was written here is there.
pub async fn look(outside: &impl Outside, access: &Access, journal: &mut Journal) -> Ours {
    let Some(later) = journal.plan.later.clone() else { return Ours::There };
    let (worst, theirs) = join(worst(outside, access, journal, &later), theirs(outside, access, journal, &later)).await;
    let ours = match worst {
        Ok(()) => Ours::There,
        Err(ApiError::Differs(_)) if !is_recent(journal, outside.now()) || tries(journal) >= TRIES => Ours::Gone,
        Err(ApiError::Differs(_)) => Ours::Lost,
        Err(_) => Ours::Unknown,
    };
    say(journal, &later, ours, theirs);
    let due = journal.looks_due();
    journal.looking.due = Some(match ours {
        Ours::There => due.saturating_sub(1),
        Ours::Gone => 0,
        Ours::Lost => due,
        // The last one is still to be made, by whoever wakes up next.
        Ours::Unknown => due.saturating_sub(1).max(1),
    });
    ours
}

/// What is wrong with what was written: one thing that was lost is enough; else one that can't be known.
async fn worst(outside: &impl Outside, access: &Access, journal: &Journal, later: &Later) -> Result<(), ApiError> {
    let mut worst = Ok(());
    for look in later.looks() {
        match perform(outside, access, look, &journal.values).await {
            Err(error @ ApiError::Differs(_)) => return Err(error),
            Err(error) => worst = Err(error),
            Ok(_) => {}
        }
    }
    worst
}

fn tries(journal: &Journal) -> u8 {
    journal.looking.put_back.unwrap_or(0)
}

fn is_recent(journal: &Journal, now: f64) -> bool {
    journal.looking.since.is_some_and(|since| now - since < TOO_LATE)
}

/// How long to wait before putting back: two that write over each other must not keep step.
pub fn before_putting_back(outside: &impl Outside, journal: &Journal) -> u32 {
    random(outside, 500 << tries(journal).min(4))
}

/// Writes what was lost once more, on top of what is there now. After it everything is looked at anew.
pub async fn put_back(outside: &impl Outside, access: &Access, journal: &mut Journal) {
    let Some(from) = journal.plan.later.as_ref().map(|later| later.again_from) else { return };
    journal.looking.put_back = Some(tries(journal) + 1);
    journal.looking.due = Some(LOOKS);
    // Whoever wakes up in the middle knows that it was tried.
    save_look(outside, journal, false).await;
    let ended = again(outside, access, journal, from).await;
    journal.looking.why = ended.err().map(|error| error_text(&error)).unwrap_or_default();
}

/// A number below `limit`, which nobody can foresee.
fn random(outside: &impl Outside, limit: u32) -> u32 {
    let number = outside.letters(3).bytes().fold(0, |number: u32, byte| number * 64 + u32::from(byte % 64));
    number % limit.max(1)
}

/// What there is to say, from the beginning each time: what was lost a moment ago may be there by now.
fn say(journal: &mut Journal, later: &Later, ours: Ours, theirs: Option<Theirs>) {
    let words = work_words();
    let what: Vec<&str> = later.watched.iter().map(|watched| watched.name.as_str()).collect();
    let what = what.join(", ");
    let looking = &mut journal.looking;
    let mut said = match ours {
        Ours::Gone if looking.put_back.is_some() => {
            let why = if looking.why.is_empty() { words.later_lost_each_time } else { &looking.why };
            fill(words.later_lost, &[("what", &what), ("why", why)])
        }
        Ours::Gone => fill(words.later_gone, &[("what", &what)]),
        Ours::There if looking.put_back.is_some() => fill(words.later_put_back, &[("what", &what)]),
        // Nothing new is known: what was said stands.
        Ours::Unknown => return,
        Ours::There | Ours::Lost => String::new(),
    };
    if let Some(theirs) = theirs {
        if !said.is_empty() {
            said.push(' ');
        }
        said.push_str(&theirs.said);
        looking.offer = theirs.offer;
    }
    if !said.is_empty() {
        journal.later_said = Some(said);
    }
}
