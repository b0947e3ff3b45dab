//! Who else wrote the embedded outpost's list while gates were put into it: the list has no `ETag`, so theirs may have been
//! lost to ours, and is told as the product tells it.

use std::collections::BTreeSet;

use gatewright::authentik::events::{Change, changes_of};
use gatewright::authentik::outposts::{self, Outpost};
use gatewright::ports::{all, page};
use gatewright_it::World;

use crate::Target;

/// The embedded outpost, and the changes of it that are known.
pub struct Meanwhile {
    outpost: Option<Outpost>,
    known: BTreeSet<String>,
}

impl Meanwhile {
    /// Looks before the first write.
    pub async fn begin(world: &World, target: &Target) -> Self {
        let there = if target.may_change_outpost {
            all(world, &target.access, &outposts::list()).await
        } else {
            Ok(Vec::new())
        };
        let outpost = there.unwrap_or_default().into_iter().find(|outpost| outpost.embedded);
        let mut begun = Self { outpost, known: BTreeSet::new() };
        begun.known = begun.changes(world, target).await.into_iter().map(|change| change.pk).collect();
        begun
    }

    async fn changes(&self, world: &World, target: &Target) -> Vec<Change> {
        let Some(outpost) = &self.outpost else { return Vec::new() };
        let list = changes_of("outpost", &outpost.pk);
        let read = page(world, &target.access, &list.pages, 1).await.and_then(|page| list.rows(&[page]));
        read.unwrap_or_default()
    }

    /// The changes since then that are not by one of these requests, a line each.
    pub async fn by_others(&self, world: &World, target: &Target, ours: &BTreeSet<String>) -> Vec<String> {
        let Some(outpost) = &self.outpost else { return Vec::new() };
        let changes = self.changes(world, target).await.into_iter();
        let theirs = changes.filter(|change| !self.known.contains(&change.pk) && !ours.contains(&change.request_id));
        let line = |change: Change| {
            format!(
                "{} changed {} at {}: if a provider that they put in is missing now, put it in again",
                change.username, outpost.name, change.created
            )
        };
        theirs.map(line).collect()
    }
}
