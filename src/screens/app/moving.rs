//! Opening a view, going from screen to screen, looking at authentik.

use super::{App, Check, Connect, Effect, Keep, Place, Route, Site, SiteReading, Status, Work};
use crate::authentik::{ApiError, Unreachable};
use crate::plan::Order;
use crate::screens::Loaded;
use crate::session::Cache;

/// So old may a cache be that the OAuth2 providers and applications of a protected site are taken from it, in ms.
const FRESH: f64 = 15.0 * 60.0 * 1000.0;

impl App {
    pub(super) fn loaded(&mut self, loaded: Loaded) -> Vec<Effect> {
        self.ready = true;
        if self.access != loaded.access {
            // Another view has connected elsewhere: nothing that was read or filled in under one instance is for another.
            self.forget_instance();
        }
        let url = loaded.tab.as_ref().and_then(|tab| tab.url.as_deref());
        self.place = if loaded.tab_is_gone { Place::Gone } else { Place::of(url, self.parse) };
        self.tab = loaded.tab;
        self.settings = loaded.settings;
        self.who = loaded.who;
        self.access = loaded.access;
        self.journal = loaded.journal;
        self.unread = loaded.unread;
        self.records = loaded.records;
        let base = loaded.connection.as_ref().map(|connection| connection.base.clone()).unwrap_or_default();
        let keep = loaded.connection.as_ref().map_or(Keep::Session, |connection| connection.keep);
        self.connect = Connect::with_address(&base, keep);
        self.connection = loaded.connection;
        if let Some(cache) = loaded.cache {
            self.site.read = cache.read;
            self.site.inventory = Some(cache.inventory);
            self.choices = cache.flows.zip(cache.groups);
        }
        self.judge();
        if self.access.is_none() {
            return Vec::new();
        }
        if !loaded.may_reach {
            // Firefox lets a person take a host away from its toolbar at any time.
            self.site.error = Some(ApiError::Unreachable(Unreachable::NotAllowed));
            return Vec::new();
        }
        let mut effects = self.wake();
        effects.extend(self.details_of_work());
        effects.extend(self.go(self.route.clone()));
        if self.who.is_none() {
            effects.push(Effect::ReadWho);
        }
        effects
    }

    /// Forgets what belongs to one instance.
    pub(super) fn forget_instance(&mut self) {
        self.site = Site::default();
        self.review = None;
        self.choices = None;
        self.keys = None;
        self.details = None;
        self.why = None;
        self.check = Check::default();
        self.code = None;
    }

    /// Lets the worker go on with what is unfinished.
    pub(super) fn wake(&mut self) -> Vec<Effect> {
        if self.has_unfinished() { vec![Effect::Send(Order::Wake)] } else { Vec::new() }
    }

    pub(super) fn go(&mut self, route: Route) -> Vec<Effect> {
        let mut effects = vec![Effect::ShowRoute(route.clone())];
        self.route = route;
        if self.access.is_none() {
            return effects;
        }
        match self.route.clone() {
            Route::Site => effects.extend(self.look_if_stale()),
            Route::Verify => {
                effects.extend(self.look_if_stale());
                effects.extend(self.verify_gate());
            }
            Route::Code => {
                effects.extend(self.look_if_stale());
                effects.extend(self.open_code());
            }
            Route::Oidc => {
                effects.extend(self.look_if_stale());
                if self.work().is_none() && self.review.is_none() {
                    effects.extend(self.open_for_oidc());
                }
            }
            Route::Protect => {
                effects.extend(self.look_if_stale());
                if self.work().is_none() {
                    effects.extend(self.open_for_protect());
                }
            }
            Route::People(words) => effects.extend(self.people.search_soon(words)),
            Route::Person(pk) => {
                self.people.person = None;
                effects.push(Effect::ReadPerson(pk));
            }
            Route::More | Route::Connect => {}
        }
        effects
    }

    fn look_if_stale(&mut self) -> Vec<Effect> {
        if self.site.looking || self.origin().is_none() { Vec::new() } else { self.look() }
    }

    pub(super) fn look(&mut self) -> Vec<Effect> {
        if self.access.is_none() {
            return Vec::new();
        }
        self.site.looking = true;
        let known = matches!(self.site.status, Some(Status::Protected(_) | Status::PartOfDomain(_)));
        vec![Effect::ReadSite { all: !known }]
    }

