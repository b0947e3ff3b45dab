//! The review before a change: fields that are filled in already, checked while one types, and the steps in words.

use super::app_form::AppForm;
use super::domain_form::Cover;
use super::review_field::{Ground, ReviewField, Trouble, WhoGetsIn};
use super::session_length::session_text;
use crate::authentik::ApiError;
use crate::authentik::applications::slug_is_sound;
use crate::authentik::flows::{self, Flow};
use crate::authentik::groups::Group;
use crate::authentik::outposts::Outpost;
use crate::authentik::providers_proxy::ProxyProvider;
use crate::authentik::read::lower;
use crate::plan::{
    ABSENT, OutpostChoice, Plan, Removal, Repair, finish_protection, put_back, remove_protection, set_authentik_host,
};
use crate::site::{Inventory, Origin, Part, name_from, slug_from};
use crate::words::words;

/// So many groups are listed at once.
pub const MOST_GROUPS: usize = 50;

/// What is reviewed.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// A new gate.
    New,
    /// What a half-made gate lacks.
    Finish(ProxyProvider),
    /// A gate that comes off.
    Remove(Removal),
    /// Providers that may have been lost from an outpost.
    PutBack(PutBack),
    /// The embedded outpost's `authentik_host`.
    AuthentikHost(Outpost, String),
    /// A new app of a service that speaks OIDC itself.
    NewApp,
    /// One more address of an app.
    AddOrigin,
    /// Another address of an app.
    MoveApp,
    /// An application for a provider that has none.
    AddApplication(ProxyProvider),
    /// Several providers for one host in one outpost, of which one is kept.
    Twice(Vec<ProxyProvider>),
    /// A setting of a proxy provider.
    Repair(Repair),
}

/// What can be put back into an outpost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutBack {
    /// The outpost.
    pub outpost: OutpostChoice,
    /// Key and name of each provider.
    pub providers: Vec<(i64, String)>,
}

/// The form.
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own, and they combine freely")]
#[derive(Clone, Debug, PartialEq)]
pub struct Review {
    /// The site.
    pub origin: Origin,
    /// What is reviewed.
    pub subject: Subject,
    /// As typed.
    pub name: String,
    /// The name no longer follows the service.
    pub name_is_own: bool,
    /// As typed.
    pub slug: String,
    /// The slug no longer follows the name.
    pub slug_is_own: bool,
    /// As typed.
    pub external_url: String,
    /// UUID of the chosen outpost.
    pub outpost: String,
    /// As typed.
    pub session: String,
    /// Everyone, or groups.
    pub who: WhoGetsIn,
    /// UUIDs of the chosen groups, or keys of the providers to put back.
    pub chosen: Vec<String>,
    /// What is typed to find a group among many.
    pub group_words: String,
    /// The groups to choose from; `None` while they are read, or where they may not be.
    pub groups: Option<Vec<Group>>,
    /// The flows; `None` while they are read.
    pub flows: Option<Vec<Flow>>,
    /// Why flows or groups could not be read.
    pub error: Option<ApiError>,
    /// What could not be read, in words around the reason; none for flows and groups.
    pub lacks: Option<&'static str>,
    /// The token may not read applications, so what is made could not be found again; none while that is not known.
    pub blind: Option<bool>,
    /// Slugs that are taken although no list shows their applications.
    pub taken: Vec<String>,
    /// Who gets in through the application that would be deleted, once read.
    pub hanging: Option<Result<Vec<String>, ApiError>>,
    /// Apply was pressed.
    pub sending: bool,
    /// Apply as soon as the flows are there: the one click of somebody who doesn't want to be asked.
    pub apply_when_ready: bool,
    /// The worker's refusal.
    pub refused: Option<String>,
    /// Paths of the catalogue that a person wants to stay open, by their place there.
    pub open_paths: Vec<u8>,
    /// What a new gate covers.
    pub cover: Cover,
    /// What only the form of an OIDC app has.
    pub app: Box<AppForm>,
}

