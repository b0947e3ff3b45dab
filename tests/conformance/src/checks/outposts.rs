//! Outposts: the list of providers, which is replaced as a whole. Everything here is tried on an outpost of our own.

use serde_json::{Value, json};

use crate::check::{Outcome, checks, ensure, not_here, same};
use crate::suite::Suite;

checks! {
    "a written list of providers replaces the one that was there",
    "outposts_instances_partial_update, recorded on 2025.10.3 and 2026.2.2" => replaced;
    "a list with the same provider twice holds it once",
    "outposts_instances_partial_update, recorded on 2026.2.2" => doubled;
    "an outpost of one's own can't be left without a provider",
    "outposts_instances_partial_update, 2025.10.3; _create, recorded on 2026.2.2" => not_empty;
    "an OAuth2 provider is refused if, and only if, the type is repeated",
    "outposts_instances_partial_update, recorded on 2025.10.3 and 2026.2.2" => type_repeated;
    "a provider that isn't there is refused, and the list stays",
    "outposts_instances_partial_update, recorded on 2025.10.3 and 2026.2.2" => unknown_provider;
    "a provider that is deleted leaves its outposts",
    "providers_proxy_destroy, recorded on 2025.10.3 and 2026.2.2" => deleted_provider;
    "an outpost that nothing runs has an empty list of health",
    "outposts_instances_health_list, without pages, recorded on 2025.10.3 and 2026.2.2" => health;
    "outposts are found by a provider, and the embedded one by its mark",
    "outposts_instances_list, managed__iexact recorded on 2025.10.3 and 2026.2.2; providers_by_pk from their descriptions" => found;
    "a provider names the outposts that it is in",
    "providers_proxy_retrieve, outpost_set, recorded on 2025.10.3 and 2026.2.2" => named_by_provider;
    "the whole configuration is replaced, so all of it is sent",
    "outposts_instances_partial_update, config, recorded on 2026.2.2" => config;
}

async fn replaced(suite: &Suite) -> Outcome {
    let (a, b) = (suite.proxy_app("list").await?, suite.proxy_app("list").await?);
    let path = path(&suite.outpost(a.provider).await?.text_at("/pk")?);
    let answer = suite.patch(&path, json!({"type": "proxy", "providers": [b.provider]})).await?.status(200)?;
    answer.holds("/providers", &json!([b.provider]))?;
    suite.get(&path).await?.status(200)?.holds("/providers", &json!([b.provider]))?;
    Ok(())
}

async fn doubled(suite: &Suite) -> Outcome {
    let made = suite.proxy_app("twice").await?;
    let path = path(&suite.outpost(made.provider).await?.text_at("/pk")?);
    let answer = suite.patch(&path, json!({"type": "proxy", "providers": [made.provider, made.provider]})).await?;
    answer.status(200)?.holds("/providers", &json!([made.provider]))?;
    Ok(())
}

async fn not_empty(suite: &Suite) -> Outcome {
    let made = suite.proxy_app("empty").await?;
    let path = path(&suite.outpost(made.provider).await?.text_at("/pk")?);
    let answer = suite.patch(&path, json!({"type": "proxy", "providers": []})).await?;
    answer.says(400, &json!({"providers": ["This list may not be empty."]}))?;
    suite.get(&path).await?.status(200)?.holds("/providers", &json!([made.provider]))?;
    Ok(())
}

async fn type_repeated(suite: &Suite) -> Outcome {
    let (proxy, oauth2) = (suite.proxy_app("type").await?, suite.oauth2_app("type").await?);
    let path = path(&suite.outpost(proxy.provider).await?.text_at("/pk")?);
    let both = json!([proxy.provider, oauth2.provider]);
    let answer = suite.patch(&path, json!({"type": "proxy", "providers": both})).await?.status(400)?;
    ensure(answer.text_at("/providers/0")?.contains("can't be used with"), || answer.text.clone())?;
    suite.get(&path).await?.status(200)?.holds("/providers", &json!([proxy.provider]))?;
    let answer = suite.patch(&path, json!({"providers": both})).await?.status(200)?;
    same("without the type", &answer.at("/providers").as_array().map_or(0, Vec::len), &2)?;
    suite.patch(&path, json!({"type": "proxy", "providers": [proxy.provider]})).await?.status(200)?;
    Ok(())
}

