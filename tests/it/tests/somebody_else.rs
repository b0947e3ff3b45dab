//! Somebody else writes the same list at the same moment: both changes survive, or it is told whose may be lost.

use embedded_authentik::{Effect, Fault, ForeignWrite, Options, Release, Running, TokenOrder, When, start};
use gatewright::authentik::{ApiToken, BaseUrl};
use gatewright::background::Worker;
use gatewright::plan::{Journal, Kind, Order, Phase, Plan, Reply, Watched};
use gatewright::ports::{Area, Store};
use gatewright::screens::{Event, ReviewField, Route, Screen, Subject};
use gatewright::session::{self, Keep, Lack, Who};
use gatewright::site::Status;
use gatewright_it::{Dice, Popup, Sim, Time, World};
use serde_json::{Value, json};

const RELEASES: [Release; 2] = [Release::R2025_10, Release::R2026_8];
const RUNS: u64 = 100;

async fn set(release: Release) -> Running {
    start(Options { release, ..Options::default() }).await.expect("an embedded authentik")
}

fn site(set: &Running) -> World {
    World::at(&set.about().urls.site, "Larder – pantry inventory")
}

/// A second site of the same company.
fn other_site(set: &Running) -> World {
    World::at(&set.about().urls.site.replace("site.", "attic."), "Attic")
}

fn outposts(set: &Running) -> Vec<Value> {
    set.control.state()["outposts"].as_array().cloned().expect("outposts")
}

fn embedded(set: &Running) -> Value {
    outposts(set).into_iter().find(|outpost| outpost["managed"].is_string()).expect("the embedded outpost")
}

fn path_of(outpost: &Value) -> String {
    format!("outposts/instances/{}/", outpost["pk"].as_str().expect("a key"))
}

fn list_of(outpost: &Value) -> Vec<i64> {
    outpost["providers"].as_array().expect("a list").iter().filter_map(Value::as_i64).collect()
}

fn provider_named(set: &Running, name: &str) -> i64 {
    let state = set.control.state();
    let providers = state["providers"].as_array().expect("providers");
    providers.iter().find(|provider| provider["name"] == name).expect(name)["pk"].as_i64().expect("a key")
}

/// The provider that the company forgot to put into an outpost.
fn loose(set: &Running) -> i64 {
    let pk = provider_named(set, "radarr");
    assert!(!list_of(&embedded(set)).contains(&pk));
    pk
}

fn foreign(method: &str, path_contains: &str, when: When, skip: u32, write: ForeignWrite) -> Fault {
    let (method, path_contains) = (Some(method.to_owned()), path_contains.to_owned());
    Fault { method, path_contains, times: 1, skip, effect: Effect::Foreign { foreign: when, write } }
}

/// Somebody else's change of an outpost.
fn patch(outpost: &Value, body: Value) -> ForeignWrite {
    ForeignWrite { method: "PATCH".into(), path: path_of(outpost), body: Some(body), ..ForeignWrite::default() }
}

fn adds(outpost: &Value, pk: i64) -> ForeignWrite {
    patch(outpost, json!({"type": "proxy", "providers": {"$now": {"with": [pk]}}}))
}

fn removes(outpost: &Value, pk: i64) -> ForeignWrite {
    patch(outpost, json!({"type": "proxy", "providers": {"$now": {"without": [pk]}}}))
}

fn foreign_statuses(set: &Running) -> Vec<u16> {
    set.control.requests().iter().filter(|seen| seen.server == "foreign").map(|seen| seen.status).collect()
}

/// The plan that "Protect this site" makes, with an id.
async fn plan_for(world: &World, set: &Running, id: &str) -> Plan {
    let mut popup = Popup::connected(world, set, &set.about().tokens.admin).await;
    popup.send(Event::ProtectPressed).await;
    assert_eq!(popup.app.troubles(), []);
    Plan { id: id.into(), ..popup.app.preview().expect("a plan") }
}

/// Connects without asking anything.
async fn connected(world: &World, set: &Running, token: &str, username: &str) {
    let base = BaseUrl::from_kept(&set.about().urls.authentik).expect("a base");
    let token = ApiToken::parse(token).expect("a token");
    session::save_connection(world, &base, &token, Keep::Session).await.expect("storage");
    let who = Who { username: username.into(), release: None, lacks: Vec::new() };
    session::save_who(world, &who).await.expect("storage");
}

