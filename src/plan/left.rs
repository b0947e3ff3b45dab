//! What of a plan stays in authentik when it is not taken back, thing by thing, and where it stands there.

use super::{Action, Journal, Mark, Undo, expand_path};
use crate::authentik::Method;
use crate::authentik::kept::keep_fields;

/// Something that stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thing {
    /// What it is, with its name, for a person; the name between the marks of [`crate::words::fill_marked`].
    pub what: String,
    /// Where it is below the API; up to what is not known of it.
    pub path: String,
}

keep_fields!(Thing { what, path });

impl Journal {
    /// What step `i` leaves behind if its taking back stops before request number `from`.
    pub fn leaves(&self, i: usize, from: usize) -> Vec<Thing> {
        let Some(Undo::By(actions)) = self.plan.steps.get(i).map(|step| &step.undo) else { return Vec::new() };
        let named = |action: &&Action| !action.leaves.is_empty();
        actions.iter().skip(from).filter(named).map(|action| self.thing(action)).collect()
    }

    fn thing(&self, action: &Action) -> Thing {
        let known = |path: &str| path.split('{').next().unwrap_or_default().to_owned();
        let path = expand_path(&action.path, &self.values).unwrap_or_else(|| known(&action.path));
        Thing { what: action.leaves.clone(), path }
    }

    /// What stays if it is left as it is now: of each step that was done, or may have been.
    pub fn leaves_now(&self) -> Vec<Thing> {
        if self.marks.iter().any(|mark| matches!(mark, Mark::Left(_))) {
            return self.left.clone();
        }
        let there = |i: &usize| {
            let write = self.plan.steps[*i].action.method != Method::Get;
            write && matches!(self.marks[*i], Mark::Sent | Mark::Done)
        };
        (0..self.plan.steps.len()).filter(there).flat_map(|i| self.leaves(i, 0)).collect()
    }
}
