//! Somebody else is at work, answers are lost, and nothing that isn't ours may be touched.

use embedded_authentik::{Effect, Fault, Release, Running, When};
use gatewright::authentik::{Method, Request};
use gatewright::plan::{Choice, Phase};
use gatewright::ports::Area;
use gatewright::screens::Event;
use gatewright_it::company::{set, site};
use gatewright_it::{Popup, World};
use serde_json::{Value, json};

fn fault(method: &str, path_contains: &str, times: u32, effect: Effect) -> Fault {
    Fault { method: Some(method.into()), path_contains: path_contains.into(), times, skip: 0, effect }
}

fn unavailable() -> Effect {
    Effect::Status { status: 503, body: Some(json!({})), content_type: None }
}

/// Somebody else, with the same rights.
async fn colleague(popup: &Popup<'_>, method: Method, path: &str, body: Value) {
    let access = popup.app.access.clone().expect("access");
    let request = Request { method, path: path.into(), body: Some(body) };
    let answer = popup.world.line.send(&access, &request).await.expect("an answer");
    assert!(answer.status < 300, "{path}: {} {}", answer.status, answer.body);
}

fn providers_of_outpost(set: &Running) -> Vec<i64> {
    let state = set.control.state();
    let list = state["outposts"][0]["providers"].as_array().cloned().unwrap_or_default();
    list.iter().filter_map(Value::as_i64).collect()
}

/// A proxy provider that somebody forgot to put into an outpost: key and address.
fn provider_in_no_outpost(set: &Running) -> (i64, String) {
    let served = providers_of_outpost(set);
    let all = set.control.state()["providers"].as_array().cloned().unwrap_or_default();
    let proxies =
        all.iter().filter_map(|p| Some((p["pk"].as_i64()?, p["proxy"]["external_host"].as_str()?.to_owned())));
    proxies.into_iter().find(|(pk, _)| !served.contains(pk)).expect("a provider in no outpost")
}

#[tokio::test]
async fn what_somebody_else_made_under_our_slug_is_never_deleted_however_often_it_is_tried() {
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(Event::ProtectPressed).await;
    // The request never arrives, and a colleague makes an application of that slug before we look.
    colleague(&popup, Method::Post, "core/applications/", json!({"name": "Theirs", "slug": "larder"})).await;
    let before = set.control.state();
    set.control.fault(fault("PUT", "transactional", 1, Effect::Drop { drop: When::Before }));
    popup.send(Event::ApplyPressed).await;
    assert!(matches!(popup.journal().phase, Phase::Asking(_)), "{:?}", popup.journal().phase);
    for _ in 0..3 {
        popup.send(Event::Answered(Choice::TakeBack)).await;
        assert!(matches!(popup.journal().phase, Phase::Stuck(_)), "{:?}", popup.journal().phase);
        assert_eq!(set.control.state(), before);
    }
    popup.send(Event::Answered(Choice::LeaveIt)).await;
    assert_eq!(set.control.state(), before);
}

#[tokio::test]
async fn undo_never_writes_an_old_list_when_the_new_one_cannot_be_read() {
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.protect().await;
    let id = popup.journal().plan.id.clone();
    // Somebody adds a provider that was in no outpost; then the list can't be read while we undo.
    let (loose, _) = provider_in_no_outpost(&set);
    let mut list = providers_of_outpost(&set);
    list.push(loose);
    let outpost = popup.app.inventory().outposts[0].pk.clone();
    colleague(
        &popup,
        Method::Patch,
        &format!("outposts/instances/{outpost}/"),
        json!({"type": "proxy", "providers": list}),
    )
    .await;
    set.control.fault(Fault { skip: 1, ..fault("GET", "/outposts/instances/", 1, unavailable()) });
    popup.send(Event::UndoPressed(id)).await;
    assert!(providers_of_outpost(&set).contains(&loose), "{:?}", popup.journal());
}

