//! What a later look told: that somebody else's change may be lost, and the way to put it back.

use super::{App, Effect, Event, Subject};
use crate::plan::{Journal, OutpostChoice, Record};
use crate::screens::{PutBack, Route};
use crate::site::Origin;

/// What was told about a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The change's id.
    pub id: String,
    /// The words.
    pub says: String,
    /// Whether something can be put back.
    pub offers: bool,
}

impl App {
    /// What was told about a change.
    pub fn told(&self, journal: &Journal) -> Option<Told> {
        let says = journal.later_said.clone()?;
        Some(Told { id: journal.plan.id.clone(), says, offers: self.offer(journal).is_some() })
    }

    /// What can be put back: providers that are in no outpost even now, as far as that was read.
    fn offer(&self, journal: &Journal) -> Option<PutBack> {
        let served = |pk: i64| self.inventory().outposts_of(pk).next().is_some();
        let providers: Vec<_> = journal.looking.offer.iter().filter(|(pk, _)| !served(*pk)).cloned().collect();
        let watched = journal.plan.later.as_ref()?.watched.iter().find(|watched| watched.providers)?;
        let pk = journal.values.get(&watched.key)?.as_str()?.to_owned();
        let known = self.inventory().outposts.iter().find(|outpost| outpost.pk == pk).map(OutpostChoice::from);
        let outpost = known.unwrap_or(OutpostChoice { pk, name: watched.name.clone(), others: 0 });
        (!providers.is_empty() && self.is_here(journal)).then_some(PutBack { outpost, providers })
    }

    /// "Put them back": a review of what would be added.
    pub(super) fn put_back_pressed(&mut self, id: &str) -> Vec<Effect> {
        let is_it = |journal: &&Journal| journal.plan.id == id;
        let records = self.records.iter().map(|Record { journal, .. }| journal);
        let Some(journal) = self.journal.iter().chain(records).find(is_it).cloned() else { return Vec::new() };
        let origin = (self.parse)(&journal.plan.site).and_then(|url| Origin::of(&url));
        let (Some(origin), Some(offer)) = (origin, self.offer(&journal)) else { return Vec::new() };
        let mut effects = if self.route == Route::Site { Vec::new() } else { self.on(Event::Go(Route::Site)) };
        effects.extend(self.open_review_of(origin, Subject::PutBack(offer)));
        effects
    }
}
