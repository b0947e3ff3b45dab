//! Taking back fails: what is left, thing by thing, where it stands in authentik, and that it can be tried again.

use embedded_authentik::{Effect, Fault, Release, When};
use gatewright::plan::{Choice, Mark, Phase};
use gatewright::screens::{Event, OidcEvent, Screen, left_of};
use gatewright::words::plain;
use gatewright_it::company::{set, site};
use gatewright_it::{Page, Popup, World};
use serde_json::json;

const RELEASES: [Release; 2] = [Release::R2025_10, Release::R2026_8];

fn refusal(method: &str, path_contains: &str, times: u32) -> Fault {
    let body = Some(json!({"detail": "You do not have permission to perform this action."}));
    let effect = Effect::Status { status: 403, body, content_type: None };
    Fault { method: Some(method.into()), path_contains: path_contains.into(), times, skip: 0, effect }
}

/// What the popup lists as left: each thing, and the page of authentik where it stands.
fn left(popup: &Popup<'_>) -> Vec<(String, String)> {
    let base = popup.app.access.as_ref().expect("a connection").base.to_string();
    let page = |page: Option<String>| page.expect("a page").replace(&format!("{base}/if/admin/#/"), "");
    popup.app.left().into_iter().map(|(what, at)| (plain(&what), page(at))).collect()
}

#[tokio::test]
async fn fault_25_a_rollback_that_fails_says_what_is_left_and_where_and_is_tried_again() {
    for release in RELEASES {
        let set = set(release).await;
        let world = site(&set);
        let before = set.control.state();
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        // The outpost refuses, and then the application may not be deleted, or its provider.
        set.control.fault(refusal("PATCH", "outposts/instances", 1));
        set.control.fault(refusal("DELETE", "core/applications", 1));
        popup.protect().await;
        assert!(matches!(popup.journal().phase, Phase::Stuck(_)), "{:?}", popup.journal());
        let pk = popup.journal().values["provider_pk"].to_string();
        let (application, provider) = ("Application Larder".to_owned(), "Provider Larder".to_owned());
        let there = (provider.clone(), format!("core/providers/{pk}"));
        assert_eq!(left(&popup), [(application, "core/applications/larder".to_owned()), there.clone()], "{release:?}");
        // Tried again, one of the two goes: only the other is left.
        set.control.fault(refusal("DELETE", "providers/proxy", 1));
        popup.send(Event::Answered(Choice::TakeBack)).await;
        assert!(matches!(popup.journal().phase, Phase::Stuck(_)), "{:?}", popup.journal());
        assert_eq!(left(&popup), [there], "{release:?}");
        let why: String = popup.journal().marks.iter().map(|mark| format!("{mark:?}")).collect();
        assert!(why.contains("You do not have permission"), "{why}");
        popup.send(Event::Answered(Choice::TakeBack)).await;
        assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
        assert_eq!(left(&popup), []);
        assert_eq!(set.control.state(), before);
    }
}

#[tokio::test]
async fn fault_25_what_builds_on_what_is_left_is_left_too_and_listed() {
    let set = set(Release::R2026_8).await;
    let before = set.control.state();
    set.control.change(|world| {
        for key in &mut world.certificates {
            key["private_key_available"] = json!(false);
        }
    });
    let held = set.control.state();
    let world = World::at("https://tracks.example.com/login", "Mealie");
    *world.page.borrow_mut() = Some(Page::default());
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(Event::Oidc(OidcEvent::CreatePressed)).await;
    popup.send(Event::Oidc(OidcEvent::ServiceTyped("Mealie".into()))).await;
    popup.send(Event::Oidc(OidcEvent::ServiceChosen(Some(0)))).await;
    popup.send(Event::ApplyPressed).await;
    assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
    let id = popup.journal().plan.id.clone();
    set.control.fault(refusal("DELETE", "core/applications", 1));
    popup.send(Event::EndSeen).await;
    popup.send(Event::UndoPressed(id)).await;
    assert!(matches!(popup.journal().phase, Phase::Stuck(_)), "{:?}", popup.journal());
    let pages: Vec<String> = left(&popup).into_iter().map(|(_, page)| page).collect();
    let provider = format!("core/providers/{}", popup.journal().values["provider_pk"]);
    let of = ["core/applications/mealie", &provider, "core/property-mappings", "crypto/certificates"];
    assert_eq!(pages, of);
    popup.send(Event::Answered(Choice::TakeBack)).await;
    assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
    assert_eq!(set.control.state(), held);
    assert_ne!(before, held);
}

