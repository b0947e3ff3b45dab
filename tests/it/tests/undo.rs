//! Undo after somebody else has changed what it would undo: it is told field by field, and nothing is touched.

use embedded_authentik::world::World as Authentik;
use embedded_authentik::{Effect, Fault, Release, Running};
use gatewright::plan::{Choice, Mark, Phase};
use gatewright::screens::{Event, OidcEvent, ReviewField, why_asked};
use gatewright_it::company::set;
use gatewright_it::{Page, Popup, World};
use serde_json::json;

const RELEASES: [Release; 2] = [Release::R2025_10, Release::R2026_8];

fn grafana() -> World {
    let world = World::at("https://metrics.example.com:3000/login", "Grafana");
    *world.page.borrow_mut() = Some(Page::default());
    world
}

/// What stands at the marks of the steps that were left.
fn said(popup: &Popup<'_>) -> String {
    let marks = popup.journal().marks.iter();
    marks.filter_map(|mark| if let Mark::Left(why) = mark { Some(why.as_str()) } else { None }).collect()
}

type Change = fn(&mut Authentik);

#[tokio::test]
async fn fault_26_what_was_changed_since_is_shown_from_what_to_what_and_nothing_is_touched() {
    let changes: [(&str, Change); 5] = [
        ("Session: hours=24 → hours=1", |world| {
            made(world).oauth.access_token_validity = "hours=1".into();
        }),
        ("External URL: ", |world| {
            made(world).proxy.as_mut().expect("a proxy").external_host = "https://x.example".into();
        }),
        ("Name: Larder → Pantry", |world| app(world).name = "Pantry".into()),
        ("Provider: ", |world| app(world).provider = None),
        ("Who gets in: everyone → engineering", |world| {
            let mut binding = world.bindings.first().expect("a binding").clone();
            "b0b0b0b0-0000-4000-8000-000000000000".clone_into(&mut binding.pk);
            binding.target.clone_from(&app(world).pk);
            world.bindings.push(binding);
        }),
    ];
    for release in RELEASES {
        for (shown, change) in changes {
            let set = set(release).await;
            let world = World::at(&set.about().urls.site, "Larder – pantry inventory");
            let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
            popup.protect().await;
            set.control.change(change);
            let held = set.control.state();
            for _ in 0..2 {
                let phase = popup.undone().await;
                assert!(matches!(phase, Phase::Stuck(_)), "{shown}: {phase:?}");
                assert!(said(&popup).contains(shown), "{shown}: {}", said(&popup));
                assert_eq!(set.control.state(), held, "{shown}: also the outpost is left alone");
                popup.send(Event::Answered(Choice::LeaveIt)).await;
            }
        }
    }
}

fn app(world: &mut Authentik) -> &mut embedded_authentik::model::Application {
    world.applications.iter_mut().find(|app| app.slug == "larder").expect("the application")
}

fn made(world: &mut Authentik) -> &mut embedded_authentik::model::Provider {
    let pk = app(world).provider;
    world.providers.iter_mut().find(|provider| Some(provider.pk) == pk).expect("the provider")
}

#[tokio::test]
async fn fault_26_once_it_is_as_it_was_made_again_undo_goes_on() {
    let set = set(Release::R2026_8).await;
    let world = World::at(&set.about().urls.site, "Larder – pantry inventory");
    let before = set.control.state();
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.protect().await;
    set.control.change(|world| made(world).oauth.access_token_validity = "hours=1".into());
    assert!(matches!(popup.undone().await, Phase::Stuck(_)));
    set.control.change(|world| made(world).oauth.access_token_validity = "hours=24".into());
    popup.send(Event::Answered(Choice::TakeBack)).await;
    assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
    assert_eq!(set.control.state(), before);
}

