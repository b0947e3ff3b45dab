//! Time, names, and chance.

use wasm_bindgen_futures::JsFuture;

use super::{Door, api};
use crate::ports::{Chance, Clock};

impl Clock for Door {
    fn now(&self) -> f64 {
        js_sys::Date::now()
    }

    async fn sleep(&self, ms: u32) {
        let ms = i32::try_from(ms).unwrap_or(i32::MAX);
        let promise = js_sys::Promise::new(&mut |resolve, _| {
            api::set_timeout(&resolve, ms);
        });
        // A timer's promise is never rejected.
        let _ = JsFuture::from(promise).await;
    }

    fn fresh_id(&self) -> String {
        api::random_uuid()
    }
}

impl Chance for Door {
    fn letters(&self, length: usize) -> String {
        const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let mut out = String::with_capacity(length);
        let mut bytes = [0; 64];
        while out.len() < length {
            api::random_values(&mut bytes);
            // 248 is 4 times 62: what lies above would make some letters likelier than others.
            let fair = bytes.iter().filter(|byte| **byte < 248).take(length - out.len());
            out.extend(fair.map(|byte| char::from(LETTERS[usize::from(byte % 62)])));
        }
        out
    }
}

#[cfg(feature = "background")]
impl crate::ports::Alarm for Door {
    async fn keep_waking(&self, on: bool) {
        // Without the alarm a plan goes on when the next view opens, so a failure here loses nothing.
        let _ = if on {
            api::alarm_create("plan", &super::json::to_js(&serde_json::json!({"periodInMinutes": 0.5}))).await
        } else {
            api::alarm_clear("plan").await
        };
    }
}
