//! "Protect this site" against the embedded authentik, from the popup's first event to what authentik holds.

use embedded_authentik::{Effect, Release, TokenOrder, When};
use gatewright::plan::{Mark, Phase};
use gatewright::ports::Area;
use gatewright::screens::{Event, ReviewField, Screen, WhoGetsIn};
use gatewright::site::Status;
use gatewright_it::Popup;
use gatewright_it::company::{fault, set, site};
use serde_json::{Value, json};

const RELEASES: [Release; 2] = [Release::R2025_10, Release::R2026_8];

fn refuse(status: u16, body: Value) -> Effect {
    Effect::Status { status, body: Some(body), content_type: None }
}

#[tokio::test]
async fn a_site_is_protected_for_a_group_and_undo_leaves_authentik_as_it_was() {
    for release in RELEASES {
        let set = set(release).await;
        let world = site(&set);
        let before = set.control.state();
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        assert_eq!(popup.app.site.status, Some(Status::NotProtected), "{:?}", popup.app.site.error);
        popup.send(Event::ProtectPressed).await;
        let review = popup.app.review.clone().expect("a review");
        let group =
            review.groups.unwrap_or_default().into_iter().find(|group| group.name == "engineering").expect("a group");
        popup.send(Event::WhoChosen(WhoGetsIn::Groups)).await;
        popup.send(Event::ReviewTyped(ReviewField::Groups, group.pk)).await;
        assert_eq!(popup.app.troubles(), []);
        popup.send(Event::ApplyPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
        assert!(matches!(popup.app.site.status, Some(Status::Protected(_))), "{:?}", popup.app.site.status);
        assert!(!world.alarm.get(), "the alarm sleeps when nothing is open");
        let id = popup.journal().plan.id.clone();
        popup.send(Event::UndoPressed(id)).await;
        assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
        assert_eq!(set.control.state(), before, "{release:?}");
    }
}

#[tokio::test]
async fn it_takes_three_requests_in_sequence_with_a_warm_cache_and_four_with_a_cold_one() {
    for release in RELEASES {
        let set = set(release).await;
        let world = site(&set);
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.send(Event::ProtectPressed).await;
        set.control.clear_requests();
        world.line.mend();
        popup.send(Event::ApplyPressed).await;
        let requests = world.line.sent();
        let until_done: Vec<String> =
            requests.iter().take(4).map(|r| format!("{} {}", r.method.name(), r.path)).collect();
        assert!(until_done[0].starts_with("PUT ") && until_done[3].starts_with("PATCH "), "{until_done:?}");
        let writes = requests.iter().filter(|request| request.method.name() != "GET").count();
        assert_eq!(writes, 2, "one transaction and one list");
        // Cold: flows and groups side by side, in the one click of somebody who doesn't want to be asked.
        let set = self::set(release).await;
        let world = site(&set);
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.app.settings.ask_before_applying = false;
        set.control.clear_requests();
        popup.send(Event::ProtectPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done);
    }
}

#[tokio::test]
async fn a_failing_outpost_takes_everything_back_and_says_why() {
    for release in RELEASES {
        for (effect, word) in [
            (
                refuse(403, json!({"detail": "You do not have permission to perform this action."})),
                "You do not have permission",
            ),
            (refuse(400, json!({"providers": ["nope"]})), "nope"),
            (refuse(500, json!({})), "500"),
        ] {
            let set = set(release).await;
            let world = site(&set);
            let before = set.control.state();
            let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
            set.control.fault(fault("PATCH", "outposts/instances", effect));
            popup.protect().await;
            let Phase::TakenBack(why) = &popup.journal().phase else { panic!("{:?}", popup.journal()) };
            assert!(why.contains(word), "{why}");
            assert_eq!(set.control.state(), before);
            assert_eq!(popup.app.screen(), Screen::Work(gatewright::screens::Work::TakenBack));
        }
    }
}

#[tokio::test]
async fn fault_20_an_application_that_was_not_applied_is_told_and_nothing_is_left() {
    let set = set(Release::R2025_10).await;
    let world = site(&set);
    let before = set.control.state();
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    set.control.fault(fault("PUT", "transactional", Effect::AppliedFalse { applied_false: true }));
    popup.protect().await;
    assert!(
        matches!(&popup.journal().phase, Phase::TakenBack(why) if why.contains("applied nothing")),
        "{:?}",
        popup.journal()
    );
    assert_eq!(set.control.state(), before);
}

#[tokio::test]
async fn an_answer_that_is_lost_is_looked_up_and_the_change_goes_on() {
    for release in RELEASES {
        for (method, path) in [("PUT", "transactional"), ("PATCH", "outposts/instances")] {
            let set = set(release).await;
            let world = site(&set);
            let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
            set.control.fault(fault(method, path, Effect::Drop { drop: When::After }));
            popup.protect().await;
            assert_eq!(popup.journal().phase, Phase::Done, "{method}: {:?}", popup.journal());
            assert!(matches!(popup.app.site.status, Some(Status::Protected(_))));
        }
    }
}

#[tokio::test]
async fn a_request_that_never_arrived_is_taken_back() {
    for (method, path) in [("PUT", "transactional"), ("PATCH", "outposts/instances")] {
        let set = set(Release::R2026_8).await;
        let world = site(&set);
        let before = set.control.state();
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        set.control.fault(fault(method, path, Effect::Drop { drop: When::Before }));
        popup.protect().await;
        assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
        assert_eq!(set.control.state(), before, "{method}");
    }
}

#[tokio::test]
async fn a_token_without_the_right_to_change_outposts_leaves_nothing_behind() {
    let set = set(Release::R2026_8).await;
    let permissions = [
        "authentik_core.add_application",
        "authentik_core.view_application",
        "authentik_core.delete_application",
        "authentik_core.view_provider",
        "authentik_providers_proxy.add_proxyprovider",
        "authentik_providers_proxy.view_proxyprovider",
        "authentik_providers_proxy.delete_proxyprovider",
        "authentik_providers_oauth2.view_oauth2provider",
        "authentik_flows.view_flow",
        "authentik_outposts.view_outpost",
        "authentik_core.view_group",
    ];
    let order = TokenOrder { permissions: permissions.map(str::to_owned).into(), ..TokenOrder::default() };
    let made = set.control.make_token(&order);
    let world = site(&set);
    let before = set.control.state();
    let mut popup = Popup::connected(&world, &set, &made.token).await;
    popup.protect().await;
    assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
    let held = |state: &Value| (state["applications"].clone(), state["providers"].clone(), state["outposts"].clone());
    assert_eq!(held(&set.control.state()), held(&before));
}

#[tokio::test]
async fn the_minimal_writers_role_is_enough() {
    for release in RELEASES {
        let set = set(release).await;
        let world = site(&set);
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.protector).await;
        popup.protect().await;
        assert_eq!(popup.journal().phase, Phase::Done, "{release:?} {:?}", popup.journal());
    }
}

