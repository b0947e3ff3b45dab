//! Connecting and disconnecting.

use super::{App, Connect, Effect, Keep, Listing, People, Route, Step};
use crate::authentik::Access;
use crate::screens::connect::Established;
use crate::session::{Connection, Settings};
use crate::words::words;

impl App {
    /// The address that was tried in vain, to be looked at in a tab.
    pub fn page_to_open(&self) -> Option<String> {
        self.connect.page_to_open(self.parse)
    }

    /// Whether the token may be left out of the form: the one that is kept still has its address there.
    pub fn keeps_token(&self) -> bool {
        let base = self.access.as_ref().map(|access| access.base.to_string());
        base.is_some_and(|base| self.connect.address.trim() == base)
    }

    pub(super) fn connect_pressed(&mut self) -> Vec<Effect> {
        if self.connect.step != Step::Form {
            return Vec::new();
        }
        let parse = self.parse;
        let kept = self.access.clone();
        let Some((base, _)) = self.connect.read(parse, kept.as_ref()) else { return Vec::new() };
        self.connect.step = Step::AskingForHost;
        vec![Effect::AskForHost(base.origin().to_owned())]
    }

    pub(super) fn host_answered(&mut self, yes: bool) -> Vec<Effect> {
        self.connect.step = Step::Form;
        if !yes {
            self.connect.address_error = Some(words().host_refused.to_owned());
            return Vec::new();
        }
        let parse = self.parse;
        let kept = self.access.clone();
        let Some((base, token)) = self.connect.read(parse, kept.as_ref()) else { return Vec::new() };
        self.connect.step = Step::Trying;
        vec![Effect::Try(base, token, self.connect.keep)]
    }

    pub(super) fn established(&mut self, established: Established) -> Vec<Effect> {
        let Established { base, token, who } = established;
        let keep = self.connect.keep;
        self.connection = Some(Connection { base: base.to_string(), keep });
        self.access = Some(Access { base, token: Some(token) });
        self.who = Some(who);
        // The token leaves the field: from here on it is where the person wants it kept.
        self.connect = Connect::default();
        self.forget_instance();
        let mut effects = self.go(Route::Site);
        effects.extend(self.wake());
        effects
    }

    /// The token works no more: back to the form, with the address filled in.
    pub(super) fn token_stopped(&mut self) -> Vec<Effect> {
        let base = self.connection.as_ref().map(|connection| connection.base.clone()).unwrap_or_default();
        let keep = self.connection.as_ref().map_or(Keep::Session, |connection| connection.keep);
        self.connect = Connect { stopped: true, ..Connect::with_address(&base, keep) };
        self.review = None;
        self.access = None;
        Vec::new()
    }

    pub(super) fn disconnected(&mut self, forgotten: bool) -> Vec<Effect> {
        self.connection = None;
        self.access = None;
        self.who = None;
        self.settings = Settings::default();
        self.connect = Connect::default();
        self.forget_instance();
        self.journal = None;
        self.unread = None;
        self.records = Vec::new();
        self.people = People { listing: Listing::Nothing, ..People::default() };
        self.confirm_disconnect = false;
        let mut effects = self.go(Route::Connect);
        effects.extend(self.toast(if forgotten { words().disconnected } else { words().not_disconnected }));
        effects
    }
}
