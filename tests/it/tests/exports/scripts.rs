//! The shell script of a plan, run by bash in a clean authentik, makes what "Apply" makes.

use gatewright::plan::{Order, Phase};
use gatewright::ports::Worker;
use gatewright::session::load_journal;

use crate::scenarios::{self, Scenario};
use crate::support::{RELEASES, SECRET, code_of, differences, held, held_at, run, set};

/// Each plan there is.
fn all() -> Vec<Scenario> {
    vec![
        scenarios::protect(),
        scenarios::protect_for_groups(),
        scenarios::protect_domain(),
        scenarios::finish(),
        scenarios::remove(),
        scenarios::put_back(),
        scenarios::authentik_host(),
        scenarios::oidc(),
        scenarios::oidc_with_key_and_mapping(),
        scenarios::add_origin(),
        scenarios::move_app(),
        scenarios::add_application(),
        scenarios::add_application_for_groups(),
        scenarios::keep_one(),
        scenarios::repair(),
    ]
}

#[tokio::test]
async fn the_script_of_every_plan_makes_what_apply_makes_object_by_object() {
    for release in RELEASES {
        for scenario in all() {
            let scripted = set(release).await;
            let (world, order) = scenario.prepare(&scripted).await;
            let before = held(&scripted);
            let code = code_of(&world, &scripted, &order).await;
            assert_eq!(held(&scripted), before, "making the script changes nothing");
            let ended = run(&code.shell, &scripted).await;
            assert!(ended.well, "{} on {release:?}: {}\n{}", scenario.name, ended.said, code.shell);
            assert_ne!(held(&scripted), before, "{}", scenario.name);

            let applied = set(release).await;
            let (world, other) = scenario.prepare(&applied).await;
            let (Order::Apply { plan, .. }, Order::Apply { base, .. }) = (order, other) else { panic!("no plans") };
            world.order(&Order::Apply { plan, base }).await.expect("a worker");
            let journal = load_journal(&world).await.expect("storage").expect("a journal");
            assert_eq!(journal.phase, Phase::Done, "{}: {journal:?}", scenario.name);
            let both = [&applied, &scripted];
            let differs = differences(&held_at(&applied, &both), &held_at(&scripted, &both));
            assert_eq!(differs, Vec::<String>::new(), "{} on {release:?}\n{}", scenario.name, code.shell);
            for text in [&code.terraform, &code.blueprint, &code.shell] {
                assert!(!text.contains(SECRET) && !text.contains(&scripted.about().tokens.admin), "{text}");
            }
        }
    }
}