#[tokio::test]
async fn fault_26_a_provider_that_a_deleted_application_left_behind_and_somebody_uses_is_left_alone() {
    let set = set(Release::R2025_10).await;
    let world = World::at(&set.about().urls.site, "Larder – pantry inventory");
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.protect().await;
    set.control.change(|world| {
        let pk = app(world).provider;
        world.applications.retain(|app| app.slug != "larder");
        world.applications.iter_mut().find(|app| app.slug == "wiki").expect("a link").provider = pk;
    });
    let held = set.control.state();
    assert!(matches!(popup.undone().await, Phase::Stuck(_)));
    assert!(said(&popup).contains("Slug: larder → wiki"), "{}", said(&popup));
    assert_eq!(set.control.state(), held);
}

#[tokio::test]
async fn fault_26_a_moved_app_that_somebody_moved_on_is_shown() {
    let set = set(Release::R2026_8).await;
    let world = World::at("https://new.example.org:8443/", "Grafana");
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(Event::Oidc(OidcEvent::MoveAppPressed)).await;
    let pk = popup.app.inventory().oauth2.iter().find(|p| p.name == "Grafana").expect("Grafana").pk;
    popup.send(Event::ReviewTyped(ReviewField::App, pk.to_string())).await;
    popup.send(Event::ApplyPressed).await;
    assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
    set.control.change(|world| {
        let provider = world.providers.iter_mut().find(|provider| provider.pk == pk).expect("Grafana");
        provider.oauth.redirect_uris[0]["url"] = json!("https://third.example.org/cb");
    });
    let held = set.control.state();
    assert!(matches!(popup.undone().await, Phase::Stuck(_)));
    let shown = "Redirect URIs: https://new.example.org:8443/login/generic_oauth → https://third.example.org/cb";
    assert!(said(&popup).contains(shown), "{}", said(&popup));
    assert_eq!(set.control.state(), held);
}

