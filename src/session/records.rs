//! The journal and the records of settled plans, in `storage.local`: they outlive the worker and the browser.

use serde_json::Value;

use super::keys;
use crate::plan::{Journal, Record};
use crate::ports::{Area, Clock, Store};

/// So many settled plans are kept for Undo.
const MOST_RECORDS: usize = 30;

/// Writes the journal. False if it could not be written.
pub async fn save_journal(store: &impl Store, journal: &Journal) -> bool {
    let Ok(value) = serde_json::to_value(journal) else { return false };
    store.set(Area::Local, keys::JOURNAL, value).await.is_ok()
}

/// The journal, if there is one that can be read.
pub async fn load_journal(store: &impl Store) -> Option<Journal> {
    serde_json::from_value(store.get(Area::Local, keys::JOURNAL).await.ok()??).ok()
}

/// The records, newest first. One that can't be read any more is skipped.
pub async fn load_records(store: &impl Store) -> Vec<Record> {
    let kept = store.get(Area::Local, keys::ACTIVITY).await.ok().flatten();
    let list = kept.as_ref().and_then(Value::as_array).cloned().unwrap_or_default();
    list.into_iter().filter_map(|record| serde_json::from_value(record).ok()).collect()
}

/// Keeps a plan that is done, or marks it as undone.
pub async fn remember(store: &(impl Store + Clock), journal: &Journal, undone: bool) {
    let mut list = load_records(store).await;
    list.retain(|record| record.journal.plan.id != journal.plan.id);
    list.insert(0, Record { journal: journal.clone(), ended: store.now(), undone });
    list.truncate(MOST_RECORDS);
    if let Ok(value) = serde_json::to_value(list) {
        // A record that can't be written costs the Undo of later, not the change.
        let _ = store.set(Area::Local, keys::ACTIVITY, value).await;
    }
}
