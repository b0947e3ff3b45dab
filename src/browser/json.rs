//! JSON values across the border.

use serde_json::Value;
use wasm_bindgen::JsValue;

/// To JavaScript: maps become objects, null is null.
pub fn to_js(value: &Value) -> JsValue {
    use serde::Serialize;
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or(JsValue::UNDEFINED)
}

/// From JavaScript; what JSON can't say is null.
pub fn from_js(value: JsValue) -> Value {
    serde_wasm_bindgen::from_value(value).unwrap_or(Value::Null)
}
