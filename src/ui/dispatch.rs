//! Sends events to the app and carries its effects out: the only place of the views that spawns.

use leptos::prelude::*;
use serde_json::Value;

use crate::browser::{Door, desk, page};
use crate::screens::{App, Effect, Event, carry_out, load};

/// What a view holds: the app, and the way to send it events.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The app.
    pub app: RwSignal<App>,
}

/// Runs a future to its end.
#[allow(clippy::disallowed_methods, reason = "this is the room for it")]
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(future);
}

impl Desk {
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
            Effect::ShowRoute(route) => page::show_route(&route),
            Effect::AskForHost(origin) => {
                let answer = desk::ask_for_host(&origin);
                spawn(async move { self.send(Event::HostAnswered(answer.await)) });
            }
            effect => spawn(async move {
                let access = self.app.with_untracked(|app| app.access.clone());
                let asks = effect.asks();
                let Some(event) = carry_out(&Door, access.as_ref(), effect).await else { return };
                // An answer of one instance is never shown under another's name.
                if !asks || self.app.with_untracked(|app| app.access == access) {
                    self.send(event);
                }
            }),
        }
    }

    /// Sends `event` if a person caused `cause`.
    pub fn send_trusted(self, cause: &web_sys::Event, event: Event) {
        if page::is_trusted(cause) {
            self.send(event);
        }
    }

    /// Reads everything again: another view has connected or disconnected.
    pub fn reload(self) {
        spawn(async move {
            let loaded = load(&Door).await;
            let same = self.app.with_untracked(|app| app.access == loaded.access);
            if !same {
                self.send(Event::Loaded(Box::new(loaded)));
            }
        });
    }

    /// Takes settings that another view has written.
    pub fn take_settings(self, value: Option<Value>) {
        let Some(settings) = value.and_then(|value| serde_json::from_value(value).ok()) else { return };
        if self.app.with_untracked(|app| app.settings != settings) {
            self.app.update(|app| app.settings = settings);
        }
    }

    /// A part of the app that is drawn again only when it changes.
    pub fn part<T: PartialEq + Send + Sync + 'static>(self, read: impl Fn(&App) -> T + Send + Sync + 'static) -> Memo<T> {
        Memo::new(move |_| self.app.with(&read))
    }
}
