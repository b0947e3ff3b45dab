//! Somebody else writes the same list at the same moment: both changes survive, or it is told whose may be lost.

use embedded_authentik::{Effect, Fault, ForeignWrite, Release, Running, TokenOrder, When};
use gatewright::plan::{Kind, Order, Phase, Plan};
use gatewright::ports::Worker as _;
use gatewright::screens::{Advice, Event, ReviewField, Route, Screen, Subject};
use gatewright::session::Lack;
use gatewright_it::company::{set, site};
use gatewright_it::somebody::{
    adds, connected, embedded, foreign, foreign_statuses, journal, list_of, loose, other_site, outposts, patch,
    path_of, plan_for, protect, protect_alone, provider_named, removes, second_outpost,
};
use gatewright_it::{Dice, Kill, Popup, Sim, Time, World};
use serde_json::json;

const RELEASES: [Release; 2] = [Release::R2025_10, Release::R2026_8];
const RUNS: u64 = 100;

#[tokio::test]
async fn fault_21_two_that_protect_two_sites_at_once_a_hundred_times_end_with_both_in_the_outpost() {
    Box::pin(protect_two_sites_at_once(Release::R2025_10)).await;
}

#[tokio::test]
async fn fault_21_two_that_protect_two_sites_at_once_a_hundred_times_end_with_both_on_a_newer_release_too() {
    Box::pin(protect_two_sites_at_once(Release::R2026_8)).await;
}