async fn journal(world: &World) -> Journal {
    session::load_journal(world).await.expect("a journal")
}

/// Carries a plan out in virtual time, to the last look.
async fn protect(sim: &Sim<'_>, plan: &Plan, set: &Running) {
    let order = Order::Apply { plan: Box::new(plan.clone()), base: set.about().urls.authentik.clone() };
    assert_eq!(sim.world.worker.obey(sim, order).await, Reply::Taken);
    sim.world.worker.look_later(sim).await;
}

/// One site in virtual time; what was told at the end.
async fn protect_alone(set: &Running, world: &World, plan: &Plan, seed: u64) -> Journal {
    let (time, dice) = (Time::default(), Dice::new(seed));
    let sim = Sim::new(world, &time, &dice, set);
    time.run(protect(&sim, plan, set)).await;
    set.control.set_clock(None);
    let journal = journal(world).await;
    assert_eq!(journal.phase, Phase::Done, "seed {seed}: {journal:?}");
    journal
}

#[tokio::test]
async fn fault_21_two_that_protect_two_sites_at_once_a_hundred_times_end_with_both_in_the_outpost() {
    for release in RELEASES {
        let set = set(release).await;
        let larder = plan_for(&site(&set), &set, "larder").await;
        let attic = plan_for(&other_site(&set), &set, "attic").await;
        let (mut put_back, mut told) = (0, 0);
        for seed in 0..RUNS {
            set.control.reset(None, None);
            let before = list_of(&embedded(&set));
            let tokens = set.about().tokens.clone();
            // One of them may read events and the other may not, or both may.
            let second = if seed % 2 == 0 { (&tokens.protector, "protector") } else { (&tokens.admin, "akadmin") };
            let (one, two) = (site(&set), other_site(&set));
            connected(&one, &set, &tokens.admin, "akadmin").await;
            connected(&two, &set, second.0, second.1).await;
            let (time, dice) = (Time::default(), Dice::new(seed));
            let (a, b) = (Sim::new(&one, &time, &dice, &set), Sim::new(&two, &time, &dice, &set));
            time.run(async { tokio::join!(protect(&a, &larder, &set), protect(&b, &attic, &set)) }).await;
            set.control.set_clock(None);
            let after = list_of(&embedded(&set));
            let says = format!("{release:?}, seed {seed}: {after:?}");
            for name in ["Larder", "Attic"] {
                assert!(after.contains(&provider_named(&set, name)), "{name} is in the outpost: {says}");
            }
            assert!(before.iter().all(|pk| after.contains(pk)) && after.len() == before.len() + 2, "{says}");
            for world in [&one, &two] {
                let journal = journal(world).await;
                assert_eq!((&journal.phase, journal.looks_due()), (&Phase::Done, 0), "{says}");
                assert!(!world.alarm.get(), "{says}");
                put_back += u32::from(journal.looking.put_back.is_some());
                told += u32::from(journal.later_said.is_some());
            }
        }
        assert!(put_back >= 10 && told >= put_back, "the dice made them collide: {put_back} of {told}");
    }
}

