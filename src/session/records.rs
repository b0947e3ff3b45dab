//! The journal and the records of settled plans, in `storage.local`: they outlive the worker and the browser.

use futures_util::future::LocalBoxFuture;
use serde_json::{Value, json};

use super::keys;
use crate::authentik::kept::Kept;
use crate::plan::{Journal, Record};
use crate::ports::{Area, Clock, Store};

/// So many settled plans are kept for Undo.
const MOST_RECORDS: usize = 30;

/// Writes the journal. False if it could not be written. Boxed, so that its code stands once and not at every call.
pub fn save_journal<'a>(store: &'a impl Store, journal: &Journal) -> LocalBoxFuture<'a, bool> {
    let value = journal.keep();
    Box::pin(async move { store.set(Area::Local, keys::JOURNAL, value).await.is_ok() })
}

/// Why nobody can say whether a plan is unfinished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// The storage can't be read.
    Storage,
    /// There is a journal, and it is none that this version reads: another version's, or a damaged one.
    Unreadable,
}

/// The journal, if there is one; an error is not the same as none.
pub async fn load_journal(store: &impl Store) -> Result<Option<Journal>, Unknown> {
    let kept = store.get(Area::Local, keys::JOURNAL).await.map_err(|_| Unknown::Storage)?;
    journal_of(kept.as_ref())
}

/// The journal that a kept value is, if there is one.
pub fn journal_of(kept: Option<&Value>) -> Result<Option<Journal>, Unknown> {
    match kept {
        None | Some(Value::Null) => Ok(None),
        Some(kept) => read_journal(kept).map(Some).ok_or(Unknown::Unreadable),
    }
}

/// A journal, as it was kept.
pub fn read_journal(kept: &Value) -> Option<Journal> {
    Journal::read(kept)
}

/// Records, as they were kept. One that can't be read any more is skipped.
pub fn read_records(kept: &Value) -> Vec<Record> {
    kept.as_array().into_iter().flatten().filter_map(Record::read).collect()
}

/// The records, newest first. One that can't be read any more is skipped.
pub async fn load_records(store: &impl Store) -> Vec<Record> {
    read_records(&Value::Array(kept(store).await))
}

/// The journal of one plan that was done and not undone since.
pub async fn load_done(store: &impl Store, id: &str) -> Option<Journal> {
    let records = kept(store).await;
    let record = records.iter().find(|record| id_of(record) == Some(id))?;
    let undone = record.get("undone").and_then(Value::as_bool).unwrap_or(true);
    record.get("journal").filter(|_| !undone).and_then(read_journal)
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
    // A `Record`, written by hand: the worker needs no more of it.
    list.insert(0, json!({"journal": journal.keep(), "ended": store.now(), "undone": undone}));
    list.truncate(MOST_RECORDS);
    // A record that can't be written costs the Undo of later, not the change.
    let _ = store.set(Area::Local, keys::ACTIVITY, Value::Array(list)).await;
}
