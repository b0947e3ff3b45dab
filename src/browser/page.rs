//! The page that a view lives in: its address, its window, its events.

use serde_json::Value;
use wasm_bindgen::prelude::*;

use super::json::from_js;
use super::{Door, api};
use crate::ports::{Area, Store};
use crate::screens::Route;

/// The tab that a full page is bound to (`popup.html?tab=7`); none in the popup.
pub fn bound_tab() -> Option<i32> {
    let search = web_sys::window()?.location().search().ok()?;
    search.trim_start_matches('?').split('&').find_map(|part| part.strip_prefix("tab="))?.parse().ok()
}

/// Whether the view is a page in a tab rather than the popup.
pub fn is_full_page() -> bool {
    let Some(window) = web_sys::window() else { return false };
    bound_tab().is_some() || window.location().hash().is_ok_and(|hash| hash.len() > 1)
}

/// The route in the location's hash.
pub fn route() -> Route {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok());
    Route::parse(&hash.unwrap_or_default())
}

/// The route that the worker left for a popup that a menu opened; it is taken, and good for a moment only.
pub async fn handed_over() -> Option<Route> {
    let left = Door.get(Area::Session, "route").await.ok()??;
    let _ = Door.remove(Area::Session, "route").await;
    let fresh = js_sys::Date::now() - left.get("at")?.as_f64()? < 10_000.0;
    fresh.then(|| left.get("hash").and_then(Value::as_str).map(Route::parse)).flatten()
}

/// Writes the route to the location, without a step in the history.
pub fn show_route(route: &Route) {
    let Some(window) = web_sys::window() else { return };
    if let Ok(history) = window.history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&route.hash()));
    }
}

/// Closes the popup; a page in a tab stays.
pub fn close_popup() {
    if let (false, Some(window)) = (is_full_page(), web_sys::window()) {
        let _ = window.close();
    }
}

/// Calls `heard` with area, key and new value of everything that changes in the storage.
pub fn on_storage(mut heard: impl FnMut(Area, String, Option<Value>) + 'static) {
    let listener = Closure::new(move |changes: JsValue, area: String| {
        let area = match area.as_str() {
            "local" => Area::Local,
            "session" => Area::Session,
            _ => return,
        };
        let Value::Object(changes) = from_js(changes) else { return };
        for (key, mut change) in changes {
            let value = change.get_mut("newValue").map(Value::take);
            heard(area, key, value);
        }
    });
    api::on_storage_changed(&listener);
    // Lives as long as the page.
    listener.forget();
}

/// Calls `heard` when somebody changes the hash by hand or by a link.
pub fn on_hash(heard: impl FnMut() + 'static) {
    let listener: Closure<dyn FnMut()> = Closure::new(heard);
    if let Some(window) = web_sys::window() {
        window.set_onhashchange(Some(listener.as_ref().unchecked_ref()));
    }
    listener.forget();
}

/// Whether a person caused the event: a page's script can't.
pub fn is_trusted(event: &web_sys::Event) -> bool {
    event.is_trusted()
}

/// The element that the view is mounted on, emptied of the shell that stood there first.
pub fn stage() -> Option<web_sys::HtmlElement> {
    let element = web_sys::window()?.document()?.get_element_by_id("app")?;
    element.set_inner_html("");
    element.dyn_into().ok()
}

/// Makes room: a page in a tab is not a popup's size.
pub fn mark_full_page() {
    let root = web_sys::window().and_then(|window| window.document()).and_then(|document| document.document_element());
    if let Some(root) = root {
        let _ = root.set_attribute("data-view", "page");
    }
}

/// Starts watching for panics.
pub fn watch_for_panics() {
    super::watch_for_panics();
}
