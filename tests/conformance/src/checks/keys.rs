//! What an OAuth2 provider builds on: key pairs, scope mappings, flows; and who uses them.

use gatewright::authentik::{certificates, scope_mappings};
use serde_json::json;

use crate::check::{Outcome, Wrong, checks, ensure, same};
use crate::suite::Suite;

checks! {
    "a key pair is made by authentik, under its name, with its private key",
    "crypto_certificatekeypairs_generate_create, descriptions of 2025.10.3 to 2026.8.5" => generate;
    "a key pair tells its kind, under the name of its release",
    "crypto_certificatekeypairs_list: private_key_type up to 2025.10, key_type from 2025.12 on" => kind_of_key;
    "who uses a key pair is told, and nobody uses a new one",
    "crypto_certificatekeypairs_used_by_list, without pages, descriptions of 2025.10.3 to 2026.8.5" => key_used_by;
    "the scopes that every login needs are there, by their mark",
    "propertymappings_provider_scope_list, managed, recorded on 2025.10.3 and 2026.2.2" => scopes;
    "a scope mapping is made, found by its name, used, and deleted",
    "propertymappings_provider_scope_create, _list, _used_by_list, descriptions of 2025.10.3 to 2026.8.5" => mapping;
    "the flows of a provider are found by their slug, and by what they are for",
    "flows_instances_list, slug and designation, recorded on 2025.10.3 and 2026.2.2" => flows;
}

async fn new_key(suite: &Suite) -> Result<(String, String), Wrong> {
    let name = suite.name("key");
    let answer = suite.post(certificates::GENERATE, certificates::generate_body(&name)).await?.status(200)?;
    answer.holds("/name", &json!(name))?;
    Ok((name, answer.text_at("/pk")?))
}

async fn generate(suite: &Suite) -> Outcome {
    let (name, pk) = new_key(suite).await?;
    let rows = suite.rows("crypto/certificatekeypairs/", ("name", &name)).await?;
    same("rows", &rows.iter().map(|row| row["pk"].clone()).collect::<Vec<_>>(), &vec![json!(pk)])?;
    same("its private key", &&rows[0]["private_key_available"], &&json!(true))?;
    let answer = suite.post(certificates::GENERATE, certificates::generate_body(&name)).await?;
    ensure(answer.status == 400, || format!("the same name again: {}", answer.status))?;
    Ok(())
}

async fn kind_of_key(suite: &Suite) -> Outcome {
    let (_, pk) = new_key(suite).await?;
    let answer = suite.get(&format!("crypto/certificatekeypairs/{pk}/")).await?.status(200)?;
    let field = if suite.target.release.at_least(2025, 12) { "/key_type" } else { "/private_key_type" };
    answer.holds(field, &json!("rsa"))?;
    Ok(())
}

async fn key_used_by(suite: &Suite) -> Outcome {
    let (_, pk) = new_key(suite).await?;
    let path = format!("crypto/certificatekeypairs/{pk}/used_by/");
    suite.get(&path).await?.says(200, &json!([]))?;
    let mut body = suite.oauth2_body(&suite.name("signed")).await?;
    body["provider"]["signing_key"] = json!(pk);
    let made = suite.make(body).await?;
    let users = suite.get(&path).await?.status(200)?;
    ensure(users.text.contains(&made.name), || format!("its provider is not named: {}", users.text))?;
    let by_key = suite.rows("providers/oauth2/", ("signing_key", &pk)).await?;
    same("providers with this key", &by_key.len(), &1)?;
    Ok(())
}

async fn scopes(suite: &Suite) -> Outcome {
    let rows = suite.rows(scope_mappings::PATH, ("ordering", "scope_name")).await?;
    for scope in ["openid", "email", "profile"] {
        let mark = format!("goauthentik.io/providers/oauth2/scope-{scope}");
        let found = rows.iter().find(|row| row["managed"] == json!(mark));
        let found = found.ok_or_else(|| Wrong(format!("no mapping with the mark {mark}")))?;
        same("its scope", &&found["scope_name"], &&json!(scope))?;
    }
    Ok(())
}

async fn mapping(suite: &Suite) -> Outcome {
    let name = suite.name("mapping");
    let body = scope_mappings::body(&name, "gatewright_conformance", "return {\"a\": 1}");
    let answer = suite.post(scope_mappings::PATH, body).await?.status(201)?;
    let pk = answer.text_at("/pk")?;
    let rows = suite.rows(scope_mappings::PATH, ("name", &name)).await?;
    same("rows", &rows.iter().map(|row| row["pk"].clone()).collect::<Vec<_>>(), &vec![json!(pk)])?;
    same("its expression", &&rows[0]["expression"], &&json!("return {\"a\": 1}"))?;
    let used_by = format!("{}{pk}/used_by/", scope_mappings::PATH);
    suite.get(&used_by).await?.says(200, &json!([]))?;
    let mut body = suite.oauth2_body(&suite.name("mapped")).await?;
    body["provider"]["property_mappings"] = json!([pk]);
    let made = suite.make(body).await?;
    let users = suite.get(&used_by).await?.status(200)?;
    ensure(users.text.contains(&made.name), || format!("its provider is not named: {}", users.text))?;
    same("providers with it", &suite.rows("providers/oauth2/", ("property_mappings", &pk)).await?.len(), &1)?;
    suite.delete(&format!("{}{pk}/", scope_mappings::PATH)).await?.status(204)?;
    let provider = suite.get(&format!("providers/oauth2/{}/", made.provider)).await?.status(200)?;
    provider.holds("/property_mappings", &json!([]))?;
    Ok(())
}

async fn flows(suite: &Suite) -> Outcome {
    let (authorization, invalidation) = suite.flows().await?;
    for (pk, designation) in [(authorization, "authorization"), (invalidation, "invalidation")] {
        let rows = suite.rows("flows/instances/", ("designation", designation)).await?;
        let found = rows.iter().find(|row| row["pk"] == json!(pk));
        let slug = found.and_then(|row| row["slug"].as_str()).unwrap_or_default();
        ensure(!slug.is_empty(), || format!("the flow for {designation} is none by designation"))?;
        let rows = suite.rows("flows/instances/", ("slug", slug)).await?;
        same(slug, &rows.iter().map(|row| row["pk"].clone()).collect::<Vec<_>>(), &vec![json!(pk)])?;
        suite.get(&format!("flows/instances/{slug}/")).await?.status(200)?.holds("/pk", &json!(pk))?;
    }
    Ok(())
}
