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

/// What is told holds one script's slug, ids and keys, of one authentik.
#[tokio::test]
async fn how_to_go_on_is_taken_by_no_other_script_and_no_other_authentik() {
    let (authentik, elsewhere) = (set(Release::R2026_8).await, set(Release::R2026_8).await);
    let (world, order) = scenarios::protect().prepare(&authentik).await;
    let script = code_of(&world, &authentik, &order).await.shell;
    let (world, order) = scenarios::protect_for_groups().prepare(&authentik).await;
    let other = code_of(&world, &authentik, &order).await.shell;
    authentik.control.fault(fault(
        "PATCH",
        "outposts/instances",
        Effect::Status { status: 502, body: None, content_type: None },
    ));
    let ended = run(&script, &authentik).await;
    let told = told(&ended);
    let (address, go_on) = told.split_once(' ').expect("an address, and how");
    assert_eq!(address, format!("AUTHENTIK_URL={}", authentik.about().urls.authentik), "{ended:?}");
    let (at, _) = go_on.split_once(' ').expect("where, and with what");
    for (script, set, with, says) in [
        (&other, &authentik, told, "another script"),
        (&script, &elsewhere, go_on, "another authentik"),
        (&script, &authentik, at, "GO_ON_WITH"),
        (&script, &authentik, &format!("{at} GO_ON_WITH=nonsense"), "GO_ON_WITH"),
    ] {
        let before = held(set);
        set.control.clear_requests();
        let ended = run(&format!("export {with}\n{script}"), set).await;
        assert!(!ended.well && ended.said.contains(says), "{says}: {ended:?}");
        assert!(ended.said.contains("Nothing was changed"), "{ended:?}");
        assert!(set.control.requests().is_empty(), "nothing is asked before that is known: {ended:?}");
        assert_eq!(held(set), before);
    }
    let ended = run(&format!("export {told}\n{script}"), &authentik).await;
    assert!(ended.well, "{ended:?}");
}

/// It was sent, and something came back: only an answer that says so means that nothing was written.
#[tokio::test]
async fn a_write_whose_answer_is_not_as_it_should_be_is_named_too() {
    let odd = |body| Effect::Status { status: 200, body: Some(body), content_type: None };
    for (method, path, effect, named) in [
        ("PATCH", "outposts/instances", odd(json!({"providers": []})), true),
        ("PATCH", "outposts/instances", Effect::Html { html: "{nonsense".into() }, true),
        ("PATCH", "outposts/instances", Effect::Html { html: "<p>nonsense".into() }, true),
        ("PATCH", "outposts/instances", Effect::Status { status: 502, body: None, content_type: None }, true),
        ("PATCH", "outposts/instances", Effect::Status { status: 403, body: None, content_type: None }, false),
        ("PUT", "core/transactional", odd(json!({})), true),
        ("PUT", "core/transactional", Effect::AppliedFalse { applied_false: true }, false),
    ] {
        let authentik = set(Release::R2026_8).await;
        let (world, order) = scenarios::protect().prepare(&authentik).await;
        let script = code_of(&world, &authentik, &order).await.shell;
        authentik.control.fault(fault(method, path, effect.clone()));
        let ended = run(&script, &authentik).await;
        assert!(!ended.well && ended.said.contains("Stopped: "), "{effect:?}: {ended:?}");
        let says = ended.said.contains(&format!("May have been written: {method} {path}"));
        assert_eq!(says, named, "{effect:?}: {ended:?}");
        assert_eq!(ended.said.contains("What was written before stays"), method == "PATCH", "{effect:?}: {ended:?}");
    }
}

/// A failure inside jq ends bash without a word of the script's own.
#[tokio::test]
async fn an_end_that_nothing_in_the_script_foresaw_says_how_to_go_on_too() {
    let authentik = set(Release::R2026_8).await;
    let (world, order) = scenarios::protect().prepare(&authentik).await;
    let script = code_of(&world, &authentik, &order).await.shell;
    let effect = Effect::Html { html: "{nonsense".into() };
    authentik.control.fault(fault("GET", "core/applications/larder", effect));
    let ended = run(&script, &authentik).await;
    assert!(!ended.well, "{ended:?}");
    for once in ["What was written before stays: PUT core/transactional", "run this again with "] {
        assert_eq!(ended.said.matches(once).count(), 1, "{ended:?}");
    }
    let ended = run(&format!("export {}\n{script}", told(&ended)), &authentik).await;
    assert!(ended.well, "{ended:?}");
}
