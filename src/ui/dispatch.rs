//! Sends events to the app and carries its effects out: the only place of the views that spawns.

use std::sync::{Mutex, PoisonError};

use leptos::prelude::*;
use leptos::tachys::renderer::CastFrom;
use leptos::tachys::renderer::types::Element;
use serde_json::Value;

use crate::browser::{Door, desk, page};
use crate::ports::Clock;
use crate::screens::{App, Effect, Event, GateEvent, carry_out, load};
use crate::session::read_settings;

/// What a view holds: the app, and the way to send it events.
#[derive(Clone, Copy)]
pub struct Desk {
    app: RwSignal<App>,
}

/// Draws the app on an element, for as long as the page lives.
pub fn mount(stage: page::Stage, desk: Desk) {
    leptos::mount::mount_to(stage, move || super::frame::frame(desk)).forget();
}

/// Milliseconds since 1970.
pub fn now() -> f64 {
    Door.now()
}

/// Gives the focus to an element that is not yet on the page, but will be in a moment.
pub fn focus_soon(element: Element) {
    page::spawn(async move {
        if let Some(element) = page::Stage::cast_from(element) {
            let _ = element.focus();
        }
    });
}

/// The arrow keys between tabs.
pub fn move_between_tabs(key: &page::KeyboardEvent) {
    match key.key().as_str() {
        "ArrowRight" => page::press_sibling(key, true),
        "ArrowLeft" => page::press_sibling(key, false),
        _ => {}
    }
}

impl Desk {
    /// Puts an app where views can see it.
    pub fn new(app: App) -> Self {
        Self { app: RwSignal::new(app) }
    }

    /// Reads the app; whoever asks is asked again when it changes.
    pub fn with<T>(self, read: impl FnOnce(&App) -> T) -> T {
        read(&self.app.read())
    }

    /// Reads the app as it is now.
    pub fn peek<T>(self, read: impl FnOnce(&App) -> T) -> T {
        read(&self.app.read_untracked())
    }

    /// Sends an event.
    pub fn send(self, event: Event) {
        let effects = self.app.try_update(|app| app.on(event)).unwrap_or_default();
        for effect in effects {
            self.run(effect);
        }
    }

    /// Carries an effect out. What has to happen within a person's click happens before anything is awaited.
    pub fn run(self, effect: Effect) {
        match effect {
            Effect::ShowRoute(route) => page::show_hash(&route.hash()),
            Effect::AskForHost(origin) => {
                let answer = desk::ask_for_host(&origin);
                page::spawn(async move { self.send(Event::HostAnswered(answer.await)) });
            }
            Effect::AskForSite(origin) => {
                let answer = desk::ask_for_host(&origin);
                page::spawn(async move { self.send(Event::Gate(GateEvent::HostAnswered(answer.await))) });
            }
            effect => page::spawn(async move {
                let access = self.peek(|app| app.access.clone());
                let asks = effect.asks();
                let Some(event) = carry_out(&Door, access.as_ref(), effect).await else { return };
                // An answer of one instance is never shown under another's name.
                if !asks || self.peek(|app| app.access == access) {
                    self.send(event);
                }
            }),
        }
    }

    /// Sends `event` if a person caused `cause`.
    pub fn send_trusted(self, cause: &page::Event, event: Event) {
        if page::is_trusted(cause) {
            self.send(event);
        }
    }

    /// Reads everything again: another view has connected or disconnected.
    pub fn reload(self) {
        page::spawn(async move {
            let loaded = load(&Door).await;
            let same = self.peek(|app| app.access == loaded.access);
            if !same {
                self.send(Event::Loaded(Box::new(loaded)));
            }
        });
    }

    /// Takes settings that another view has written.
    pub fn take_settings(self, value: Option<Value>) {
        let Some(settings) = value.and_then(|value| read_settings(&value)) else { return };
        if self.peek(|app| app.settings != settings) {
            self.app.update(|app| app.settings = settings);
        }
    }

    /// A part of the app that is drawn again only when it changes.
    pub fn part<T: PartialEq + Send + 'static>(self, read: fn(&App) -> T) -> Part<T> {
        let watched = Watched { desk: self, read, last: Mutex::new(None) };
        Part { desk: self, changes: count(Box::new(watched)), read }
    }
}

/// A part of the app as it was when somebody looked last.
struct Watched<T> {
    desk: Desk,
    read: fn(&App) -> T,
    last: Mutex<Option<T>>,
}

/// What can tell whether it has changed since it was last asked.
trait Changes: Send + Sync {
    fn has_changed(&self) -> bool;
}

impl<T: PartialEq + Send> Changes for Watched<T> {
    fn has_changed(&self) -> bool {
        let now = Some(self.desk.with(self.read));
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = *last != now;
        *last = now;
        changed
    }
}

/// How often it was true that something has changed. All parts share this one memo's code: a type of its own for each
/// costs kilobytes of the module.
fn count(what: Box<dyn Changes>) -> Memo<u32> {
    Memo::new(move |before: Option<&u32>| before.copied().unwrap_or(0).wrapping_add(what.has_changed().into()))
}

/// A part of the app, see [`Desk::part`].
pub struct Part<T> {
    desk: Desk,
    changes: Memo<u32>,
    read: fn(&App) -> T,
}

impl<T> Clone for Part<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Part<T> {}

impl<T> Part<T> {
    /// The part as it is now; whoever asks is asked again when it changes.
    pub fn get(self) -> T {
        // Read, not only tracked: a memo that nobody has read yet depends on nothing.
        let _ = self.changes.get();
        self.peek()
    }

    /// The part as it is now.
    pub fn peek(self) -> T {
        self.desk.peek(self.read)
    }
}
