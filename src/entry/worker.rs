//! The worker's entry points. The listeners are registered by `extension/background.js` before the module is there.

use wasm_bindgen::prelude::*;

use crate::background::Worker;
use crate::browser::{Door, from_js, own_address, to_js, watch_for_panics};
use crate::plan::{Order, Reply};
use crate::words::work_words;

thread_local! {
    static WORKER: &'static Worker = Box::leak(Box::default());
}

/// Once, when the module is there.
#[wasm_bindgen(start)]
pub fn start() {
    watch_for_panics();
}

/// A message. It orders something only if it comes from a page of this extension: a content script's message has our
/// id too, so it is the address that counts.
#[wasm_bindgen]
pub async fn on_message(message: JsValue, sender: JsValue) -> JsValue {
    let sender = from_js(&sender);
    let from = sender.get("url").and_then(serde_json::Value::as_str).unwrap_or_default();
    let reply = match Order::from_message(&from_js(&message)) {
        _ if !is_own_page(from, &own_address()) => Reply::Refused { why: work_words().plan_leaves_api.to_owned() },
        Some(order) => obey(order).await,
        None => Reply::Refused { why: work_words().error_no_worker.to_owned() },
    };
    to_js(&reply.to_message())
}

/// An alarm, or the browser's start: goes on with what is unfinished, and makes the looks that are due.
#[wasm_bindgen]
pub async fn wake() {
    obey(Order::Wake).await;
    look().await;
}

/// Makes the looks that are due. The loader calls it after each answer to a message, so that no page waits for a look.
#[wasm_bindgen]
pub async fn look() {
    let worker = WORKER.with(|worker| *worker);
    worker.look_later(&Door).await;
}

async fn obey(order: Order) -> Reply {
    let worker = WORKER.with(|worker| *worker);
    worker.obey(&Door, order).await
}

fn is_own_page(url: &str, own: &str) -> bool {
    !own.is_empty() && url.starts_with(own)
}
