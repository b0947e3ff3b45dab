//! How authentik refuses: tokens, unknown objects, unknown paths, bodies.

use gatewright::authentik::{Access, ApiToken, Method};
use serde_json::json;

use crate::check::{Outcome, Wrong, checks, ensure};
use crate::ledger::NOBODY;
use crate::suite::Suite;

const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";

checks! {
    "without a token the answer is 403 and says so, never 401",
    "authentik/api/authentication.py, recorded on 2025.10.3 and 2026.2.2" => without_token;
    "a token that isn't one is 403 with \"Token invalid/expired\"",
    "recorded on 2025.10.3 and 2026.2.2" => bad_token;
    "a bad token is refused even where nobody needs one",
    "root_config_retrieve, recorded on 2025.10.3" => bad_token_in_the_open;
    "the origin of an extension is no reason to refuse a token, also for a write",
    "recorded on 2025.10.3 and 2026.2.2: no CSRF check beside a bearer" => origin;
    "an object that isn't there is 404 with a sentence",
    "recorded on 2025.10.3 and 2026.2.2" => unknown_objects;
    "a path without its last slash is not the API",
    "recorded on 2025.10.3 and 2026.2.2" => no_slash;
}

fn with(suite: &Suite, token: Option<&str>) -> Access {
    Access { token: token.and_then(ApiToken::parse), ..suite.target.access.clone() }
}

async fn without_token(suite: &Suite) -> Outcome {
    let nobody = with(suite, None);
    for path in ["core/users/me/", "providers/proxy/", "outposts/instances/"] {
        let answer = suite.send_as(&nobody, Method::Get, path, None).await?;
        answer.status(403)?.holds("/detail", &json!("Authentication credentials were not provided."))?;
    }
    Ok(())
}

async fn bad_token(suite: &Suite) -> Outcome {
    let wrong = with(suite, Some("gatewrightconformancenotoken"));
    for path in ["core/users/me/", "providers/proxy/"] {
        let answer = suite.send_as(&wrong, Method::Get, path, None).await?;
        answer.status(403)?.holds("/detail", &json!("Token invalid/expired"))?;
    }
    Ok(())
}

async fn bad_token_in_the_open(suite: &Suite) -> Outcome {
    let wrong = with(suite, Some("gatewrightconformancenotoken"));
    suite.send_as(&wrong, Method::Get, "root/config/", None).await?.status(403)?;
    Ok(())
}

async fn origin(suite: &Suite) -> Outcome {
    // A slug that can't be: what is refused is the slug, so nothing is made.
    let body = json!({"name": suite.name("origin"), "slug": "not a slug", "provider": NOBODY});
    let answer = suite.as_extension(Method::Post, "core/applications/", Some(body)).await?.status(400)?;
    ensure(answer.at("/slug").is_array(), || format!("it names no slug: {}", answer.text))?;
    Ok(())
}

async fn unknown_objects(suite: &Suite) -> Outcome {
    let slug = suite.name("nothing");
    for path in [
        format!("core/applications/{slug}/"),
        "providers/proxy/2147483000/".to_owned(),
        "providers/oauth2/2147483000/".to_owned(),
        format!("outposts/instances/{UNKNOWN}/"),
        format!("crypto/certificatekeypairs/{UNKNOWN}/"),
        format!("propertymappings/provider/scope/{UNKNOWN}/"),
        format!("policies/bindings/{UNKNOWN}/"),
        "core/users/2147483000/".to_owned(),
    ] {
        let answer = suite.get(&path).await?.status(404)?;
        let says = answer.text_at("/detail")?;
        // "No Application matches the given query.", or "Not found."
        let is_known = says == "Not found." || says.starts_with("No ") && says.ends_with(" matches the given query.");
        ensure(is_known, || format!("{path}: {says}"))?;
    }
    Ok(())
}

async fn no_slash(suite: &Suite) -> Outcome {
    let answer = suite.get("core/applications").await?;
    if answer.status == 404 {
        return Ok(());
    }
    Err(Wrong(format!("{}: {}", answer.to, answer.status)).into())
}
