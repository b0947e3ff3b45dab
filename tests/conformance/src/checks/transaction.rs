//! The transactional request: application, provider and bindings at once.

use serde_json::{Value, json};

use crate::check::{Outcome, checks, ensure, same};
use crate::suite::Suite;

checks! {
    "the answer says that it was applied, and holds no ids",
    "core_transactional_applications_update, recorded on 2025.10.3 and 2026.2.2" => no_ids;
    "a proxy provider gets the name, the mode and the address that were asked for, and the rest from authentik",
    "core_transactional_applications_update, recorded on 2025.10.3 and 2026.2.2" => proxy;
    "an OAuth2 provider gets what was asked for",
    "core_transactional_applications_update, recorded on 2025.10.3 and 2026.2.2" => oauth2;
    "bindings are made in the same request, with authentik's defaults",
    "core_transactional_applications_update, policy_bindings, recorded on 2025.10.3 and 2026.2.2" => bindings;
    "keys that authentik doesn't know are ignored, at each level",
    "recorded on 2026.2.2: in app, in provider, in redirect_uris, at the top" => unknown_keys;
}

async fn no_ids(suite: &Suite) -> Outcome {
    let body = suite.proxy_body(&suite.name("put")).await?;
    suite.put(body).await?.says(200, &json!({"applied": true, "logs": []}))?;
    Ok(())
}

async fn proxy(suite: &Suite) -> Outcome {
    let made = suite.proxy_app("put").await?;
    let provider = suite.get(&format!("providers/proxy/{}/", made.provider)).await?.status(200)?;
    for (field, wanted) in [
        ("name", json!(made.name)),
        ("mode", json!("forward_single")),
        ("external_host", json!(format!("https://{}.example.invalid", made.name))),
        ("access_token_validity", json!("hours=24")),
        ("assigned_application_slug", json!(made.slug)),
        ("skip_path_regex", json!("")),
        ("cookie_domain", json!("")),
        ("outpost_set", json!([])),
    ] {
        provider.holds(&format!("/{field}"), &wanted)?;
    }
    ensure(!provider.text_at("/client_id")?.is_empty(), || "no client id".into())?;
    let application = suite.get(&format!("core/applications/{}/", made.slug)).await?.status(200)?;
    application.holds("/policy_engine_mode", &json!("any"))?;
    application.holds("/provider", &json!(made.provider))?;
    Ok(())
}

async fn oauth2(suite: &Suite) -> Outcome {
    let made = suite.oauth2_app("put").await?;
    let provider = suite.get(&format!("providers/oauth2/{}/", made.provider)).await?.status(200)?;
    provider.holds("/name", &json!(made.name))?;
    provider.holds("/client_type", &json!("confidential"))?;
    provider.holds("/assigned_application_slug", &json!(made.slug))?;
    provider.holds("/property_mappings", &json!([]))?;
    provider.holds("/signing_key", &Value::Null)?;
    Ok(())
}

async fn bindings(suite: &Suite) -> Outcome {
    let group = suite.my_group().await?;
    let mut body = suite.proxy_body(&suite.name("bound")).await?;
    body["policy_bindings"] = json!([{"group": group, "order": 0}]);
    let made = suite.make(body).await?;
    let rows = suite.rows("policies/bindings/", ("target", &made.application)).await?;
    same("bindings", &rows.len(), &1)?;
    for (field, wanted) in [
        ("group", json!(group)),
        ("order", json!(0)),
        ("enabled", json!(true)),
        ("negate", json!(false)),
        ("timeout", json!(30)),
        ("failure_result", json!(false)),
        ("user", Value::Null),
        ("policy", Value::Null),
    ] {
        same(field, &&rows[0][field], &&wanted)?;
    }
    Ok(())
}

async fn unknown_keys(suite: &Suite) -> Outcome {
    let mut body = suite.oauth2_body(&suite.name("keys")).await?;
    for at in ["", "/app", "/provider", "/provider/redirect_uris/0"] {
        body.pointer_mut(at)
            .and_then(Value::as_object_mut)
            .map(|part| part.insert("nobody_knows".into(), json!("this")));
    }
    let made = suite.make(body).await?;
    let provider = suite.get(&format!("providers/oauth2/{}/", made.provider)).await?.status(200)?;
    ensure(!provider.text.contains("nobody_knows"), || "it was kept".into())?;
    Ok(())
}
