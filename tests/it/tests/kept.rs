//! What is kept reads and writes as it always has: the JSON in `kept/` and here was written by releases before this one,
//! with serde's derived code.

use gatewright::authentik::{ApiToken, BaseUrl, Method};
use gatewright::plan::{Expect, Mark, Order, Undo};
use gatewright::ports::{Area, Store};
use gatewright::session::{self, Cache, Keep, Settings, keys};
use gatewright::site::Part;
use gatewright_it::World;
use serde_json::{Value, json};

const JOURNALS: &str = include_str!("kept/journals.json");
const CACHE: &str = include_str!("kept/cache.json");
const WHO: &str = r#"{"lacks":["see_protection","see_outposts","see_flows","see_groups","see_people","not_superuser"],"release":{"month":10,"text":"2025.10.3","year":2025},"username":"ada"}"#;
const SETTINGS: &str =
    r#"{"ask_before_applying":false,"outpost_addresses":{"o1":"http://outpost:9000"},"snippet":"caddy"}"#;

fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// The journals, one of each kind; between them they hold every phase, mark, method, undo and condition.
fn journals() -> Vec<Value> {
    parse(JOURNALS).as_array().cloned().expect("a list")
}

async fn with(area: Area, key: &str, value: Value) -> World {
    let world = World::default();
    world.set(area, key, value).await.expect("storage");
    world
}

async fn stored(world: &World, area: Area, key: &str) -> Value {
    world.get(area, key).await.expect("storage").expect("a value")
}

/// All that was kept is in what is kept now; fields that came since have their blank.
fn assert_contains(now: &Value, then: &Value) {
    match (now, then) {
        (Value::Object(now), Value::Object(then)) => {
            for (name, then) in then {
                assert_contains(now.get(name).unwrap_or_else(|| panic!("{name} is missing")), then);
            }
            for (name, new) in now.iter().filter(|(name, _)| !then.contains_key(*name)) {
                assert!([json!(null), json!(false), json!(""), json!([])].contains(new), "{name} is {new}");
            }
        }
        (Value::Array(now), Value::Array(then)) => {
            assert_eq!(now.len(), then.len());
            now.iter().zip(then).for_each(|(now, then)| assert_contains(now, then));
        }
        _ => assert_eq!(now, then),
    }
}

/// What is found in a cache that holds `value`.
async fn cache_of(value: Value) -> Option<Cache> {
    session::load_cache(&with(Area::Session, keys::CACHE, value).await, "https://auth.example.com").await
}

#[tokio::test]
async fn a_journal_of_each_kind_reads_and_writes_the_same() {
    let journals = journals();
    assert_eq!(journals.len(), 7);
    for kept in journals {
        let world = with(Area::Local, keys::JOURNAL, kept.clone()).await;
        let journal = session::load_journal(&world).await.ok().flatten().unwrap_or_else(|| panic!("unread: {kept}"));
        assert_eq!(session::read_journal(&kept).as_ref(), Some(&journal));
        world.remove(Area::Local, keys::JOURNAL).await.expect("storage");
        assert!(session::save_journal(&world, &journal).await);
        assert_contains(&stored(&world, Area::Local, keys::JOURNAL).await, &kept);
        // The plan itself travels in an order.
        let base = journal.base.clone();
        let message = Order::Apply { plan: Box::new(journal.plan.clone()), base: base.clone() }.to_message();
        assert_contains(&message["plan"], &kept["plan"]);
        assert_eq!(Order::from_message(&message), Some(Order::Apply { plan: Box::new(journal.plan), base }));
    }
}

