//! The extension API, as much of it as is used. `browser` is there in Firefox, and the loaders make it in Chromium.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = gatewrightPanicked)]
    pub fn panicked(place: &str);

    #[wasm_bindgen(js_namespace = ["browser", "storage", "session"], js_name = get, catch)]
    pub async fn session_get(keys: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = ["browser", "storage", "session"], js_name = set, catch)]
    pub async fn session_set(items: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = ["browser", "storage", "session"], js_name = remove, catch)]
    pub async fn session_remove(keys: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = ["browser", "storage", "local"], js_name = get, catch)]
    pub async fn local_get(keys: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = ["browser", "storage", "local"], js_name = set, catch)]
    pub async fn local_set(items: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = ["browser", "storage", "local"], js_name = remove, catch)]
    pub async fn local_remove(keys: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["browser", "permissions"], js_name = contains, catch)]
    pub async fn permissions_contains(what: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["browser", "runtime"], js_name = getURL)]
    pub fn get_url(path: &str) -> String;

    #[wasm_bindgen(js_namespace = crypto, js_name = randomUUID)]
    pub fn random_uuid() -> String;
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    pub fn random_values(bytes: &mut [u8]);
    #[wasm_bindgen(js_name = setTimeout)]
    pub fn set_timeout(then: &js_sys::Function, ms: i32) -> JsValue;
}

#[wasm_bindgen]
extern "C" {
    /// A body that is read piece by piece.
    pub type Body;
    #[wasm_bindgen(method, js_name = getReader, catch)]
    pub fn reader(this: &Body) -> Result<BodyReader, JsValue>;
    pub type BodyReader;
    #[wasm_bindgen(method, catch)]
    pub async fn read(this: &BodyReader) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method)]
    pub fn cancel(this: &BodyReader) -> JsValue;
    /// What a reading of it brings: bytes, or nothing at the end.
    pub type Piece;
    #[wasm_bindgen(method, getter)]
    pub fn value(this: &Piece) -> Option<js_sys::Uint8Array>;

    type Navigator;
    #[wasm_bindgen(thread_local_v2, js_name = navigator)]
    static NAVIGATOR: Navigator;
    #[wasm_bindgen(method, getter, js_name = onLine)]
    fn on_line(this: &Navigator) -> bool;
}

/// Whether the browser knows that there is no network.
pub fn is_offline() -> bool {
    NAVIGATOR.with(|navigator| !navigator.on_line())
}

#[cfg(feature = "background")]
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["browser", "alarms"], js_name = create, catch)]
    pub async fn alarm_create(name: &str, when: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = ["browser", "alarms"], js_name = clear, catch)]
    pub async fn alarm_clear(name: &str) -> Result<JsValue, JsValue>;
}

#[cfg(feature = "popup")]
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["browser", "permissions"], js_name = request, catch)]
    pub fn permissions_request(what: &JsValue) -> Result<js_sys::Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["browser", "permissions"], js_name = getAll, catch)]
    pub async fn permissions_all() -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["browser", "permissions"], js_name = remove, catch)]
    pub async fn permissions_remove(what: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["browser", "storage", "onChanged"], js_name = addListener)]
    pub fn on_storage_changed(listener: &Closure<dyn FnMut(JsValue, String)>);

    #[wasm_bindgen(js_namespace = ["browser", "tabs"], js_name = query, catch)]
    pub async fn tabs_query(what: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = ["browser", "tabs"], js_name = get, catch)]
    pub async fn tabs_get(id: i32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = ["browser", "tabs"], js_name = create, catch)]
    pub async fn tabs_create(what: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = requestAnimationFrame)]
    pub fn request_frame(then: &js_sys::Function);

    /// Of `boot.js`: what it has read while this module was on its way.
    #[wasm_bindgen(js_name = gatewrightEarly, catch)]
    pub async fn early() -> Result<JsValue, JsValue>;

    /// Of `boot.js`, which loads `look.js` when it is first needed.
    #[wasm_bindgen(js_name = gatewrightLook, catch)]
    pub async fn look(tab: i32, selectors: &JsValue) -> Result<JsValue, JsValue>;

    /// Of `boot.js`, which loads `probe.js` when it is first needed.
    #[wasm_bindgen(js_name = gatewrightProbe, catch)]
    pub async fn probe(tab: i32, nonce: &str) -> Result<JsValue, JsValue>;

    /// Of `boot.js`, which loads the module that writes exports when it is first needed.
    #[wasm_bindgen(js_name = gatewrightCode, catch)]
    pub async fn as_code(ask: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["browser", "windows"], js_name = create, catch)]
    pub async fn windows_create(what: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["browser", "runtime"], js_name = sendMessage, catch)]
    pub async fn send_message(message: &JsValue) -> Result<JsValue, JsValue>;
}

#[cfg(feature = "popup")]
#[wasm_bindgen]
extern "C" {
    /// `js_sys::RegExp` takes flags and throws; this one says so.
    pub type RegExp;
    #[wasm_bindgen(constructor, catch)]
    pub fn new(pattern: &str) -> Result<RegExp, JsValue>;
    #[wasm_bindgen(method)]
    pub fn test(this: &RegExp, text: &str) -> bool;
}

/// The match pattern for an origin. Firefox answers true for a pattern with a port and then refuses the fetch, so the
/// port is left out there; in Chromium it narrows what is asked for.
pub fn pattern(origin: &str) -> String {
    let firefox = get_url("").starts_with("moz-");
    match origin.rsplit_once(':') {
        Some((host, port)) if firefox && port.chars().all(|c| c.is_ascii_digit()) => format!("{host}/*"),
        _ => format!("{origin}/*"),
    }
}

/// `{origins: [pattern]}`.
pub fn origins(origin: &str) -> JsValue {
    super::json::to_js(&serde_json::json!({"origins": [pattern(origin)]}))
}
