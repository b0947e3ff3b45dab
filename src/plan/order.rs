//! What a page of the extension may order the worker to do, and what the worker answers.

use serde::{Deserialize, Serialize};

use super::Plan;

/// An order. Nothing in it names a host or holds a token: the worker adds both itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Message", into = "Message")]
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
#[serde(try_from = "Message", into = "Message")]
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

/// Orders and replies as they travel: `{"kind": "apply", "plan": {…}}`. A flat struct rather than serde's tagged enums,
/// which would read every plan through a second set of code: a fifth of the worker's module.
#[derive(Serialize, Deserialize)]
struct Message {
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    plan: Option<Box<Plan>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    choice: Option<Choice>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

impl Message {
    fn of(kind: &str) -> Self {
        Self { kind: kind.to_owned(), plan: None, id: None, choice: None, why: None }
    }
}

impl From<Order> for Message {
    fn from(order: Order) -> Self {
        match order {
            Order::Apply { plan } => Self { plan: Some(plan), ..Self::of("apply") },
            Order::Undo { id } => Self { id: Some(id), ..Self::of("undo") },
            Order::Wake => Self::of("wake"),
            Order::Answer { choice } => Self { choice: Some(choice), ..Self::of("answer") },
            Order::Seen => Self::of("seen"),
        }
    }
}

impl TryFrom<Message> for Order {
    type Error = &'static str;

    fn try_from(message: Message) -> Result<Self, Self::Error> {
        let kind = message.kind.clone();
        match (kind.as_str(), message) {
            ("apply", Message { plan: Some(plan), .. }) => Ok(Self::Apply { plan }),
            ("undo", Message { id: Some(id), .. }) => Ok(Self::Undo { id }),
            ("wake", _) => Ok(Self::Wake),
            ("answer", Message { choice: Some(choice), .. }) => Ok(Self::Answer { choice }),
            ("seen", _) => Ok(Self::Seen),
            _ => Err("not an order"),
        }
    }
}

impl From<Reply> for Message {
    fn from(reply: Reply) -> Self {
        match reply {
            Reply::Taken => Self::of("taken"),
            Reply::Busy => Self::of("busy"),
            Reply::Refused { why } => Self { why: Some(why), ..Self::of("refused") },
        }
    }
}

impl TryFrom<Message> for Reply {
    type Error = &'static str;

    fn try_from(message: Message) -> Result<Self, Self::Error> {
        match message.kind.as_str() {
            "taken" => Ok(Self::Taken),
            "busy" => Ok(Self::Busy),
            "refused" => Ok(Self::Refused { why: message.why.unwrap_or_default() }),
            _ => Err("not a reply"),
        }
    }
}
