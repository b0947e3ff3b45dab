//! What was done from here: which of it can be undone, and whether it was done at this instance.

use super::{App, Journal, Kind, Record};

impl App {
    /// The newest record for this site that can still be undone.
    pub fn undoable(&self) -> Option<&Record> {
        let site = self.origin()?.to_string();
        // What was put back is about others.
        let is_of = |record: &&Record| record.journal.plan.site == site && record.journal.plan.kind != Kind::PutBack;
        let last = self.records.iter().find(is_of)?;
        (!last.undone && last.journal.plan.can_be_undone() && self.is_here(&last.journal)).then_some(last)
    }

    /// Whether a change was made at the instance that this one is connected to.
    pub fn is_here(&self, journal: &Journal) -> bool {
        self.access.as_ref().is_some_and(|access| access.base.to_string() == journal.base)
    }

    /// Whether it made an app there.
    pub(super) fn made_app_here(&self, journal: &Journal) -> bool {
        journal.plan.kind == Kind::CreateOidcApp && self.is_here(journal)
    }
}
