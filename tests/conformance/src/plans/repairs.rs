//! Repairs: a provider without an application, a setting that is wrong.

use gatewright::plan::{Addition, Field, Kind, Repair, add_application, repair_provider};
use serde_json::json;

use super::drive::{apply, outpost, proxy, site};
use super::gates::is_in;
use crate::check::{Outcome, Wrong, checks, ensure};
use crate::suite::Suite;

checks! {
    "the plan AddApplication gives a provider an application for everybody or for a group, and Undo leaves no trace",
    "src/plan/add_application.rs" => add;
    "the plan RepairProvider changes one setting of a provider in either mode, and Undo sets it back",
    "src/plan/repair_provider.rs" => repair;
}

/// A provider that lost its application.
async fn alone(suite: &Suite) -> Result<i64, Wrong> {
    let made = suite.proxy_app("alone").await?;
    suite.delete(&format!("core/applications/{}/", made.slug)).await?.status(204)?;
    Ok(made.provider)
}

async fn add(suite: &Suite) -> Outcome {
    for groups in [vec![], vec![(suite.my_group().await?, "a group".to_owned())]] {
        let pk = alone(suite).await?;
        let name = suite.name("app");
        let addition = Addition {
            provider: proxy(suite, pk).await?,
            slug: name.clone(),
            name,
            outpost: Some(outpost(suite).await?),
            groups,
        };
        let plan = add_application(suite.name("plan"), &site(&suite.host("alone"))?, &addition);
        let applied = apply(suite, Kind::AddApplication, plan).await?;
        let application = suite.get(&format!("core/applications/{}/", addition.slug)).await?.status(200)?;
        application.holds("/provider", &json!(pk))?;
        let bindings = suite.rows("policies/bindings/", ("target", &application.text_at("/pk")?)).await?;
        ensure(bindings.len() == addition.groups.len(), || format!("{} bindings", bindings.len()))?;
        if let Some(outpost) = &addition.outpost {
            is_in(suite, &outpost.pk, pk, true).await?;
        }
        applied.undone(suite).await?;
    }
    Ok(())
}

async fn repair(suite: &Suite) -> Outcome {
    let made = suite.proxy_app("repair").await?;
    let path = format!("providers/proxy/{}/", made.provider);
    suite.patch(&path, json!({"mode": "forward_single", "skip_path_regex": "^/api/\n.*"})).await?.status(200)?;
    for mode in ["forward_single", "proxy"] {
        let body = json!({"mode": mode, "internal_host": format!("http://{}", suite.host("inside"))});
        suite.patch(&path, body).await?.status(200)?;
        let repair =
            Repair { provider: proxy(suite, made.provider).await?, field: Field::SkipPaths, to: "^/api/".into() };
        let plan = repair_provider(suite.name("plan"), &site(&suite.host("repair"))?, &repair);
        let applied = apply(suite, Kind::RepairProvider, plan).await?;
        let after = suite.get(&path).await?.status(200)?;
        after.holds("/skip_path_regex", &json!("^/api/"))?;
        after.holds("/mode", &json!(mode))?;
        applied.undone(suite).await?;
    }
    Ok(())
}
