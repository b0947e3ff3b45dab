//! What is found after an answer was lost is ours only if nothing stood there before and all that was written is equal.

use embedded_authentik::{Effect, Fault, Release, Running, TokenOrder, When};
use gatewright::plan::{ABSENT, Choice, Mark, Phase};
use gatewright::screens::{Event, OidcEvent, ReviewField, WhoGetsIn};
use gatewright_it::company::{set, site};
use gatewright_it::{Page, Popup, World};
use serde_json::{Value, json};

const RELEASES: [Release; 2] = [Release::R2025_10, Release::R2026_8];

fn lost(when: When) -> Fault {
    let (method, path_contains) = (Some("PUT".into()), "transactional".into());
    Fault { method, path_contains, times: 1, skip: 0, effect: Effect::Drop { drop: when } }
}

/// All that "Protect this site" needs, and a list that it is good without.
fn without(set: &Running, permission: &str) -> String {
    let all = [
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
        "authentik_outposts.change_outpost",
        "authentik_core.view_group",
        "authentik_policies.view_policybinding",
    ];
    let permissions = all.iter().filter(|name| **name != permission).map(|name| (*name).to_owned()).collect();
    set.control.make_token(&TokenOrder { permissions, ..TokenOrder::default() }).token
}

type Change = fn(&mut embedded_authentik::world::World);

#[tokio::test]
async fn each_field_that_the_lost_request_wrote_has_to_be_equal() {
    let fields: [(&str, Change); 9] = [
        ("Name", |world| ours(world).name = "Other".into()),
        ("External URL", |world| proxy(world).external_host = "https://other.example.com".into()),
        ("Session", |world| provider(world).oauth.access_token_validity = "hours=1".into()),
        ("Open paths", |world| proxy(world).skip_path_regex = "^/".into()),
        ("Authorization flow", |world| provider(world).authorization_flow = world_flow(world, "explicit-consent")),
        ("Invalidation flow", |world| {
            provider(world).invalidation_flow = world_flow(world, "default-invalidation-flow");
        }),
        ("policy_engine_mode", |world| ours(world).policy_engine_mode = "all".into()),
        ("mode", |world| proxy(world).mode = "proxy".into()),
        ("Who gets in", |world| {
            let mut binding = world.bindings.pop().expect("a binding");
            binding.group = Some(world.groups[0].pk.clone());
            world.bindings.push(binding);
        }),
    ];
    for release in RELEASES {
        for (field, change) in fields {
            let set = set(release).await;
            let world = site(&set);
            let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
            popup.send(Event::ProtectPressed).await;
            popup.send(Event::WhoChosen(WhoGetsIn::Groups)).await;
            let groups = popup.app.review.clone().and_then(|review| review.groups).expect("groups");
            let group = groups.into_iter().find(|group| group.name == "engineering").expect("a group");
            popup.send(Event::ReviewTyped(ReviewField::Groups, group.pk)).await;
            // The answer is lost, and what is there when the worker looks is not quite what was written.
            set.control.fault(lost(When::After));
            let (method, path_contains) = (Some("GET".into()), "/core/applications/larder/".into());
            let effect = Effect::Status { status: 503, body: Some(json!({})), content_type: None };
            set.control.fault(Fault { method, path_contains, times: 1, skip: 0, effect });
            popup.send(Event::ApplyPressed).await;
            assert!(matches!(popup.journal().phase, Phase::Asking(_)), "{field}: {:?}", popup.journal());
            set.control.change(change);
            let held = set.control.state();
            popup.send(Event::Answered(Choice::Finish)).await;
            let Phase::Asking(why) = &popup.journal().phase else { panic!("{field}: {:?}", popup.journal()) };
            assert!(why.contains(field), "{field}: {why}");
            popup.send(Event::Answered(Choice::TakeBack)).await;
            assert!(matches!(popup.journal().phase, Phase::Stuck(_)), "{field}: {:?}", popup.journal());
            assert_eq!(set.control.state(), held, "{field}: nothing is deleted on a guess");
        }
    }
}