impl Review {
    /// A review of `subject`, filled in from the tab and from what authentik holds.
    pub fn new(origin: Origin, subject: Subject, title: &str, inventory: &Inventory) -> Self {
        let outpost = inventory.default_outpost().map(|outpost| outpost.pk.clone()).unwrap_or_default();
        let mut review = Self {
            // A dot at the end makes it another host, which is never what is meant.
            external_url: origin.without_dot().unwrap_or_else(|| origin.clone()).to_string(),
            origin,
            subject,
            name: String::new(),
            name_is_own: false,
            slug: String::new(),
            slug_is_own: false,
            outpost,
            session: session_text("hours=24"),
            who: WhoGetsIn::Everyone,
            chosen: Vec::new(),
            group_words: String::new(),
            groups: None,
            flows: None,
            error: None,
            lacks: None,
            blind: Some(false),
            taken: Vec::new(),
            hanging: None,
            sending: false,
            apply_when_ready: false,
            refused: None,
            open_paths: Vec::new(),
            cover: Cover::default(),
            app: Box::default(),
        };
        if let Subject::PutBack(put_back) = &review.subject {
            review.chosen.extend(put_back.providers.iter().map(|(pk, _)| pk.to_string()));
        }
        if let Subject::AddApplication(provider) = &review.subject {
            // It is named already; only providers have to be unique in that.
            review.name = provider.name.clone();
            review.propose_slug(inventory);
        } else {
            let name = name_from(title, review.origin.host());
            review.propose_name(&name, inventory);
        }
        review
    }

    /// Proposes a name that nothing has yet, and a slug for it.
    pub fn propose_name(&mut self, name: &str, inventory: &Inventory) {
        self.name = Inventory::free(name, " ", |name| inventory.name_is_taken(name));
        if !self.slug_is_own {
            self.propose_slug(inventory);
        }
    }

    /// Whether a slug was found to be taken since the lists were read.
    pub(super) fn is_taken(&self, slug: &str) -> bool {
        self.taken.iter().any(|taken| taken == slug)
    }

    fn propose_slug(&mut self, inventory: &Inventory) {
        let base = slug_from(&self.name);
        let sound = slug_is_sound(&base);
        let base = if sound { base } else { slug_from(&self.origin.authority().replace(':', "-")) };
        let taken = |slug: &str| inventory.slug_is_taken(slug) || self.is_taken(slug) || !slug_is_sound(slug);
        self.slug = Inventory::free(&base, "-", taken);
    }

    /// Takes what was typed or chosen.
    pub fn set(&mut self, field: ReviewField, value: String) {
        self.refused = None;
        match field {
            ReviewField::Name => {
                self.name_is_own = true;
                if !self.slug_is_own {
                    self.slug = slug_from(&value);
                }
                self.name = value;
            }
            ReviewField::Slug => {
                self.slug_is_own = true;
                self.slug = value;
            }
            ReviewField::ExternalUrl => self.external_url = value,
            ReviewField::Outpost => self.outpost = value,
            ReviewField::Session => self.session = value,
            ReviewField::Groups | ReviewField::Provider => {
                toggle(&mut self.chosen, value);
            }
            ReviewField::FindGroup => self.group_words = value,
            ReviewField::Cover => self.cover = if value == "domain" { Cover::Domain } else { Cover::Site },
            ReviewField::OpenPath(number) => toggle(&mut self.open_paths, number),
            ReviewField::Optional(number) => toggle(&mut self.app.optional, number),
            field => {
                self.app.typed.insert(field, value);
            }
        }
    }

    /// Whether something new is made: a gate, or an app.
    pub fn is_new(&self) -> bool {
        matches!(self.subject, Subject::New | Subject::NewApp)
    }

    fn is_app(&self) -> bool {
        self.subject == Subject::NewApp
    }

    /// Whether an application is made, so that it is asked who gets in.
    pub fn makes_application(&self) -> bool {
        self.is_new() || matches!(self.subject, Subject::AddApplication(_))
    }

