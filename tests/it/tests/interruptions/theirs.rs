//! Somebody else, between the review and "Apply" or after it: what is theirs stays, and what they changed is told.

use embedded_authentik::{Effect, Fault, Release, Running};
use gatewright::plan::{Mark, Order, Phase};
use gatewright::ports::{Area, Worker as _};
use gatewright_it::World;
use gatewright_it::company::set;
use gatewright_it::somebody::{embedded, journal, list_of, provider_named};
use serde_json::json;

use crate::scenarios;

const RELEASES: [Release; 2] = [Release::R2025_10, Release::R2026_8];

/// Somebody writes the list of the embedded outpost.
fn somebody_writes(set: &Running, change: impl Fn(&mut Vec<i64>)) {
    set.control.change(|world| {
        world
            .outposts
            .iter_mut()
            .filter(|outpost| outpost.managed.is_some())
            .for_each(|outpost| change(&mut outpost.providers));
    });
}

/// "Apply", to the end.
async fn apply(world: &World, order: &Order) {
    world.order(order).await;
    assert_eq!(journal(world).await.phase, Phase::Done);
}

async fn undo(world: &World) -> Phase {
    world.order(&Order::Seen).await;
    world.order(&Order::Undo { id: "the-plan".into() }).await;
    journal(world).await.phase
}

/// Undo touches nothing, and says at a step why.
async fn undo_is_refused(world: &World, set: &Running) {
    let held = set.control.state();
    let phase = undo(world).await;
    assert!(matches!(phase, Phase::Stuck(_)), "{phase:?}");
    assert!(journal(world).await.marks.iter().any(|mark| matches!(mark, Mark::Left(why) if !why.is_empty())));
    assert_eq!(set.control.state(), held);
}

#[tokio::test]
async fn fault_26_a_place_in_the_outpost_that_somebody_else_had_given_is_not_taken_out_by_undo() {
    for release in RELEASES {
        for scenario in [scenarios::finish, scenarios::put_back] {
            let set = set(release).await;
            let (world, order) = scenario().prepare(&set).await;
            let radarr = provider_named(&set, "Radarr");
            somebody_writes(&set, |list| list.push(radarr));
            apply(&world, &order).await;
            let phase = undo(&world).await;
            assert!(matches!(phase, Phase::TakenBack(_)), "{phase:?}");
            assert!(list_of(&embedded(&set)).contains(&radarr), "{release:?}: it was there before");
        }
    }
}

#[tokio::test]
async fn fault_26_what_somebody_else_had_taken_out_of_the_outpost_is_not_put_in_by_undo() {
    for release in RELEASES {
        let set = set(release).await;
        let (world, order) = scenarios::keep_one().prepare(&set).await;
        let Order::Apply { plan, .. } = &order else { panic!("{order:?}") };
        let leaves = ["Paperless", "Sonarr"].into_iter().filter(|name| plan.title.contains(name));
        let leaves: Vec<i64> = leaves.map(|name| provider_named(&set, name)).collect();
        somebody_writes(&set, |list| list.retain(|pk| !leaves.contains(pk)));
        let held = list_of(&embedded(&set));
        assert!(!leaves.is_empty());
        apply(&world, &order).await;
        undo(&world).await;
        assert_eq!(list_of(&embedded(&set)), held, "{release:?}");
    }
}

#[tokio::test]
async fn fault_26_an_application_to_which_somebody_has_bound_a_group_is_not_deleted_by_undo() {
    for release in RELEASES {
        for scenario in [scenarios::add_application, scenarios::add_application_for_groups] {
            let set = set(release).await;
            let (world, order) = scenario().prepare(&set).await;
            apply(&world, &order).await;
            let slug = journal(&world).await.values["slug"].as_str().expect("a slug").to_owned();
            set.control.change(|world| {
                let target = world.application(&slug).expect("the application").pk.clone();
                let mut binding = world.bindings.first().expect("a binding").clone();
                "b0b0b0b0-0000-4000-8000-000000000000".clone_into(&mut binding.pk);
                (binding.target, binding.order) = (target, 7);
                world.bindings.push(binding);
            });
            undo_is_refused(&world, &set).await;
        }
    }
}