#[tokio::test]
async fn fault_25_leaving_it_as_it_is_writes_down_what_was_left_and_it_can_be_undone_later() {
    let set = set(Release::R2025_10).await;
    let world = site(&set);
    let before = set.control.state();
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    set.control.fault(refusal("PATCH", "outposts/instances", 1));
    set.control.fault(refusal("DELETE", "core/applications", 1));
    popup.protect().await;
    popup.send(Event::Answered(Choice::LeaveIt)).await;
    assert_eq!(popup.app.work(), None);
    let record = popup.app.records.first().expect("a record").clone();
    assert_eq!(record.journal.phase, Phase::Left);
    let says = left_of(&record).expect("what was left");
    assert!(says.contains("Application Larder") && says.contains("Provider Larder"), "{says}");
    popup.send(Event::CheckAgain).await;
    let id = popup.app.undoable().expect("Undo on the Site screen").journal.plan.id.clone();
    popup.send(Event::UndoPressed(id)).await;
    assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
    assert_eq!(set.control.state(), before);
    assert_eq!(left_of(&popup.app.records[0]), None);
}

#[tokio::test]
async fn leaving_an_interrupted_change_writes_down_what_may_be_there() {
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    let effect = Effect::Drop { drop: When::After };
    set.control.fault(Fault { effect, ..refusal("PUT", "transactional", 1) });
    set.control.fault(refusal("GET", "core/applications/larder", 3));
    popup.protect().await;
    assert!(matches!(popup.journal().phase, Phase::Asking(_)), "{:?}", popup.journal());
    popup.send(Event::Answered(Choice::LeaveIt)).await;
    let says = left_of(&popup.app.records[0]).expect("what may be left");
    assert!(says.contains("Application Larder"), "{says}");
    assert_ne!(popup.app.screen(), Screen::Work(gatewright::screens::Work::Asking));
}

#[tokio::test]
async fn what_was_deleted_in_the_middle_of_removing_can_only_be_finished_and_that_is_said() {
    for release in RELEASES {
        let set = set(release).await;
        let world = World::at("https://sonarr.example.org", "Sonarr");
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.send(Event::RemovePressed).await;
        set.control.fault(refusal("DELETE", "/providers/proxy/", 1));
        popup.send(Event::ApplyPressed).await;
        assert!(matches!(popup.journal().phase, Phase::Asking(_)), "{:?}", popup.journal());
        assert!(!popup.journal().can_go_back(), "nothing offers what can't be done");
        let held = set.control.state();
        popup.send(Event::Answered(Choice::TakeBack)).await;
        assert!(
            popup.app.refused.clone().is_some_and(|why| why.contains("only be finished")),
            "{:?}",
            popup.app.refused
        );
        assert_eq!(set.control.state(), held, "the outpost gets no provider back without an application");
        popup.send(Event::Answered(Choice::Finish)).await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
    }
}

#[tokio::test]
async fn a_step_that_was_refused_and_need_not_succeed_is_not_told_as_done_until_it_is() {
    let set = set(Release::R2025_10).await;
    let world = World::at("https://sonarr.example.org", "Sonarr");
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(Event::RemovePressed).await;
    set.control.fault(refusal("PATCH", "/outposts/", 1));
    set.control.fault(refusal("DELETE", "/core/applications/", 1));
    popup.send(Event::ApplyPressed).await;
    let detach = popup.journal().plan.steps.iter().position(|step| step.says.contains("out of")).expect("a step");
    assert!(!matches!(popup.journal().marks[detach], Mark::Done), "{:?}", popup.journal().marks);
}
