//! The whole of what a view draws, and what each event does to it.

use std::sync::Arc;

use super::code::Code;
use super::connect::{Connect, Step};
use super::details::Details;
use super::event::{Effect, Event};
use super::gate::Check;
use super::people::{Listing, People};
use super::review::{Review, Subject};
use super::site::Site;
use super::why::Diagnosis;
use super::work::{Work, work_of};
use super::{Route, SiteReading, WhoGetsIn};
use crate::authentik::certificates::Keypair;
use crate::authentik::scope_mappings::ScopeMapping;
use crate::authentik::{Access, WebUrl};
use crate::catalogue::{Catalogue, Sure};
use crate::plan::snippets::outpost_address_is_sound;
use crate::plan::{Journal, Kind, Order, Plan, Record, Removal, Reply};
use crate::ports::Tab as BrowserTab;
use crate::session::{Connection, Keep, Settings, Unknown, Who};
use crate::site::open_paths::Matches;
use crate::site::{Inventory, Origin, Place, Status};
use crate::words::words;

/// The state of a view.
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own, and they combine freely")]
#[derive(Clone, Debug)]
pub struct App {
    /// What was kept has been read.
    pub ready: bool,
    /// Which screen.
    pub route: Route,
    /// The view is a page in a tab of its own.
    pub full_page: bool,
    /// The site's tab.
    pub tab: Option<BrowserTab>,
    /// What that tab shows.
    pub place: Place,
    /// Where we are connected.
    pub connection: Option<Connection>,
    /// Address and token.
    pub access: Option<Access>,
    /// Whom the token stands for.
    pub who: Option<Who>,
    /// Settings.
    pub settings: Settings,
    /// The form that connects.
    pub connect: Connect,
    /// The Site screen.
    pub site: Site,
    /// The review, if one is open.
    pub review: Option<Review>,
    /// Flows and groups, once read.
    pub choices: Option<(Vec<crate::authentik::flows::Flow>, Vec<crate::authentik::groups::Group>)>,
    /// Keys and scope mappings, once read.
    pub keys: Option<(Vec<Keypair>, Vec<ScopeMapping>)>,
    /// The services, once read.
    pub catalogue: Option<Arc<Catalogue>>,
    /// They are being read, and the page looked at.
    pub recognising: bool,
    /// The service that the tab shows: its id, and how sure that is.
    pub guess: Option<(String, Sure)>,
    /// The icon that the page shows; may be empty.
    pub page_icon: String,
    /// The app whose service is told what it has to know.
    pub details: Option<Details>,
    /// "Why doesn't the gate work?", while it is open.
    pub why: Option<Diagnosis>,
    /// Whether the gate holds.
    pub check: Check,
    /// "As code", while it is open.
    pub code: Option<Code>,
    /// The plan under way, or the last one.
    pub journal: Option<Journal>,
    /// Why it can't be said which plan that is.
    pub unread: Option<Unknown>,
    /// "Forget it" was pressed for a journal that can't be read.
    pub confirm_forget: bool,
    /// Settled plans, newest first.
    pub records: Vec<Record>,
    /// The worker's refusal of an order that no review caused.
    pub refused: Option<String>,
    /// How often in a row the worker did not answer.
    pub silences: u8,
    /// People.
    pub people: People,
    /// "Disconnect" was pressed while a change is unfinished.
    pub confirm_disconnect: bool,
    /// The note at the bottom.
    pub toast: String,
    parse: fn(&str) -> Option<WebUrl>,
    matches: Matches,
}

impl App {
    /// A view before anything was read. `parse` is the platform's URL parser, `matches` its regular expressions.
    pub fn new(route: Route, full_page: bool, parse: fn(&str) -> Option<WebUrl>, matches: Matches) -> Self {
        Self {
            ready: false,
            route,
            full_page,
            tab: None,
            place: Place::Unknown,
            connection: None,
            access: None,
            who: None,
            settings: Settings::default(),
            connect: Connect::default(),
            site: Site::default(),
            review: None,
            choices: None,
            keys: None,
            catalogue: None,
            recognising: false,
            guess: None,
            page_icon: String::new(),
            details: None,
            why: None,
            check: Check::default(),
            code: None,
            journal: None,
            unread: None,
            confirm_forget: false,
            records: Vec::new(),
            refused: None,
            silences: 0,
            people: People::default(),
            confirm_disconnect: false,
            toast: String::new(),
            parse,
            matches,
        }
    }

