//! "Create OIDC app" on bad days: somebody else changed things meanwhile, a reading fails, another instance is connected.

use embedded_authentik::{Effect, Release, Running, When};
use gatewright::plan::{Choice, Phase};
use gatewright::ports::Area;
use gatewright::screens::{Event, OidcEvent, Review, ReviewField, Screen, load};
use gatewright_it::company::{fault, set};
use gatewright_it::{Cut, Moment, Page, Popup, World};
use serde_json::json;

fn at(url: &str, title: &str) -> World {
    let world = World::at(url, title);
    *world.page.borrow_mut() = Some(Page::default());
    world
}

fn grafana() -> World {
    at("https://metrics.example.com:3000/login", "Grafana")
}

fn pressed() -> Event {
    Event::Oidc(OidcEvent::CreatePressed)
}

async fn created<'a>(world: &'a World, set: &Running) -> Popup<'a> {
    let mut popup = Popup::connected(world, set, &set.about().tokens.admin).await;
    popup.send(pressed()).await;
    popup.send(Event::ApplyPressed).await;
    assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.app.troubles());
    popup
}

fn without_keys(set: &Running) {
    set.control.change(|world| {
        for key in &mut world.certificates {
            key["private_key_available"] = json!(false);
        }
    });
}

#[tokio::test]
async fn undo_tells_what_somebody_changed_since_and_deletes_nothing() {
    for change in ["slug", "name", "launch", "redirect"] {
        let set = set(Release::R2026_8).await;
        let world = grafana();
        let mut popup = created(&world, &set).await;
        let slug = popup.journal().values["slug"].as_str().expect("a slug").to_owned();
        let client_id = popup.journal().values["client_id"].as_str().expect("an id").to_owned();
        set.control.change(|world| {
            let app = world.applications.iter_mut().find(|app| app.slug == slug).expect("the app");
            match change {
                "slug" => app.slug = "renamed".into(),
                "name" => app.name = "Renamed".into(),
                "launch" => app.meta_launch_url = "https://elsewhere.example/".into(),
                _ => {
                    let provider = world.providers.iter_mut().find(|p| p.oauth.client_id == client_id).expect("ours");
                    let uri = json!({"matching_mode": "strict", "url": "https://colleague.example/cb"});
                    provider.oauth.redirect_uris.push(uri);
                }
            }
        });
        let phase = popup.undone().await;
        assert!(matches!(phase, Phase::Stuck(_)), "{change}: {phase:?}");
        assert!(set.control.state().to_string().contains(&client_id), "{change}: it is still there");
    }
}

#[tokio::test]
async fn undo_finds_the_provider_that_a_deleted_application_left_behind() {
    let set = set(Release::R2026_8).await;
    let world = grafana();
    let mut popup = created(&world, &set).await;
    let slug = popup.journal().values["slug"].as_str().expect("a slug").to_owned();
    let client_id = popup.journal().values["client_id"].as_str().expect("an id").to_owned();
    set.control.change(|world| world.applications.retain(|app| app.slug != slug));
    let phase = popup.undone().await;
    assert!(matches!(phase, Phase::TakenBack(_)), "{phase:?}");
    assert!(!set.control.state().to_string().contains(&client_id));
}

#[tokio::test]
async fn a_provider_that_could_not_be_deleted_is_deleted_when_it_is_tried_again() {
    let set = set(Release::R2026_8).await;
    let before = set.control.state();
    let world = grafana();
    let mut popup = created(&world, &set).await;
    set.control.fault(fault(
        "DELETE",
        "providers/oauth2",
        Effect::Status { status: 500, body: None, content_type: None },
    ));
    assert!(matches!(popup.undone().await, Phase::Stuck(_)));
    popup.send(Event::Answered(Choice::TakeBack)).await;
    assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal().phase);
    assert_eq!(set.control.state(), before);
}

#[tokio::test]
async fn a_key_whose_users_cannot_be_read_is_not_deleted() {
    let set = set(Release::R2026_8).await;
    without_keys(&set);
    let world = grafana();
    let mut popup = created(&world, &set).await;
    let key = popup.journal().values["signing_key"].as_str().expect("a key").to_owned();
    set.control.fault(fault("GET", "signing_key=", Effect::Status { status: 502, body: None, content_type: None }));
    let phase = popup.undone().await;
    assert!(matches!(phase, Phase::Stuck(_)), "{phase:?}");
    assert!(set.control.state()["certificates"].to_string().contains(&key));
}

#[tokio::test]
async fn a_key_of_a_colleague_is_never_taken_for_the_one_whose_answer_was_lost() {
    let set = set(Release::R2026_8).await;
    without_keys(&set);
    let world = grafana();
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(pressed()).await;
    let ours = popup.app.preview().expect("a plan").steps[0].action.body["common_name"].clone();
    let other = at("https://metrics.example.net:3000/login", "Grafana");
    let mut colleague = Popup::connected(&other, &set, &set.about().tokens.admin).await;
    colleague.send(pressed()).await;
    let theirs = colleague.app.preview().expect("a plan").steps[0].action.body["common_name"].clone();
    assert_ne!(ours, theirs);
}

#[tokio::test]
async fn a_server_that_repeats_the_secret_in_its_complaint_does_not_bring_it_to_disk() {
    let set = set(Release::R2026_8).await;
    let world = grafana();
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(pressed()).await;
    // The secret is kept before it is sent, so that it can be known here.
    world.line.mend();
    world.line.cut(Cut { request: 0, moment: Moment::Before });
    popup.send(Event::ApplyPressed).await;
    let kept = world.stored.borrow()[&(Area::Session, "secrets".to_owned())].clone();
    let secret = kept["client_secret"].as_str().expect("a secret").to_owned();
    world.line.mend();
    let body = Some(json!({"provider": {"client_secret": [format!("{secret} is not allowed here.")]}}));
    set.control.fault(fault("PUT", "transactional", Effect::Status { status: 400, body, content_type: None }));
    popup.send(Event::Answered(Choice::Finish)).await;
    assert!(
        matches!(&popup.journal().phase, Phase::TakenBack(why) if why.contains("not allowed")),
        "{:?}",
        popup.journal()
    );
    assert!(!world.text_of(Area::Local).contains(&secret));
}

