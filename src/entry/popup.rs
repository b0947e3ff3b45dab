//! The popup's module, and the page's, which is the same in a tab.

use wasm_bindgen::prelude::*;

use crate::browser::{Door, desk, early, page, watch_for_panics};
use crate::ports::{Area, Desk as _};
use crate::screens::{App, Event, Route, Screen, is_connection, is_work, load};
use crate::session::{journal_of, keys, read_records};
use crate::ui::{Desk, mount};

/// Mounts the app. What was kept is read first, so that the first thing drawn is the right one.
#[wasm_bindgen(start)]
pub fn start() {
    watch_for_panics();
    page::spawn(async {
        early::begin().await;
        let full_page = page::is_full_page();
        let mut app = App::new(Route::parse(&page::hash()), full_page, desk::parse_url, desk::matches);
        if let Some(hash) = page::handed_over().await {
            app.route = Route::parse(&hash);
        }
        let loaded = load(&Door).await;
        early::end();
        let effects = app.on(Event::Loaded(Box::new(loaded)));
        if full_page {
            page::mark_full_page();
        }
        let Some(stage) = page::stage() else { return };
        let knows = app.screen() == Screen::Site && app.site.status.is_some();
        let desk = Desk::new(app);
        let ask = move || effects.into_iter().for_each(|effect| desk.run(effect));
        // What is known is seen before anything is asked; what isn't is asked for before anything is drawn.
        if knows {
            draw(stage, desk);
            Door.painted().await;
            ask();
        } else {
            ask();
            // The requests go out first: they wait in the same queue.
            page::spawn(async move { draw(stage, desk) });
        }
    });
}

fn draw(stage: page::Stage, desk: Desk) {
    mount(stage, desk);
    listen(desk);
}

/// Hears what the worker writes, and what happens to the address.
fn listen(desk: Desk) {
    page::on_storage(move |area, key, value| {
        if is_connection(area, &key) {
            desk.reload();
        } else if is_work(area, &key) {
            let event = if key == keys::JOURNAL {
                match journal_of(value.as_ref()) {
                    Ok(journal) => Event::JournalChanged(journal.map(Box::new)),
                    Err(unknown) => Event::JournalUnread(unknown),
                }
            } else {
                Event::RecordsChanged(value.map(|value| read_records(&value)).unwrap_or_default())
            };
            desk.send(event);
        } else if area == Area::Local && key == keys::SETTINGS {
            desk.take_settings(value);
        }
    });
    page::on_hash(move || desk.send(Event::Go(Route::parse(&page::hash()))));
}
