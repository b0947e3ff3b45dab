//! `providers/oauth2`: services that speak OIDC themselves.

use serde::{Deserialize, Serialize};

use super::List;

/// An OAuth2 provider without its secret: a row of the list holds it in clear, so only this is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OAuth2Provider {
    /// Primary key; proxy providers stand in this list too, under the same one (multi-table inheritance).
    pub pk: i64,
    /// Its name.
    pub name: String,
    /// Redirect URIs that are compared to the letter.
    pub strict_redirects: Vec<String>,
    /// The application that it belongs to.
    pub application_slug: Option<String>,
    /// That application's name.
    pub application_name: Option<String>,
}

/// `providers_oauth2_list`.
pub fn list() -> List<OAuth2Provider> {
    List::of("providers/oauth2/", |row| {
        let uris = row.items("redirect_uris");
        let strict = uris.iter().filter(|uri| uri.text("matching_mode") != "regex").map(|uri| uri.text("url"));
        Ok(OAuth2Provider {
            pk: row.int("pk")?,
            name: row.text("name"),
            strict_redirects: strict.collect(),
            application_slug: row.opt_text("assigned_application_slug").filter(|s| !s.is_empty()),
            application_name: row.opt_text("assigned_application_name").filter(|s| !s.is_empty()),
        })
    })
}
