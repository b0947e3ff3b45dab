//! "Verify" for an OIDC app: what its issuer says about itself, and what a person would get, held against what a service needs.

use futures_util::future::join;
use serde_json::Value;

use super::Outside;
use crate::authentik::issuer::{self, Discovery, Endpoints};
use crate::authentik::{Access, ApiError, applications, providers_oauth2};
use crate::catalogue::{Oidc, Service};
use crate::ports::ask;
use crate::words::{error_text, fill, words};

/// Claims that are about the token rather than the person.
const OF_TOKENS: [&str; 11] = ["iss", "aud", "exp", "iat", "nbf", "jti", "auth_time", "acr", "amr", "sid", "uid"];

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How it is.
    pub is: Verdict,
    /// For a person; with what to do, where something is wrong.
    pub says: String,
}

/// How a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As it should be.
    Good,
    /// A service would trip over it.
    Bad,
    /// It could not be looked at, or matters to some services only.
    Unsure,
}

/// What was read.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The discovery document.
    pub discovery: Result<Discovery, ApiError>,
    /// How many public keys there are.
    pub keys: Result<usize, ApiError>,
    /// The provider.
    pub provider: Result<providers_oauth2::Details, ApiError>,
    /// The claims that the token's own person would get.
    pub claims: Result<Value, ApiError>,
}

/// Reads all of it: the application for its provider, then the rest side by side.
pub async fn gather(outside: &impl Outside, access: &Access, slug: &str) -> Evidence {
    let open = |path: String| async move { outside.read_open(&access.base, &path).await };
    let pages = join(open(issuer::discovery_path(slug)), open(issuer::jwks_path(slug)));
    let provider = async {
        let application = ask(outside, access, &applications::retrieve(slug)).await;
        let pk = application.and_then(|application| application.provider.ok_or(ApiError::Gone));
        match pk {
            Ok(pk) => {
                let details = providers_oauth2::retrieve(pk);
                let preview = providers_oauth2::preview(pk);
                join(ask(outside, access, &details), ask(outside, access, &preview)).await
            }
            Err(error) => (Err(error.clone()), Err(error)),
        }
    };
    let ((discovery, keys), (provider, claims)) = join(pages, provider).await;
    let discovery = discovery.map_err(ApiError::from).and_then(|page| issuer::discovery(&page));
    let keys = keys.map_err(ApiError::from).and_then(|page| issuer::keys(&page));
    Evidence { discovery, keys, provider, claims }
}

/// What it means. `address` is the service's own, `expected` the redirect URIs that the catalogue has for it.
pub fn judge(
    evidence: &Evidence,
    endpoints: &Endpoints,
    address: &str,
    expected: &[String],
    service: Option<&Service>,
) -> Vec<Finding> {
    let words = words();
    let mut findings = Vec::new();
    let mut say = |is, says: String| findings.push(Finding { is, says });
    match &evidence.discovery {
        Ok(discovery) if discovery.issuer == endpoints.issuer => say(Verdict::Good, words.verify_issuer.into()),
        Ok(discovery) => {
            let values = [("issuer", discovery.issuer.as_str()), ("expected", &endpoints.issuer)];
            say(Verdict::Bad, fill(words.verify_issuer_other, &values));
        }
        Err(error) => say(Verdict::Bad, fill(words.verify_discovery_failed, &[("why", &error_text(error))])),
    }
    let algorithms = evidence.discovery.as_ref().map(|discovery| discovery.algorithms.join(", ")).unwrap_or_default();
    match &evidence.keys {
        Ok(0) => say(Verdict::Bad, words.verify_no_key.into()),
        Ok(_) => say(Verdict::Good, fill(words.verify_key, &[("algorithm", &algorithms)])),
        Err(error) => say(Verdict::Bad, fill(words.verify_keys_failed, &[("why", &error_text(error))])),
    }
    if let Ok(discovery) = &evidence.discovery {
        let needed = service.and_then(|service| service.oidc.as_ref()).map(|oidc| oidc.scopes.clone());
        let needed = needed.unwrap_or_else(|| ["openid", "profile", "email"].map(str::to_owned).to_vec());
        let missing: Vec<String> = needed.into_iter().filter(|scope| !discovery.scopes.contains(scope)).collect();
        if missing.is_empty() {
            say(Verdict::Good, fill(words.verify_scopes, &[("scopes", &discovery.scopes.join(" "))]));
        } else {
            say(Verdict::Bad, fill(words.verify_scopes_missing, &[("scopes", &missing.join(" "))]));
        }
    }
    match &evidence.provider {
        Ok(details) => {
            match &details.grant_types {
                Some(grants) if !grants.iter().any(|grant| grant == "authorization_code") => {
                    say(Verdict::Bad, words.verify_no_grants.into());
                }
                Some(grants) => say(Verdict::Good, fill(words.verify_grants, &[("grants", &grants.join(", "))])),
                None => {}
            }
            let refreshes =
                |name: &str| details.grant_types.as_ref().is_none_or(|all| all.iter().any(|one| one == name));
            let offline =
                evidence.discovery.as_ref().is_ok_and(|d| d.scopes.iter().any(|scope| scope == "offline_access"));
            if !refreshes("refresh_token") || !offline {
                say(Verdict::Unsure, words.verify_no_refresh.into());
            }
            let logins = || details.provider.redirects.iter().filter(|redirect| !redirect.is_logout());
            let has = |uri: &&String| logins().any(|redirect| redirect.regex || redirect.url == **uri);
            let here = |url: &str| {
                url.strip_prefix(address).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
            };
            if let Some(missing) = expected.iter().find(|uri| !has(uri)) {
                say(Verdict::Bad, fill(words.verify_redirect_missing, &[("uri", missing)]));
            } else if logins().any(|redirect| redirect.regex || here(&redirect.url)) {
                say(Verdict::Good, words.verify_redirects.into());
            } else {
                say(Verdict::Unsure, words.verify_redirects_elsewhere.into());
            }
        }
        Err(error) => say(Verdict::Unsure, fill(words.verify_provider_failed, &[("why", &error_text(error))])),
    }
    match &evidence.claims {
        Ok(claims) => findings.extend(judge_claims(claims, service.and_then(|service| service.oidc.as_ref()))),
        Err(error) => {
            let says = fill(words.verify_claims_failed, &[("why", &error_text(error))]);
            findings.push(Finding { is: Verdict::Unsure, says });
        }
    }
    findings
}

fn judge_claims(claims: &Value, oidc: Option<&Oidc>) -> Vec<Finding> {
    let words = words();
    let text = |claim: &str| claims.get(claim).and_then(Value::as_str).unwrap_or_default();
    let names = claims.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
    let names: Vec<&str> = names.filter(|name| !OF_TOKENS.contains(name)).collect();
    let mut findings =
        vec![Finding { is: Verdict::Good, says: fill(words.verify_claims, &[("claims", &names.join(", "))]) }];
    let mut say = |is, says: String| findings.push(Finding { is, says });
    if text("email").is_empty() {
        say(Verdict::Bad, words.verify_no_email.into());
    }
    let verified = claims.get("email_verified").and_then(Value::as_bool) == Some(true);
    match (verified, oidc.map(|oidc| oidc.verified_email)) {
        (true, _) => say(Verdict::Good, words.verify_email_verified.into()),
        (false, Some(true)) => say(Verdict::Bad, words.verify_email_unverified.into()),
        (false, None) => say(Verdict::Unsure, words.verify_email_unverified_some.into()),
        (false, Some(false)) => {}
    }
    findings
}
