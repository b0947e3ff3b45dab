//! The later look: what is lost is put back until it stays, whoever lives; what was meant so is left alone.

use embedded_authentik::{Fault, Release, Running, When};
use gatewright::background::Worker;
use gatewright::plan::{Detachment, Journal, Order, Phase, Plan, Reply, take_out};
use gatewright::ports::{Clock, native_url};
use gatewright::screens::{Event, Screen};
use gatewright::session;
use gatewright::site::Origin;
use gatewright_it::company::{set, site};
use gatewright_it::somebody::{
    adds, embedded, foreign, journal, list_of, loose, other_site, outposts, patch, path_of, plan_for, protect_alone,
    provider_named, second_outpost,
};
use gatewright_it::{Dice, Popup, Sim, Time, connect};
use serde_json::{Value, json};

const RELEASES: [Release; 2] = [Release::R2025_10, Release::R2026_8];

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
                let killed = Clock::sleep(&sim, killed_after);
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
        Clock::sleep(&sim, 86_400_000).await;
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
                Clock::sleep(&sim, 900).await;
                // Whatever a look is just doing: a person is not told to wait.
                assert_eq!(world.worker.obey(&sim, next).await, Reply::Taken);
                world.worker.look_later(&sim).await;
            })
        };
        time.run(Box::pin(both)).await;
        assert_eq!(set.control.state(), before, "remove: {remove}");
        let journal = journal(&world).await;
        assert_eq!(journal.later_said, None, "remove: {remove}");
        assert!(!world.alarm.get());
    }
}