#[tokio::test]
async fn fault_21_a_provider_that_somebody_added_between_our_reading_and_our_write_is_told_and_can_be_put_back() {
    for release in RELEASES {
        let set = set(release).await;
        let world = site(&set);
        let (outpost, pk) = (embedded(&set), loose(&set));
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.send(Event::ProtectPressed).await;
        let write = ForeignWrite { user: Some("akadmin".into()), ..adds(&outpost, pk) };
        set.control.fault(foreign("PATCH", &path_of(&outpost), When::Before, 0, write));
        popup.send(Event::ApplyPressed).await;
        assert_eq!(foreign_statuses(&set), [200]);
        assert!(!list_of(&embedded(&set)).contains(&pk), "we wrote over it");
        let told = popup.app.told(popup.journal()).expect("it is told");
        for word in ["akadmin", "authentik Embedded Outpost", "radarr", "may be lost"] {
            assert!(told.says.contains(word), "{word}: {}", told.says);
        }
        assert!(told.offers);
        // The offer is a review like any other.
        popup.send(Event::PutBackPressed(told.id.clone())).await;
        assert_eq!(popup.app.screen(), Screen::Review);
        let preview = popup.app.preview().expect("a preview");
        assert_eq!(preview.kind, Kind::PutBack);
        let says: Vec<String> = preview.changes().map(|step| gatewright::words::plain(&step.says)).collect();
        assert!(says[0].contains("radarr") && says[0].contains("authentik Embedded Outpost"), "{says:?}");
        popup.send(Event::ReviewTyped(ReviewField::Provider, pk.to_string())).await;
        assert!(popup.app.troubles().iter().any(|trouble| trouble.blocks), "nothing chosen, nothing to apply");
        popup.send(Event::ReviewTyped(ReviewField::Provider, pk.to_string())).await;
        popup.send(Event::ApplyPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
        let now = list_of(&embedded(&set));
        assert!(now.contains(&pk) && now.contains(&provider_named(&set, "Larder")), "{now:?}");
        assert_eq!(popup.journal().later_said, None, "and nobody was in the way");
        // In Activity it stays told, and there is nothing left to put back.
        let record = popup.app.records.iter().find(|record| record.journal.plan.id == told.id).expect("a record");
        let told = popup.app.told(&record.journal).expect("it stays told");
        assert!(!told.offers);
        // It can be undone, and takes only those out.
        let id = popup.journal().plan.id.clone();
        popup.send(Event::UndoPressed(id)).await;
        assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
        let now = list_of(&embedded(&set));
        assert!(!now.contains(&pk) && now.contains(&provider_named(&set, "Larder")), "{now:?}");
    }
}

#[tokio::test]
async fn fault_21_the_offer_opens_from_activity_too_and_about_the_site_that_it_was_told_for() {
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    let (outpost, pk) = (embedded(&set), loose(&set));
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(Event::ProtectPressed).await;
    set.control.fault(foreign("PATCH", &path_of(&outpost), When::Before, 0, adds(&outpost, pk)));
    popup.send(Event::ApplyPressed).await;
    let id = popup.journal().plan.id.clone();
    popup.send(Event::EndSeen).await;
    *world.tab.borrow_mut() = other_site(&set).tab.borrow().clone();
    let mut popup = Popup::open(&world).await;
    popup.send(Event::Go(Route::More)).await;
    popup.send(Event::PutBackPressed(id)).await;
    assert_eq!(popup.app.screen(), Screen::Review);
    let review = popup.app.review.clone().expect("a review");
    assert!(matches!(review.subject, Subject::PutBack(_)));
    assert_eq!(review.origin.to_string(), set.about().urls.site);
    popup.send(Event::ApplyPressed).await;
    assert!(list_of(&embedded(&set)).contains(&pk), "{:?}", popup.journal());
}

#[tokio::test]
async fn fault_21_what_somebody_took_out_meanwhile_is_told_to_be_in_again() {
    for release in RELEASES {
        let set = set(release).await;
        let world = site(&set);
        let outpost = embedded(&set);
        let pk = provider_named(&set, "sonarr");
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.send(Event::ProtectPressed).await;
        set.control.fault(foreign("PATCH", &path_of(&outpost), When::Before, 0, removes(&outpost, pk)));
        popup.send(Event::ApplyPressed).await;
        assert!(list_of(&embedded(&set)).contains(&pk), "our list was older");
        let said = popup.journal().later_said.clone().expect("it is told");
        assert!(said.contains("taken out there may be in it again"), "{said}");
    }
}

#[tokio::test]
async fn fault_21_a_write_before_our_reading_or_after_our_write_is_nobodys_loss_and_nothing_is_said() {
    for release in RELEASES {
        for seed in 0..10 {
            let set = set(release).await;
            let world = site(&set);
            let plan = plan_for(&world, &set, "larder").await;
            let (outpost, pk) = (embedded(&set), loose(&set));
            // Before our first request, and a while after our write, by somebody who has read it.
            let (path, two) = (path_of(&outpost), provider_named(&set, "home"));
            set.control.fault(foreign("PUT", "transactional", When::Before, 0, adds(&outpost, pk)));
            set.control.fault(foreign("GET", "/events/", When::Before, 0, adds(&outpost, two)));
            let journal = protect_alone(&set, &world, &plan, seed).await;
            assert_eq!(foreign_statuses(&set), [200, 200], "{path}");
            assert_eq!(journal.later_said, None, "seed {seed}");
            let now = list_of(&embedded(&set));
            for pk in [pk, two, provider_named(&set, "Larder")] {
                assert!(now.contains(&pk), "seed {seed}: {now:?}");
            }
        }
    }
}

#[tokio::test]
async fn fault_21_an_old_list_that_somebody_writes_over_ours_is_put_back_and_told_however_long_requests_take() {
    for release in RELEASES {
        for seed in 0..10 {
            let set = set(release).await;
            let world = site(&set);
            let plan = plan_for(&world, &set, "larder").await;
            let outpost = embedded(&set);
            let old = patch(&outpost, json!({"type": "proxy", "providers": list_of(&outpost)}));
            // Over our write, and over what was put back, twice.
            for skip in 0..3 {
                set.control.fault(foreign("PATCH", &path_of(&outpost), When::After, skip, old.clone()));
            }
            let journal = protect_alone(&set, &world, &plan, seed).await;
            let said = journal.later_said.clone().expect("it is told");
            assert!(said.contains("put back") && journal.looking.put_back == Some(3), "seed {seed}: {said}");
            assert!(list_of(&embedded(&set)).contains(&provider_named(&set, "Larder")), "seed {seed}");
        }
    }
}

#[tokio::test]
async fn fault_21_who_overwrites_ours_each_time_wins_in_the_end_and_it_is_told() {
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    let plan = plan_for(&world, &set, "larder").await;
    let outpost = embedded(&set);
    let old = patch(&outpost, json!({"type": "proxy", "providers": list_of(&outpost)}));
    set.control.fault(Fault { times: 1000, ..foreign("PATCH", &path_of(&outpost), When::After, 0, old) });
    let journal = protect_alone(&set, &world, &plan, 7).await;
    let said = journal.later_said.clone().expect("it is told");
    assert!(said.contains("could not be put back") && said.contains("overwrote it again"), "{said}");
    let ours =
        set.control.requests().iter().filter(|seen| seen.method == "PATCH" && seen.server == "authentik").count();
    assert_eq!(ours, 6, "ours, and five times more");
    assert_eq!(journal.looks_due(), 0);
}

#[tokio::test]
async fn fault_21_a_write_during_the_putting_back_is_told() {
    for release in RELEASES {
        let set = set(release).await;
        let world = site(&set);
        let plan = plan_for(&world, &set, "larder").await;
        let (outpost, pk) = (embedded(&set), loose(&set));
        let old = patch(&outpost, json!({"type": "proxy", "providers": list_of(&outpost)}));
        let path = path_of(&outpost);
        set.control.fault(foreign("PATCH", &path, When::After, 0, old));
        set.control.fault(foreign("PATCH", &path, When::Before, 1, adds(&outpost, pk)));
        let journal = protect_alone(&set, &world, &plan, 3).await;
        let said = journal.later_said.clone().expect("it is told");
        assert!(said.contains("put back") && said.contains("radarr"), "{said}");
        assert_eq!(journal.looking.offer, [(pk, "radarr".to_owned())]);
    }
}

#[tokio::test]
async fn fault_21_renaming_the_outpost_meanwhile_is_told_and_nothing_is_lost() {
    for release in RELEASES {
        let set = set(release).await;
        let world = site(&set);
        let outpost = second_outpost(&set);
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.send(Event::ProtectPressed).await;
        let key = outpost["pk"].as_str().expect("a key").to_owned();
        popup.send(Event::ReviewTyped(ReviewField::Outpost, key.clone())).await;
        let write = patch(&outpost, json!({"name": "Elsewhere"}));
        set.control.fault(foreign("PATCH", &path_of(&outpost), When::Before, 0, write));
        popup.send(Event::ApplyPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done);
        let said = popup.journal().later_said.clone().expect("it is told");
        assert!(said.contains("akadmin changed Second"), "{said}");
        let now = outposts(&set).into_iter().find(|outpost| outpost["pk"] == key.as_str()).expect("it is there");
        assert_eq!(now["name"], "Elsewhere", "only the list is written");
        assert!(list_of(&now).contains(&provider_named(&set, "Larder")));
    }
}

#[tokio::test]
async fn fault_21_where_events_may_not_be_read_settings_says_so_once_and_the_change_says_nothing() {
    for release in RELEASES {
        let set = set(release).await;
        let world = site(&set);
        let (outpost, pk) = (embedded(&set), loose(&set));
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.protector).await;
        assert!(popup.app.who.as_ref().expect("who").lacks.contains(&Lack::SeeEvents));
        popup.send(Event::ProtectPressed).await;
        set.control.fault(foreign("PATCH", &path_of(&outpost), When::Before, 0, adds(&outpost, pk)));
        popup.send(Event::ApplyPressed).await;
        assert_eq!((&popup.journal().phase, popup.journal().later_said.clone()), (&Phase::Done, None));
        let reader = Popup::connected(&site(&set), &set, &set.about().tokens.reader).await.app.who.expect("who");
        assert!(!reader.lacks.contains(&Lack::SeeEvents), "who may, lacks nothing of it");
    }
}