#[tokio::test]
async fn leaving_it_as_it_is_forgets_the_secret() {
    let set = set(Release::R2026_8).await;
    let world = grafana();
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(pressed()).await;
    world.line.mend();
    world.line.cut(Cut { request: 0, moment: Moment::After });
    popup.send(Event::ApplyPressed).await;
    world.line.mend();
    popup.send(Event::Answered(Choice::LeaveIt)).await;
    assert!(!world.text_of(Area::Session).contains("client_secret"));
}

#[tokio::test]
async fn a_review_of_one_instance_is_closed_when_another_is_connected_and_its_order_refused() {
    let (a, b) = (set(Release::R2026_8).await, set(Release::R2026_8).await);
    let world = at("https://staging.example.org/", "Grafana");
    let mut popup = Popup::connected(&world, &a, &a.about().tokens.admin).await;
    popup.send(Event::Oidc(OidcEvent::AddOriginPressed)).await;
    let pk = popup.app.inventory().oauth2.iter().find(|p| p.name == "Grafana").expect("Grafana").pk;
    popup.send(Event::ReviewTyped(ReviewField::App, pk.to_string())).await;
    let plan = popup.app.preview().expect("a plan");
    // Another view connects elsewhere, and this one hears of it.
    gatewright_it::connect(&world, &b, &b.about().tokens.admin).await;
    let before = b.control.state();
    let order = gatewright::plan::Order::Apply { plan: Box::new(plan), base: a.about().urls.authentik.clone() };
    let reply = gatewright::ports::Worker::order(&world, &order).await;
    assert!(matches!(&reply, Some(gatewright::plan::Reply::Refused { .. })), "{reply:?}");
    let loaded = load(&world).await;
    popup.send(Event::Loaded(Box::new(loaded))).await;
    assert!(popup.app.review.is_none() && popup.app.of_review(Review::changes).is_empty());
    assert_eq!(b.control.state(), before);
}

#[tokio::test]
async fn what_was_made_in_one_instance_is_not_shown_under_another() {
    let (a, b) = (set(Release::R2026_8).await, set(Release::R2026_8).await);
    let world = grafana();
    drop(created(&world, &a).await);
    let popup = Popup::connected(&world, &b, &b.about().tokens.admin).await;
    assert_eq!(popup.app.details, None);
    assert_eq!(Popup::open(&world).await.app.details, None);
}

#[tokio::test]
async fn shown_later_the_settings_are_those_that_were_decided_when_it_was_made() {
    let set = set(Release::R2026_8).await;
    let world = grafana();
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(pressed()).await;
    popup.send(Event::ReviewTyped(ReviewField::ExternalUrl, "https://metrics.example.com:3000/grafana/".into())).await;
    popup.send(Event::ApplyPressed).await;
    popup.send(Event::EndSeen).await;
    // Later the tab is somewhere else in the service, and says nothing.
    *world.tab.borrow_mut() = Some(gatewright::ports::Tab {
        id: 1,
        url: Some("https://metrics.example.com:3000/x".into()),
        title: String::new(),
    });
    let mut later = Popup::open(&world).await;
    later.send(Event::Oidc(OidcEvent::DetailsPressed)).await;
    let details = later.app.details.clone().expect("details");
    assert_eq!(
        (details.service.as_deref(), details.address.as_str()),
        (Some("grafana"), "https://metrics.example.com:3000/grafana")
    );
}

#[tokio::test]
async fn with_asking_off_what_has_to_be_known_is_read_all_the_same() {
    let set = set(Release::R2026_8).await;
    for (url, title) in [
        // E-mail addresses would be asserted to be verified.
        ("https://mealie.example.com/login", "Mealie"),
        // Codes would travel readable.
        ("http://grafana.lan.example.com/login", "Grafana"),
    ] {
        let world = at(url, title);
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.send(Event::AskChosen(false)).await;
        popup.send(pressed()).await;
        assert_eq!(popup.app.screen(), Screen::Review, "{url}");
    }
}

#[tokio::test]
async fn no_password_of_a_service_account_is_asked_for() {
    let set = set(Release::R2026_8).await;
    let world = grafana();
    let popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    let catalogue = popup.app.catalogue.clone().expect("the catalogue");
    for service in catalogue.services() {
        for ask in &service.ask {
            let named = format!("{} {}", ask.name, ask.what).to_lowercase();
            // Answers stand in the journal and in the records, on disk.
            assert!(
                !["password", "secret", "token"].iter().any(|word| named.contains(word)),
                "{}: {named}",
                service.id
            );
        }
    }
}

#[tokio::test]
async fn a_flow_that_has_gone_since_it_was_read_is_said_before_apply() {
    let set = set(Release::R2026_8).await;
    let world = grafana();
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(pressed()).await;
    popup.send(Event::CancelPressed).await;
    set.control.change(|world| world.flows.retain(|flow| flow["designation"] != "authorization"));
    popup.send(pressed()).await;
    assert!(popup.app.review.as_ref().is_some_and(Review::lacks_flows));
    set.control.fault(fault("PUT", "transactional", Effect::Drop { drop: When::Before }));
    popup.send(Event::ApplyPressed).await;
    assert_eq!(popup.app.screen(), Screen::Review);
}
