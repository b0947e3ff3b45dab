//! The plan that is under way or has just ended, as a screen.

use crate::plan::{Journal, Phase};
use crate::words::{words, work_words};

/// Which screen a journal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// "Applying changes", forward or back.
    Applying,
    /// A person has to say how it goes on.
    Asking,
    /// "Done".
    Done,
    /// Nothing of it is left.
    TakenBack,
}

/// The screen of a journal; none once the person has seen how it ended.
pub fn work_of(journal: Option<&Journal>) -> Option<Work> {
    let journal = journal?;
    match journal.phase {
        Phase::Running | Phase::TakingBack(_) => Some(Work::Applying),
        Phase::Asking(_) | Phase::Stuck(_) => Some(Work::Asking),
        Phase::Done => (!journal.seen).then_some(Work::Done),
        Phase::TakenBack(_) => (!journal.seen).then_some(Work::TakenBack),
        Phase::Left => None,
    }
}

/// Why a person is asked; empty where nobody is.
pub fn why_asked(journal: &Journal) -> String {
    match &journal.phase {
        // That a person wanted it is no reason why it didn't go through.
        Phase::Stuck(why) if why == work_words().undone_by_person => {
            let words = words();
            let all: usize = (0..journal.plan.steps.len()).map(|i| journal.leaves(i, 0).len()).sum();
            if journal.left.len() == all { words.undo_refused } else { words.undo_stopped }.to_owned()
        }
        Phase::Asking(why) | Phase::Stuck(why) => why.clone(),
        _ => String::new(),
    }
}
