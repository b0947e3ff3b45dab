//! What the transactional request refuses: how the errors are nested, and that nothing is half done then.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::check::{Outcome, Wrong, checks, ensure};
use crate::suite::Suite;

checks! {
    "a slug that is taken is refused below app, and nothing is made",
    "core_transactional_applications_update, recorded on 2025.10.3 and 2026.2.2" => taken_slug;
    "a provider's name that is taken is refused below provider, and no application is made",
    "core_transactional_applications_update, recorded on 2025.10.3 and 2026.2.2" => taken_name;
    "a flow that isn't there is refused below provider, and nothing is made",
    "core_transactional_applications_update, recorded on 2025.10.3 and 2026.2.2" => unknown_flow;
    "a group that isn't there is refused below policy_bindings, and nothing is made",
    "core_transactional_applications_update, recorded on 2025.10.3 and 2026.2.2" => unknown_group;
    "a binding to two things at once is refused",
    "core_transactional_applications_update, recorded on 2026.2.2" => two_in_one_binding;
    "a kind of provider that isn't there is refused",
    "core_transactional_applications_update, recorded on 2025.10.3 and 2026.2.2" => unknown_model;
}

const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";

/// Refused there; and neither application nor provider of that name is made.
async fn refused(suite: &Suite, body: &Value, at: &str) -> Result<Answer, Wrong> {
    let answer = suite.put(body.clone()).await?.status(400)?;
    ensure(!answer.at(at).is_null(), || format!("nothing at {at}: {}", answer.text))?;
    Ok(answer)
}

async fn is_absent(suite: &Suite, slug: &Value, name: &Value) -> Result<(), Wrong> {
    let (slug, name) = (slug.as_str().unwrap_or_default(), name.as_str().unwrap_or_default());
    suite.get(&format!("core/applications/{slug}/")).await?.status(404)?;
    let found = suite.rows("providers/all/", ("search", name)).await?;
    ensure(found.iter().all(|row| row["name"] != name), || "its provider was made".into())
}

async fn taken_slug(suite: &Suite) -> Outcome {
    let there = suite.proxy_app("taken").await?;
    let mut body = suite.proxy_body(&suite.name("second")).await?;
    body["app"]["slug"] = json!(there.slug);
    let answer = refused(suite, &body, "/app/slug/0").await?;
    let says = answer.text_at("/app/slug/0")?.to_lowercase();
    ensure(says.contains("slug already exists") || says.contains("unique"), || says.clone())?;
    let name = body["provider"]["name"].as_str().unwrap_or_default();
    let found = suite.rows("providers/all/", ("search", name)).await?;
    ensure(found.is_empty(), || "its provider was made".into())?;
    Ok(())
}

async fn taken_name(suite: &Suite) -> Outcome {
    let there = suite.proxy_app("taken").await?;
    let mut body = suite.proxy_body(&suite.name("second")).await?;
    body["provider"]["name"] = json!(there.name);
    let answer = refused(suite, &body, "/provider/name/0").await?;
    answer.holds("/provider/name/0", &json!("State is set to must_created and object exists already"))?;
    suite
        .get(&format!("core/applications/{}/", body["app"]["slug"].as_str().unwrap_or_default()))
        .await?
        .status(404)?;
    Ok(())
}

async fn unknown_flow(suite: &Suite) -> Outcome {
    let mut body = suite.proxy_body(&suite.name("flow")).await?;
    body["provider"]["authorization_flow"] = json!(UNKNOWN);
    refused(suite, &body, "/provider/authorization_flow").await?;
    is_absent(suite, &body["app"]["slug"], &body["provider"]["name"]).await?;
    Ok(())
}

async fn unknown_group(suite: &Suite) -> Outcome {
    let mut body = suite.proxy_body(&suite.name("group")).await?;
    body["policy_bindings"] = json!([{"group": UNKNOWN, "order": 0}]);
    refused(suite, &body, "/policy_bindings/0/group").await?;
    is_absent(suite, &body["app"]["slug"], &body["provider"]["name"]).await?;
    Ok(())
}

async fn two_in_one_binding(suite: &Suite) -> Outcome {
    let mut body = suite.proxy_body(&suite.name("two")).await?;
    body["policy_bindings"] = json!([{"group": suite.my_group().await?, "user": suite.target.me, "order": 0}]);
    refused(suite, &body, "/policy_bindings/0/non_field_errors").await?;
    is_absent(suite, &body["app"]["slug"], &body["provider"]["name"]).await?;
    Ok(())
}

async fn unknown_model(suite: &Suite) -> Outcome {
    let mut body = suite.proxy_body(&suite.name("model")).await?;
    body["provider_model"] = json!("authentik_providers_none.none");
    refused(suite, &body, "/provider_model").await?;
    is_absent(suite, &body["app"]["slug"], &body["provider"]["name"]).await?;
    Ok(())
}
