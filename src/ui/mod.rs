//! The views: they draw the screens and send events, and decide nothing.

mod connect;
mod dispatch;
mod done;
mod frame;
mod more;
mod parts;
mod people;
mod person;
mod review;
mod site;
mod work;

use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use crate::browser::{Door, desk, page};
use crate::ports::Area;
use crate::screens::{App, Event, is_connection, is_work, load};
use crate::session::keys;
use dispatch::Desk;

/// Mounts the app. What was kept is read first, so that the first thing drawn is the right one.
#[wasm_bindgen(start)]
pub fn start() {
    page::watch_for_panics();
    dispatch::spawn(async {
        let full_page = page::is_full_page();
        let mut app = App::new(page::route(), full_page, desk::parse_url);
        if let Some(route) = page::handed_over().await {
            app.route = route;
        }
        let loaded = load(&Door).await;
        let effects = app.on(Event::Loaded(Box::new(loaded)));
        if full_page {
            page::mark_full_page();
        }
        let Some(stage) = page::stage() else { return };
        let desk = Desk { app: RwSignal::new(app) };
        leptos::mount::mount_to(stage, move || frame::frame(desk)).forget();
        for effect in effects {
            desk.run(effect);
        }
        listen(desk);
    });
}

/// Hears what the worker writes, and what happens to the address.
fn listen(desk: Desk) {
    page::on_storage(move |area, key, value| {
        if is_connection(area, &key) {
            desk.reload();
        } else if is_work(area, &key) {
            let event = if key == keys::JOURNAL {
                let journal = value.and_then(|value| serde_json::from_value(value).ok()).map(Box::new);
                Event::JournalChanged(journal)
            } else {
                let records = value.and_then(|value| serde_json::from_value(value).ok());
                Event::RecordsChanged(records.unwrap_or_default())
            };
            desk.send(event);
        } else if area == Area::Local && key == keys::SETTINGS {
            desk.take_settings(value);
        }
    });
    page::on_hash(move || desk.send(Event::Go(page::route())));
}