#[tokio::test]
async fn fault_21_where_the_token_may_read_events_but_no_providers_it_is_told_without_names() {
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    let (outpost, pk) = (embedded(&set), loose(&set));
    let plan = plan_for(&world, &set, "larder").await;
    connected(&world, &set, &set.about().tokens.admin, "akadmin").await;
    set.control.fault(foreign("PATCH", &path_of(&outpost), When::Before, 0, adds(&outpost, pk)));
    let denied = Some(json!({"detail": "You do not have permission to perform this action."}));
    set.control.fault(Fault {
        method: Some("GET".into()),
        path_contains: "/providers/proxy/?".into(),
        times: 100,
        skip: 0,
        effect: Effect::Status { status: 403, body: denied, content_type: None },
    });
    let journal = protect_alone(&set, &world, &plan, 1).await;
    let said = journal.later_said.expect("it is told");
    assert!(said.contains("may not list the providers"), "{said}");
    assert_eq!(journal.looking.offer, []);
}

#[tokio::test]
async fn fault_21_the_answer_to_our_write_is_lost_and_somebody_elses_write_is_told_all_the_same() {
    for release in RELEASES {
        let set = set(release).await;
        let world = site(&set);
        let plan = plan_for(&world, &set, "larder").await;
        let (outpost, pk) = (embedded(&set), loose(&set));
        let somebody = set.control.make_token(&TokenOrder { superuser: true, ..TokenOrder::default() });
        let write = ForeignWrite { token: Some(somebody.token), ..adds(&outpost, pk) };
        set.control.fault(foreign("PATCH", &path_of(&outpost), When::Before, 0, write));
        set.control.fault(Fault {
            method: Some("PATCH".into()),
            path_contains: path_of(&outpost),
            times: 1,
            skip: 0,
            effect: Effect::Drop { drop: When::After },
        });
        let journal = protect_alone(&set, &world, &plan, 5).await;
        let said = journal.later_said.expect("it is told");
        assert!(said.contains(&somebody.username) && said.contains("radarr"), "{said}");
    }
}

