//! What was read last, as typed rows, in session memory: the popup paints from it at once and then asks again.

use super::keys;
use crate::authentik::flows::Flow;
use crate::authentik::groups::Group;
use crate::authentik::kept::{Kept, keep_fields};
use crate::ports::{Area, Store};
use crate::site::Inventory;

/// One instance's rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Cache {
    /// Which instance it is of; another one's is never shown.
    pub base: String,
    /// When it was read, in milliseconds since 1970.
    pub read: f64,
    /// Providers, outposts, applications.
    pub inventory: Inventory,
    /// Flows, once a review needed them.
    pub flows: Option<Vec<Flow>>,
    /// Groups, once a review needed them.
    pub groups: Option<Vec<Group>>,
}

keep_fields!(Cache { base, read, inventory; flows, groups });

/// The cache of the instance at `base`.
pub async fn load_cache(store: &impl Store, base: &str) -> Option<Cache> {
    let cache = Cache::read(&store.get(Area::Session, keys::CACHE).await.ok()??)?;
    (cache.base == base).then_some(cache)
}

/// Keeps it. A cache that can't be written is no loss: the next opening asks.
pub async fn save_cache(store: &impl Store, cache: &Cache) {
    let _ = store.set(Area::Session, keys::CACHE, cache.keep()).await;
}