#[tokio::test]
async fn fault_26_a_binding_that_somebody_has_turned_around_is_told_and_not_deleted_by_undo() {
    for release in RELEASES {
        let set = set(release).await;
        let (world, order) = scenarios::add_application_for_groups().prepare(&set).await;
        apply(&world, &order).await;
        let slug = journal(&world).await.values["slug"].as_str().expect("a slug").to_owned();
        set.control.change(|world| {
            let target = world.application(&slug).expect("the application").pk.clone();
            world
                .bindings
                .iter_mut()
                .filter(|binding| binding.target == target)
                .for_each(|binding| binding.negate = true);
        });
        undo_is_refused(&world, &set).await;
    }
}

#[tokio::test]
async fn fault_26_protection_that_was_changed_since_the_review_is_not_removed() {
    for release in RELEASES {
        for changed in ["provider", "binding"] {
            let set = set(release).await;
            let (world, order) = scenarios::remove().prepare(&set).await;
            set.control.change(|world| {
                if changed == "provider" {
                    let provider = world.providers.iter_mut().find(|provider| provider.name == "Sonarr");
                    let proxy = provider.and_then(|provider| provider.proxy.as_mut()).expect("a proxy provider");
                    "forward_domain".clone_into(&mut proxy.mode);
                } else {
                    let target = world.application("sonarr").expect("the application").pk.clone();
                    let mut binding = world.bindings.first().expect("a binding").clone();
                    "b0b0b0b0-0000-4000-8000-000000000000".clone_into(&mut binding.pk);
                    binding.target = target;
                    world.bindings.push(binding);
                }
            });
            let held = set.control.state();
            world.order(&order).await;
            let phase = journal(&world).await.phase;
            assert!(matches!(phase, Phase::TakenBack(_)), "{changed}: {phase:?}");
            assert_eq!(set.control.state(), held, "{changed}");
        }
    }
}

#[tokio::test]
async fn fault_32_a_server_that_repeats_the_bearer_brings_it_neither_to_disk_nor_to_the_screen() {
    for release in RELEASES {
        let set = set(release).await;
        let (world, order) = scenarios::protect().prepare(&set).await;
        let token = set.about().tokens.admin.clone();
        let body = Some(json!({"detail": format!("Bearer {token} may not do this")}));
        let effect = Effect::Status { status: 403, body, content_type: None };
        let path_contains = "transactional".to_owned();
        set.control.fault(Fault { method: Some("PUT".into()), path_contains, times: 1, skip: 0, effect });
        world.order(&order).await;
        let phase = journal(&world).await.phase;
        assert!(matches!(&phase, Phase::TakenBack(why) if why.contains("may not do this")), "{phase:?}");
        assert!(!world.text_of(Area::Local).contains(&token));
    }
}

#[tokio::test]
async fn fault_21_every_plan_that_replaces_a_list_or_settings_is_looked_at_later() {
    let set = set(Release::R2026_8).await;
    let all = [
        scenarios::protect,
        scenarios::protect_domain,
        scenarios::finish,
        scenarios::remove,
        scenarios::put_back,
        scenarios::keep_one,
        scenarios::add_application,
        scenarios::authentik_host,
        scenarios::add_origin,
        scenarios::move_app,
    ];
    for scenario in all {
        set.control.reset(None, None);
        let scenario = scenario();
        let (_, order) = scenario.prepare(&set).await;
        let Order::Apply { plan, .. } = order else { panic!("{}: {order:?}", scenario.name) };
        let replaces = |body: &serde_json::Value| {
            let body = body.to_string();
            ["$list", "$merge", "redirect_uris"].iter().any(|part| body.contains(part))
        };
        let writes = plan.steps.iter().filter(|step| replaces(&step.action.body)).count();
        let watched = plan.later.as_ref().map_or(0, |later| later.watched.len());
        assert_eq!(watched, writes, "{}", scenario.name);
    }
}