#[tokio::test]
async fn what_is_undone_while_a_look_is_about_to_put_it_back_stays_undone() {
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    let plan = plan_for(&world, &set, "larder").await;
    let outpost = embedded(&set);
    let before = list_of(&outpost);
    let old = patch(&outpost, json!({"type": "proxy", "providers": before}));
    let mut moments = [0, 0];
    for moment in 0..40 {
        set.control.reset(None, None);
        world.stored.borrow_mut().retain(|(_, key), _| !["journal", "activity"].contains(&key.as_str()));
        set.control.fault(foreign("PATCH", &path_of(&outpost), When::After, 0, old.clone()));
        let (time, dice) = (Time::default(), Dice::new(1));
        let sim = Sim::new(&world, &time, &dice, &set);
        let order = Order::Apply { plan: Box::new(plan.clone()), base: set.about().urls.authentik.clone() };
        let day = async {
            assert_eq!(Box::pin(world.worker.obey(&sim, order)).await, Reply::Taken);
            set.control.clear_requests();
            tokio::join!(Box::pin(world.worker.look_later(&sim)), async {
                Clock::sleep(&sim, 1_000 + 25 * moment).await;
                let undo = Order::Undo { id: "larder".into() };
                assert_eq!(Box::pin(world.worker.obey(&sim, undo)).await, Reply::Taken, "moment {moment}");
                Box::pin(world.worker.look_later(&sim)).await;
            })
        };
        Box::pin(time.run(day)).await;
        set.control.set_clock(None);
        let journal = journal(&world).await;
        assert!(matches!(journal.phase, Phase::TakenBack(_)), "moment {moment}: {journal:?}");
        assert_eq!(list_of(&embedded(&set)), before, "moment {moment}");
        let requests = set.control.requests();
        let ours = |seen: &&embedded_authentik::Seen| seen.server == "authentik" && seen.method != "GET";
        let writes: Vec<_> =
            requests.iter().filter(ours).map(|seen| format!("{} {}", seen.method, seen.path)).collect();
        let deleted = writes.iter().position(|write| write.starts_with("DELETE")).expect("a deletion");
        let patched = writes[deleted..].iter().find(|write| write.starts_with("PATCH"));
        assert_eq!(patched, None, "moment {moment}: nothing is written once it is undone: {writes:?}");
        // One write is the undo's own, another one before it the putting back.
        let put_back = writes.iter().filter(|write| write.starts_with("PATCH")).count() > 1;
        for record in session::load_records(&world).await {
            let looking = (record.journal.looks_due(), record.journal.looking.put_back);
            assert_eq!(looking, (0, None), "moment {moment}: what is undone is not looked after any more");
        }
        moments[usize::from(put_back)] += 1;
    }
    assert!(moments[0] > 5 && moments[1] > 5, "it was undone before and after: {moments:?}");
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
async fn an_order_at_any_moment_of_the_looks_is_taken_and_nobody_is_told_that_the_worker_is_busy() {
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    let larder = plan_for(&world, &set, "larder").await;
    let attic = plan_for(&other_site(&set), &set, "attic").await;
    let outpost = embedded(&set);
    let old = patch(&outpost, json!({"type": "proxy", "providers": list_of(&outpost)}));
    let base = set.about().urls.authentik.clone();
    let order = |plan: &Plan| Order::Apply { plan: Box::new(plan.clone()), base: base.clone() };
    for moment in 0..40 {
        set.control.reset(None, None);
        world.stored.borrow_mut().retain(|(_, key), _| !["journal", "activity"].contains(&key.as_str()));
        set.control.fault(foreign("PATCH", &path_of(&outpost), When::After, 0, old.clone()));
        let (time, dice) = (Time::default(), Dice::new(1));
        let sim = Sim::new(&world, &time, &dice, &set);
        let day = async {
            assert_eq!(Box::pin(world.worker.obey(&sim, order(&larder))).await, Reply::Taken);
            tokio::join!(Box::pin(world.worker.look_later(&sim)), async {
                Clock::sleep(&sim, 1_000 + 25 * moment).await;
                assert_eq!(Box::pin(world.worker.obey(&sim, order(&attic))).await, Reply::Taken, "moment {moment}");
                Box::pin(world.worker.look_later(&sim)).await;
            })
        };
        Box::pin(time.run(day)).await;
        set.control.set_clock(None);
        let now = list_of(&embedded(&set));
        for name in ["Larder", "Attic"] {
            assert!(now.contains(&provider_named(&set, name)), "moment {moment}, {name}: {now:?}");
        }
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
    let hears = async |popup: &mut Popup<'_>, journal: &Journal| {
        assert!(session::save_journal(&world, journal).await);
        popup.send(Event::CheckAgain).await;
    };
    hears(&mut popup, &closed).await;
    assert_eq!(popup.app.screen(), Screen::Site);
    hears(&mut popup, &told).await;
    assert!(matches!(popup.app.screen(), Screen::Work(_)), "it is shown again");
    hears(&mut popup, &closed).await;
    popup.send(Event::RemovePressed).await;
    assert_eq!(popup.app.screen(), Screen::Review);
    hears(&mut popup, &told).await;
    assert_eq!(popup.app.screen(), Screen::Review, "what was begun stays");
    popup.send(Event::CancelPressed).await;
    assert!(matches!(popup.app.screen(), Screen::Work(_)));
}

#[tokio::test]
async fn of_two_that_left_two_outposts_the_second_is_looked_at_too() {
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    connect(&world, &set, &set.about().tokens.admin).await;
    let second = second_outpost(&set);
    let [keeps, leaves] = [0, 1].map(|at| list_of(&embedded(&set))[at]);
    let listed = move |set: &Running, list: [i64; 2]| {
        set.control.change(|world| {
            world.outposts.iter_mut().find(|outpost| outpost.name == "Second").expect("it").providers = list.into();
        });
    };
    listed(&set, [keeps, leaves]);
    let named = |outpost: &Value, name: &str| (outpost["pk"].as_str().expect("a key").to_owned(), name.to_owned());
    let outposts = vec![named(&embedded(&set), "authentik Embedded Outpost"), named(&second, "Second")];
    let what = Detachment { keeps, leave: vec![(leaves, "Twin".into())], outposts };
    let url = native_url("https://grafana.example.com").expect("an address");
    let plan = take_out("twins".into(), &Origin::of(&url).expect("a site"), &what);
    let (time, dice) = (Time::default(), Dice::new(8));
    let sim = Sim::new(&world, &time, &dice, &set);
    let order = Order::Apply { plan: Box::new(plan), base: set.about().urls.authentik.clone() };
    assert_eq!(time.run(world.worker.obey(&sim, order)).await, Reply::Taken);
    assert!(second_list(&set).iter().all(|pk| *pk != leaves), "it left both");
    // Somebody who had read the second outpost's list before writes it now.
    listed(&set, [keeps, leaves]);
    time.run(world.worker.look_later(&sim)).await;
    assert!(!second_list(&set).contains(&leaves), "taken out once more: {:?}", journal(&world).await);
    assert!(journal(&world).await.later_said.is_some(), "and it is told");
}

fn second_list(set: &Running) -> Vec<i64> {
    let second = outposts(set).into_iter().find(|outpost| outpost["name"] == "Second").expect("it is there");
    list_of(&second)
}