async fn unknown_provider(suite: &Suite) -> Outcome {
    let made = suite.proxy_app("unknown").await?;
    let path = path(&suite.outpost(made.provider).await?.text_at("/pk")?);
    let answer = suite.patch(&path, json!({"type": "proxy", "providers": [made.provider, 2_147_483_000]})).await?;
    answer.says(400, &json!({"providers": ["Invalid pk \"2147483000\" - object does not exist."]}))?;
    suite.get(&path).await?.status(200)?.holds("/providers", &json!([made.provider]))?;
    Ok(())
}

async fn deleted_provider(suite: &Suite) -> Outcome {
    let (a, b) = (suite.proxy_app("gone").await?, suite.proxy_app("gone").await?);
    let path = path(&suite.outpost(a.provider).await?.text_at("/pk")?);
    suite.patch(&path, json!({"type": "proxy", "providers": [a.provider, b.provider]})).await?.status(200)?;
    suite.delete(&format!("providers/proxy/{}/", a.provider)).await?.status(204)?;
    suite.get(&path).await?.status(200)?.holds("/providers", &json!([b.provider]))?;
    Ok(())
}

async fn health(suite: &Suite) -> Outcome {
    let made = suite.proxy_app("health").await?;
    let pk = suite.outpost(made.provider).await?.text_at("/pk")?;
    suite.get(&format!("{}health/", path(&pk))).await?.says(200, &json!([]))?;
    Ok(())
}

async fn found(suite: &Suite) -> Outcome {
    let made = suite.proxy_app("found").await?;
    let pk = suite.outpost(made.provider).await?.text_at("/pk")?;
    let rows = suite.rows("outposts/instances/", ("providers_by_pk", &made.provider.to_string())).await?;
    same("by provider", &rows.iter().map(|row| row["pk"].clone()).collect::<Vec<_>>(), &vec![json!(pk)])?;
    let rows =
        suite.rows("outposts/instances/", ("managed__iexact", gatewright::authentik::outposts::EMBEDDED)).await?;
    match rows.as_slice() {
        [] => not_here("the embedded outpost is switched off; by provider it was found"),
        [row] => Ok(ensure(row["type"] == "proxy", || format!("it is for {}", row["type"]))?),
        more => Ok(ensure(false, || format!("{} embedded outposts", more.len()))?),
    }
}

async fn named_by_provider(suite: &Suite) -> Outcome {
    let made = suite.proxy_app("named").await?;
    let outpost = suite.outpost(made.provider).await?.text_at("/name")?;
    let provider = suite.get(&format!("providers/proxy/{}/", made.provider)).await?.status(200)?;
    ensure(provider.text_at("/outpost_set/0")?.contains(&outpost), || provider.at("/outpost_set").to_string())?;
    Ok(())
}

async fn config(suite: &Suite) -> Outcome {
    let made = suite.proxy_app("config").await?;
    let outpost = suite.outpost(made.provider).await?;
    let path = path(&outpost.text_at("/pk")?);
    let mut config = outpost.at("/config").clone();
    ensure(config.get("authentik_host").is_some_and(Value::is_string), || "no authentik_host".into())?;
    config["authentik_host"] = json!("https://elsewhere.example.invalid");
    let answer = suite.patch(&path, json!({"config": config})).await?.status(200)?;
    answer.holds("/config/authentik_host", &config["authentik_host"])?;
    answer.holds("/providers", &json!([made.provider]))?;
    Ok(())
}

fn path(pk: &str) -> String {
    gatewright::authentik::outposts::path(pk)
}
