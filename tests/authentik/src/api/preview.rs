//! `/providers/oauth2/{id}/preview_user/`: what a token would say about a person.
//!
//! Source: providers/oauth2/api/providers.py (`preview_user`): an ID token for all scopes of the provider, without a session.

use super::answer::{Answer, Refusal};
use super::call::Call;
use super::provider_defaults::Kind;
use super::providers::{self, Family};
use crate::clock;
use crate::issuer::claims;
use crate::world::World;
use serde_json::{Value, json};

/// Lives as long as a token of the default duration (admin/settings, 30 minutes).
const LIFETIME: u64 = 30 * 60;

/// The claims of the caller, or of `for_user`, whom the caller must be allowed to preview.
pub fn user(world: &World, call: &Call, pk: &str) -> Result<Answer, Refusal> {
    let provider = providers::find(world, call, Family::Only(Kind::OAuth2), pk)?;
    let refuse = |text: &str| Refusal::Invalid(json!({ "for_user": text }));
    let user = match call.query.get("for_user") {
        None => call.caller.user,
        Some(text) => {
            let pk: i64 = text.parse().map_err(|_| refuse("input must be numerical"))?;
            Some(pk).filter(|_| call.caller.can_on("authentik_core.preview_user", text))
        }
    };
    let user = user.and_then(|pk| world.user(pk)).ok_or_else(|| refuse("User not found"))?;
    let now = clock::seconds();
    let mut preview = json!({
        "sub": claims::subject(provider, user), "aud": provider.oauth.client_id, "exp": now + LIFETIME, "iat": now,
        "auth_time": now, "acr": claims::ACR,
    });
    if let Some(issuer) = claims::issuer(world, provider, &call.origin) {
        preview["iss"] = json!(issuer);
    }
    if let (true, Value::Object(fields)) = (provider.oauth.include_claims_in_id_token, &mut preview) {
        fields.extend(claims::of_scopes(world, provider, user, &claims::scopes(world, provider)));
    }
    Ok(Answer::ok(json!({ "preview": preview })))
}
