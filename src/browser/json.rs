//! JSON values across the border.

use serde_json::Value;
use wasm_bindgen::JsValue;

/// To JavaScript: maps become objects, null is null.
pub fn to_js(value: &Value) -> JsValue {
    use serde::Serialize;
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or(JsValue::UNDEFINED)
}

/// From JavaScript; what JSON can't say is null. As text, for the parser that reads answers: serde-wasm-bindgen's way back can
/// name a float in an error, and with what prints floats it was 32 kB of the worker.
pub fn from_js(value: &JsValue) -> Value {
    let text = js_sys::JSON::stringify(value).ok().and_then(|text| text.as_string());
    text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or(Value::Null)
}
