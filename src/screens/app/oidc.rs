//! From "Create OIDC app" to what the service has to be told, and back to it later.

use std::sync::Arc;

use super::{App, Effect, Review, Route, Status, Subject, Work};
use crate::authentik::ApiError;
use crate::authentik::certificates::Keypair;
use crate::authentik::scope_mappings::ScopeMapping;
use crate::catalogue::{Service, Sure};
use crate::screens::Ground;
use crate::screens::details::{Details, Secret};
use crate::screens::event::{OidcEvent, Recognition};
use crate::site::oidc_provider_of;
use crate::words::words;

impl App {
    /// What a review is judged by.
    pub fn ground(&self) -> Option<Ground<'_>> {
        Some(Ground {
            inventory: self.inventory(),
            base: &self.access.as_ref()?.base,
            release: self.who.as_ref().and_then(|who| who.release.as_ref()),
            catalogue: self.catalogue.as_deref(),
            parse: self.parse,
            matches: self.matches,
        })
    }

    /// Reads something off the open review.
    pub fn of_review<T: Default>(&self, read: impl FnOnce(&Review, &Ground) -> T) -> T {
        match (&self.review, &self.ground()) {
            (Some(review), Some(ground)) => read(review, ground),
            _ => T::default(),
        }
    }

    /// The service that the tab shows, with how sure that is.
    pub fn guess(&self) -> Option<(&Service, Sure)> {
        let (id, sure) = self.guess.as_ref()?;
        Some((self.catalogue.as_ref()?.find(id)?, *sure))
    }

    pub(super) fn on_oidc(&mut self, event: OidcEvent) -> Vec<Effect> {
        match event {
            OidcEvent::CreatePressed => self.oidc_pressed(),
            OidcEvent::AddOriginPressed => self.open_app_review(Subject::AddOrigin),
            OidcEvent::MoveAppPressed => self.open_app_review(Subject::MoveApp),
            OidcEvent::Recognised(recognition) => self.recognised(*recognition),
            OidcEvent::KeysRead(keys, scopes) => self.keys_read(keys, scopes),
            OidcEvent::ClientIdMade(client_id) => self.client_id_made(client_id),
            OidcEvent::ServiceTyped(words) => self.service_typed(words),
            OidcEvent::ServiceStepped(by) => self.service_stepped(by),
            OidcEvent::ServiceChosen(row) => self.service_chosen(row),
            OidcEvent::ServiceLeft => self.reviewing(|review| review.app.picker = None),
            OidcEvent::GuessTaken => self.guess_taken(),
            OidcEvent::AskedTyped(name, answer) => self.reviewing(|review| {
                review.app.asked.insert(name, answer);
            }),
            OidcEvent::DetailsPressed => self.details_pressed(),
            OidcEvent::DetailsClosed => self.details_closed(),
            OidcEvent::SecretFound(secret) => self.detailing(|details| details.secret = Secret::Known(secret)),
            OidcEvent::SecretRead(answer) => self.detailing(|details| details.read(answer.map(|details| *details))),
            OidcEvent::SecretShown(shown) => self.detailing(|details| details.shown = shown),
            OidcEvent::SettingsChosen(form) => self.detailing(|details| details.form = form),
            OidcEvent::RandomMade(random) => self.detailing(|details| details.random = random),
            OidcEvent::SecretCopied(text) => vec![Effect::CopySecret(text)],
            OidcEvent::SecretCopyEnded(worked) => self.secret_copy_ended(worked),
            OidcEvent::ClipboardEmptied(true) => self.toast(words().clipboard_emptied),
            OidcEvent::ClipboardEmptied(false) => Vec::new(),
            OidcEvent::VerifyPressed => self.verify_pressed(),
            OidcEvent::Verified(evidence) => self.verified(&evidence),
        }
    }

    /// The click on "Create OIDC app": a review, or, for somebody who doesn't want to be asked, the change itself.
    fn oidc_pressed(&mut self) -> Vec<Effect> {
        let mut effects = self.open_for_oidc();
        if !self.settings.ask_before_applying
            && let Some(review) = &mut self.review
        {
            review.apply_when_ready = true;
            effects.extend(self.apply_when_ready());
        }
        effects
    }

    /// Opens the review where there is a site that could have an app.
    pub(super) fn open_for_oidc(&mut self) -> Vec<Effect> {
        match self.site.status {
            None | Some(Status::Authentik | Status::OidcApp { .. }) => Vec::new(),
            Some(_) => self.open_app_review(Subject::NewApp),
        }
    }

    /// Opens a review about an app, and asks for what it needs.
    fn open_app_review(&mut self, subject: Subject) -> Vec<Effect> {
        let mut effects = self.open_review(subject);
        let keys = self.keys.clone();
        let Some(review) = &mut self.review else { return effects };
        if review.is_new() {
            review.app.icon = self.page_icon.clone();
            effects.push(Effect::MakeClientId);
            if review.flows.is_some() {
                // What was read before is shown, and read again: a flow may be gone, a group may have come.
                effects.push(Effect::ReadChoices);
            }
            if keys.is_none() {
                effects.push(Effect::ReadKeys);
            }
            review.app.keys = keys;
        }
        // For a site that is known to be protected only half of the lists was read.
        if matches!(self.site.status, Some(Status::Protected(_) | Status::PartOfDomain(_))) {
            effects.push(Effect::ReadSite { all: true });
        }
        effects.extend(self.recognise());
        self.fill_in_service();
        effects
    }

    /// The service that the tab shows, if that is sure: a weak guess is offered, and never taken by itself.
    pub(super) fn recognised_service(&self) -> Option<String> {
        self.guess.as_ref().filter(|(_, sure)| *sure == Sure::Looks).map(|(id, _)| id.clone())
    }

    /// Asks for the catalogue, once.
    pub(super) fn recognise(&mut self) -> Vec<Effect> {
        let asked = std::mem::replace(&mut self.recognising, true);
        if asked || self.catalogue.is_some() { Vec::new() } else { vec![Effect::Recognise] }
    }

    /// What was recognised with confidence fills an untouched form in.
    fn fill_in_service(&mut self) {
        let Some(catalogue) = self.catalogue.clone() else { return };
        let service = self.recognised_service().and_then(|id| catalogue.find(&id)).cloned();
        let inventory = self.site.inventory.clone().unwrap_or_default();
        let Some(review) = self.review.as_mut().filter(|review| !review.app.service_is_chosen) else { return };
        if review.subject == Subject::NewApp {
            if let Some(service) = service.filter(|service| service.oidc.is_some()) {
                review.take_service(Some(&service), &inventory);
            }
        } else {
            // For the paths that a gate may leave open, and for the app that is most likely meant.
            review.app.service = service.map(|service| service.id);
        }
    }

    fn recognised(&mut self, recognition: Recognition) -> Vec<Effect> {
        self.recognising = false;
        self.catalogue = recognition.catalogue.map(Arc::new);
        self.guess = recognition.guess;
        self.page_icon = recognition.icon;
        if let Some(review) = &mut self.review {
            review.app.icon = self.page_icon.clone();
        }
        self.fill_in_service();
        self.apply_when_ready()
    }

    fn keys_read(
        &mut self,
        keys: Result<Vec<Keypair>, ApiError>,
        scopes: Result<Vec<ScopeMapping>, ApiError>,
    ) -> Vec<Effect> {
        let Some(review) = &mut self.review else { return Vec::new() };
        match (keys, scopes) {
            (Ok(keys), Ok(scopes)) => {
                self.keys = Some((keys, scopes));
                review.app.keys = self.keys.clone();
            }
            (Err(error), _) | (_, Err(error)) if error.is_bad_token() => return self.token_stopped(),
            (Err(error), _) => (review.error, review.lacks) = (Some(error), Some(words().denied_keys)),
            (_, Err(error)) => (review.error, review.lacks) = (Some(error), Some(words().denied_scopes)),
        }
        self.apply_when_ready()
    }

    fn client_id_made(&mut self, client_id: String) -> Vec<Effect> {
        if let Some(review) = &mut self.review {
            review.app.client_id = client_id;
        }
        self.apply_when_ready()
    }

    /// The services that fit what is typed, best first: those that can have an app, and the others, which are told so.
    pub fn services(&self) -> Vec<&Service> {
        let words = self.review.as_ref().and_then(|review| review.app.picker.as_deref());
        match (&self.catalogue, words) {
            (Some(catalogue), Some(words)) => catalogue.search(words).into_iter().take(6).collect(),
            _ => Vec::new(),
        }
    }

    fn service_typed(&mut self, words: String) -> Vec<Effect> {
        self.reviewing(|review| {
            review.app.picker = Some(words);
            review.app.row = 0;
        })
    }

    fn service_stepped(&mut self, by: isize) -> Vec<Effect> {
        // One row more than services: "Another service".
        let last = self.services().len();
        self.reviewing(|review| {
            review.app.picker.get_or_insert_default();
            review.app.row = review.app.row.saturating_add_signed(by).min(last);
        })
    }

    /// A row was chosen: a service, or another one.
    fn service_chosen(&mut self, row: Option<usize>) -> Vec<Effect> {
        let row = row.or(self.review.as_ref().map(|review| review.app.row)).unwrap_or_default();
        let service = self.services().get(row).copied().cloned();
        self.take_service(service.as_ref())
    }

    fn guess_taken(&mut self) -> Vec<Effect> {
        let service = self.guess().map(|(service, _)| service.clone());
        self.take_service(service.as_ref())
    }

    fn take_service(&mut self, service: Option<&Service>) -> Vec<Effect> {
        let inventory = self.site.inventory.clone().unwrap_or_default();
        self.reviewing(|review| {
            review.app.service_is_chosen = true;
            review.take_service(service, &inventory);
        })
    }

    /// The OAuth2 provider of the tab's origin.
    pub fn oidc_provider(&self) -> Option<&crate::authentik::providers_oauth2::OAuth2Provider> {
        oidc_provider_of(self.origin()?, self.inventory(), self.parse)
    }

    /// "Show client ID and secret", on the Site screen.
    fn details_pressed(&mut self) -> Vec<Effect> {
        let (Some(provider), Some(origin)) = (self.oidc_provider().cloned(), self.origin().cloned()) else {
            return Vec::new();
        };
        let service = self.recognised_service();
        // What was decided when it was made here says more than the tab does.
        let made = self.records.iter().map(|record| &record.journal).find(|journal| {
            let client_id = journal.values.get("client_id").and_then(serde_json::Value::as_str);
            client_id == Some(provider.client_id.as_str()) && self.made_app_here(journal)
        });
        self.details = Some(match made {
            Some(journal) => Details { provider: Some(provider.pk), ..Details::of_journal(journal) },
            None => Details::of_provider(&provider, origin.to_string(), service),
        });
        let secret = Effect::ReadSecret { plan: None, provider: Some(provider.pk), slug: String::new() };
        let mut effects = vec![secret, Effect::MakeRandom];
        effects.extend(self.recognise());
        effects
    }

    /// When an app was made, what its service has to be told is shown; the secret is where the worker left it, or in authentik.
    pub(super) fn details_of_work(&mut self) -> Vec<Effect> {
        self.details = None;
        let made = self.journal.as_ref().filter(|journal| self.made_app_here(journal));
        let Some(journal) = made.filter(|_| self.work() == Some(Work::Done)) else { return Vec::new() };
        let details = Details::of_journal(journal);
        let plan = Some(journal.plan.id.clone());
        let mut effects = Vec::new();
        if details.secret == Secret::Reading {
            effects.push(Effect::ReadSecret { plan, provider: None, slug: details.slug.clone() });
        }
        self.details = Some(details);
        effects.push(Effect::MakeRandom);
        effects.extend(self.recognise());
        effects
    }

    fn verify_pressed(&mut self) -> Vec<Effect> {
        let Some(details) = self.details.as_mut().filter(|details| !details.verifying) else { return Vec::new() };
        details.verifying = true;
        vec![Effect::Verify(details.slug.clone())]
    }

    fn verified(&mut self, evidence: &crate::screens::verify::Evidence) -> Vec<Effect> {
        let Some(access) = &self.access else { return Vec::new() };
        let catalogue = self.catalogue.clone();
        let Some(details) = &mut self.details else { return Vec::new() };
        let service = details.service(catalogue.as_deref());
        let endpoints = details.endpoints(&access.base);
        let expected = details.expected_redirects(&access.base, catalogue.as_deref());
        let findings = crate::screens::verify::judge(evidence, &endpoints, &details.address, &expected, service);
        details.findings = Some(findings);
        details.verifying = false;
        Vec::new()
    }

    fn secret_copy_ended(&mut self, worked: bool) -> Vec<Effect> {
        let mut effects = self.toast(if worked { words().copied_secret } else { words().not_copied });
        if worked {
            effects.push(Effect::EmptyClipboard);
        }
        effects
    }

    fn details_closed(&mut self) -> Vec<Effect> {
        self.details = None;
        self.go(Route::Site)
    }
}
