//! The one door to the browser: only here are `browser.*`, web-sys and gloo named, and `JsValue` stops here.
//! The rest of the code can't tell Chromium from Firefox.

mod api;
mod clock;
mod http;
mod json;
mod store;

#[cfg(feature = "popup")]
pub mod desk;
#[cfg(feature = "popup")]
pub mod early;
#[cfg(feature = "popup")]
pub mod page;

#[cfg(any(feature = "background", feature = "code"))]
pub use json::{from_js, to_js};

/// The browser, as the ports see it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Door;

/// Tells the loader that the module is dead, so that it says so and starts it again. Panics carry no data of a person:
/// only the place in the code.
pub fn watch_for_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(|at| format!("{}:{}", at.file(), at.line())).unwrap_or_default();
        api::panicked(&place);
    }));
}

/// Where pages of this extension live: `chrome-extension://…/`, `moz-extension://…/`.
#[cfg(feature = "background")]
pub fn own_address() -> String {
    api::get_url("")
}
