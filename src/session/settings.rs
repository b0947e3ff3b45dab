//! Settings, read tolerantly: what an older version wrote and what a newer one added are both survived.

use std::collections::BTreeMap;

use serde_json::Value;

use super::keys;
use crate::authentik::kept::{Kept, object, take_object};
use crate::ports::{Area, Store, StoreError};

/// What a person set.
#[derive(Clone, Debug, PartialEq, Eq)]
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

const FIELDS: &[&str] = &["ask_before_applying", "outpost_addresses", "snippet"];

/// Any of the fields may be missing, and has its default then.
impl Kept for Settings {
    fn blank() -> Self {
        Self::default()
    }

    fn keep(&self) -> Value {
        object(FIELDS, &[&self.ask_before_applying, &self.outpost_addresses, &self.snippet])
    }

    fn take(&mut self, kept: &Value) -> bool {
        let fields: &mut [&mut dyn Kept] =
            &mut [&mut self.ask_before_applying, &mut self.outpost_addresses, &mut self.snippet];
        take_object(kept, FIELDS, 0, fields)
    }
}

/// The settings; the defaults where none are kept or they can't be read.
pub async fn load_settings(store: &impl Store) -> Settings {
    let kept = store.get(Area::Local, keys::SETTINGS).await.ok().flatten();
    kept.and_then(|kept| read_settings(&kept)).unwrap_or_default()
}

/// Settings, as they were kept.
pub fn read_settings(kept: &Value) -> Option<Settings> {
    Settings::read(kept)
}

/// Keeps the settings.
pub async fn save_settings(store: &impl Store, settings: &Settings) -> Result<(), StoreError> {
    store.set(Area::Local, keys::SETTINGS, settings.keep()).await
}
