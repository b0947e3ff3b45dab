//! Applications.

use gatewright::authentik::Method;
use gatewright::authentik::applications::RESERVED_SLUGS;
use serde_json::{Value, json};

use crate::check::{Outcome, checks, ensure, same};
use crate::ledger::NOBODY;
use crate::suite::Suite;

checks! {
    "deleting an application leaves its provider",
    "core_applications_destroy, recorded on 2025.10.3 and 2026.2.2" => leaves_provider;
    "deleting a provider leaves its application, without a provider",
    "providers_all_destroy, recorded on 2025.10.3 and 2026.2.2" => leaves_application;
    "an application is made without a provider, and gets one later",
    "core_applications_create and _partial_update, provider, descriptions of 2025.10.3 to 2026.8.5" => provider_later;
    "a provider belongs to one application at most",
    "core_applications_create, one to one: 400 at provider" => one_only;
    "slugs that authentik needs itself are refused",
    "core_transactional_applications_update, recorded on 2025.10.3 and 2026.2.2: the same serializer" => reserved;
    "applications are found by words, and by their slug alone",
    "core_applications_list, search and slug with superuser_full_list, recorded on 2025.10.3 and 2026.2.2" => found;
    "the stated launch URL is kept as it is",
    "core_applications_partial_update, meta_launch_url, recorded on 2025.10.3 and 2026.2.2" => launch_url;
}

async fn leaves_provider(suite: &Suite) -> Outcome {
    let made = suite.proxy_app("delete").await?;
    suite.delete(&format!("core/applications/{}/", made.slug)).await?.status(204)?;
    let provider = suite.get(&format!("providers/proxy/{}/", made.provider)).await?.status(200)?;
    ensure(
        matches!(provider.at("/assigned_application_slug"), Value::Null)
            || provider.at("/assigned_application_slug") == "",
        || "it still names the application".into(),
    )?;
    suite.delete(&format!("core/applications/{}/", made.slug)).await?.status(404)?;
    suite.delete(&format!("providers/proxy/{}/", made.provider)).await?.status(204)?;
    suite.delete(&format!("providers/proxy/{}/", made.provider)).await?.status(404)?;
    Ok(())
}

async fn leaves_application(suite: &Suite) -> Outcome {
    let made = suite.oauth2_app("delete").await?;
    suite.delete(&format!("providers/oauth2/{}/", made.provider)).await?.status(204)?;
    let application = suite.get(&format!("core/applications/{}/", made.slug)).await?.status(200)?;
    application.holds("/provider", &Value::Null)?;
    Ok(())
}

async fn provider_later(suite: &Suite) -> Outcome {
    let made = suite.proxy_app("later").await?;
    suite.delete(&format!("core/applications/{}/", made.slug)).await?.status(204)?;
    let name = suite.name("later");
    let body = json!({"name": name, "slug": name, "policy_engine_mode": "any", "provider": null});
    let answer = suite.post("core/applications/", body).await?.status(201)?;
    answer.holds("/slug", &json!(name))?;
    ensure(answer.at("/pk").is_string(), || "no key".into())?;
    let path = format!("core/applications/{name}/");
    suite
        .patch(&path, json!({"provider": made.provider}))
        .await?
        .status(200)?
        .holds("/provider", &json!(made.provider))?;
    let provider = suite.get(&format!("providers/proxy/{}/", made.provider)).await?.status(200)?;
    provider.holds("/assigned_application_slug", &json!(name))?;
    suite.patch(&path, json!({"provider": null})).await?.status(200)?.holds("/provider", &Value::Null)?;
    Ok(())
}

async fn one_only(suite: &Suite) -> Outcome {
    let made = suite.proxy_app("one").await?;
    let name = suite.name("one");
    let answer =
        suite.post("core/applications/", json!({"name": name, "slug": name, "provider": made.provider})).await?;
    ensure(answer.status(400)?.at("/provider/0").is_string(), || "nothing is said about the provider".into())?;
    Ok(())
}

async fn reserved(suite: &Suite) -> Outcome {
    for slug in RESERVED_SLUGS {
        // In a request that could not be carried out anyway: its provider is not there.
        let body = json!({"name": suite.name("reserved"), "slug": slug, "provider": NOBODY});
        let answer = suite.as_extension(Method::Post, "core/applications/", Some(body)).await?.status(400)?;
        ensure(answer.at("/slug/0").is_string(), || format!("{slug} is not refused: {}", answer.text))?;
    }
    Ok(())
}

async fn found(suite: &Suite) -> Outcome {
    let made = suite.proxy_app("found").await?;
    for filter in [("search", made.slug.as_str()), ("slug", made.slug.as_str())] {
        let path = format!("core/applications/?superuser_full_list=true&page_size=100&{}={}", filter.0, filter.1);
        let answer = suite.get(&path).await?.status(200)?;
        same(filter.0, &answer.rows()?.len(), &1)?;
        answer.holds("/results/0/slug", &json!(made.slug))?;
    }
    Ok(())
}

async fn launch_url(suite: &Suite) -> Outcome {
    let made = suite.proxy_app("launch").await?;
    let url = format!("https://{}/a?b=c#d", suite.host("launch"));
    let path = format!("core/applications/{}/", made.slug);
    suite.patch(&path, json!({"meta_launch_url": url})).await?.status(200)?.holds("/meta_launch_url", &json!(url))?;
    suite.get(&path).await?.status(200)?.holds("/meta_launch_url", &json!(url))?;
    Ok(())
}
