//! "As code": a reviewed change, or what exists, as Terraform, blueprint and shell script.

use serde_json::Value;

use super::Route;

/// The forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Form {
    /// Terraform.
    #[default]
    Terraform,
    /// A blueprint of authentik's.
    Blueprint,
    /// A shell script.
    Shell,
}

impl Form {
    /// All, in the order they are offered, which is the order of the texts.
    pub const ALL: [Self; 3] = [Self::Terraform, Self::Blueprint, Self::Shell];
}

/// What is shown as code.
#[derive(Clone, Debug, PartialEq)]
pub struct Code {
    /// What was asked for: the answer to another question is not shown.
    pub ask: Value,
    /// It is a change that is reviewed, rather than what exists.
    pub planned: bool,
    /// Where "Back" leads.
    pub back: Route,
    /// The form that is shown.
    pub form: Form,
    /// The texts, or why there are none; `None` while they are written.
    pub texts: Option<Result<Vec<String>, String>>,
}

impl Code {
    /// The text that is shown.
    pub fn text(&self) -> Option<&String> {
        self.texts.as_ref()?.as_ref().ok()?.get(self.form as usize)
    }

    /// Why there is none.
    pub fn failed(&self) -> Option<&String> {
        self.texts.as_ref()?.as_ref().err()
    }
}