#[tokio::test]
async fn what_is_read_is_what_was_written_and_not_a_default() {
    let journal = session::read_journal(&journals()[0]).expect("a journal");
    assert_eq!(journal.marks[..2], [Mark::Done, Mark::Waiting]);
    assert_eq!(journal.values["provider_pk"], json!(7));
    let create = &journal.plan.steps[0];
    assert_eq!((create.stage, create.action.method), (0, Method::Put));
    assert_eq!(create.action.expect, [Expect::Is("/applied".into(), json!(true))]);
    assert!(matches!(&create.undo, Undo::By(actions) if actions.len() == 2 && actions[0].gone_is_fine));
    assert_eq!(journal.plan.later.expect("a later look").again_from, 1);
}

#[tokio::test]
async fn records_read_and_one_that_cannot_be_read_is_skipped() {
    let records = journals().into_iter().map(|journal| json!({"journal": journal, "ended": 1.5, "undone": false}));
    let mut list: Vec<Value> = records.collect();
    list.insert(1, json!({"of": "a later release"}));
    let world = with(Area::Local, keys::ACTIVITY, Value::Array(list.clone())).await;
    let read = session::load_records(&world).await;
    assert_eq!(read.len(), 7);
    assert_eq!(read[0].journal.plan.id, "p1");
    assert!((read[0].ended - 1.5).abs() < f64::EPSILON && !read[0].undone);
    assert_eq!(session::read_records(&Value::Array(list)), read);
    assert!(session::load_done(&world, "p4").await.is_some() && session::load_done(&world, "p0").await.is_none());
}

#[tokio::test]
async fn a_journal_from_before_fields_were_added_is_read_and_unknown_fields_are_ignored() {
    let mut kept = journals()[0].clone();
    let top = kept.as_object_mut().expect("an object");
    top.remove("later_said");
    top.remove("seen");
    top.insert("of_a_later_release".into(), json!([1]));
    let plan = kept["plan"].as_object_mut().expect("a plan");
    plan.remove("secrets");
    plan.remove("later");
    for step in plan["steps"].as_array_mut().expect("steps") {
        step["of_a_later_release"] = json!({});
        step.as_object_mut().expect("a step").remove("probe");
        let action = step["action"].as_object_mut().expect("an action");
        for field in ["body", "expect", "keep", "gone_is_fine", "optional"] {
            action.remove(field);
        }
    }
    let journal = session::read_journal(&kept).expect("a journal");
    assert!(!journal.seen && journal.later_said.is_none() && journal.plan.secrets.is_empty());
    assert!(journal.plan.later.is_none() && journal.plan.steps[0].probe.is_none());
    let action = &journal.plan.steps[0].action;
    assert!(action.body.is_null() && action.expect.is_empty() && action.keep.is_empty());
    assert!(!action.gone_is_fine && !action.optional);
}

#[tokio::test]
async fn a_journal_that_lacks_what_it_needs_or_says_something_else_is_no_journal() {
    for pointer in ["plan", "base", "phase", "marks", "values", "begun"] {
        let mut kept = journals()[0].clone();
        kept.as_object_mut().expect("an object").remove(pointer);
        assert_eq!(session::read_journal(&kept), None, "without {pointer}");
    }
    for (pointer, wrong) in [
        ("/plan/kind", json!("Explode")),
        ("/plan/steps/0/stage", json!(256)),
        ("/plan/steps/0/stage", json!(-1)),
        ("/plan/steps/0/action/method", json!("put")),
        ("/plan/steps/0/action/expect/0", json!(["Is", "/applied"])),
        ("/plan/steps/0/action/expect/0", json!(["Like", "/applied", true])),
        ("/plan/steps/0/undo", json!({"By": [], "Nothing": null})),
        ("/plan/steps/0/undo", json!("By")),
        ("/plan/values", json!([])),
        ("/marks/0", json!("Failed")),
        ("/marks/0", json!({"Done": 1})),
        ("/phase", json!({"Stuck": 1})),
        ("/seen", Value::Null),
        ("/begun", json!("now")),
    ] {
        let mut kept = journals()[0].clone();
        *kept.pointer_mut(pointer).expect("a place") = wrong.clone();
        assert_eq!(session::read_journal(&kept), None, "{pointer}: {wrong}");
    }
}

