//! The journal and the records of settled plans, in `storage.local`: they outlive the worker and the browser.

use futures_util::future::LocalBoxFuture;
use serde_json::{Value, json};

use super::keys;
use crate::authentik::kept::Kept;
use crate::plan::{Journal, Phase, Record};
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

/// The newest plan that was done at `base` and is still to be looked at, other than those in `passed`.
///
/// What was undone, or what a later change to the same site or app has replaced, isn't looked at any more.
pub async fn load_due(store: &impl Store, base: &str, passed: &[String]) -> Option<Journal> {
    let records = kept(store).await;
    let is = |record: &Value, pointer: &str, text: &str| record.pointer(pointer).is_some_and(|value| value == text);
    let due = records.iter().enumerate().find(|(number, record)| {
        let same = |newer: &Value, pointer: &str| {
            record.pointer(pointer).is_some_and(|own| newer.pointer(pointer) == Some(own))
        };
        let replaced = |newer: &Value| {
            !is(newer, "/journal/plan/kind", "PutBack")
                && (same(newer, "/journal/plan/site") || same(newer, "/journal/values/provider_pk"))
        };
        record.pointer("/journal/looking/due").and_then(Value::as_u64).is_some_and(|due| due > 0)
            && is(record, "/journal/base", base)
            && record.get("undone").and_then(Value::as_bool) == Some(false)
            && id_of(record).is_some_and(|id| !passed.iter().any(|passed| passed == id))
            && !records.iter().take(*number).any(replaced)
    });
    due.and_then(|(_, record)| read_journal(record.get("journal")?))
}

/// The ids of the requests by which settled plans wrote something that is replaced as a whole.
pub async fn written_by_us(store: &impl Store) -> Vec<String> {
    let records = kept(store).await;
    let written = records.iter().filter_map(|record| record.pointer("/journal/looking/written")?.as_array());
    written.flatten().filter_map(|one| Some(one.get("id")?.as_str()?.to_owned())).collect()
}

/// Keeps what a look found, in the record and, while it is the last plan, in the journal. `news`: there is something to say,
/// which the person sees where the plan ended.
pub async fn save_look(store: &impl Store, journal: &Journal, news: bool) {
    let mut records = kept(store).await;
    let Some(record) = records.iter_mut().find(|record| id_of(record) == Some(&journal.plan.id)) else { return };
    record["journal"] = journal.keep();
    let _ = store.set(Area::Local, keys::ACTIVITY, Value::Array(records)).await;
    let last = load_journal(store)
        .await
        .ok()
        .flatten()
        .filter(|last| last.plan.id == journal.plan.id && last.phase == Phase::Done);
    if let Some(last) = last {
        let seen = last.seen && !news;
        save_journal(store, &Journal { seen, ..journal.clone() }).await;
    }
}

async fn kept(store: &impl Store) -> Vec<Value> {
    all_kept(store).await.unwrap_or_default()
}

/// None if they can't be read: then they must not be written over.
async fn all_kept(store: &impl Store) -> Option<Vec<Value>> {
    match store.get(Area::Local, keys::ACTIVITY).await {
        Ok(Some(Value::Array(list))) => Some(list),
        Ok(None | Some(Value::Null)) => Some(Vec::new()),
        _ => None,
    }
}

fn id_of(record: &Value) -> Option<&str> {
    record.pointer("/journal/plan/id")?.as_str()
}

/// Keeps a plan that is done, or marks it as undone. Other records are passed on as they are, whoever wrote them.
pub async fn remember(store: &(impl Store + Clock), journal: &Journal, undone: bool) {
    let Some(mut list) = all_kept(store).await else { return };
    list.retain(|record| id_of(record) != Some(&journal.plan.id));
    // A `Record`, written by hand: the worker needs no more of it.
    list.insert(0, json!({"journal": journal.keep(), "ended": store.now(), "undone": undone}));
    list.truncate(MOST_RECORDS);
    // A record that can't be written costs the Undo of later, not the change.
    let _ = store.set(Area::Local, keys::ACTIVITY, Value::Array(list)).await;
}
