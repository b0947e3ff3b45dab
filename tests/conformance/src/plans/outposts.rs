//! Outposts: where browsers find authentik, what was lost from a list, two for one host. All on an outpost of ours: the
//! configuration of one that people use is never touched.

use gatewright::plan::{Detachment, Kind, OutpostChoice, put_back, set_authentik_host, take_out};
use serde_json::json;

use super::drive::{apply, own_outpost, site};
use super::gates::is_in;
use crate::check::{Outcome, checks};
use crate::suite::Suite;

checks! {
    "the plan SetAuthentikHost changes one setting of an outpost, and Undo sets it back",
    "src/plan/set_authentik_host.rs" => authentik_host;
    "the plan PutBack puts providers back into an outpost, and Undo takes them out",
    "src/plan/put_back.rs" => lost;
    "the plan Detach leaves one of two providers in an outpost, and Undo puts the other back",
    "src/plan/detach.rs" => detach;
}

async fn authentik_host(suite: &Suite) -> Outcome {
    let made = suite.proxy_app("host").await?;
    let outpost = own_outpost(suite, &[made.provider]).await?;
    let host = "https://browsers-find-it.example.invalid";
    let origin = site(&suite.host("host"))?.to_string();
    let plan = set_authentik_host(suite.name("plan"), &origin, &outpost, host);
    let applied = apply(suite, Kind::SetAuthentikHost, plan).await?;
    let path = format!("outposts/instances/{}/", outpost.pk);
    suite.get(&path).await?.status(200)?.holds("/config/authentik_host", &json!(host))?;
    Ok(applied.undone(suite).await?)
}

async fn lost(suite: &Suite) -> Outcome {
    let (stays, a, b) =
        (suite.proxy_app("stays").await?, suite.proxy_app("lost").await?, suite.proxy_app("lost").await?);
    let outpost = own_outpost(suite, &[stays.provider]).await?;
    let origin = site(&suite.host("lost"))?.to_string();
    let providers = [(a.provider, a.name), (b.provider, b.name)];
    let plan = put_back(suite.name("plan"), &origin, &OutpostChoice::from(&outpost), &providers);
    let applied = apply(suite, Kind::PutBack, plan).await?;
    for pk in [stays.provider, a.provider, b.provider] {
        is_in(suite, &outpost.pk, pk, true).await?;
    }
    Ok(applied.undone(suite).await?)
}

async fn detach(suite: &Suite) -> Outcome {
    let (keeps, leaves) = (suite.proxy_app("keeps").await?, suite.proxy_app("leaves").await?);
    let outpost = own_outpost(suite, &[keeps.provider, leaves.provider]).await?;
    let what = Detachment {
        keeps: keeps.provider,
        leave: vec![(leaves.provider, leaves.name)],
        outposts: vec![(outpost.pk.clone(), outpost.name.clone())],
    };
    let plan = take_out(suite.name("plan"), &site(&suite.host("two"))?, &what);
    let applied = apply(suite, Kind::Detach, plan).await?;
    is_in(suite, &outpost.pk, keeps.provider, true).await?;
    is_in(suite, &outpost.pk, leaves.provider, false).await?;
    Ok(applied.undone(suite).await?)
}