#[tokio::test]
async fn fault_17_a_worker_that_is_killed_before_or_between_the_looks_leaves_them_to_the_next_one() {
    for killed_after in [0_u32, 500, 3_000] {
        let set = set(Release::R2026_8).await;
        let mut world = site(&set);
        let plan = plan_for(&world, &set, "larder").await;
        let (time, dice) = (Time::default(), Dice::new(11));
        {
            let sim = Sim::new(&world, &time, &dice, &set);
            let order = Order::Apply { plan: Box::new(plan), base: set.about().urls.authentik.clone() };
            let life = async {
                world.worker.obey(&sim, order).await;
                let killed = gatewright::ports::Clock::sleep(&sim, killed_after);
                tokio::select! { biased; () = killed => {}, () = world.worker.look_later(&sim) => panic!("it looks longer") }
            };
            time.run(life).await;
        }
        let left = journal(&world).await;
        assert_eq!(left.phase, Phase::Done);
        assert!(left.looks_due() > 0 && left.later_said.is_none(), "nothing claims that it was looked: {left:?}");
        assert!(world.alarm.get(), "the alarm wakes the next one");
        // Meanwhile somebody writes an old list.
        let outpost = embedded(&set);
        let ours = provider_named(&set, "Larder");
        let fewer: Vec<i64> = list_of(&outpost).into_iter().filter(|pk| *pk != ours).collect();
        set.control.change(|world| {
            let outpost = world.outposts.iter_mut().find(|outpost| outpost.managed.is_some());
            outpost.expect("the outpost").providers = fewer;
        });
        world.worker = Worker::default();
        let sim = Sim::new(&world, &time, &dice, &set);
        let next_life = async {
            assert_eq!(world.worker.obey(&sim, Order::Wake).await, Reply::Taken);
            world.worker.look_later(&sim).await;
        };
        time.run(next_life).await;
        let journal = journal(&world).await;
        assert!(journal.later_said.expect("it is told").contains("put back"));
        assert!(list_of(&embedded(&set)).contains(&ours));
        assert!(!world.alarm.get());
    }
}

