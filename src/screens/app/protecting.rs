//! From "Protect this site" over the review to the order.

use super::{App, Effect, Inventory, Order, Removal, Reply, Review, Status, Subject, WhoGetsIn};
use crate::authentik::ApiError;
use crate::authentik::flows::Flow;
use crate::authentik::groups::Group;
use crate::plan::snippets::{Filling, SignIn, Snippet};
use crate::screens::{ReviewField, Tried};
use crate::site::Origin;
use crate::words::{words, work_words};

impl App {
    /// The click on "Protect this site": a review, or, for somebody who doesn't want to be asked, the change itself.
    pub(super) fn protect_pressed(&mut self) -> Vec<Effect> {
        let mut effects = self.open_for_protect();
        if !self.settings.ask_before_applying
            && let Some(review) = &mut self.review
        {
            review.apply_when_ready = true;
            effects.extend(self.apply_when_ready());
        }
        effects
    }

    /// Opens the review that fits the status; none where there is nothing to protect.
    pub(super) fn open_for_protect(&mut self) -> Vec<Effect> {
        match self.site.status.clone() {
            Some(Status::NotProtected | Status::OidcApp { .. } | Status::PartOfDomain(_)) => {
                self.open_review(Subject::New)
            }
            _ => self.subject_of_gap().map(|subject| self.open_review(subject)).unwrap_or_default(),
        }
    }

    pub(super) fn remove_pressed(&mut self) -> Vec<Effect> {
        let Some(Status::Protected(provider) | Status::Incomplete(provider, _)) = self.site.status.clone() else {
            return Vec::new();
        };
        let serving = self.inventory().outposts_of(provider.pk);
        let outposts = serving.map(|outpost| (outpost.pk.clone(), outpost.name.clone())).collect();
        let slug = provider.application_slug.clone();
        let application = self.inventory().applications.iter().find(|app| slug.as_ref() == Some(&app.slug));
        let application = application.map(|app| app.pk.clone());
        let hanging = application.clone().map(Effect::ReadHanging);
        let removal = Removal { provider, outposts, application, bound: None };
        let mut effects = self.open_review(Subject::Remove(removal));
        effects.extend(hanging);
        effects
    }

    pub(super) fn open_review(&mut self, subject: Subject) -> Vec<Effect> {
        let Some(origin) = self.origin().cloned() else { return Vec::new() };
        self.open_review_of(origin, subject)
    }

    /// The same, about a site that need not be the tab's.
    pub(super) fn open_review_of(&mut self, origin: Origin, subject: Subject) -> Vec<Effect> {
        let title = self.tab.as_ref().map(|tab| tab.title.clone()).unwrap_or_default();
        let mut review = Review::new(origin, subject, &title, self.inventory());
        let asks_who = review.makes_application();
        if let Some((flows, groups)) = self.choices.clone().filter(|_| asks_who) {
            review.flows = Some(flows);
            review.groups = Some(groups);
        }
        let needs_choices = asks_who && review.flows.is_none();
        let tries = (review.makes_application() && self.sees_a_part()).then(|| review.slug.clone());
        if tries.is_some() {
            review.blind = None;
        }
        self.refused = None;
        // For the paths that a gate may leave open.
        review.app.service = self.recognised_service();
        self.review = Some(review);
        self.details = None;
        let mut effects = Vec::new();
        // From "Done", a repair: its end has been seen.
        if let Some(journal) = self.journal.as_mut().filter(|journal| journal.is_settled() && !journal.seen) {
            journal.seen = true;
            effects.push(Effect::Send(Order::Seen));
        }
        if needs_choices {
            effects.push(Effect::ReadChoices);
        }
        effects.extend(tries.map(Effect::TryReading));
        effects
    }

    pub(super) fn review_typed(&mut self, field: ReviewField, value: String) -> Vec<Effect> {
        let title = self.tab.as_ref().map(|tab| tab.title.clone()).unwrap_or_default();
        let inventory = if field == ReviewField::Cover { self.inventory().clone() } else { Inventory::default() };
        self.reviewing(|review| {
            review.set(field, value);
            if field == ReviewField::Cover && !review.name_is_own {
                review.propose_name_of_cover(&title, &inventory);
            }
        })
    }

    pub(super) fn choices_read(
        &mut self,
        flows: Result<Vec<Flow>, ApiError>,
        groups: Result<Vec<Group>, ApiError>,
    ) -> Vec<Effect> {
        let mut effects = Vec::new();
        if let (Ok(flows), Ok(groups)) = (&flows, &groups) {
            self.choices = Some((flows.clone(), groups.clone()));
            effects = self.remember();
        }
        let Some(review) = &mut self.review else { return effects };
        match groups {
            Ok(groups) => review.groups = Some(groups),
            // Without the groups everyone is still a choice.
            Err(error) => {
                review.who = WhoGetsIn::Everyone;
                review.error = Some(error);
            }
        }
        match flows {
            Ok(flows) => review.flows = Some(flows),
            Err(error) => review.error = Some(error),
        }
        if review.error.as_ref().is_some_and(ApiError::is_bad_token) {
            return self.token_stopped();
        }
        effects.extend(self.apply_when_ready());
        effects
    }