    /// Takes an event.
    pub fn on(&mut self, event: Event) -> Vec<Effect> {
        // Whatever was asked: once the token has stopped working, nothing else can be done.
        let stopped = event.found_bad_token() && self.access.is_some();
        let mut effects = self.take(event);
        if stopped && self.access.is_some() {
            effects.extend(self.token_stopped());
        }
        effects
    }

    fn take(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Loaded(loaded) => self.loaded(*loaded),
            Event::Go(route) => self.go(route),
            Event::AddressTyped(text) => self.form(|form| {
                (form.address, form.address_error, form.can_be_opened) = (text, None, false);
            }),
            Event::TokenTyped(text) => self.form(|form| (form.token.0, form.token_error) = (text, None)),
            Event::KeepChosen(keep) => self.form(|form| form.keep = keep),
            Event::ReadableConfirmed(yes) => self.form(|form| form.readable_is_fine = yes),
            Event::ConnectPressed => self.connect_pressed(),
            Event::HostAnswered(yes) => self.host_answered(yes),
            Event::Tried(result) => match *result {
                Ok(established) => self.established(established),
                Err(failure) => self.form(|form| form.fail(&failure)),
            },
            Event::WhoRead(who) => {
                self.who = who.or(self.who.take());
                Vec::new()
            }
            Event::DisconnectPressed(sure) => {
                self.confirm_disconnect = !sure && self.has_unfinished();
                if self.confirm_disconnect { Vec::new() } else { vec![Effect::Disconnect] }
            }
            Event::Disconnected(forgotten) => self.disconnected(forgotten),
            Event::CheckAgain => {
                self.site.wants_health = true;
                self.look()
            }
            Event::SiteRead(reading) => self.site_read(*reading),
            Event::ProtectPressed => self.protect_pressed(),
            Event::Oidc(event) => self.on_oidc(event),
            Event::Why(event) => self.on_why(event),
            Event::HealthRead(healths) => self.health_read(&healths),
            Event::Gate(event) => self.on_gate(event),
            Event::Code(event) => self.on_code(event),
            Event::RemovePressed => self.remove_pressed(),
            Event::PutBackPressed(id) => self.put_back_pressed(&id),
            Event::HostRepairPressed(outpost, host) => self.open_review(Subject::AuthentikHost(*outpost, host)),
            Event::ChoicesRead(flows, groups) => self.choices_read(flows, groups),
            Event::HangingRead(answer) => self.reviewing(|review| review.hanging = Some(answer)),
            Event::ReadingTried(slug, tried) => self.reading_tried(slug, tried),
            Event::ReviewTyped(field, value) => self.review_typed(field, value),
            Event::WhoChosen(who) => self.reviewing(|review| review.who = who),
            Event::ApplyPressed => self.apply(),
            Event::CancelPressed => {
                self.review = None;
                self.go(Route::Site)
            }
            Event::Replied(reply) => self.replied(reply),
            Event::WorkerSilent => self.worker_silent(),
            Event::JournalChanged(journal) => self.journal_changed(journal.map(|journal| *journal)),
            Event::JournalUnread(unknown) => {
                self.unread = Some(unknown);
                Vec::new()
            }
            Event::ForgetPressed(sure) => {
                self.confirm_forget = !sure;
                if sure { self.order(Order::Forget) } else { Vec::new() }
            }
            Event::RecordsChanged(records) => {
                self.records = records;
                Vec::new()
            }
            Event::UndoPressed(id) => self.order(Order::Undo { id }),
            Event::Answered(choice) => self.order(Order::Answer { choice }),
            Event::EndSeen => self.end_seen(),
            Event::SnippetChosen(snippet) => self.set(|settings| settings.snippet = snippet.name().to_owned()),
            Event::OutpostAddressTyped(text) => self.outpost_address_typed(&text),
            Event::AskChosen(ask) => self.set(|settings| settings.ask_before_applying = ask),
            Event::CopyPressed(text) => vec![Effect::Copy(text)],
            Event::Copied(worked) => self.toast(if worked { words().copied } else { words().not_copied }),
            Event::OpenPressed(url) => vec![Effect::Open(url)],
            Event::OpenOwnPressed(route) => vec![Effect::OpenOwn(route)],
            Event::PeopleTyped(text) => self.people.search_soon(text),
            Event::PeopleSettled(number) => self.people_settled(number),
            Event::PeopleFound(number, answer) => {
                self.people.answered(number, answer);
                Vec::new()
            }
            Event::PeopleStepped(by) => {
                self.people.step(by);
                Vec::new()
            }
            Event::PersonOpened(pk) => {
                pk.or(self.people.chosen()).map(|pk| self.go(Route::Person(pk))).unwrap_or_default()
            }
            Event::PersonRead(answer) => {
                self.people.person = Some(answer);
                Vec::new()
            }
            Event::ToastOver => {
                self.toast.clear();
                Vec::new()
            }
        }
    }

    /// The origin of the site's tab.
    pub fn origin(&self) -> Option<&Origin> {
        match &self.place {
            Place::Site(origin) => Some(origin),
            _ => None,
        }
    }

    /// The screen of the plan under way.
    pub fn work(&self) -> Option<Work> {
        work_of(self.journal.as_ref())
    }

    fn own_origin(&self) -> Option<String> {
        self.access.as_ref().map(|access| access.base.origin().to_owned())
    }

    /// Whether a change is unfinished.
    pub fn has_unfinished(&self) -> bool {
        self.journal.as_ref().is_some_and(|journal| !journal.is_settled())
    }

    /// The rows that everything is checked against.
    pub fn inventory(&self) -> &Inventory {
        static NOTHING: Inventory = Inventory {
            proxies: Vec::new(),
            outposts: Vec::new(),
            oauth2: Vec::new(),
            applications: Vec::new(),
            denied: Vec::new(),
        };
        self.site.inventory.as_ref().unwrap_or(&NOTHING)
    }

    /// What speaks against applying the review, and what should be known before.
    pub fn troubles(&self) -> Vec<super::Trouble> {
        self.of_review(Review::troubles)
    }

    /// The plan of the review, as a preview.
    pub fn preview(&self) -> Option<Plan> {
        self.of_review(Review::plan)
    }

    /// The page where a token is made, once the address is one.
    pub fn token_page(&self) -> Option<String> {
        self.connect.token_page(self.parse)
    }

    fn form(&mut self, change: impl FnOnce(&mut Connect)) -> Vec<Effect> {
        change(&mut self.connect);
        Vec::new()
    }

    fn reviewing(&mut self, change: impl FnOnce(&mut Review)) -> Vec<Effect> {
        if let Some(review) = &mut self.review {
            change(review);
        }
        Vec::new()
    }

    fn detailing(&mut self, change: impl FnOnce(&mut Details)) -> Vec<Effect> {
        if let Some(details) = &mut self.details {
            change(details);
        }
        Vec::new()
    }

    fn set(&mut self, change: impl FnOnce(&mut Settings)) -> Vec<Effect> {
        change(&mut self.settings);
        vec![Effect::SaveSettings(self.settings.clone())]
    }

    fn toast(&mut self, says: &str) -> Vec<Effect> {
        self.toast = says.to_owned();
        vec![Effect::EndToast]
    }
}

mod code;
mod connecting;
mod moving;
mod oidc;
mod past;
mod protecting;
mod putting_back;
mod rights;
mod screen;
mod verifying;
mod why;

pub use putting_back::Told;
pub use screen::Screen;
