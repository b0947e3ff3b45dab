//! A popup without a browser: events go in, effects are carried out, until nothing is left to do.

use std::collections::VecDeque;

use embedded_authentik::Running;
use gatewright::authentik::BaseUrl;
use gatewright::plan::{Journal, Phase};
use gatewright::ports::{Area, Store, native_matches, native_url};
use gatewright::screens::{App, Effect, Event, GateEvent, Loaded, Route, carry_out, load};
use gatewright::session::{self, Keep};

use crate::World;

/// One opening of the popup over the tab of a [`World`].
pub struct Popup<'a> {
    /// The app.
    pub app: App,
    /// The browser.
    pub world: &'a World,
}

impl<'a> Popup<'a> {
    /// Opens it, and waits until it has settled.
    pub async fn open(world: &'a World) -> Self {
        let mut popup = Popup { app: App::new(Route::Site, true, native_url, native_matches), world };
        let loaded: Loaded = Box::pin(load(world)).await;
        popup.send(Event::Loaded(Box::new(loaded))).await;
        popup
    }

    /// Connects with a token, as the form does.
    pub async fn connected(world: &'a World, set: &Running, token: &str) -> Self {
        let mut popup = Self::open(world).await;
        popup.send(Event::AddressTyped(set.about().urls.authentik.clone())).await;
        popup.send(Event::TokenTyped(token.to_owned())).await;
        popup.send(Event::ConnectPressed).await;
        popup
    }

    /// Sends an event, carries out what follows, and hears what the worker wrote.
    pub async fn send(&mut self, event: Event) {
        let mut waiting: VecDeque<Effect> = self.app.on(event).into();
        while let Some(effect) = waiting.pop_front() {
            let access = self.app.access.clone();
            let event = match effect {
                Effect::AskForHost(_) => {
                    self.world.host_is_taken.set(false);
                    Some(Event::HostAnswered(true))
                }
                Effect::AskForSite(origin) => {
                    self.world.out_of_reach.borrow_mut().remove(&origin);
                    Some(Event::Gate(GateEvent::HostAnswered(true)))
                }
                effect => Box::pin(carry_out(self.world, access.as_ref(), effect)).await,
            };
            if let Some(event) = event {
                waiting.extend(self.app.on(event));
            }
            let journal = session::load_journal(self.world).await;
            let known = self.app.unread.map_or_else(|| Ok(self.app.journal.clone()), Err);
            if journal != known {
                let event = match journal {
                    Ok(journal) => Event::JournalChanged(journal.map(Box::new)),
                    Err(unknown) => Event::JournalUnread(unknown),
                };
                waiting.extend(self.app.on(event));
                let records = session::load_records(self.world).await;
                self.app.on(Event::RecordsChanged(records));
            }
        }
    }

    /// The journal.
    pub fn journal(&self) -> &Journal {
        self.app.journal.as_ref().expect("a journal")
    }

    /// "Protect this site", with the proposed values, and "Apply".
    pub async fn protect(&mut self) {
        self.send(Event::ProtectPressed).await;
        self.send(Event::ApplyPressed).await;
    }

    /// "Close", then "Undo" of what was just done: how it ended.
    pub async fn undone(&mut self) -> Phase {
        let id = self.journal().plan.id.clone();
        self.send(Event::EndSeen).await;
        self.send(Event::UndoPressed(id)).await;
        self.journal().phase.clone()
    }
}

/// Connects a world without a form.
pub async fn connect(world: &World, set: &Running, token: &str) {
    let base = BaseUrl::from_kept(&set.about().urls.authentik).expect("a base");
    let token = gatewright::authentik::ApiToken::parse(token).expect("a token");
    session::save_connection(world, &base, &token, Keep::Session).await.expect("storage");
    let _ = world.get(Area::Local, "connection").await;
}