#[tokio::test]
async fn fault_26_undo_of_add_this_origin_leaves_what_somebody_else_had_added_the_same_moment() {
    for release in RELEASES {
        let set = set(release).await;
        let world = World::at("https://staging.example.org/", "Grafana");
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.send(Event::Oidc(OidcEvent::AddOriginPressed)).await;
        let pk = popup.app.inventory().oauth2.iter().find(|p| p.name == "Grafana").expect("Grafana").pk;
        popup.send(Event::ReviewTyped(ReviewField::App, pk.to_string())).await;
        let uris = move |world: &mut Authentik| {
            let provider = world.providers.iter_mut().find(|provider| provider.pk == pk).expect("Grafana");
            provider.oauth.redirect_uris.clone()
        };
        // A colleague adds the very same, after the popup looked and before the worker reads.
        set.control.change(move |world| {
            let provider = world.providers.iter_mut().find(|provider| provider.pk == pk).expect("Grafana");
            let mut theirs =
                json!({"matching_mode": "strict", "url": "https://staging.example.org/login/generic_oauth"});
            if world.release != Release::R2025_10 {
                theirs["redirect_uri_type"] = json!("authorization");
            }
            provider.oauth.redirect_uris.push(theirs);
        });
        let theirs = set.control.change(uris).len();
        popup.send(Event::ApplyPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
        assert!(matches!(popup.undone().await, Phase::TakenBack(_)), "{:?}", popup.journal());
        assert_eq!(set.control.change(uris).len(), theirs, "{release:?}: theirs stays");
    }
}

#[tokio::test]
async fn a_key_that_anything_else_has_come_to_use_stays() {
    for release in RELEASES {
        let set = set(release).await;
        set.control.change(|world| {
            for key in &mut world.certificates {
                key["private_key_available"] = json!(false);
            }
        });
        let world = grafana();
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.send(Event::Oidc(OidcEvent::CreatePressed)).await;
        popup.send(Event::ApplyPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
        let key = popup.journal().values["signing_key"].as_str().expect("a key").to_owned();
        // A proxy presents it as its certificate: no list of OAuth2 providers tells of that.
        set.control.change(|world| {
            let proxy = world.providers.iter_mut().find_map(|provider| provider.proxy.as_mut()).expect("a proxy");
            proxy.certificate = Some(key.clone());
        });
        assert!(matches!(popup.undone().await, Phase::TakenBack(_)), "{:?}", popup.journal());
        assert!(set.control.state()["certificates"].to_string().contains(&key), "{release:?}");
    }
}

#[tokio::test]
async fn a_key_that_is_gone_already_is_as_good_as_taken_back() {
    let set = set(Release::R2025_10).await;
    set.control.change(|world| {
        for key in &mut world.certificates {
            key["private_key_available"] = json!(false);
        }
    });
    let before = set.control.state();
    let world = grafana();
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(Event::Oidc(OidcEvent::CreatePressed)).await;
    popup.send(Event::ApplyPressed).await;
    let key = popup.journal().values["signing_key"].clone();
    set.control.change(|world| {
        world.certificates.retain(|other| other["pk"] != key);
        for provider in &mut world.providers {
            // Whatever was signed with it isn't any more (models.py `SET_NULL`).
            provider.oauth.signing_key = provider.oauth.signing_key.take().filter(|other| json!(other) != key);
        }
    });
    let phase = popup.undone().await;
    // The app lost its key: that is a change, and it is shown.
    assert!(matches!(phase, Phase::Stuck(_)) && said(&popup).contains("Signing key"), "{phase:?} {}", said(&popup));
    set.control.change(|world| {
        world.providers.iter_mut().for_each(|provider| {
            if provider.name == "Grafana 2" {
                provider.oauth.signing_key = key.as_str().map(str::to_owned);
            }
        });
    });
    popup.send(Event::Answered(Choice::TakeBack)).await;
    assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
    assert_eq!(set.control.state(), before);
}

#[tokio::test]
async fn fault_26_what_somebody_has_filled_in_since_is_not_deleted() {
    fn app(world: &mut Authentik) -> &mut embedded_authentik::model::Application {
        world.applications.iter_mut().find(|app| app.slug == "larder").expect("the application")
    }
    fn made(world: &mut Authentik) -> &mut embedded_authentik::model::Provider {
        let pk = app(world).provider;
        world.providers.iter_mut().find(|provider| Some(provider.pk) == pk).expect("the provider")
    }
    let changes: [(&str, Change); 9] = [
        ("description", |world| app(world).meta_description = "Call Ada before you touch this".into()),
        ("launch", |world| app(world).meta_launch_url = "https://larder.example.com/home".into()),
        ("icon", |world| app(world).meta_icon = "https://x/icon.png".into()),
        ("group", |world| app(world).group = "Kitchen".into()),
        ("open paths", |world| made(world).proxy.as_mut().expect("p").skip_path_regex = "^/health$".into()),
        ("authentication flow", |world| {
            let flow = made(world).authorization_flow.clone();
            made(world).authentication_flow = flow;
        }),
        ("basic auth", |world| {
            let proxy = made(world).proxy.as_mut().expect("p");
            proxy.basic_auth_enabled = true;
            proxy.basic_auth_user_attribute = "larder_user".into();
        }),
        ("cookie domain", |world| made(world).proxy.as_mut().expect("p").cookie_domain = "localhost".into()),
        ("another outpost", |world| {
            let pk = made(world).pk;
            let pk_of_other = "0e0e0e0e-0000-4000-8000-000000000000".into();
            let edge = world.outposts[0].clone();
            world.outposts.push(embedded_authentik::model::Outpost {
                pk: pk_of_other,
                name: "Edge".into(),
                managed: None,
                providers: vec![pk],
                ..edge
            });
        }),
    ];
    let mut lost = Vec::new();
    for (what, change) in changes {
        let set = set(Release::R2026_8).await;
        let world = World::at(&set.about().urls.site, "Larder – pantry inventory");
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.protect().await;
        set.control.change(change);
        let held = set.control.state();
        let id = popup.journal().plan.id.clone();
        popup.send(Event::EndSeen).await;
        popup.send(Event::UndoPressed(id)).await;
        if set.control.state() != held {
            lost.push(format!("{what}: {:?}", popup.journal().phase));
        }
    }
    assert!(lost.is_empty(), "{lost:#?}");
}

/// A token that may not see bindings any more, and a colleague's binding that nobody asked about.
#[tokio::test]
async fn fault_26_where_undo_may_not_see_who_was_bound_since_it_asks_first() {
    for event in [Event::ProtectPressed, Event::Oidc(OidcEvent::CreatePressed)] {
        let set = set(Release::R2026_8).await;
        let before = set.control.state();
        let world = grafana();
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.send(event).await;
        popup.send(Event::ApplyPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.app.troubles());
        let slug = popup.journal().values["slug"].clone();
        let theirs = set.control.change(|world| {
            let mut binding = world.bindings.first().expect("a binding").clone();
            "b0b0b0b0-0000-4000-8000-000000000000".clone_into(&mut binding.pk);
            binding.target = world.applications.iter().find(|app| app.slug == slug).expect("the app").pk.clone();
            world.bindings.push(binding.clone());
            binding
        });
        let held = set.control.state();
        no_bindings(&set);
        assert!(matches!(popup.undone().await, Phase::Stuck(_)), "{:?}", popup.journal().phase);
        assert!(said(&popup).contains("view_policybinding"), "{}", said(&popup));
        assert_eq!(why_asked(popup.journal()), "Nothing was taken back. The lines marked “still there” say why.");
        assert_eq!(set.control.state(), held, "nothing was deleted");
        popup.send(Event::Answered(Choice::TakeBack)).await;
        assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
        set.control.change(|world| assert!(!world.bindings.iter().any(|binding| binding.pk == theirs.pk)));
        assert_eq!(set.control.state(), before);
    }
}

fn no_bindings(set: &Running) {
    set.control.fault(refused("GET", "/policies/bindings/", 100));
}

fn refused(method: &str, path_contains: &str, times: u32) -> Fault {
    let body = Some(json!({"detail": "You do not have permission to perform this action."}));
    Fault {
        method: Some(method.into()),
        path_contains: path_contains.into(),
        times,
        skip: 0,
        effect: Effect::Status { status: 403, body, content_type: None },
    }
}

/// The outpost can't be written, and the application not be deleted: it is left, and undone another day.
#[tokio::test]
async fn fault_26_what_was_left_behind_is_asked_about_too_and_what_is_said_counts_once() {
    let set = set(Release::R2026_8).await;
    let before = set.control.state();
    let world = grafana();
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    set.control.fault(refused("PATCH", "/outposts/instances/", 1));
    set.control.fault(refused("DELETE", "/core/applications/", 1));
    popup.protect().await;
    assert!(matches!(popup.journal().phase, Phase::Stuck(_)), "{:?}", popup.journal());
    let id = popup.journal().plan.id.clone();
    popup.send(Event::Answered(Choice::LeaveIt)).await;
    let held = set.control.state();
    no_bindings(&set);
    for day in 0..2 {
        popup.send(Event::UndoPressed(id.clone())).await;
        assert!(said(&popup).contains("view_policybinding"), "day {day}: {:?}", popup.journal());
        assert_eq!(set.control.state(), held, "day {day}: nothing was deleted");
        if day == 0 {
            // They agree, but it doesn't come to it.
            set.control.fault(refused("DELETE", "/core/applications/", 1));
            popup.send(Event::Answered(Choice::TakeBack)).await;
            assert!(said(&popup).contains("may not do this"), "{}", said(&popup));
            popup.send(Event::Answered(Choice::LeaveIt)).await;
        }
    }
    popup.send(Event::Answered(Choice::TakeBack)).await;
    assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
    assert_eq!(set.control.state(), before);
}

#[tokio::test]
async fn an_undo_that_stopped_between_two_deletions_is_not_called_nothing() {
    let set = set(Release::R2026_8).await;
    let world = grafana();
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(Event::Oidc(OidcEvent::CreatePressed)).await;
    popup.send(Event::ApplyPressed).await;
    set.control.fault(refused("DELETE", "/providers/oauth2/", 1));
    assert!(matches!(popup.undone().await, Phase::Stuck(_)), "{:?}", popup.journal());
    assert_eq!(why_asked(popup.journal()), "Taking it back stopped. The lines marked “still there” say why.");
}