#[tokio::test]
async fn what_is_found_missing_much_later_was_meant_so_and_is_told_not_put_back() {
    let set = set(Release::R2026_8).await;
    let mut world = site(&set);
    let plan = plan_for(&world, &set, "larder").await;
    let (time, dice) = (Time::default(), Dice::new(2));
    let order = Order::Apply { plan: Box::new(plan), base: set.about().urls.authentik.clone() };
    let sim = Sim::new(&world, &time, &dice, &set);
    time.run(world.worker.obey(&sim, order)).await;
    let ours = provider_named(&set, "Larder");
    set.control.change(|world| {
        for outpost in &mut world.outposts {
            outpost.providers.retain(|pk| *pk != ours);
        }
    });
    world.worker = Worker::default();
    let sim = Sim::new(&world, &time, &dice, &set);
    let a_day_later = async {
        gatewright::ports::Clock::sleep(&sim, 86_400_000).await;
        world.worker.look_later(&sim).await;
    };
    time.run(a_day_later).await;
    let journal = journal(&world).await;
    let said = journal.later_said.clone().expect("it is told");
    assert!(said.contains("not in authentik Embedded Outpost any more"), "{said}");
    assert!(!list_of(&embedded(&set)).contains(&ours));
    assert_eq!(journal.looks_due(), 0);
}

#[tokio::test]
async fn an_undo_or_a_removal_right_after_is_not_taken_for_somebody_elses() {
    for remove in [false, true] {
        let set = set(Release::R2026_8).await;
        let before = set.control.state();
        let world = site(&set);
        let plan = plan_for(&world, &set, "larder").await;
        let (time, dice) = (Time::default(), Dice::new(4));
        let sim = Sim::new(&world, &time, &dice, &set);
        let order = Order::Apply { plan: Box::new(plan), base: set.about().urls.authentik.clone() };
        time.run(world.worker.obey(&sim, order)).await;
        let next = if remove {
            let mut popup = Popup { app: Popup::open(&world).await.app, world: &world };
            popup.send(Event::RemovePressed).await;
            let plan = Plan { id: "remove".into(), ..popup.app.preview().expect("a plan") };
            Order::Apply { plan: Box::new(plan), base: set.about().urls.authentik.clone() }
        } else {
            Order::Undo { id: "larder".into() }
        };
        let both = async {
            tokio::join!(world.worker.look_later(&sim), async {
                gatewright::ports::Clock::sleep(&sim, 900).await;
                // While a look is being written down the worker is busy for a moment.
                while world.worker.obey(&sim, next.clone()).await == Reply::Busy {
                    gatewright::ports::Clock::sleep(&sim, 10).await;
                }
                world.worker.look_later(&sim).await;
            })
        };
        time.run(both).await;
        assert_eq!(set.control.state(), before, "remove: {remove}");
        let journal = journal(&world).await;
        assert_eq!(journal.later_said, None, "remove: {remove}");
        assert!(!world.alarm.get());
    }
}

#[tokio::test]
async fn the_looks_of_two_changes_in_a_row_are_both_made() {
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    let larder = plan_for(&world, &set, "larder").await;
    let attic = plan_for(&other_site(&set), &set, "attic").await;
    let (time, dice) = (Time::default(), Dice::new(9));
    let sim = Sim::new(&world, &time, &dice, &set);
    let outpost = embedded(&set);
    let old = patch(&outpost, json!({"type": "proxy", "providers": list_of(&outpost)}));
    set.control.fault(foreign("PATCH", &path_of(&outpost), When::After, 1, old));
    time.run(async {
        let base = set.about().urls.authentik.clone();
        let order = |plan: &Plan| Order::Apply { plan: Box::new(plan.clone()), base: base.clone() };
        assert_eq!(world.worker.obey(&sim, order(&larder)).await, Reply::Taken);
        assert_eq!(world.worker.obey(&sim, order(&attic)).await, Reply::Taken);
        world.worker.look_later(&sim).await;
    })
    .await;
    let now = list_of(&embedded(&set));
    for name in ["Larder", "Attic"] {
        assert!(now.contains(&provider_named(&set, name)), "{name}: {now:?}");
    }
    for record in session::load_records(&world).await {
        assert_eq!(record.journal.looks_due(), 0);
        assert!(record.journal.later_said.expect("both are told").contains("put back"));
    }
}