#[tokio::test]
async fn going_on_after_an_interruption_reads_the_list_again_whoever_asked_for_it() {
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(Event::ProtectPressed).await;
    let before = providers_of_outpost(&set);
    // The PATCH is lost, and nothing can be read afterwards: it has to ask.
    set.control.fault(fault("PATCH", "/outposts/instances/", 1, Effect::Drop { drop: When::Before }));
    set.control.fault(Fault { skip: 1, ..fault("GET", "/outposts/instances/", 3, unavailable()) });
    popup.send(Event::ApplyPressed).await;
    set.control.clear_faults();
    if matches!(popup.journal().phase, Phase::Asking(_)) {
        let mut fewer = before.clone();
        let gone = fewer.pop().expect("a provider");
        let outpost = popup.app.inventory().outposts[0].pk.clone();
        colleague(
            &popup,
            Method::Patch,
            &format!("outposts/instances/{outpost}/"),
            json!({"type": "proxy", "providers": fewer}),
        )
        .await;
        popup.send(Event::Answered(Choice::Finish)).await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
        assert!(!providers_of_outpost(&set).contains(&gone), "somebody else's removal stands");
    } else {
        panic!("{:?}", popup.journal().phase);
    }
}

#[tokio::test]
async fn removing_looks_again_at_what_it_deletes() {
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.protect().await;
    popup.send(Event::EndSeen).await;
    popup.send(Event::RemovePressed).await;
    colleague(&popup, Method::Patch, "core/applications/larder/", json!({"slug": "larder-moved"})).await;
    colleague(&popup, Method::Post, "core/applications/", json!({"name": "Theirs", "slug": "larder"})).await;
    let before = set.control.state();
    popup.send(Event::ApplyPressed).await;
    assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal().phase);
    assert_eq!(set.control.state(), before);
}

#[tokio::test]
async fn fault_26_undo_refuses_what_was_renamed_or_pointed_elsewhere() {
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.protect().await;
    colleague(&popup, Method::Patch, "core/applications/larder/", json!({"name": "The pantry of everybody"})).await;
    let id = popup.journal().plan.id.clone();
    popup.send(Event::UndoPressed(id)).await;
    assert!(matches!(popup.journal().phase, Phase::Stuck(_)), "{:?}", popup.journal().phase);
    assert!(set.control.state()["applications"].to_string().contains("The pantry of everybody"));
}

#[tokio::test]
async fn a_refusal_while_taking_back_a_finished_set_up_is_told() {
    let set = set(Release::R2026_8).await;
    let (_, host) = provider_in_no_outpost(&set);
    let world = World::at(&host, "Half");
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.protect().await;
    assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
    let id = popup.journal().plan.id.clone();
    set.control.fault(fault(
        "PATCH",
        "/outposts/instances/",
        1,
        Effect::Status {
            status: 400,
            body: Some(json!({"providers": ["This list may not be empty."]})),
            content_type: None,
        },
    ));
    popup.send(Event::UndoPressed(id)).await;
    assert!(matches!(popup.journal().phase, Phase::Stuck(_)), "{:?}", popup.journal().phase);
}

#[tokio::test]
async fn disconnecting_in_the_middle_ends_the_worker_and_leaves_nothing_stored() {
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(Event::ProtectPressed).await;
    let plan = popup.app.preview().map(|plan| gatewright::plan::Plan { id: "p".into(), ..plan }).expect("a plan");
    set.control.fault(fault("PUT", "transactional", 1, Effect::Hold { hold: When::After, name: "here".into() }));
    let order = gatewright::plan::Order::Apply { plan: Box::new(plan), base: set.about().urls.authentik.clone() };
    let control = set.control.clone();
    let leave = async {
        while control.held().is_empty() {
            tokio::task::yield_now().await;
        }
        gatewright::session::disconnect(&world).await.expect("storage");
        control.clear_requests();
        control.release("here");
    };
    let (reply, ()) = tokio::join!(gatewright::ports::Worker::order(&world, &order), leave);
    assert!(matches!(reply, Some(gatewright::plan::Reply::Refused { .. })), "{reply:?}");
    assert_eq!((world.text_of(Area::Local), world.text_of(Area::Session)), (String::new(), String::new()));
    assert!(!set.control.requests().iter().any(|seen| seen.bearer), "the bearer travels no more");
}
