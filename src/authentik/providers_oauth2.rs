//! `providers/oauth2`: services that speak OIDC themselves.

use super::kept::keep_fields;
use std::fmt;

use serde_json::{Value, json};

use super::read::Unreadable;
use super::{Call, List, Reader};

/// An OAuth2 provider without its secret: a row of the list holds it in clear, so only this is kept.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct OAuth2Provider {
    /// Primary key; proxy providers stand in this list too, under the same one (multi-table inheritance).
    pub pk: i64,
    /// Its name.
    pub name: String,
    /// What the service calls itself; unique.
    pub client_id: String,
    /// Where a login may lead, and (from 2026.5) where a logout may.
    pub redirects: Vec<Redirect>,
    /// Where a logout is told to the service; may be empty.
    pub logout_uri: String,
    /// The application that it belongs to.
    pub application_slug: Option<String>,
    /// That application's name.
    pub application_name: Option<String>,
}

keep_fields!(OAuth2Provider { pk, name; client_id, redirects, logout_uri, application_slug, application_name });

/// One of a provider's redirect URIs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// A regular expression, which has to match the whole (Python `re.fullmatch`); else it is compared to the letter.
    pub regex: bool,
    /// The address, or the expression.
    pub url: String,
    /// `authorization` or `logout`; none up to 2026.2, where all are for logins.
    pub kind: Option<String>,
}

keep_fields!(Redirect { regex, url; kind });

impl Redirect {
    /// As the API has it.
    pub fn body(&self) -> Value {
        let mut body = json!({"matching_mode": if self.regex { "regex" } else { "strict" }, "url": self.url});
        if let Some(kind) = &self.kind {
            body["redirect_uri_type"] = json!(kind);
        }
        body
    }

    /// Whether it is for logouts.
    pub fn is_logout(&self) -> bool {
        self.kind.as_deref() == Some("logout")
    }
}

fn provider(row: &Reader) -> Result<OAuth2Provider, Unreadable> {
    let redirects = row.items("redirect_uris").into_iter().map(|uri| Redirect {
        regex: uri.text("matching_mode") == "regex",
        url: uri.text("url"),
        kind: uri.opt_text("redirect_uri_type"),
    });
    Ok(OAuth2Provider {
        pk: row.int("pk")?,
        name: row.text("name"),
        client_id: row.text("client_id"),
        redirects: redirects.collect(),
        logout_uri: row.text("logout_uri"),
        application_slug: row.opt_text("assigned_application_slug").filter(|s| !s.is_empty()),
        application_name: row.opt_text("assigned_application_name").filter(|s| !s.is_empty()),
    })
}

/// `providers_oauth2_list`.
pub fn list() -> List<OAuth2Provider> {
    List::of("providers/oauth2/", provider)
}

/// A client secret: it prints as `[redacted]`.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecret(String);

impl ClientSecret {
    /// Takes a value.
    pub fn new(value: String) -> Self {
        Self(value)
    }

    /// The value, for the field that shows it and the clipboard.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// What a service has to be told, and what a check of it needs; never cached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// The provider.
    pub provider: OAuth2Provider,
    /// The secret; none of a public client.
    pub secret: Option<ClientSecret>,
    /// Grant types; none up to 2026.2, where all are allowed.
    pub grant_types: Option<Vec<String>>,
    /// UUIDs of its scope mappings.
    pub mappings: Vec<String>,
    /// Whether tokens are signed with a key, rather than with the secret.
    pub has_key: bool,
}

/// `providers_oauth2_retrieve`: the answer holds the secret in clear (2025.10.3, 2026.2.2).
pub fn retrieve(pk: i64) -> Call<Details> {
    Call::get(format!("providers/oauth2/{pk}/"), |answer| {
        let secret = answer.opt_text("client_secret").filter(|_| answer.text("client_type") != "public");
        Ok(Details {
            provider: provider(answer)?,
            secret: secret.map(ClientSecret::new),
            grant_types: answer.get("grant_types").map(|_| answer.texts("grant_types")),
            mappings: answer.texts("property_mappings"),
            has_key: answer.opt_text("signing_key").is_some(),
        })
    })
}

/// `providers_oauth2_preview_user_retrieve`: the claims that a person would get; by default the caller's own.
pub fn preview(pk: i64) -> Call<Value> {
    Call::get(format!("providers/oauth2/{pk}/preview_user/"), |answer| {
        answer.get("preview").map(|preview| preview.value().clone()).ok_or(Unreadable("/preview".into()))
    })
}
