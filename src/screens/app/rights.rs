//! What the token may do, as far as that is known before anything is tried.

use super::App;
use crate::plan::Needs;
use crate::session::Lack;
use crate::words::{fill, in_a_row, words};

impl App {
    /// Whether authentik shows the token only a part, and may say no to what it is asked to do.
    pub fn sees_a_part(&self) -> bool {
        self.who.as_ref().is_some_and(|who| who.lacks.contains(&Lack::NotSuperuser))
    }

    /// For a token that isn't a superuser's: what the review needs, in authentik's own words.
    pub fn needs(&self) -> Option<String> {
        let plan = self.preview().filter(|_| self.sees_a_part())?;
        let Needs { forward, back } = plan.needs();
        let (words, forward, back) = (words(), in_a_row(&forward), in_a_row(&back));
        let all = [("needed", forward.as_str()), ("undo", &back)];
        let permissions = if back.is_empty() { forward.clone() } else { fill(words.needs_to_undo, &all) };
        let says = if plan.can_be_undone() { words.needs } else { words.needs_final };
        Some(fill(says, &[("permissions", &permissions)]))
    }
}
