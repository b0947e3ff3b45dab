//! Settings, read tolerantly: what an older version wrote and what a newer one added are both survived.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::keys;
use crate::ports::{Area, Store, StoreError};

/// What a person set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Whether a review comes before anything is applied.
    pub ask_before_applying: bool,
    /// The address of each outpost as the reverse proxy sees it, by the outpost's UUID; asked once, then remembered.
    pub outpost_addresses: BTreeMap<String, String>,
    /// The snippet that was looked at last.
    pub snippet: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self { ask_before_applying: true, outpost_addresses: BTreeMap::new(), snippet: String::new() }
    }
}

/// The settings; the defaults where none are kept or they can't be read.
pub async fn load_settings(store: &impl Store) -> Settings {
    let kept = store.get(Area::Local, keys::SETTINGS).await.ok().flatten();
    kept.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default()
}

/// Keeps the settings.
pub async fn save_settings(store: &impl Store, settings: &Settings) -> Result<(), StoreError> {
    let value = serde_json::to_value(settings).map_err(|_| StoreError)?;
    store.set(Area::Local, keys::SETTINGS, value).await
}