#[tokio::test]
async fn a_gate_can_be_taken_off_months_later_with_no_record() {
    for release in RELEASES {
        let set = set(release).await;
        let world = site(&set);
        let before = set.control.state();
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.protect().await;
        world.stored.borrow_mut().remove(&(Area::Local, "activity".to_owned()));
        popup.send(Event::EndSeen).await;
        popup.send(Event::RemovePressed).await;
        let plan = popup.app.preview().expect("a plan");
        assert_eq!(plan.changes().count(), 3);
        let hanging = popup.app.review.clone().and_then(|review| review.hanging);
        assert_eq!(hanging, Some(Ok(Vec::new())), "what hangs on it was read");
        popup.send(Event::ApplyPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
        assert_eq!(set.control.state(), before);
    }
}

#[tokio::test]
async fn undo_leaves_alone_what_somebody_has_changed_since() {
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.protect().await;
    // Somebody takes the provider off the application and renames it: the record's application is no longer what it was.
    let access = popup.app.access.clone().expect("access");
    let request = gatewright::authentik::Request {
        method: gatewright::authentik::Method::Patch,
        path: "core/applications/larder/".into(),
        body: Some(json!({"provider": null, "name": "Taken over"})),
    };
    let answer = world.line.send(&access, &request).await.expect("an answer");
    assert_eq!(answer.status, 200, "{}", answer.body);
    let id = popup.journal().plan.id.clone();
    popup.send(Event::UndoPressed(id)).await;
    assert!(matches!(popup.journal().phase, Phase::Stuck(_)), "{:?}", popup.journal().phase);
    assert!(popup.journal().marks.iter().any(|mark| matches!(mark, Mark::Left(_))));
    let state = set.control.state();
    assert!(state["applications"].to_string().contains("Taken over"), "the application is left alone");
}

#[tokio::test]
async fn neither_journal_nor_record_nor_cache_holds_a_secret() {
    let set = set(Release::R2025_10).await;
    let world = site(&set);
    let token = set.about().tokens.admin.clone();
    let mut popup = Popup::connected(&world, &set, &token).await;
    popup.protect().await;
    let disk = world.text_of(Area::Local);
    assert!(!disk.contains(&token), "the token stays in memory");
    let memory: String = world.text_of(Area::Session).lines().filter(|line| !line.starts_with("token:")).collect();
    for secret in [token.as_str(), "client_secret", "cookie_secret"] {
        assert!(!memory.contains(secret) && !disk.contains(secret), "{secret}");
    }
    for journal in world.journals.borrow().iter() {
        assert!(!journal.to_string().contains(&token));
    }
}

#[tokio::test]
async fn fault_15_nothing_is_sent_without_a_journal() {
    let set = set(Release::R2025_10).await;
    let world = site(&set);
    let before = set.control.state();
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(Event::ProtectPressed).await;
    world.storage_is_full.set(true);
    popup.send(Event::ApplyPressed).await;
    assert_eq!(set.control.state(), before);
}

#[tokio::test]
async fn disconnecting_forgets_everything() {
    let set = set(Release::R2025_10).await;
    let world = site(&set);
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.protect().await;
    popup.send(Event::DisconnectPressed(false)).await;
    assert_eq!((world.text_of(Area::Local), world.text_of(Area::Session)), (String::new(), String::new()));
    assert_eq!(popup.app.screen(), Screen::Connect);
}

#[tokio::test]
async fn an_entry_that_somebody_overwrote_in_the_outpost_is_put_back_and_told() {
    for release in RELEASES {
        let set = set(release).await;
        let world = site(&set);
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.send(Event::ProtectPressed).await;
        // Somebody who read the list before us writes it after us, before the later look.
        let before: Vec<i64> = popup.app.inventory().outposts[0].providers.clone();
        let access = popup.app.access.clone().expect("access");
        let outpost = popup.app.inventory().outposts[0].pk.clone();
        world.on_next_sleep.borrow_mut().replace((access, outpost, before));
        popup.send(Event::ApplyPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done);
        let said = popup.journal().later_said.clone().expect("it is told");
        assert!(said.contains("put back"), "{said}");
        popup.send(Event::CheckAgain).await;
        assert!(matches!(popup.app.site.status, Some(Status::Protected(_))));
    }
}

#[tokio::test]
async fn fault_18_two_orders_at_once_carry_out_one() {
    use gatewright::plan::{Order, Reply};
    use gatewright::ports::Worker;
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(Event::ProtectPressed).await;
    let order = |id: &str| {
        let mut plan = popup.app.preview().expect("a plan");
        plan.id = id.into();
        Order::Apply { plan: Box::new(plan), base: set.about().urls.authentik.clone() }
    };
    let (first, second) = (order("one"), order("two"));
    let (one, two) = tokio::join!(world.order(&first), world.order(&second));
    assert_eq!((one, two), (Some(Reply::Taken), Some(Reply::Busy)));
    let named = |state: &Value| state["applications"].to_string().matches("\"larder\"").count();
    assert!(named(&set.control.state()) >= 1);
}

#[tokio::test]
async fn a_deletion_whose_answer_is_lost_is_never_told_as_taken_back() {
    for path in ["/core/applications/larder/", "/providers/proxy/"] {
        let set = set(Release::R2026_8).await;
        let world = site(&set);
        let before = set.control.state();
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.protect().await;
        popup.send(Event::EndSeen).await;
        popup.send(Event::RemovePressed).await;
        set.control.fault(fault("DELETE", path, Effect::Drop { drop: When::After }));
        popup.send(Event::ApplyPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done, "{path}: {:?}", popup.journal());
        assert_eq!(set.control.state(), before);
    }
}

#[tokio::test]
async fn a_deletion_that_is_refused_in_the_middle_asks_and_can_be_finished() {
    use gatewright::plan::Choice;
    let set = set(Release::R2025_10).await;
    let world = site(&set);
    let before = set.control.state();
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.protect().await;
    popup.send(Event::EndSeen).await;
    popup.send(Event::RemovePressed).await;
    set.control.fault(fault("DELETE", "/providers/proxy/", refuse(500, json!({}))));
    popup.send(Event::ApplyPressed).await;
    assert!(matches!(popup.journal().phase, Phase::Asking(_)), "{:?}", popup.journal().phase);
    assert!(!world.alarm.get(), "what waits for a person needs no waking");
    popup.send(Event::Answered(Choice::Finish)).await;
    assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
    assert_eq!(set.control.state(), before);
}

#[tokio::test]
async fn fault_16_a_change_of_one_instance_is_never_carried_out_on_another() {
    use gatewright::plan::Choice;
    let (one, other) = (set(Release::R2025_10).await, set(Release::R2025_10).await);
    let world = site(&one);
    let mut popup = Popup::connected(&world, &one, &one.about().tokens.admin).await;
    popup.protect().await;
    let id = popup.journal().plan.id.clone();
    let before = other.control.state();
    let mut popup = Popup::connected(&world, &other, &other.about().tokens.admin).await;
    popup.send(Event::UndoPressed(id)).await;
    assert!(
        popup.app.refused.clone().is_some_and(|why| why.contains(&one.about().urls.authentik)),
        "{:?}",
        popup.app.refused
    );
    assert_eq!(popup.journal().phase, Phase::Done, "the record is as it was");
    assert_eq!(other.control.state(), before);
    // One that is in the middle is refused too, and can be left.
    let mut journal = popup.journal().clone();
    journal.phase = Phase::Running;
    journal.marks = vec![Mark::Waiting; journal.marks.len()];
    gatewright::session::save_journal(&world, &journal).await;
    let mut popup = Popup::open(&world).await;
    assert!(popup.app.refused.is_some());
    assert_eq!(other.control.state(), before);
    popup.send(Event::Answered(Choice::LeaveIt)).await;
    assert_eq!(popup.app.work(), None);
}
