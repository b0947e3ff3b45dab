//! The journal and the records of settled plans, in `storage.local`: they outlive the worker and the browser.

use futures_util::future::LocalBoxFuture;
use serde_json::{Value, json};

use super::keys;
use crate::plan::{Journal, Record};
use crate::ports::{Area, Clock, Store};

/// So many settled plans are kept for Undo.
const MOST_RECORDS: usize = 30;

/// Writes the journal. False if it could not be written. Boxed, so that its code stands once and not at every call.
pub fn save_journal<'a>(store: &'a impl Store, journal: &Journal) -> LocalBoxFuture<'a, bool> {
    let value = serde_json::to_value(journal);
    Box::pin(async move {
        let Ok(value) = value else { return false };
        store.set(Area::Local, keys::JOURNAL, value).await.is_ok()
    })
}

/// The journal, if there is one that can be read.
pub async fn load_journal(store: &impl Store) -> Option<Journal> {
    serde_json::from_value(store.get(Area::Local, keys::JOURNAL).await.ok()??).ok()
}

/// The records, newest first. One that can't be read any more is skipped.
pub async fn load_records(store: &impl Store) -> Vec<Record> {
    kept(store).await.into_iter().filter_map(|record| serde_json::from_value(record).ok()).collect()
}

/// The journal of one plan that was done and not undone since.
pub async fn load_done(store: &impl Store, id: &str) -> Option<Journal> {
    let mut record = kept(store).await.into_iter().find(|record| id_of(record) == Some(id))?;
    let undone = record.get("undone").and_then(Value::as_bool).unwrap_or(true);
    let journal = record.get_mut("journal").map(Value::take).filter(|_| !undone)?;
    serde_json::from_value(journal).ok()
}

async fn kept(store: &impl Store) -> Vec<Value> {
    match store.get(Area::Local, keys::ACTIVITY).await {
        Ok(Some(Value::Array(list))) => list,
        _ => Vec::new(),
    }
}

fn id_of(record: &Value) -> Option<&str> {
    record.pointer("/journal/plan/id")?.as_str()
}

/// Keeps a plan that is done, or marks it as undone. Other records are passed on as they are, whoever wrote them.
pub async fn remember(store: &(impl Store + Clock), journal: &Journal, undone: bool) {
    let mut list = kept(store).await;
    list.retain(|record| id_of(record) != Some(&journal.plan.id));
    let Ok(journal) = serde_json::to_value(journal) else { return };
    // A `Record`, written by hand: the worker needs no more of it.
    list.insert(0, json!({"journal": journal, "ended": store.now(), "undone": undone}));
    list.truncate(MOST_RECORDS);
    // A record that can't be written costs the Undo of later, not the change.
    let _ = store.set(Area::Local, keys::ACTIVITY, Value::Array(list)).await;
}
