//! The form of "Create OIDC app": what the catalogue knows of the service fills it in, what a person types goes before that,
//! and the plan is made of both.

use std::collections::BTreeMap;

use super::review::Review;
use super::review_field::{Ground, ReviewField};
use super::session_length::{session_text, session_value};
use crate::authentik::certificates::{self, Keypair};
use crate::authentik::flows;
use crate::authentik::providers_oauth2::Redirect;
use crate::authentik::scope_mappings::ScopeMapping;
use crate::catalogue::{self, Client, Filling, LogoutMethod, Oidc, Service};
use crate::plan::{Key, Plan, Registration, create_oidc_app};
use crate::site::{Inventory, Origin};
use crate::words::{fill, words};

/// Always sent: without them every login fails from 2026.5 on.
const GRANTS: [&str; 2] = ["authorization_code", "refresh_token"];

/// What `sub` may be made of, authentik's own values.
pub const SUBJECTS: [&str; 6] = ["hashed_user_id", "user_id", "user_uuid", "user_username", "user_email", "user_upn"];

/// What only this form has. Everything else is in [`Review`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AppForm {
    /// The service of the catalogue: its id. None is "Another service".
    pub service: Option<String>,
    /// A person has said which service it is.
    pub service_is_chosen: bool,
    /// What is typed to find a service; none while the list is closed.
    pub picker: Option<String>,
    /// The row of that list that the keyboard is on.
    pub row: usize,
    /// What a person typed, by field: it goes before what was filled in.
    pub typed: BTreeMap<ReviewField, String>,
    /// Answers to what the catalogue asks, by name.
    pub asked: BTreeMap<String, String>,
    /// Optional mappings that a person chose, by their place in the catalogue.
    pub optional: Vec<u8>,
    /// Made when the form opened.
    pub client_id: String,
    /// The icon that the page shows.
    pub icon: String,
    /// Keys and scope mappings; none while they are read.
    pub keys: Option<(Vec<Keypair>, Vec<ScopeMapping>)>,
}

