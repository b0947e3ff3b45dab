//! After a restart of the browser: the token is gone, the storage can't be read, or another version wrote the journal.

use embedded_authentik::{Effect, Fault, Release, Running, When};
use gatewright::plan::{Choice, Order, Phase, Plan, Reply};
use gatewright::ports::{Area, Store as _, Worker as _};
use gatewright::screens::{Event, Screen, Work};
use gatewright::session::{self, Unknown, keys};
use gatewright_it::company::{set, site};
use gatewright_it::{Kill, Popup, World, connect};
use serde_json::json;

async fn plan(popup: &mut Popup<'_>) -> Plan {
    popup.send(Event::ProtectPressed).await;
    Plan { id: "the-plan".into(), ..popup.app.preview().expect("a plan") }
}

/// The browser ends in the middle of a change, and starts again: what was in its memory is gone.
async fn ended_in_the_middle(world: &World, set: &Running, kill: Kill) {
    let mut popup = Popup::connected(world, set, &set.about().tokens.admin).await;
    let order = Order::Apply { plan: Box::new(plan(&mut popup).await), base: set.about().urls.authentik.clone() };
    drop(popup);
    world.death.set(Some(kill));
    assert_eq!(world.order_or_death(&order).await, None, "it was to die");
    world.stored.borrow_mut().retain(|(area, _), _| *area != Area::Session);
}

#[tokio::test]
async fn fault_17_after_a_restart_without_the_token_it_goes_on_when_connected_to_the_same_instance_again() {
    for kill in [Kill::BeforeRequest(0), Kill::AfterRequest(0), Kill::AfterRequest(2), Kill::AfterRequest(3)] {
        let set = set(Release::R2026_8).await;
        let world = site(&set);
        ended_in_the_middle(&world, &set, kill).await;
        world.alarm.set(true);
        // The browser's start wakes the worker, which has no token: it waits, and is not woken in vain.
        let reply = world.order(&Order::Wake).await;
        assert!(matches!(reply, Some(Reply::Refused { .. })) && !world.alarm.get(), "{kill:?}: {reply:?}");
        let held = set.control.state();
        let mut popup = Popup::open(&world).await;
        assert_eq!((popup.app.screen(), popup.app.has_unfinished()), (Screen::Connect, true));
        assert_eq!(set.control.state(), held, "{kill:?}: nothing is sent without a token");
        popup.send(Event::TokenTyped(set.about().tokens.admin.clone())).await;
        popup.send(Event::ConnectPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done, "{kill:?}: {:?}", popup.journal());
        assert_eq!(popup.app.screen(), Screen::Work(Work::Done));
    }
}

#[tokio::test]
async fn fault_17_the_question_comes_back_after_connecting_again() {
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    ended_in_the_middle(&world, &set, Kill::AfterRequest(0)).await;
    // And authentik can't be read yet when it is asked first.
    let effect = Effect::Status { status: 502, body: None, content_type: None };
    let (method, path_contains) = (Some("GET".into()), "/core/applications/larder/".into());
    set.control.fault(Fault { method, path_contains, times: 1, skip: 0, effect });
    connect(&world, &set, &set.about().tokens.admin).await;
    let popup = Popup::open(&world).await;
    assert_eq!(popup.app.screen(), Screen::Work(Work::Asking), "{:?}", popup.journal());
    drop(popup);
    world.stored.borrow_mut().retain(|(area, _), _| *area != Area::Session);
    let popup = Popup::open(&world).await;
    assert_eq!(popup.app.screen(), Screen::Connect);
    drop(popup);
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    assert_eq!(popup.app.screen(), Screen::Work(Work::Asking));
    popup.send(Event::Answered(Choice::TakeBack)).await;
    assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
}

#[tokio::test]
async fn fault_16_connected_to_another_instance_it_is_never_carried_out_and_says_for_which_it_is() {
    let (one, other) = (set(Release::R2026_8).await, set(Release::R2026_8).await);
    let world = site(&one);
    ended_in_the_middle(&world, &one, Kill::AfterRequest(0)).await;
    let (held, before) = (one.control.state(), other.control.state());
    let mut popup = Popup::connected(&world, &other, &other.about().tokens.admin).await;
    let says = |popup: &Popup<'_>| popup.app.refused.clone().unwrap_or_default();
    assert!(says(&popup).contains(&one.about().urls.authentik), "{}", says(&popup));
    for choice in [Choice::Finish, Choice::TakeBack] {
        popup.send(Event::Answered(choice)).await;
        assert!(says(&popup).contains(&one.about().urls.authentik), "{}", says(&popup));
    }
    assert_eq!((one.control.state(), other.control.state()), (held, before));
    // Connected to the right one it goes on.
    drop(popup);
    let popup = Popup::connected(&world, &one, &one.about().tokens.admin).await;
    assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
}