#[tokio::test]
async fn what_is_told_after_the_end_was_seen_brings_it_back_but_tears_nobody_from_a_review() {
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    let (outpost, pk) = (embedded(&set), loose(&set));
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(Event::ProtectPressed).await;
    set.control.fault(foreign("PATCH", &path_of(&outpost), When::Before, 0, adds(&outpost, pk)));
    popup.send(Event::ApplyPressed).await;
    let told = popup.journal().clone();
    // The same, as if "Close" had been pressed before the look.
    let closed = Journal { seen: true, later_said: None, ..told.clone() };
    popup.app.on(Event::JournalChanged(Some(Box::new(closed.clone()))));
    assert_eq!(popup.app.screen(), Screen::Site);
    popup.app.on(Event::JournalChanged(Some(Box::new(told.clone()))));
    assert!(matches!(popup.app.screen(), Screen::Work(_)), "it is shown again");
    popup.app.on(Event::JournalChanged(Some(Box::new(closed))));
    popup.send(Event::RemovePressed).await;
    assert_eq!(popup.app.screen(), Screen::Review);
    popup.app.on(Event::JournalChanged(Some(Box::new(told))));
    assert_eq!(popup.app.screen(), Screen::Review, "what was begun stays");
    popup.app.on(Event::CancelPressed);
    assert!(matches!(popup.app.screen(), Screen::Work(_)));
}