impl Review {
    /// The service that was recognised or chosen.
    pub fn service<'a>(&self, ground: &Ground<'a>) -> Option<&'a Service> {
        ground.catalogue?.find(self.app.service.as_deref()?)
    }

    pub(super) fn oidc<'a>(&self, ground: &Ground<'a>) -> Option<&'a Oidc> {
        self.service(ground)?.oidc.as_ref()
    }

    /// The service's own address, without a trailing slash; a path is allowed.
    pub(super) fn address(&self, ground: &Ground) -> Option<String> {
        let url = (ground.parse)(self.external_url.trim()).filter(|url| !url.credentials)?;
        Origin::of(&url)?;
        let path = url.path.trim_end_matches('/');
        Some(format!("{}{path}", url.origin())).filter(|_| !self.external_url.contains(['?', '#']))
    }

    /// What fills the catalogue's templates.
    fn with_filling<T>(&self, ground: &Ground, then: impl FnOnce(&Service, &Filling) -> T) -> Option<T> {
        let asked = self.asked(ground);
        let filling = Filling {
            origin: &self.address(ground)?,
            base: &ground.base.to_string(),
            slug: &self.slug,
            client_id: &self.value(ReviewField::ClientId, ground),
            client_secret: "",
            asked: &asked,
            random: "",
        };
        Some(then(self.service(ground)?, &filling))
    }

    /// The answers to what the catalogue asks, with its defaults.
    pub fn asked(&self, ground: &Ground) -> BTreeMap<String, String> {
        let questions = self.service(ground).map(|service| service.ask.as_slice()).unwrap_or_default();
        let answer = |name: &String| self.app.asked.get(name).map(|typed| typed.trim().to_owned());
        // Not collected, here and elsewhere: that would sort first, and bring a sort for the type into the module.
        let mut asked = BTreeMap::new();
        asked.extend(questions.iter().map(|question| {
            (question.name.clone(), answer(&question.name).or(question.default.clone()).unwrap_or_default())
        }));
        asked
    }

    /// What stands in a field: what a person typed, else what the catalogue or authentik's own form would have.
    pub fn value(&self, field: ReviewField, ground: &Ground) -> String {
        if let Some(typed) = self.app.typed.get(&field) {
            return typed.clone();
        }
        let lines = |list: Vec<catalogue::Redirect>| list.into_iter().map(|uri| uri.url).collect::<Vec<_>>().join("\n");
        let flows = self.flows.as_deref().unwrap_or_default();
        match field {
            ReviewField::Redirects => {
                self.with_filling(ground, |service, filling| lines(service.redirect_uris(filling))).unwrap_or_default()
            }
            ReviewField::PostLogout => self
                .with_filling(ground, |service, filling| lines(service.post_logout_uris(filling)))
                .unwrap_or_default(),
            ReviewField::LaunchUrl => {
                let known = self.with_filling(ground, Service::launch_url).flatten();
                known.or(self.address(ground)).unwrap_or_default()
            }
            ReviewField::LogoutUri => self.with_filling(ground, Service::logout_uri).flatten().unwrap_or_default(),
            ReviewField::LogoutMethod => {
                let known = self.oidc(ground).and_then(|oidc| oidc.logout.as_ref()).map(|logout| logout.method);
                if known == Some(LogoutMethod::Frontchannel) { "frontchannel" } else { "backchannel" }.into()
            }
            ReviewField::Subject => {
                self.oidc(ground).and_then(|oidc| oidc.subject.clone()).unwrap_or_else(|| SUBJECTS[0].into())
            }
            ReviewField::AuthorizationFlow => {
                flows::authorization(flows).map(|flow| flow.pk.clone()).unwrap_or_default()
            }
            ReviewField::InvalidationFlow => flows::invalidation(flows).map(|flow| flow.pk.clone()).unwrap_or_default(),
            ReviewField::Key => self.keys().and_then(certificates::pick).map(|key| key.pk.clone()).unwrap_or_default(),
            ReviewField::App => self.chosen_app(ground).map(|app| app.pk.to_string()).unwrap_or_default(),
            ReviewField::ClientId => self.app.client_id.clone(),
            ReviewField::CookieDomain => match &self.subject {
                super::Subject::Repair(repair) => repair.to.clone(),
                _ => self.proposed_domain(),
            },
            ReviewField::Icon => self.app.icon.clone(),
            ReviewField::AuthUrl => self.proposed_auth_url(ground),
            // More than the five minutes of authentik's own form: some services refuse a token that short (Vaultwarden).
            ReviewField::AccessValidity => session_text("minutes=10"),
            ReviewField::RefreshValidity => session_text("days=30"),
            _ => String::new(),
        }
    }

    pub(super) fn keys(&self) -> Option<&[Keypair]> {
        self.app.keys.as_ref().map(|(keys, _)| keys.as_slice())
    }

    pub(super) fn scopes(&self) -> &[ScopeMapping] {
        self.app.keys.as_ref().map(|(_, scopes)| scopes.as_slice()).unwrap_or_default()
    }

    /// Without a secret: what runs in a browser or on a phone can't keep one.
    fn is_public(&self, ground: &Ground) -> bool {
        self.oidc(ground).is_some_and(|oidc| oidc.client == Client::Public)
    }

    /// The redirect URIs, as typed or filled in. A line that begins with `^` is a regular expression; logouts have a kind of
    /// their own from 2026.5 on, and before that they would be taken for logins, so they are left out there.
    pub(super) fn redirects(&self, ground: &Ground) -> Vec<Redirect> {
        let kinds = ground.at_least(2026, 5);
        let lines = |field, kind: &str| {
            let text = self.value(field, ground);
            let kind = kinds.then(|| kind.to_owned());
            let line = |line: &str| Redirect { regex: line.starts_with('^'), url: line.to_owned(), kind: kind.clone() };
            text.lines().map(str::trim).filter(|text| !text.is_empty()).map(line).collect::<Vec<_>>()
        };
        let mut all = lines(ReviewField::Redirects, "authorization");
        if kinds {
            all.extend(lines(ReviewField::PostLogout, "logout"));
        }
        all
    }

    /// Name and slug follow the service, unless a person typed their own.
    pub fn take_service(&mut self, service: Option<&Service>, inventory: &Inventory) {
        self.app.service = service.map(|service| service.id.clone());
        self.app.picker = None;
        self.app.optional.clear();
        if let Some(service) = service.filter(|_| !self.name_is_own) {
            let name = service.name.split(" (").next().unwrap_or_default();
            self.propose_name(name, inventory);
        }
    }

    /// The plan, as far as it can be made now.
    pub(super) fn app_plan(&self, id: String, ground: &Ground) -> Option<Plan> {
        let value = |field| self.value(field, ground);
        let oidc = self.oidc(ground);
        let key = value(ReviewField::Key);
        let mut grant_types = GRANTS.map(str::to_owned).to_vec();
        let more = oidc.map(|oidc| oidc.grants.as_slice()).unwrap_or_default();
        grant_types.extend(more.iter().filter(|grant| !GRANTS.contains(&grant.as_str())).cloned());
        let icon = value(ReviewField::Icon);
        let code = oidc.and_then(|oidc| oidc.access_code_validity.clone());
        let app = Registration {
            name: self.name.trim().to_owned(),
            slug: self.slug.clone(),
            origin: self.origin.clone(),
            address: self.address(ground)?,
            service: self.app.service.clone().unwrap_or_default(),
            asked: self.asked(ground).into_iter().collect(),
            group: value(ReviewField::Group).trim().to_owned(),
            launch_url: value(ReviewField::LaunchUrl).trim().to_owned(),
            icon: Some(icon).filter(|icon| !icon.is_empty() && ground.at_least(2025, 12)),
            client_id: value(ReviewField::ClientId),
            public: self.is_public(ground),
            redirects: self.redirects(ground),
            grant_types,
            mappings: self.mappings(ground),
            key: if key.is_empty() && self.app.keys.is_some() {
                // Marked by the client id, so that one which is there after an answer was lost is ours.
                let mark: String = value(ReviewField::ClientId).chars().take(8).collect();
                Key::New(fill(words().key_name, &[("mark", &mark)]))
            } else {
                Key::There(key)
            },
            authorization_flow: value(ReviewField::AuthorizationFlow),
            invalidation_flow: value(ReviewField::InvalidationFlow),
            sub_mode: value(ReviewField::Subject),
            logout: (value(ReviewField::LogoutUri), value(ReviewField::LogoutMethod)),
            access_code_validity: code.unwrap_or_else(|| "minutes=1".into()),
            access_token_validity: session_value(&value(ReviewField::AccessValidity))?,
            refresh_token_validity: session_value(&value(ReviewField::RefreshValidity))?,
            groups: self.chosen_groups(),
        };
        Some(create_oidc_app(id, &app))
    }
}
