//! What a service has to be told of its app: addresses, client id and secret, its own settings; and what a check found.

use std::collections::BTreeMap;

use super::verify::Finding;
use crate::authentik::ApiError;
use crate::authentik::issuer::Endpoints;
use crate::authentik::providers_oauth2::{self, ClientSecret};
use crate::authentik::{BaseUrl, providers_oauth2::OAuth2Provider};
use crate::catalogue::{self, Catalogue, Filling, Service, Settings};
use crate::plan::{Journal, Values};
use crate::words::words;

/// The secret, as far as it is known here. It is in memory only, and hidden until a person asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    /// It is being read.
    Reading,
    /// Here it is.
    Known(ClientSecret),
    /// The client is public: there is none.
    None,
    /// It could not be read.
    Failed(ApiError),
}

/// An app, as its service sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Details {
    /// Slug of the application.
    pub slug: String,
    /// What the service calls itself.
    pub client_id: String,
    /// The secret.
    pub secret: Secret,
    /// Whether it is shown.
    pub shown: bool,
    /// The provider's key, once it is known.
    pub provider: Option<i64>,
    /// The service's own address.
    pub address: String,
    /// The service of the catalogue: its id.
    pub service: Option<String>,
    /// Answers to what the catalogue asked.
    pub asked: BTreeMap<String, String>,
    /// Which form of the settings is shown.
    pub form: usize,
    /// A random text that some services want besides.
    pub random: String,
    /// What "Verify" found; none before.
    pub findings: Option<Vec<Finding>>,
    /// "Verify" is under way.
    pub verifying: bool,
}

impl Details {
    /// Those of an app that was just made, from its plan.
    pub fn of_journal(journal: &Journal) -> Self {
        let values = &journal.values;
        let asked = values.get("asked").and_then(serde_json::Value::as_object);
        let mut answers = BTreeMap::new();
        let said = |answer: &serde_json::Value| answer.as_str().unwrap_or_default().to_owned();
        answers.extend(asked.into_iter().flatten().map(|(name, answer)| (name.clone(), said(answer))));
        let service = text(values, "service");
        let public = values.get("public").and_then(serde_json::Value::as_bool).unwrap_or_default();
        Self {
            secret: if public { Secret::None } else { Secret::Reading },
            service: (!service.is_empty()).then_some(service),
            asked: answers,
            ..Self::new(text(values, "slug"), text(values, "client_id"), text(values, "address"))
        }
    }

    /// Those of an app that is there, before its secret was read.
    pub fn of_provider(provider: &OAuth2Provider, address: String, service: Option<String>) -> Self {
        let slug = provider.application_slug.clone().unwrap_or_default();
        let provider_pk = Some(provider.pk);
        Self { provider: provider_pk, service, ..Self::new(slug, provider.client_id.clone(), address) }
    }

    fn new(slug: String, client_id: String, address: String) -> Self {
        Self {
            slug,
            client_id,
            address,
            secret: Secret::Reading,
            shown: false,
            provider: None,
            service: None,
            asked: BTreeMap::new(),
            form: 0,
            random: String::new(),
            findings: None,
            verifying: false,
        }
    }

    /// What was read of the provider.
    pub fn read(&mut self, answer: Result<providers_oauth2::Details, ApiError>) {
        self.secret = match answer {
            Ok(details) => {
                self.provider = Some(details.provider.pk);
                details.secret.map_or(Secret::None, Secret::Known)
            }
            Err(error) => Secret::Failed(error),
        };
    }

    /// The addresses.
    pub fn endpoints(&self, base: &BaseUrl) -> Endpoints {
        Endpoints::of(base, &self.slug)
    }

    /// The service in the catalogue.
    pub fn service<'a>(&self, catalogue: Option<&'a Catalogue>) -> Option<&'a Service> {
        catalogue?.find(self.service.as_deref()?)
    }

    /// The service's settings, with the secret or with what stands for it while it is hidden.
    pub fn settings(&self, base: &BaseUrl, catalogue: Option<&Catalogue>, reveal: bool) -> Vec<Settings> {
        let secret = match &self.secret {
            // Ours are letters and digits. Somebody else's could leave its place in a file.
            Secret::Known(secret) if reveal && is_plain(secret.reveal()) => secret.reveal(),
            Secret::Known(_) if reveal => words().secret_by_hand,
            Secret::None => "",
            _ => HIDDEN,
        };
        self.filled(base, catalogue, secret, Service::settings).unwrap_or_default()
    }

    /// The redirect URIs that the catalogue has for the service, to the letter.
    pub fn expected_redirects(&self, base: &BaseUrl, catalogue: Option<&Catalogue>) -> Vec<String> {
        let all = self.filled(base, catalogue, "", Service::redirect_uris).unwrap_or_default();
        all.into_iter().filter(|redirect| !redirect.regex).map(|redirect| redirect.url).collect()
    }

    fn filled<T>(
        &self,
        base: &BaseUrl,
        catalogue: Option<&Catalogue>,
        secret: &str,
        then: impl FnOnce(&Service, &Filling) -> T,
    ) -> Option<T> {
        let filling = Filling {
            origin: &self.address,
            base: &base.to_string(),
            slug: &self.slug,
            client_id: &self.client_id,
            client_secret: secret,
            asked: &self.asked,
            random: &self.random,
        };
        Some(then(self.service(catalogue)?, &filling))
    }
}

/// Letters, digits, and what no file takes for anything else.
fn is_plain(secret: &str) -> bool {
    secret.chars().all(|c| c.is_ascii_alphanumeric() || "-_.~".contains(c))
}

/// Settings as a text to paste.
pub fn settings_text(settings: &Settings) -> String {
    if settings.kind == catalogue::Kind::Fields {
        settings.fields.iter().map(|(name, value)| format!("{name}: {value}\n")).collect()
    } else {
        settings.text.clone()
    }
}

/// What stands for a secret that is not shown.
pub const HIDDEN: &str = "••••••••";

fn text(values: &Values, name: &str) -> String {
    values.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}