    /// Whether an outpost has to be chosen.
    pub fn needs_outpost(&self, inventory: &Inventory) -> bool {
        matches!(self.subject, Subject::New | Subject::Finish(_)) || self.is_unserved(inventory)
    }

    /// What speaks against applying now, and what should be known before.
    pub fn troubles(&self, ground: &Ground) -> Vec<Trouble> {
        let mut troubles = Vec::new();
        let mut say = |field, says: String| troubles.push(Trouble { field, says, blocks: true });
        let (words, inventory) = (words(), ground.inventory);
        if self.needs_outpost(inventory) && !inventory.outposts.iter().any(|outpost| outpost.pk == self.outpost) {
            say(ReviewField::Outpost, words.trouble_no_outpost.into());
        }
        if matches!(self.subject, Subject::AddOrigin | Subject::MoveApp) && self.preview_is_empty(ground) {
            let none = self.chosen_app(ground).is_none();
            let says = if none { words.trouble_no_app } else { words.trouble_nothing_to_change };
            say(ReviewField::App, says.into());
        }
        if matches!(self.subject, Subject::PutBack(_)) && self.chosen.is_empty() {
            say(ReviewField::Provider, words.trouble_no_provider.into());
        }
        if let Some(app) = self.chosen_app(ground).filter(|_| self.subject == Subject::MoveApp)
            && !inventory.applications.iter().any(|other| Some(&other.slug) == app.application_slug.as_ref())
        {
            // Lists of applications are incomplete for who isn't a superuser (api: only those that they may open).
            let says = words.trouble_app_unseen.into();
            troubles.push(Trouble { field: ReviewField::App, says, blocks: false });
        }
        let mut say = |field, says: String| troubles.push(Trouble { field, says, blocks: true });
        if let Some((field, says)) = self.gate_trouble(ground) {
            say(field, says);
        }
        if !self.makes_application() {
            return troubles;
        }
        if self.blind == Some(true) && !self.is_app() {
            say(ReviewField::Slug, words.trouble_blind.into());
        }
        if self.name.trim().is_empty() {
            say(ReviewField::Name, words.trouble_name_empty.into());
        } else if self.is_new() && inventory.name_is_taken(self.name.trim()) {
            say(ReviewField::Name, words.trouble_name_taken.into());
        }
        if inventory.slug_is_taken(&self.slug) || self.is_taken(&self.slug) {
            say(ReviewField::Slug, words.trouble_slug_taken.into());
        } else if !slug_is_sound(&self.slug) {
            say(ReviewField::Slug, words.trouble_slug_unsound.into());
        }
        if self.is_app() {
            troubles.extend(self.app_troubles(ground));
            return troubles;
        }
        if self.is_new() {
            troubles.extend(self.gate_troubles(ground));
        } else if self.who == WhoGetsIn::Groups && self.chosen.is_empty() {
            say(ReviewField::Groups, words.trouble_no_group.into());
        }
        troubles
    }

    /// The plan, as far as it can be made now. Without an id it is a preview.
    pub fn plan(&self, ground: &Ground) -> Option<Plan> {
        let mut plan = self.plan_of_subject(ground)?;
        if self.is_new() {
            plan.values.insert(ABSENT.to_owned(), self.saw_absent(ground).into());
        }
        Some(plan)
    }

    /// Whether it is known that nothing stands where something new is made: the lists of providers are complete, or
    /// refused, and names are unique in them; a client id that was made here is nobody else's.
    fn saw_absent(&self, ground: &Ground) -> bool {
        let refused = [Part::Applications, Part::Proxies, Part::OAuth2];
        let complete = !refused.iter().any(|part| ground.inventory.denied.contains(part));
        complete || (self.is_app() && !self.app.typed.contains_key(&ReviewField::ClientId))
    }