/// A hundred times, each with dice of its own.
async fn protect_two_sites_at_once(release: Release) {
    let set = set(release).await;
    let larder = plan_for(&site(&set), &set, "larder").await;
    let attic = plan_for(&other_site(&set), &set, "attic").await;
    let (one, two) = (site(&set), other_site(&set));
    let (mut put_back, mut told) = (0, 0);
    for seed in 0..RUNS {
        set.control.reset(None, None);
        let before = list_of(&embedded(&set));
        let tokens = set.about().tokens.clone();
        // One of them may read events and the other may not, or both may.
        let second = if seed % 2 == 0 { (&tokens.protector, "protector") } else { (&tokens.admin, "akadmin") };
        for world in [&one, &two] {
            world.stored.borrow_mut().clear();
        }
        connected(&one, &set, &tokens.admin, "akadmin").await;
        connected(&two, &set, second.0, second.1).await;
        let (time, dice) = (Time::default(), Dice::new(seed));
        let (a, b) = (Sim::new(&one, &time, &dice, &set), Sim::new(&two, &time, &dice, &set));
        time.run(Box::pin(async { tokio::join!(protect(&a, &larder, &set), protect(&b, &attic, &set)) })).await;
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

/// In microseconds since 1970.
fn tomorrow() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a time after 1970");
    u64::try_from(since.as_micros()).expect("a time") + 86_400_000_000
}

/// Connects by the form, which asks who the token is.
async fn connect_again(world: &World, set: &Running) {
    Popup::connected(world, set, &set.about().tokens.admin).await;
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
        for word in ["akadmin", "authentik Embedded Outpost", "Radarr", "may be lost"] {
            assert!(told.says.contains(word), "{word}: {}", told.says);
        }
        assert!(told.offers);
        // The offer is a review like any other.
        popup.send(Event::PutBackPressed(told.id.clone())).await;
        assert_eq!(popup.app.screen(), Screen::Review);
        let preview = popup.app.preview().expect("a preview");
        assert_eq!(preview.kind, Kind::PutBack);
        let says: Vec<String> = preview.changes().map(|step| gatewright::words::plain(&step.says)).collect();
        assert!(says[0].contains("Radarr") && says[0].contains("authentik Embedded Outpost"), "{says:?}");
        popup.send(Event::ReviewTyped(ReviewField::Provider, pk.to_string())).await;
        assert!(popup.app.troubles().iter().any(|trouble| trouble.blocks), "nothing chosen, nothing to apply");
        popup.send(Event::ReviewTyped(ReviewField::Provider, pk.to_string())).await;
        // A day later, by the clock of authentik.
        set.control.set_clock(Some(tomorrow()));
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

/// The worker is ended between its reading and its write; somebody adds a provider; another worker goes on.
#[tokio::test]
async fn fault_21_woken_before_the_write_it_reads_the_list_again_and_keeps_what_somebody_added() {
    let mut tried = 0;
    for kill in [Kill::BeforeRequest(3), Kill::AfterWrite(3), Kill::BeforeWrite(4), Kill::AfterWrite(4)] {
        let set = set(Release::R2026_8).await;
        let world = site(&set);
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.send(Event::ProtectPressed).await;
        let plan = Plan { id: "the-plan".into(), ..popup.app.preview().expect("a plan") };
        drop(popup);
        let order = Order::Apply { plan: Box::new(plan), base: set.about().urls.authentik.clone() };
        world.death.set(Some(kill));
        if world.order_or_death(&order).await.is_some() {
            continue;
        }
        let pk = loose(&set);
        set.control.change(|world| {
            let outpost = world.outposts.iter_mut().find(|outpost| outpost.managed.is_some());
            outpost.expect("the embedded one").providers.push(pk);
        });
        world.death.set(None);
        world.order(&Order::Wake).await;
        assert!(list_of(&embedded(&set)).contains(&pk), "{kill:?}: somebody's provider was written over");
        tried += 1;
    }
    assert!(tried > 1, "it was ended in the middle");
}

#[tokio::test]
async fn fault_21_what_somebody_took_out_meanwhile_is_told_to_be_in_again() {
    for release in RELEASES {
        let set = set(release).await;
        let world = site(&set);
        let outpost = embedded(&set);
        let pk = provider_named(&set, "Sonarr");
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
            // A minute before our first request, and a while after our write, by somebody who has read what was there.
            let long_ago = Time::default().micros() - 60_000_000;
            set.control.set_clock(Some(long_ago));
            set.control.fault(foreign("GET", "/users/me/", When::Before, 0, adds(&outpost, pk)));
            connect_again(&world, &set).await;
            set.control.fault(foreign("GET", "/events/", When::Before, 0, removes(&outpost, pk)));
            let journal = protect_alone(&set, &world, &plan, seed).await;
            assert_eq!(foreign_statuses(&set), [200, 200]);
            assert_eq!(journal.later_said, None, "seed {seed}");
            let now = list_of(&embedded(&set));
            assert!(now.contains(&provider_named(&set, "Larder")) && !now.contains(&pk), "seed {seed}: {now:?}");
        }
    }
}

#[tokio::test]
async fn fault_21_a_write_right_after_our_reading_is_told_however_long_ours_took() {
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    let plan = plan_for(&world, &set, "larder").await;
    for seed in 0..20 {
        set.control.reset(None, None);
        world.stored.borrow_mut().clear();
        let (outpost, pk) = (embedded(&set), loose(&set));
        connect_again(&world, &set).await;
        set.control.fault(foreign("GET", &path_of(&outpost), When::After, 0, adds(&outpost, pk)));
        let journal = protect_alone(&set, &world, &plan, seed).await;
        assert_eq!(foreign_statuses(&set), [200]);
        assert!(!list_of(&embedded(&set)).contains(&pk), "seed {seed}: we wrote over it");
        let said = journal.later_said.unwrap_or_default();
        assert!(said.contains("Radarr"), "seed {seed}: {said}");
    }
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
        assert!(said.contains("put back") && said.contains("Radarr"), "{said}");
        assert_eq!(journal.looking.offer, [(pk, "Radarr".to_owned())]);
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
        assert!(said.contains(&somebody.username) && said.contains("Radarr"), "{said}");
    }
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
        let Some(Advice::AuthentikHost(row, host)) = popup.app.site.advice(&base).pop() else {
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
        assert!(told.says.contains("Radarr") && told.offers, "{}", told.says);
    }
}
