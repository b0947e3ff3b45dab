//! The page that a view lives in: its address, its window, its events.

#![allow(clippy::disallowed_methods, reason = "the door is here")]

use std::cell::Cell;

use serde_json::Value;
use wasm_bindgen::prelude::*;

use super::json::from_js;
use super::{Door, api};
use crate::ports::{Area, Store};

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

/// The location's hash.
pub fn hash() -> String {
    web_sys::window().and_then(|window| window.location().hash().ok()).unwrap_or_default()
}

/// The route that the worker left for a popup that a menu opened; it is taken, and good for a moment only.
pub async fn handed_over() -> Option<String> {
    let left = Door.get(Area::Session, "route").await.ok()??;
    // Nobody waits for that: whatever stands there later is another one.
    spawn(async {
        let _ = Door.remove(Area::Session, "route").await;
    });
    let fresh = js_sys::Date::now() - left.get("at")?.as_f64()? < 10_000.0;
    fresh.then(|| left.get("hash").and_then(Value::as_str).map(str::to_owned)).flatten()
}

/// Writes the route to the location, without a step in the history.
pub fn show_hash(hash: &str) {
    let Some(window) = web_sys::window() else { return };
    if let Ok(history) = window.history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(hash));
    }
}

thread_local! {
    /// Whether the view has been in front since it was last asked to be.
    static IN_FRONT: Cell<bool> = const { Cell::new(false) };
}

/// From now on it is noticed when somebody turns to something else.
pub fn be_in_front() {
    let Some(window) = web_sys::window() else { return };
    IN_FRONT.set(true);
    let turned_away = Closure::once_into_js(|| IN_FRONT.set(false));
    window.set_onblur(Some(turned_away.unchecked_ref()));
}

/// Whether nobody has turned to anything else since [`be_in_front`].
pub fn was_in_front() -> bool {
    IN_FRONT.get()
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
        let Value::Object(changes) = from_js(&changes) else { return };
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

/// Events and elements, for the views.
pub use web_sys::{Event, HtmlElement as Stage, KeyboardEvent};

/// Moves the focus to the sibling of the element that heard `key`, and presses it: arrows between tabs.
pub fn press_sibling(key: &KeyboardEvent, next: bool) {
    let here = key.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let other = here.and_then(|here| if next { here.next_element_sibling() } else { here.previous_element_sibling() });
    if let Some(other) = other.and_then(|other| other.dyn_into::<web_sys::HtmlElement>().ok()) {
        key.prevent_default();
        let _ = other.focus();
        other.click();
    }
}

/// Runs a future to its end.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(future);
}

/// Whether a person caused the event: a page's script can't.
pub fn is_trusted(event: &Event) -> bool {
    event.is_trusted()
}

/// The element that the view is mounted on, emptied of the shell that stood there first.
pub fn stage() -> Option<Stage> {
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