fn ours(world: &mut embedded_authentik::world::World) -> &mut embedded_authentik::model::Application {
    world.applications.iter_mut().find(|app| app.slug == "larder").expect("the application")
}

fn provider(world: &mut embedded_authentik::world::World) -> &mut embedded_authentik::model::Provider {
    let pk = ours(world).provider;
    world.providers.iter_mut().find(|provider| Some(provider.pk) == pk).expect("the provider")
}

fn proxy(world: &mut embedded_authentik::world::World) -> &mut embedded_authentik::model::Proxy {
    provider(world).proxy.as_mut().expect("a proxy")
}

fn world_flow(world: &embedded_authentik::world::World, slug: &str) -> Option<String> {
    let flow = world.flows.iter().find(|flow| flow["slug"].as_str().is_some_and(|name| name.contains(slug)));
    flow.and_then(|flow| flow["pk"].as_str()).map(str::to_owned)
}

#[tokio::test]
async fn where_absence_was_not_seen_an_equal_object_is_asked_about_and_the_persons_word_counts() {
    for (choice, permission) in [
        (Choice::Finish, "authentik_providers_oauth2.view_oauth2provider"),
        (Choice::TakeBack, "authentik_providers_oauth2.view_oauth2provider"),
    ] {
        let set = set(Release::R2026_8).await;
        let world = site(&set);
        let token = without(&set, permission);
        let before = set.control.state();
        let mut popup = Popup::connected(&world, &set, &token).await;
        popup.send(Event::ProtectPressed).await;
        assert_eq!(popup.app.preview().expect("a plan").values[ABSENT], json!(false));
        set.control.fault(lost(When::After));
        popup.send(Event::ApplyPressed).await;
        let Phase::Asking(why) = &popup.journal().phase else { panic!("{:?}", popup.journal()) };
        assert!(why.contains("was there before"), "{why}");
        assert!(!popup.journal().marks.contains(&Mark::Done), "never taken as ours: {:?}", popup.journal().marks);
        popup.send(Event::Answered(choice)).await;
        if choice == Choice::Finish {
            assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
        } else {
            assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
            let held = |state: &Value| (state["applications"].clone(), state["providers"].clone());
            assert_eq!(held(&set.control.state()), held(&before));
        }
    }
}

#[tokio::test]
async fn where_absence_was_not_seen_and_nothing_was_applied_it_is_taken_back() {
    let set = set(Release::R2025_10).await;
    let world = site(&set);
    let token = without(&set, "authentik_providers_oauth2.view_oauth2provider");
    let before = set.control.state();
    let mut popup = Popup::connected(&world, &set, &token).await;
    popup.send(Event::ProtectPressed).await;
    set.control.fault(lost(When::Before));
    popup.send(Event::ApplyPressed).await;
    assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
    assert_eq!(set.control.state(), before);
}

#[tokio::test]
async fn a_client_id_that_was_made_here_is_as_good_as_seeing_that_nothing_was_there_and_a_typed_one_is_not() {
    let set = set(Release::R2026_8).await;
    let token = set.control.make_token(&TokenOrder { superuser: true, ..TokenOrder::default() }).token;
    let world = World::at("https://metrics.example.com:3000/login", "Grafana");
    *world.page.borrow_mut() = Some(Page::default());
    let mut popup = Popup::connected(&world, &set, &token).await;
    popup.send(Event::Oidc(OidcEvent::CreatePressed)).await;
    let absent = |popup: &Popup<'_>| popup.app.preview().expect("a plan").values[ABSENT].clone();
    assert_eq!(absent(&popup), json!(true));
    // The list of applications may be refused.
    let inventory = popup.app.site.inventory.as_mut().expect("rows");
    inventory.denied.push(gatewright::site::Part::Applications);
    assert_eq!(absent(&popup), json!(true));
    popup.send(Event::ReviewTyped(ReviewField::ClientId, "grafana".into())).await;
    assert_eq!(absent(&popup), json!(false));
}