    fn plan_of_subject(&self, ground: &Ground) -> Option<Plan> {
        let id = String::new();
        let outpost = || self.chosen_outpost(ground).map(OutpostChoice::from);
        match &self.subject {
            Subject::Finish(provider) => Some(finish_protection(id, &self.origin, provider, &outpost()?)),
            Subject::Remove(removal) => {
                let bound = self.hanging.as_ref().and_then(|read| read.as_ref().ok()).map(Vec::len);
                Some(remove_protection(id, &self.origin, &Removal { bound, ..removal.clone() }))
            }
            Subject::PutBack(PutBack { outpost, providers }) => {
                let chosen = |(pk, _): &&(i64, String)| self.chosen.contains(&pk.to_string());
                let providers: Vec<_> = providers.iter().filter(chosen).cloned().collect();
                (!providers.is_empty()).then(|| put_back(id, &self.origin.to_string(), outpost, &providers))
            }
            Subject::AuthentikHost(outpost, host) => {
                Some(set_authentik_host(id, &self.origin.to_string(), outpost, host))
            }
            Subject::NewApp => self.app_plan(id, ground),
            Subject::AddOrigin => self.add_plan(id, ground),
            Subject::MoveApp => self.move_plan(id, ground),
            Subject::AddApplication(provider) => self.addition_plan(id, provider, ground),
            Subject::Twice(twins) => self.twice_plan(id, twins, ground),
            Subject::Repair(repair) => Some(self.repair_plan(id, repair)),
            Subject::New => self.gate_plan(id, ground),
        }
    }

    pub(super) fn chosen_outpost<'a>(&self, ground: &Ground<'a>) -> Option<&'a Outpost> {
        ground.inventory.outposts.iter().find(|outpost| outpost.pk == self.outpost)
    }

    /// The groups that get in, as (UUID, name); none for everyone.
    pub(super) fn chosen_groups(&self) -> Vec<(String, String)> {
        if self.who == WhoGetsIn::Everyone {
            return Vec::new();
        }
        let all = self.groups.as_deref().unwrap_or_default();
        all.iter()
            .filter(|group| self.chosen.contains(&group.pk))
            .map(|group| (group.pk.clone(), group.name.clone()))
            .collect()
    }

    /// The groups that are listed: the chosen ones and those that fit what is typed, fifty at most; and how many there are.
    pub fn groups_listed(&self) -> Option<(Vec<&Group>, usize)> {
        let groups = self.groups.as_ref()?;
        let words = lower(self.group_words.trim());
        let chosen = groups.iter().filter(|group| self.chosen.contains(&group.pk));
        let fits = |group: &&Group| !self.chosen.contains(&group.pk) && lower(&group.name).contains(&words);
        Some((chosen.chain(groups.iter().filter(fits)).take(MOST_GROUPS).collect(), groups.len()))
    }

    /// Whether everything that a plan needs was read: the flows, and for an app keys and scopes.
    pub fn is_ready(&self) -> bool {
        let flows = || {
            self.flows
                .as_deref()
                .is_some_and(|flows| flows::authorization(flows).is_some() && flows::invalidation(flows).is_some())
        };
        let app = || !self.is_app() || (self.app.keys.is_some() && !self.app.client_id.is_empty());
        !self.is_new() || (flows() && app() && self.blind.is_some())
    }

    /// Whether something is still being read.
    pub fn is_reading(&self) -> bool {
        self.is_new() && self.error.is_none() && !self.is_ready() && !self.lacks_flows()
    }

    /// Why nothing new can be made although the flows were read.
    pub fn lacks_flows(&self) -> bool {
        let flows = self.flows.as_deref();
        let lacks = |flows| flows::authorization(flows).is_none() || flows::invalidation(flows).is_none();
        self.is_new() && flows.is_some_and(lacks)
    }
}

/// Puts it in, or takes it out.
fn toggle<T: PartialEq>(chosen: &mut Vec<T>, what: T) {
    match chosen.iter().position(|one| *one == what) {
        Some(place) => drop(chosen.swap_remove(place)),
        None => chosen.push(what),
    }
}
