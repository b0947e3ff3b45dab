//! What `extension/boot.js` has read while the module was on its way: the first reading of it is answered from here, at once.

use std::cell::RefCell;

use serde_json::Value;

use super::api;
use super::json::from_js;
use crate::ports::Area;

thread_local! {
    static EARLY: RefCell<Value> = const { RefCell::new(Value::Null) };
}

/// Takes it over. Nothing is there if something has changed since; everything is asked for anew then.
pub async fn begin() {
    let read = api::early().await.map(|read| from_js(&read)).unwrap_or_default();
    EARLY.set(read);
}

/// From now on everything is asked for anew.
pub fn end() {
    EARLY.take();
}

/// What is kept under `key`; `Null` if nothing is. Each is asked for once.
pub fn kept(area: Area, key: &str) -> Option<Value> {
    let area = if area == Area::Local { "local" } else { "session" };
    EARLY.with_borrow_mut(|early| early.get_mut(area)?.get_mut(key).map(Value::take))
}

/// The tab; `Null` if it has gone.
pub fn tab() -> Option<Value> {
    EARLY.with_borrow_mut(|early| early.get_mut("tab").map(Value::take))
}

/// Whether the instance may be reached.
pub fn may_reach() -> Option<bool> {
    EARLY.with_borrow(|early| early.get("reach")?.as_bool())
}
