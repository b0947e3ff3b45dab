//! What a page of the extension may order the worker to do, and what the worker answers.

use serde::{Deserialize, Serialize};

use super::Plan;

/// An order. Nothing in it names a host or holds a token: the worker adds both itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Order {
    /// Carry out a plan.
    Apply {
        /// The plan.
        plan: Box<Plan>,
    },
    /// Take back a settled plan.
    Undo {
        /// Its id.
        id: String,
    },
    /// A view has opened: go on with what is unfinished.
    Wake,
    /// The answer to a question about an unfinished plan.
    Answer {
        /// What the person chose.
        choice: Choice,
    },
    /// The person has seen how the last plan ended.
    Seen,
}

/// What can be done with a plan that stopped in the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// Go on to the end.
    Finish,
    /// Go back to the beginning.
    TakeBack,
    /// Leave everything as it is and forget the plan.
    LeaveIt,
}

/// The worker's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum Reply {
    /// It was done, or there was nothing to do; the journal tells.
    Taken,
    /// Another plan is under way.
    Busy,
    /// It was refused; why, for a person.
    Refused {
        /// The words.
        why: String,
    },
}
