//! What was read last, as typed rows, in session memory: the popup paints from it at once and then asks again.

use serde::{Deserialize, Serialize};

use super::keys;
use crate::authentik::flows::Flow;
use crate::authentik::groups::Group;
use crate::ports::{Area, Store};
use crate::site::Inventory;

/// One instance's rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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

/// The cache of the instance at `base`.
pub async fn load_cache(store: &impl Store, base: &str) -> Option<Cache> {
    let cache: Cache = serde_json::from_value(store.get(Area::Session, keys::CACHE).await.ok()??).ok()?;
    (cache.base == base).then_some(cache)
}

/// Keeps it. A cache that can't be written is no loss: the next opening asks.
pub async fn save_cache(store: &impl Store, cache: &Cache) {
    if let Ok(value) = serde_json::to_value(cache) {
        let _ = store.set(Area::Session, keys::CACHE, value).await;
    }
}
