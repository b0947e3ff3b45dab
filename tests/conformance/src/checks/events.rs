//! Events: who changed what, by which request.

use serde_json::json;

use crate::check::{Outcome, checks, ensure, same};
use crate::suite::Suite;

checks! {
    "a change of an outpost is an event that names the outpost and the request",
    "events_events_list, context_model_name and context_model_pk, authentik/events/api/events.py, 2025.10" => outpost_changed;
    "events come newest first, by what happened",
    "events_events_list, actions and ordering, recorded on 2025.10.3 and 2026.2.2" => newest_first;
}

async fn outpost_changed(suite: &Suite) -> Outcome {
    let (a, b) = (suite.proxy_app("event").await?, suite.proxy_app("event").await?);
    let pk = suite.outpost(a.provider).await?.text_at("/pk")?;
    let body = json!({"type": "proxy", "providers": [a.provider, b.provider]});
    let answer = suite.patch(&format!("outposts/instances/{pk}/"), body).await?.status(200)?;
    let hex = pk.replace('-', "");
    let list = format!(
        "events/events/?actions=model_updated&ordering=-created&context_model_name=outpost&context_model_pk={hex}&page_size=20"
    );
    let events = suite.get(&list).await?.status(200)?;
    let ours = events.rows()?.iter().find(|event| event["context"]["http_request"]["request_id"] == json!(answer.id));
    ensure(ours.is_some(), || {
        format!("none of {} events has the number {:?}", events.rows().map_or(0, <[_]>::len), answer.id)
    })?;
    same("its object", &ours.map(|event| &event["context"]["model"]["pk"]), &Some(&json!(hex)))?;
    let pk = ours.map(|event| event["user"]["pk"].clone());
    same("who", &pk, &Some(json!(suite.target.me)))?;
    Ok(())
}

async fn newest_first(suite: &Suite) -> Outcome {
    suite.proxy_app("event").await?;
    let events = suite.get("events/events/?actions=model_created&ordering=-created&page_size=20").await?.status(200)?;
    let rows = events.rows()?;
    ensure(!rows.is_empty() && rows.iter().all(|event| event["action"] == "model_created"), || "other actions".into())?;
    let times: Vec<&str> = rows.iter().filter_map(|event| event["created"].as_str()).collect();
    ensure(times.is_sorted_by(|a, b| a >= b), || format!("{times:?}"))?;
    Ok(())
}