    pub(super) fn site_read(&mut self, reading: SiteReading) -> Vec<Effect> {
        self.site.looking = false;
        if let Some(error) = reading.error {
            let stopped = error.is_bad_token();
            self.site.error = Some(error);
            return if stopped { self.token_stopped() } else { Vec::new() };
        }
        self.site.error = None;
        let all = reading.applications.is_some() || reading.oauth2.is_some();
        let stale = reading.at - self.site.read > FRESH;
        self.site.read = reading.at;
        reading.into_inventory(self.site.inventory.get_or_insert_default());
        self.judge();
        // It was protected when we last looked and isn't any more: now the rest matters too.
        let known = matches!(self.site.status, Some(Status::Protected(_) | Status::PartOfDomain(_)));
        // Kept once it is shown: nobody waits for the storage.
        let mut effects = self.remember();
        if !all && (!known || stale) {
            self.site.looking = true;
            effects.push(Effect::ReadSite { all: true });
        } else {
            effects.extend(self.read_health());
        }
        if self.route == Route::Protect && self.review.is_none() && self.work().is_none() {
            effects.extend(self.open_for_protect());
        }
        if self.route == Route::Oidc && self.review.is_none() && self.work().is_none() {
            effects.extend(self.open_for_oidc());
        }
        if self.route == Route::Code && self.code.is_none() {
            effects.extend(self.open_code());
        }
        if self.route == Route::Verify && self.check.outcome.is_none() {
            effects.extend(self.verify_gate());
        }
        // After the first look, never before the first paint: which service is it?
        if !matches!(self.site.status, None | Some(Status::Authentik)) {
            effects.extend(self.recognise());
        }
        effects
    }

    /// Has kept what is known of the instance.
    pub(super) fn remember(&self) -> Vec<Effect> {
        let Some((access, inventory)) = self.access.as_ref().zip(self.site.inventory.clone()) else {
            return Vec::new();
        };
        let (flows, groups) = self.choices.clone().unzip();
        let cache = Cache { base: access.base.to_string(), read: self.site.read, inventory, flows, groups };
        vec![Effect::Remember(Box::new(cache))]
    }

    pub(super) fn judge(&mut self) {
        let origin = self.origin().cloned();
        let base = self.access.as_ref().map(|access| access.base.clone());
        self.site.judge(origin.as_ref(), base.as_ref(), self.parse);
    }

    pub(super) fn people_settled(&mut self, number: u32) -> Vec<Effect> {
        let current = number == self.people.last && !self.people.words.trim().is_empty();
        if current { vec![Effect::SearchPeople(number, self.people.words.clone())] } else { Vec::new() }
    }

    pub(super) fn end_seen(&mut self) -> Vec<Effect> {
        if let Some(journal) = &mut self.journal {
            journal.seen = true;
        }
        self.details = None;
        let mut effects = vec![Effect::Send(Order::Seen)];
        effects.extend(self.go(Route::Site));
        effects
    }

    pub(super) fn journal_changed(&mut self, journal: Option<crate::plan::Journal>) -> Vec<Effect> {
        let before = self.work();
        let same = |before: &crate::plan::Journal, now: &crate::plan::Journal| {
            before.plan.id == now.plan.id && before.phase == now.phase
        };
        // A later look told something about what was seen already: whoever is at something else is not torn from it.
        let is_news = self.journal.as_ref().zip(journal.as_ref()).is_some_and(|(before, now)| same(before, now));
        self.journal = journal;
        (self.unread, self.confirm_forget) = (None, false);
        if self.work().is_some() && !is_news {
            self.review = None;
        }
        let ended = |work| matches!(work, Some(Work::Done | Work::TakenBack));
        if ended(self.work()) && !ended(before) {
            // What was cached is no longer so; after "Done" there is time to look.
            self.site.status = None;
            self.site.looking = true;
            self.keys = None;
            self.why = None;
            if matches!(self.route, Route::Protect | Route::Oidc) {
                self.route = Route::Site;
            }
            let mut effects = self.details_of_work();
            effects.push(Effect::ReadSite { all: true });
            return effects;
        }
        Vec::new()
    }
}
