//! The shell script of a plan, run by bash in a clean authentik, makes what "Apply" makes.

use embedded_authentik::{Effect, Fault, Release};
use gatewright::authentik::Method;
use gatewright::authentik::outposts::providers_body;
use gatewright::export::{Manner, Script, Step, shell};
use gatewright::plan::{Action, Order, Phase};
use gatewright::ports::Worker;
use gatewright::session::load_journal;
use gatewright_it::company::fault;
use serde_json::json;

use crate::scenarios::{self, Scenario};
use crate::support::{Ended, RELEASES, SECRET, code_of, differences, held, held_at, run, set};

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

/// A value that is not known is no empty word, and no empty list: `DELETE core/applications//` would ask for something else,
/// and a list without what was in it would take that away.
#[tokio::test]
async fn a_request_that_needs_something_unknown_ends_the_script_before_it_is_sent() {
    let authentik = set(Release::R2026_8).await;
    let outpost = authentik.control.change(|world| world.outposts[0].pk.clone());
    let list = json!({"$list": {"of": "outpost_providers", "with": [7]}});
    let before = held(&authentik);
    for action in [
        Action::delete("core/applications/{slug}/"),
        Action::write(Method::Patch, format!("outposts/instances/{outpost}/"), providers_body(&list)),
    ] {
        let script = Script {
            base: authentik.about().urls.authentik.clone(),
            notes: Vec::new(),
            asked: Vec::new(),
            values: serde_json::Map::new(),
            said: Vec::new(),
            lookups: Vec::new(),
            steps: vec![Step { says: String::new(), action, manner: Manner::Plain }],
        };
        let ended = run(&shell(&script), &authentik).await;
        assert!(!ended.well && ended.said.contains("Stopped: "), "{ended:?}");
        assert!(ended.said.contains("not known"), "{ended:?}");
        assert_eq!(held(&authentik), before);
    }
}

/// Answers hold the client secret; bash writes what stands behind `<<<` to a file if it is long, or bash is old.
#[tokio::test]
async fn nothing_that_an_answer_holds_is_written_to_a_file() {
    for scenario in all() {
        let authentik = set(Release::R2026_8).await;
        let (world, order) = scenario.prepare(&authentik).await;
        let code = code_of(&world, &authentik, &order).await;
        assert!(!code.shell.contains("<<"), "{}: a here-document\n{}", scenario.name, code.shell);
    }
}

/// How to go on, for any shell to read.
fn told(ended: &Ended) -> &str {
    let mut lines = ended.said.lines();
    lines.find_map(|line| line.split_once("run this again with ")).unwrap_or_else(|| panic!("{ended:?}")).1
}

#[tokio::test]
async fn a_script_that_stopped_halfway_says_how_to_go_on_and_then_has_made_the_same() {
    for (scenario, method, path) in [
        (scenarios::protect_for_groups(), "PATCH", "outposts/instances"),
        (scenarios::oidc_with_key_and_mapping(), "PUT", "core/transactional"),
        (scenarios::remove(), "DELETE", "providers/proxy"),
        (scenarios::add_application_for_groups(), "POST", "policies/bindings"),
        (scenarios::move_app(), "PATCH", "core/applications"),
    ] {
        let whole = set(Release::R2025_10).await;
        let (world, order) = scenario.prepare(&whole).await;
        let script = code_of(&world, &whole, &order).await.shell;
        let ended = run(&script, &whole).await;
        assert!(ended.well, "{}: {ended:?}", scenario.name);

        let halved = set(Release::R2025_10).await;
        scenario.prepare(&halved).await;
        let effect = Effect::Status { status: 502, body: None, content_type: None };
        let (method, path_contains) = (Some(method.to_owned()), path.to_owned());
        halved.control.fault(Fault { method, path_contains, times: 9, skip: 0, effect });
        let ended = run(&script, &halved).await;
        assert!(!ended.well && ended.said.contains("failed with status 502"), "{}: {ended:?}", scenario.name);
        halved.control.clear_faults();
        let told = told(&ended);
        let ended = run(&format!("export {told}\n{script}"), &halved).await;
        assert!(ended.well, "{}: {told}: {ended:?}\n{script}", scenario.name);
        let both = [&whole, &halved];
        let differs = differences(&held_at(&whole, &both), &held_at(&halved, &both));
        assert_eq!(differs, Vec::<String>::new(), "{}", scenario.name);
    }
}

/// The list is read again, however late somebody goes on.
#[tokio::test]
async fn what_came_into_the_outpost_meanwhile_stays_there_when_a_script_goes_on() {
    let authentik = set(Release::R2026_8).await;
    let (world, order) = scenarios::protect().prepare(&authentik).await;
    let script = code_of(&world, &authentik, &order).await.shell;
    let effect = Effect::Status { status: 502, body: None, content_type: None };
    authentik.control.fault(fault("PATCH", "outposts/instances", effect));
    let ended = run(&script, &authentik).await;
    let other = authentik.control.change(|world| {
        let mut gates = world.providers.iter().filter(|provider| provider.proxy.is_some());
        let other = gates.find(|gate| !world.outposts[0].providers.contains(&gate.pk)).expect("one in no outpost").pk;
        world.outposts[0].providers.push(other);
        other
    });
    let ended = run(&format!("export {}\n{script}", told(&ended)), &authentik).await;
    assert!(ended.well, "{ended:?}");
    assert!(authentik.control.change(|world| world.outposts[0].providers.contains(&other)), "{script}");
}

#[tokio::test]
async fn what_authentik_did_not_apply_is_not_called_written_and_no_step_is_skipped_by_mistake() {
    let authentik = set(Release::R2025_10).await;
    let scenario = scenarios::protect();
    let (world, order) = scenario.prepare(&authentik).await;
    let script = code_of(&world, &authentik, &order).await.shell;
    let before = held(&authentik);
    for wrong in ["x", "99", "0"] {
        let ended = run(&format!("export GO_ON_AT={wrong} GO_ON_WITH='{{}}'\n{script}"), &authentik).await;
        assert!(!ended.well && ended.said.contains("GO_ON_AT"), "{wrong}: {ended:?}");
        assert_eq!(held(&authentik), before);
    }
    let ended = run(&script, &authentik).await;
    assert!(ended.well, "{ended:?}");
    let ended = run(&script, &authentik).await;
    assert!(!ended.well && !ended.said.contains("What was written"), "{ended:?}");
}