#[tokio::test]
async fn the_cache_reads_and_writes_the_same() {
    let kept = parse(CACHE);
    let cache = cache_of(kept.clone()).await.expect("a cache");
    assert_eq!(cache.inventory.proxies[0].application_slug.as_deref(), Some("larder"));
    assert_eq!(cache.inventory.outposts[0].providers, [7, 9]);
    assert_eq!(cache.inventory.denied, [Part::Proxies, Part::Outposts, Part::OAuth2, Part::Applications]);
    let world = World::default();
    session::save_cache(&world, &cache).await;
    assert_eq!(stored(&world, Area::Session, keys::CACHE).await, kept);
}

#[tokio::test]
async fn a_cache_from_before_fields_were_added_is_read() {
    let mut kept = parse(CACHE);
    for (rows, fields) in [
        ("oauth2", &["client_id", "redirects", "logout_uri"][..]),
        ("applications", &["states_launch_url"]),
        ("proxies", &["skip_path_regex"]),
    ] {
        for field in fields {
            kept["inventory"][rows][0].as_object_mut().expect("a row").remove(*field);
        }
    }
    kept.as_object_mut().expect("a cache").remove("flows");
    let cache = cache_of(kept).await.expect("a cache");
    assert!(cache.flows.is_none() && cache.groups.is_some());
    assert!(cache.inventory.oauth2[0].redirects.is_empty() && !cache.inventory.applications[0].states_launch_url);
    let mut broken = parse(CACHE);
    broken["inventory"]["proxies"][0].as_object_mut().expect("a row").remove("pk");
    assert_eq!(cache_of(broken).await, None);
}

#[tokio::test]
async fn who_settings_and_connection_read_and_write_the_same() {
    let world = with(Area::Session, keys::WHO, parse(WHO)).await;
    let who = session::who(&world).await.expect("a person");
    assert!(who.lacks.len() == 6 && who.release.as_ref().is_some_and(|release| release.text() == "2025.10.3"));
    world.remove(Area::Session, keys::WHO).await.expect("storage");
    session::save_who(&world, &who).await.expect("storage");
    assert_eq!(stored(&world, Area::Session, keys::WHO).await, parse(WHO));

    let world = with(Area::Local, keys::SETTINGS, parse(SETTINGS)).await;
    let settings = session::load_settings(&world).await;
    assert!(!settings.ask_before_applying && settings.snippet == "caddy" && settings.outpost_addresses.len() == 1);
    world.remove(Area::Local, keys::SETTINGS).await.expect("storage");
    session::save_settings(&world, &settings).await.expect("storage");
    assert_eq!(stored(&world, Area::Local, keys::SETTINGS).await, parse(SETTINGS));

    let base = BaseUrl::from_kept("https://auth.example.com").expect("a base");
    let token = ApiToken::parse("token-token-token-token").expect("a token");
    session::save_connection(&world, &base, &token, Keep::Device).await.expect("storage");
    let connection = json!({"base": "https://auth.example.com", "keep": "device"});
    assert_eq!(stored(&world, Area::Local, keys::CONNECTION).await, connection);
    assert_eq!(session::connection(&world).await.map(|connection| connection.keep), Some(Keep::Device));
}

#[tokio::test]
async fn settings_that_lack_something_have_its_default_and_broken_ones_are_all_defaults() {
    for (kept, asks) in [
        (json!({}), true),
        (json!({"ask_before_applying": false, "of_a_later_release": 1}), false),
        (json!({"ask_before_applying": "no"}), true),
        (json!({"ask_before_applying": false, "snippet": 7}), true),
        (Value::Null, true),
    ] {
        let world = with(Area::Local, keys::SETTINGS, kept.clone()).await;
        let expected = Settings { ask_before_applying: asks, ..Settings::default() };
        assert_eq!(session::load_settings(&world).await, expected, "{kept}");
    }
}
