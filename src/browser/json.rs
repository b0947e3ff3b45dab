//! JSON values across the border: as text, for the parser and the writer that the API needs anyway. A way of their own between
//! values (serde-wasm-bindgen) was 32 kB of the worker.

use serde_json::Value;
use wasm_bindgen::JsValue;

use crate::authentik::read::json_text;

/// To JavaScript: maps become objects, null is null.
pub fn to_js(value: &Value) -> JsValue {
    js_sys::JSON::parse(&json_text(value)).unwrap_or(JsValue::UNDEFINED)
}

/// From JavaScript; what JSON can't say is null.
pub fn from_js(value: &JsValue) -> Value {
    let text = js_sys::JSON::stringify(value).ok().and_then(|text| text.as_string());
    text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or(Value::Null)
}
