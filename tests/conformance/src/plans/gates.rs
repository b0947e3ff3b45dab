//! Gates: protecting a site and a domain, finishing what is half made, removing.

use gatewright::plan::{Gate, Kind, Removal, finish_protection, protect_site, remove_protection};
use serde_json::json;

use super::drive::{apply, outpost, own_outpost, proxy, site};
use crate::check::{Outcome, Wrong, checks, ensure};
use crate::suite::Suite;

checks! {
    "the plan ProtectSite makes a gate for a group, in the outpost, and Undo leaves no trace",
    "src/plan/protect_site.rs" => protect;
    "the plan ProtectDomain makes a gate for a domain, and Undo leaves no trace",
    "src/plan/protect_site.rs" => protect_domain;
    "the plan FinishProtection puts a provider into the outpost, and Undo takes it out",
    "src/plan/protect_site.rs" => finish;
    "the plan RemoveProtection takes gate, application and provider away, and leaves the others in the outpost",
    "src/plan/remove_protection.rs" => remove;
}

async fn gate(suite: &Suite, what: &str) -> Result<Gate, Wrong> {
    let (authorization_flow, invalidation_flow) = suite.flows().await?;
    let name = suite.name(what);
    let host = suite.host(what);
    Ok(Gate {
        slug: name.clone(),
        name,
        origin: site(&host)?,
        external_host: format!("https://{host}"),
        cookie_domain: None,
        authorization_flow,
        invalidation_flow,
        session: "hours=24".into(),
        groups: Vec::new(),
        outpost: outpost(suite).await?,
        open_paths: Vec::new(),
    })
}

async fn protect(suite: &Suite) -> Outcome {
    let mut gate = gate(suite, "site").await?;
    gate.groups = vec![(suite.my_group().await?, "a group".into())];
    gate.open_paths = vec!["^/api/".into(), "^/hook$".into()];
    let applied = apply(suite, Kind::ProtectSite, protect_site(suite.name("plan"), &gate)).await?;
    let application = suite.get(&format!("core/applications/{}/", gate.slug)).await?.status(200)?;
    let pk = application.number_at("/provider")?;
    let provider = suite.get(&format!("providers/proxy/{pk}/")).await?.status(200)?;
    provider.holds("/external_host", &json!(gate.external_host))?;
    provider.holds("/skip_path_regex", &json!("^/api/\n^/hook$"))?;
    let bindings = suite.rows("policies/bindings/", ("target", &application.text_at("/pk")?)).await?;
    ensure(bindings.len() == 1 && bindings[0]["group"] == json!(gate.groups[0].0), || {
        format!("{} bindings", bindings.len())
    })?;
    is_in(suite, &gate.outpost.pk, pk, true).await?;
    Ok(applied.undone(suite).await?)
}

async fn protect_domain(suite: &Suite) -> Outcome {
    let mut gate = gate(suite, "domain").await?;
    gate.cookie_domain = Some(suite.host("all"));
    let applied = apply(suite, Kind::ProtectDomain, protect_site(suite.name("plan"), &gate)).await?;
    let application = suite.get(&format!("core/applications/{}/", gate.slug)).await?.status(200)?;
    let pk = application.number_at("/provider")?;
    let provider = suite.get(&format!("providers/proxy/{pk}/")).await?.status(200)?;
    provider.holds("/mode", &json!("forward_domain"))?;
    provider.holds("/cookie_domain", &json!(gate.cookie_domain))?;
    is_in(suite, &gate.outpost.pk, pk, true).await?;
    Ok(applied.undone(suite).await?)
}

async fn finish(suite: &Suite) -> Outcome {
    let made = suite.proxy_app("half").await?;
    let (provider, outpost) = (proxy(suite, made.provider).await?, outpost(suite).await?);
    let origin = site(&suite.host("half"))?;
    let plan = finish_protection(suite.name("plan"), &origin, &provider, &outpost);
    let applied = apply(suite, Kind::FinishProtection, plan).await?;
    is_in(suite, &outpost.pk, made.provider, true).await?;
    Ok(applied.undone(suite).await?)
}

/// In an outpost of ours: what is removed does not come back, so nothing is risked for it.
async fn remove(suite: &Suite) -> Outcome {
    let (made, stays) = (suite.proxy_app("remove").await?, suite.proxy_app("stays").await?);
    let outpost = own_outpost(suite, &[stays.provider, made.provider]).await?;
    let removal = Removal {
        provider: proxy(suite, made.provider).await?,
        outposts: vec![(outpost.pk.clone(), outpost.name.clone())],
        application: Some(made.application.clone()),
        bound: Some(0),
    };
    let plan = remove_protection(suite.name("plan"), &site(&suite.host("remove"))?, &removal);
    ensure(!plan.can_be_undone(), || "it doesn't say that it is final".into())?;
    apply(suite, Kind::RemoveProtection, plan).await?;
    suite.get(&format!("core/applications/{}/", made.slug)).await?.status(404)?;
    suite.get(&format!("providers/proxy/{}/", made.provider)).await?.status(404)?;
    is_in(suite, &outpost.pk, made.provider, false).await?;
    Ok(is_in(suite, &outpost.pk, stays.provider, true).await?)
}

/// Whether the outpost's list holds the provider.
pub async fn is_in(suite: &Suite, outpost: &str, provider: i64, wanted: bool) -> Result<(), Wrong> {
    let answer = suite.get(&format!("outposts/instances/{outpost}/")).await?.status(200)?;
    let found = answer.at("/providers").as_array().is_some_and(|list| list.contains(&json!(provider)));
    ensure(found == wanted, || format!("the outpost's list is {}", answer.at("/providers")))
}