#[tokio::test]
async fn other_lists_and_settings_are_watched_too() {
    for release in RELEASES {
        // The outpost's settings, which are replaced as a whole.
        let set = set(release).await;
        let world = site(&set);
        let outpost = embedded(&set);
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.protect().await;
        popup.send(Event::EndSeen).await;
        set.control.set_authentik_host("");
        popup.send(Event::CheckAgain).await;
        let base = popup.app.access.as_ref().expect("access").base.clone();
        let Some(gatewright::screens::Advice::AuthentikHost(row, host)) = popup.app.site.advice(&base).pop() else {
            panic!("{:?}", popup.app.site)
        };
        popup.send(Event::HostRepairPressed(Box::new(row), host)).await;
        let mut config = outpost["config"].clone();
        config["log_level"] = json!("debug");
        let write = patch(&outpost, json!({"config": config}));
        set.control.fault(foreign("PATCH", &path_of(&outpost), When::Before, 0, write));
        popup.send(Event::ApplyPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
        let said = popup.journal().later_said.clone().expect("it is told");
        assert!(said.contains("akadmin changed authentik Embedded Outpost") && said.contains("same setting"), "{said}");
        // Taking a gate off writes the list as well.
        popup.send(Event::EndSeen).await;
        popup.send(Event::RemovePressed).await;
        let pk = loose(&set);
        set.control.fault(foreign("PATCH", &path_of(&outpost), When::Before, 0, adds(&outpost, pk)));
        popup.send(Event::ApplyPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
        let told = popup.app.told(popup.journal()).expect("it is told");
        assert!(told.says.contains("radarr") && told.offers, "{}", told.says);
    }
}

#[tokio::test]
async fn fault_22_a_site_joins_an_outpost_with_more_than_a_hundred_providers() {
    for release in RELEASES {
        let set = set(release).await;
        set.control.change(|world| {
            let model = world.providers.iter().find(|provider| provider.name == "sonarr").expect("a proxy").clone();
            for number in 0..150 {
                let mut provider = model.clone();
                world.last_provider_pk += 1;
                provider.pk = world.last_provider_pk;
                provider.name = format!("many-{number}");
                provider.oauth.client_id = format!("many-{number}");
                if let Some(proxy) = &mut provider.proxy {
                    proxy.external_host = format!("https://many-{number}.example.com");
                }
                world.outposts[0].providers.push(provider.pk);
                world.providers.push(provider);
            }
        });
        let before = list_of(&embedded(&set));
        let world = site(&set);
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        assert_eq!(popup.app.inventory().proxies.len(), before.len() + 2, "every page was read");
        popup.protect().await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
        assert!(matches!(popup.app.site.status, Some(Status::Protected(_))));
        let after = list_of(&embedded(&set));
        assert!(before.iter().all(|pk| after.contains(pk)) && after.len() == before.len() + 1);
        let id = popup.journal().plan.id.clone();
        popup.send(Event::UndoPressed(id)).await;
        assert_eq!(list_of(&embedded(&set)), before);
    }
}

/// A standalone outpost beside the embedded one.
fn second_outpost(set: &Running) -> Value {
    set.control.change(|world| {
        let mut outpost = world.embedded_outpost().expect("the embedded one").clone();
        outpost.pk = "5ec0d0d0-0000-4000-8000-000000000002".into();
        outpost.name = "Second".into();
        outpost.managed = None;
        outpost.providers.truncate(1);
        world.outposts.push(outpost);
    });
    outposts(set).into_iter().find(|outpost| outpost["name"] == "Second").expect("it is there")
}

#[tokio::test]
async fn fault_22_without_any_outpost_nothing_is_sent_and_with_only_a_standalone_one_it_is_taken() {
    for release in RELEASES {
        let set = set(release).await;
        set.control.change(|world| world.outposts.clear());
        let before = set.control.state();
        let world = site(&set);
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.send(Event::ProtectPressed).await;
        let says: Vec<String> = popup.app.troubles().into_iter().map(|trouble| trouble.says).collect();
        assert!(says.iter().any(|says| says.contains("no outpost of type proxy")), "{says:?}");
        popup.send(Event::ApplyPressed).await;
        assert_eq!(set.control.state(), before);
        set.control.reset(None, None);
        let outpost = second_outpost(&set);
        set.control.change(|world| world.outposts.retain(|outpost| outpost.managed.is_none()));
        popup.send(Event::CancelPressed).await;
        popup.send(Event::CheckAgain).await;
        popup.protect().await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
        let now = outposts(&set);
        assert_eq!((now.len(), &now[0]["pk"]), (1, &outpost["pk"]));
        assert!(list_of(&now[0]).contains(&provider_named(&set, "Larder")));
    }
}

#[tokio::test]
async fn fault_22_of_several_outposts_the_chosen_one_is_written_and_no_other() {
    for release in RELEASES {
        let set = set(release).await;
        let outpost = second_outpost(&set);
        let untouched = embedded(&set);
        let world = site(&set);
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.send(Event::ProtectPressed).await;
        assert_eq!(popup.app.review.as_ref().expect("a review").outpost, untouched["pk"], "the embedded one first");
        let key = outpost["pk"].as_str().expect("a key").to_owned();
        popup.send(Event::ReviewTyped(ReviewField::Outpost, key.clone())).await;
        popup.send(Event::ApplyPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
        assert_eq!(embedded(&set), untouched);
        let pk = provider_named(&set, "Larder");
        let chosen = outposts(&set).into_iter().find(|outpost| outpost["pk"] == key.as_str()).expect("it is there");
        assert_eq!(list_of(&chosen), [list_of(&outpost), vec![pk]].concat());
    }
}

#[tokio::test]
async fn fault_22_an_outpost_that_is_not_connected_takes_the_site_all_the_same() {
    for release in RELEASES {
        let set = set(release).await;
        set.control.set_outpost_connected(false);
        let world = site(&set);
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.protect().await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
        assert!(list_of(&embedded(&set)).contains(&provider_named(&set, "Larder")));
        assert_eq!(popup.journal().later_said, None);
    }
}

#[tokio::test]
async fn every_plan_that_replaces_a_list_or_settings_is_looked_at_later() {
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    let plan = plan_for(&world, &set, "larder").await;
    let outpost = embedded(&set)["name"].as_str().expect("a name").to_owned();
    assert_eq!(plan.later.expect("a later look").watched, [Watched::outpost("outpost", &outpost, true)]);
    // A journal from before keeps its later look, without what is watched.
    let mut kept = world.get(Area::Local, "journal").await.expect("storage").unwrap_or_default();
    assert!(kept.is_null() || kept.as_object_mut().is_some());
}
