//! The entry point of the module that writes exports. `extension/code.js` loads it when somebody opens "As code".

use wasm_bindgen::prelude::*;

use crate::browser::{Door, from_js, to_js, watch_for_panics};
use crate::{export, session};

/// Once, when the module is there.
#[wasm_bindgen(start)]
pub fn start() {
    watch_for_panics();
}

/// Answers what a view asks; see [`export::answer`]. Address and token are those that are kept: a view hands none over.
#[wasm_bindgen]
pub async fn answer(ask: JsValue) -> JsValue {
    let access = session::access(&Door).await;
    to_js(&export::answer(&Door, access.as_ref(), &from_js(&ask)).await)
}