#[tokio::test]
async fn fault_15_while_the_storage_cannot_be_read_nothing_is_begun_and_the_popup_says_so() {
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    ended_in_the_middle(&world, &set, Kill::AfterRequest(0)).await;
    connect(&world, &set, &set.about().tokens.admin).await;
    let held = set.control.state();
    let kept = world.stored.borrow().clone();
    let order = Order::Apply { plan: Box::new(other_plan(&set).await), base: set.about().urls.authentik.clone() };
    world.storage_is_broken.set(true);
    for order in [order, Order::Undo { id: "x".into() }, Order::Answer { choice: Choice::LeaveIt }, Order::Forget] {
        let reply = world.order(&order).await;
        assert!(
            matches!(&reply, Some(Reply::Refused { why }) if why.contains("can't be read")),
            "{order:?}: {reply:?}"
        );
    }
    assert_eq!((set.control.state(), world.stored.borrow().clone()), (held, kept), "all of it is as it was");
    let loaded = gatewright::screens::load(&world).await;
    assert_eq!(loaded.unread, Some(Unknown::Storage));
    // It was a bad moment: the unfinished change is still known.
    world.storage_is_broken.set(false);
    let popup = Popup::open(&world).await;
    assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
}

/// Another change than the unfinished one.
async fn other_plan(set: &Running) -> Plan {
    let world = World::at("https://attic.example.com", "Attic");
    let mut popup = Popup::connected(&world, set, &set.about().tokens.admin).await;
    Plan { id: "another".into(), ..plan(&mut popup).await }
}

#[tokio::test]
async fn fault_15_a_journal_of_another_version_is_not_written_over_and_can_be_forgotten_after_a_warning() {
    for unreadable in [json!({"plan": {"kind": "Explode"}, "phase": "Running"}), json!("?"), json!([])] {
        let set = set(Release::R2026_8).await;
        let world = site(&set);
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        let plan = plan(&mut popup).await;
        world.set(Area::Local, keys::JOURNAL, unreadable.clone()).await.expect("storage");
        let (held, order) =
            (set.control.state(), Order::Apply { plan: Box::new(plan), base: set.about().urls.authentik.clone() });
        let reply = world.order(&order).await;
        assert!(matches!(&reply, Some(Reply::Refused { why }) if why.contains("another version")), "{reply:?}");
        assert_eq!(set.control.state(), held, "nothing is sent");
        assert_eq!(world.get(Area::Local, keys::JOURNAL).await, Ok(Some(unreadable)), "nor written over");
        let mut popup = Popup::open(&world).await;
        assert_eq!(popup.app.screen(), Screen::Unread(Unknown::Unreadable));
        popup.send(Event::ForgetPressed(false)).await;
        assert!(popup.app.confirm_forget, "what that means is said first");
        assert_eq!(session::load_journal(&world).await, Err(Unknown::Unreadable));
        popup.send(Event::ForgetPressed(true)).await;
        assert_eq!(session::load_journal(&world).await, Ok(None));
        assert_eq!(popup.app.screen(), Screen::Site);
        assert_eq!(world.order(&order).await, Some(Reply::Taken));
        assert_ne!(set.control.state(), held);
    }
}

#[tokio::test]
async fn a_journal_that_can_be_read_is_not_forgotten_so() {
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    ended_in_the_middle(&world, &set, Kill::AfterRequest(0)).await;
    assert_eq!(world.order(&Order::Forget).await, Some(Reply::Taken));
    assert!(matches!(session::load_journal(&world).await, Ok(Some(_))));
}

#[tokio::test]
async fn fault_18_two_windows_that_apply_at_once_make_one_change_and_the_other_is_told() {
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    let mut one = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    one.send(Event::ProtectPressed).await;
    let mut two = Popup::open(&world).await;
    two.send(Event::ProtectPressed).await;
    set.control.clear_requests();
    tokio::join!(one.send(Event::ApplyPressed), two.send(Event::ApplyPressed));
    let refused = |popup: &Popup<'_>| popup.app.review.as_ref().is_some_and(|review| review.refused.is_some());
    let writes = set.control.requests().into_iter().filter(|seen| ["PUT", "PATCH"].contains(&seen.method.as_str()));
    assert_eq!(writes.count(), 2, "one transaction, one list");
    let state = set.control.state();
    let apps = state["applications"].as_array().expect("applications").iter();
    assert_eq!(apps.filter(|app| app["slug"].as_str().is_some_and(|slug| slug.starts_with("larder"))).count(), 1);
    assert!(refused(&one) || refused(&two) || two.app.work().is_some(), "the other one knows");
}

#[tokio::test]
async fn fault_17_nobody_is_told_that_it_ended_before_it_did_when_the_answer_to_the_last_request_is_lost() {
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    let (method, path_contains) = (Some("PATCH".into()), "/outposts/".into());
    let effect = Effect::Drop { drop: When::Before };
    set.control.fault(Fault { method, path_contains, times: 1, skip: 0, effect });
    popup.protect().await;
    for journal in world.journals.borrow().iter() {
        assert_ne!(journal["phase"], "Done", "{journal}");
    }
    assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
}
