//! `storage.session` and `storage.local`.

use serde_json::{Value, json};
use wasm_bindgen::JsValue;

use super::json::{from_js, to_js};
use super::{Door, api};
use crate::ports::{Area, Store, StoreError};

impl Store for Door {
    async fn get(&self, area: Area, key: &str) -> Result<Option<Value>, StoreError> {
        #[cfg(feature = "popup")]
        if let Some(kept) = super::early::kept(area, key) {
            return Ok(Some(kept).filter(|kept| !kept.is_null()));
        }
        let keys = JsValue::from_str(key);
        let found = match area {
            Area::Session => api::session_get(&keys).await,
            Area::Local => api::local_get(&keys).await,
        };
        Ok(from_js(&found.map_err(|_| StoreError)?).get_mut(key).map(Value::take))
    }

    async fn set(&self, area: Area, key: &str, value: Value) -> Result<(), StoreError> {
        let items = to_js(&json!({key: value}));
        let done = match area {
            Area::Session => api::session_set(&items).await,
            Area::Local => api::local_set(&items).await,
        };
        done.map(drop).map_err(|_| StoreError)
    }

    async fn remove(&self, area: Area, key: &str) -> Result<(), StoreError> {
        let keys = JsValue::from_str(key);
        let done = match area {
            Area::Session => api::session_remove(&keys).await,
            Area::Local => api::local_remove(&keys).await,
        };
        done.map(drop).map_err(|_| StoreError)
    }
}
