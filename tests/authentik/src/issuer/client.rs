//! Who calls the token, revocation and introspection endpoints.
//!
//! Source: utils.py (`extract_client_auth`, `authenticate_provider`): HTTP Basic, otherwise the form.

use crate::api::call::Query;
use crate::model::Provider;
use crate::reply::Visit;
use crate::world::World;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The posted form.
pub fn form(visit: &Visit) -> Query {
    Query::parse(&String::from_utf8_lossy(&visit.body))
}

/// Client id and secret.
pub fn credentials(visit: &Visit, form: &Query) -> (String, String) {
    if let Some(encoded) = visit.header("authorization").and_then(|header| header.strip_prefix("Basic ")) {
        let decoded = STANDARD.decode(encoded.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let pair = decoded.as_deref().and_then(|pair| pair.split_once(':'));
        return pair.map_or_else(Default::default, |(id, secret)| (id.to_owned(), secret.to_owned()));
    }
    let text = |name: &str| form.get(name).unwrap_or_default().to_owned();
    (text("client_id"), text("client_secret"))
}

/// The provider with this client id.
pub fn provider<'w>(world: &'w World, client_id: &str) -> Option<&'w Provider> {
    world.providers.iter().find(|provider| provider.oauth.client_id == client_id && !client_id.is_empty())
}

/// Whether a secret is right; a public client needs none.
pub fn knows_secret(provider: &Provider, secret: &str) -> bool {
    provider.oauth.client_type == "public" || provider.oauth.client_secret == secret
}

/// The provider that the credentials belong to.
pub fn authenticated<'w>(world: &'w World, visit: &Visit, form: &Query) -> Option<&'w Provider> {
    let (id, secret) = credentials(visit, form);
    provider(world, &id).filter(|provider| knows_secret(provider, &secret))
}
