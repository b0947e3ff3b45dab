//! What a page of the extension may order the worker to do, and what the worker answers.

use serde_json::{Value, json};

use super::Plan;
use crate::authentik::kept::Kept;

/// An order. It holds no token, and names no host that a request would be sent to: the worker adds both itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Order {
    /// Carry out a plan.
    Apply {
        /// The plan.
        plan: Box<Plan>,
        /// The instance that it was made for; it is carried out on no other.
        base: String,
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
    /// Forget a journal that can't be read. One that can be read is never forgotten so.
    Forget,
}

/// What can be done with a plan that stopped in the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Go on to the end.
    Finish,
    /// Go back to the beginning.
    TakeBack,
    /// Leave everything as it is and forget the plan.
    LeaveIt,
}

/// The worker's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
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

impl Order {
    /// As it travels: `{"kind": "apply", "plan": {…}}`. By hand, because derived code for it is a tenth of the worker.
    pub fn to_message(&self) -> Value {
        match self {
            Self::Apply { plan, base } => json!({"kind": "apply", "plan": plan.keep(), "base": base}),
            Self::Undo { id } => json!({"kind": "undo", "id": id}),
            Self::Wake => json!({"kind": "wake"}),
            Self::Answer { choice } => json!({"kind": "answer", "choice": choice.name()}),
            Self::Seen => json!({"kind": "seen"}),
            Self::Forget => json!({"kind": "forget"}),
        }
    }

    /// Reads a message; `None` if it is no order.
    pub fn from_message(message: &Value) -> Option<Self> {
        let text = |key: &str| message.get(key).and_then(Value::as_str);
        match text("kind")? {
            "apply" => {
                let plan = Box::new(Plan::read(message.get("plan")?)?);
                Some(Self::Apply { plan, base: text("base")?.to_owned() })
            }
            "undo" => Some(Self::Undo { id: text("id")?.to_owned() }),
            "wake" => Some(Self::Wake),
            "answer" => Some(Self::Answer { choice: Choice::named(text("choice")?)? }),
            "seen" => Some(Self::Seen),
            "forget" => Some(Self::Forget),
            _ => None,
        }
    }
}

impl Choice {
    const ALL: [Self; 3] = [Self::Finish, Self::TakeBack, Self::LeaveIt];

    fn name(self) -> &'static str {
        match self {
            Self::Finish => "finish",
            Self::TakeBack => "take_back",
            Self::LeaveIt => "leave_it",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.name() == name)
    }
}

impl Reply {
    /// As it travels: `{"kind": "refused", "why": "…"}`.
    pub fn to_message(&self) -> Value {
        match self {
            Self::Taken => json!({"kind": "taken"}),
            Self::Busy => json!({"kind": "busy"}),
            Self::Refused { why } => json!({"kind": "refused", "why": why}),
        }
    }

    /// Reads a message; `None` if it is no reply.
    pub fn from_message(message: &Value) -> Option<Self> {
        match message.get("kind")?.as_str()? {
            "taken" => Some(Self::Taken),
            "busy" => Some(Self::Busy),
            "refused" => Some(Self::Refused { why: message.get("why")?.as_str()?.to_owned() }),
            _ => None,
        }
    }
}
