//! The journal of a plan: written before each step, so that whoever wakes up next knows where it stands.
//!
//! It holds no secret: no token, no answer, only the values that later steps need.

use super::{Looking, Plan, Thing, Undo, Values};
use crate::authentik::kept::{keep_fields, keep_variants};

/// Where one step stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Not begun.
    Waiting,
    /// Sent, or about to be; without an answer nobody knows whether it was applied.
    Sent,
    /// Answered, and as expected.
    Done,
    /// Not applied; why, for a person.
    Failed(String),
    /// Taken back.
    TakenBack,
    /// Could not be taken back; why, for a person.
    Left(String),
}

keep_variants!(Mark { Waiting, Sent, Done, TakenBack; Failed, Left });

/// Where the whole stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Going forward.
    Running,
    /// Going back; why, for a person.
    TakingBack(String),
    /// Neither: a person has to say. Why, for a person.
    Asking(String),
    /// All of it is there.
    Done,
    /// None of it is there any more; why.
    TakenBack(String),
    /// A person said to leave it as it is.
    Left,
    /// Going back failed; why it went back. The marks say what is left. It can be tried again.
    Stuck(String),
}

keep_variants!(Phase { Running, Done, Left; TakingBack, Asking, TakenBack, Stuck });

/// Whoever has been bound to an application since it was made loses that with it, and not every token may see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Time has passed.
    Perhaps,
    /// Time has passed, it can't be seen, and a person was told so. What they say next counts.
    Asked,
    /// They said: take it back all the same. It counts this once.
    Whoever,
}

keep_variants!(Bound { Perhaps, Asked, Whoever });

/// A plan and how far it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Journal {
    /// The plan.
    pub plan: Plan,
    /// The instance that it is for; it is never carried out on another.
    pub base: String,
    /// Where it stands.
    pub phase: Phase,
    /// Where each step stands.
    pub marks: Vec<Mark>,
    /// What is known so far.
    pub values: Values,
    /// When it was begun, in milliseconds since 1970.
    pub begun: f64,
    /// What the later look has to say, if anything was wrong.
    pub later_said: Option<String>,
    /// Whether a person has seen how it ended.
    pub seen: bool,
    /// Where that look stands.
    pub looking: Looking,
    /// What could not be taken back, or was left as it is: thing by thing.
    pub left: Vec<Thing>,
    /// The steps whose answer nobody saw and that could not be taken back either: what is found of them is ours only if
    /// nothing stood there before.
    pub unanswered: Vec<u8>,
    /// A person has been asked about something that is there just as this plan would have made it, and may be somebody
    /// else's. What they say next counts.
    pub asked_whose: bool,
    /// Whether somebody may have been bound to what it made; none while it was made a moment ago.
    pub bound: Option<Bound>,
}

keep_fields!(Journal { plan, base, phase, marks, values, begun; later_said, seen; looking, left, unanswered, asked_whose, bound });

/// What is kept of a settled plan, so that it can be undone later.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The plan with its values and marks.
    pub journal: Journal,
    /// When it ended, in milliseconds since 1970.
    pub ended: f64,
    /// Whether it was undone since.
    pub undone: bool,
}

keep_fields!(Record { journal, ended, undone });

impl Journal {
    /// A plan that has not begun.
    pub fn new(plan: Plan, base: &str, now: f64) -> Self {
        let marks = vec![Mark::Waiting; plan.steps.len()];
        let values = plan.values.clone();
        let base = base.to_owned();
        Self {
            plan,
            base,
            phase: Phase::Running,
            marks,
            values,
            begun: now,
            later_said: None,
            seen: false,
            looking: Looking::default(),
            left: Vec::new(),
            unanswered: Vec::new(),
            asked_whose: false,
            bound: None,
        }
    }

    /// Whether all that was done can be taken back: what was deleted can't be made again.
    pub fn can_go_back(&self) -> bool {
        let mut steps = self.plan.steps.iter().zip(&self.marks);
        !steps.any(|(step, mark)| *mark == Mark::Done && matches!(step.undo, Undo::Impossible(_)))
    }

    /// Whether nothing more happens to it by itself and nobody has to be asked.
    pub fn is_settled(&self) -> bool {
        matches!(self.phase, Phase::Done | Phase::TakenBack(_) | Phase::Left)
    }

    /// Whether it goes on by itself when the worker wakes.
    pub fn goes_on(&self) -> bool {
        matches!(self.phase, Phase::Running | Phase::TakingBack(_))
    }

    /// How many steps there are to show and how many are done: (done, all).
    pub fn progress(&self) -> (usize, usize) {
        let shown = || self.plan.steps.iter().zip(&self.marks).filter(|(step, _)| !step.says.is_empty());
        (shown().filter(|(_, mark)| **mark == Mark::Done).count(), shown().count())
    }
}