    pub(super) fn reading_tried(&mut self, slug: String, tried: Tried) -> Vec<Effect> {
        let inventory = self.site.inventory.clone().unwrap_or_default();
        let Some(review) = &mut self.review else { return Vec::new() };
        if tried == Tried::Taken {
            review.taken.push(slug);
            let name = review.name.clone();
            review.propose_name(&name, &inventory);
            // Another one is proposed, unless a person has typed it.
            if !review.is_taken(&review.slug) {
                return vec![Effect::TryReading(review.slug.clone())];
            }
        }
        review.blind = Some(tried == Tried::Refused);
        self.apply_when_ready()
    }

    /// Applies, if that was wanted and everything is there.
    pub(super) fn apply_when_ready(&mut self) -> Vec<Effect> {
        let needs_catalogue = self.catalogue.is_none();
        let Some(review) = self.review.as_mut().filter(|review| review.apply_when_ready) else { return Vec::new() };
        let waits_for_service = review.subject == Subject::NewApp && needs_catalogue && !review.app.service_is_chosen;
        review.apply_when_ready = (review.is_reading() || waits_for_service) && review.error.is_none();
        if review.apply_when_ready || self.must_be_read() { Vec::new() } else { self.apply() }
    }

    /// Whether something has to be read before it is applied, even by somebody who doesn't want to be asked.
    fn must_be_read(&self) -> bool {
        !self.troubles().is_empty() || self.of_review(Review::asserts_verified)
    }

    /// "Apply": only what has no trouble is sent, and only once.
    pub(super) fn apply(&mut self) -> Vec<Effect> {
        if self.troubles().iter().any(|trouble| trouble.blocks) {
            return Vec::new();
        }
        let Some(plan) = self.preview() else { return Vec::new() };
        let Some(review) = self.review.as_mut().filter(|review| review.is_ready() && !review.sending) else {
            return Vec::new();
        };
        review.sending = true;
        review.refused = None;
        vec![Effect::Apply(Box::new(plan))]
    }

    pub(super) fn order(&mut self, order: Order) -> Vec<Effect> {
        self.refused = None;
        vec![Effect::Send(order)]
    }

    /// The worker is woken again, so that what is unfinished goes on at once; not for ever, if it dies each time.
    pub(super) fn worker_silent(&mut self) -> Vec<Effect> {
        self.silences = self.silences.saturating_add(1);
        if self.silences <= 3 && self.has_unfinished() {
            return vec![Effect::Send(Order::Wake)];
        }
        let silences = self.silences;
        let effects = self.replied(Reply::Refused { why: work_words().error_no_worker.to_owned() });
        self.silences = silences;
        effects
    }

    pub(super) fn replied(&mut self, reply: Reply) -> Vec<Effect> {
        self.silences = 0;
        let why = match reply {
            Reply::Taken => return Vec::new(),
            Reply::Busy => words().another_is_under_way.to_owned(),
            Reply::Refused { why } => why,
        };
        match &mut self.review {
            Some(review) => {
                review.sending = false;
                review.refused = Some(why);
            }
            None => self.refused = Some(why),
        }
        Vec::new()
    }

    /// The outpost of the plan that has ended: its UUID.
    pub fn outpost_of_work(&self) -> Option<String> {
        let values = &self.journal.as_ref()?.values;
        values.get("outpost").and_then(serde_json::Value::as_str).map(str::to_owned)
    }

    /// What the snippets are filled with: the tab's host, and the outpost's address as the proxy sees it.
    pub fn filling(&self) -> Option<Filling> {
        let journal = self.journal.as_ref()?;
        let origin = crate::site::Origin::of(&(self.parse)(&journal.plan.site)?)?;
        let slug = journal.values.get("slug").and_then(serde_json::Value::as_str);
        let word = slug.map_or_else(|| crate::site::slug_from(&origin.authority()), str::to_owned);
        let known = self.outpost_of_work().and_then(|pk| self.settings.outpost_addresses.get(&pk).cloned());
        let typed = known.filter(|address| super::outpost_address_is_sound(address));
        Some(Filling {
            site: origin,
            word,
            outpost: typed.unwrap_or_else(|| words().outpost_example.into()),
            sign_in: self.sign_in_of_work(),
        })
    }

    /// Where people sign in to the domain that was protected, if it was one.
    fn sign_in_of_work(&self) -> Option<SignIn> {
        let text = self.journal.as_ref()?.values.get("sign_in")?.as_str()?;
        let at = crate::site::Origin::of(&(self.parse)(text)?)?;
        let is_authentik = self.own_origin().is_some_and(|own| own == at.to_string());
        Some(SignIn { at, is_authentik })
    }

    /// The snippet that was chosen last.
    pub fn snippet(&self) -> Snippet {
        Snippet::named(&self.settings.snippet)
    }

    pub(super) fn outpost_address_typed(&mut self, text: &str) -> Vec<Effect> {
        let Some(pk) = self.outpost_of_work() else { return Vec::new() };
        let text = text.trim().trim_end_matches('/').to_owned();
        self.set(|settings| {
            settings.outpost_addresses.insert(pk, text);
        })
    }
}
