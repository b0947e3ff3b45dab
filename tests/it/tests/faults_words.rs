//! faults.md 19, 23, 24 and 31 to 33: taken names, missing flows, answers of another shape, hostile pages and servers, names in
//! any script.

use embedded_authentik::{Effect, Fault, Options, Release, Running, Seed, hostile_names, start};
use gatewright::authentik::{ApiError, Unreachable};
use gatewright::plan::Phase;
use gatewright::ports::{Area, Tab};
use gatewright::screens::{Event, Listing, OidcEvent, ReviewField};
use gatewright::site::Status;
use gatewright::words::{error_text, plain};
use gatewright_it::company::{set, site};
use gatewright_it::{Popup, World};
use serde_json::{Value, json};

const RELEASES: [Release; 2] = [Release::R2025_10, Release::R2026_8];

async fn hostile(release: Release) -> Running {
    start(Options { release, seed: Seed::Hostile, ..Options::default() }).await.expect("an embedded authentik")
}

fn fault(path_contains: &str, times: u32, effect: Effect) -> Fault {
    Fault { method: Some("GET".into()), path_contains: path_contains.into(), times, skip: 0, effect }
}

fn says(body: Value) -> Effect {
    Effect::Status { status: 200, body: Some(body), content_type: None }
}

fn page(rows: &Value) -> Value {
    json!({"pagination": {"next": 0, "count": rows.as_array().map(Vec::len)}, "results": rows})
}

async fn found(popup: &mut Popup<'_>, words: &str) -> Listing {
    popup.send(Event::PeopleTyped(words.into())).await;
    popup.send(Event::PeopleSettled(popup.app.people.last)).await;
    popup.app.people.listing.clone()
}

#[tokio::test]
async fn fault_19_names_and_slugs_that_are_taken_or_reserved_are_told_beside_their_field() {
    let set = set(Release::R2025_10).await;
    let world = site(&set);
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(Event::ProtectPressed).await;
    let troubles =
        |popup: &Popup<'_>| popup.app.troubles().into_iter().map(|trouble| trouble.field).collect::<Vec<_>>();
    for (field, bad) in [
        (ReviewField::Name, "Sonarr"),
        (ReviewField::Name, "  Grafana "),
        (ReviewField::Name, " \n"),
        (ReviewField::Slug, "sonarr"),
        (ReviewField::Slug, "wiki"),
        (ReviewField::Slug, "authorize"),
        (ReviewField::Slug, "token"),
        (ReviewField::Slug, "device"),
        (ReviewField::Slug, "userinfo"),
        (ReviewField::Slug, "introspect"),
        (ReviewField::Slug, "revoke"),
        (ReviewField::Slug, "with space"),
        (ReviewField::Slug, "../up"),
        (ReviewField::Slug, ""),
    ] {
        popup.send(Event::ReviewTyped(ReviewField::Name, "Larder".into())).await;
        popup.send(Event::ReviewTyped(ReviewField::Slug, "larder".into())).await;
        assert_eq!(troubles(&popup), []);
        popup.send(Event::ReviewTyped(field, bad.into())).await;
        assert_eq!(troubles(&popup), [field], "{bad:?}");
        popup.send(Event::ApplyPressed).await;
        assert!(popup.app.journal.is_none(), "{bad:?} is not sent");
    }
}

#[tokio::test]
async fn fault_19_a_name_or_slug_that_somebody_takes_meanwhile_is_told_and_nothing_is_left() {
    for release in RELEASES {
        for oidc in [false, true] {
            for what in ["name", "slug"] {
                let set = set(release).await;
                let world = site(&set);
                let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
                let event = if oidc { Event::Oidc(OidcEvent::CreatePressed) } else { Event::ProtectPressed };
                popup.send(event).await;
                popup.send(Event::ReviewTyped(ReviewField::Redirects, "https://larder.example.com/cb".into())).await;
                set.control.change(|world| {
                    if what == "slug" {
                        world.applications[0].slug = "larder".into();
                    } else {
                        world.providers[0].name = "Larder".into();
                    }
                });
                let before = set.control.state();
                popup.send(Event::ApplyPressed).await;
                let Phase::TakenBack(why) = &popup.journal().phase else { panic!("{what}: {:?}", popup.journal()) };
                assert!(why.contains("does not accept this") && why.contains("exists"), "{why}");
                assert_eq!(set.control.state(), before, "{what} {release:?}");
            }
        }
    }
}

#[tokio::test]
async fn fault_23_default_flows_that_were_renamed_are_replaced_by_others_of_their_kind() {
    for release in RELEASES {
        let set = set(release).await;
        set.control.change(|world| {
            for (number, flow) in world.flows.iter_mut().enumerate() {
                flow["slug"] = json!(format!("house-flow-{number}"));
                flow["name"] = json!("Ours");
            }
        });
        let world = site(&set);
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.protect().await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
    }
}

#[tokio::test]
async fn fault_23_without_a_flow_of_a_kind_it_is_said_which_is_missing_and_nothing_is_sent() {
    for designation in ["authorization", "invalidation"] {
        for event in [Event::ProtectPressed, Event::Oidc(OidcEvent::CreatePressed)] {
            let set = set(Release::R2026_8).await;
            set.control.change(|world| world.flows.retain(|flow| flow["designation"] != designation));
            let world = site(&set);
            let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
            popup.send(event).await;
            let review = popup.app.review.as_ref().expect("a review");
            assert!(review.lacks_flows() && !review.is_ready() && !review.is_reading());
            popup.send(Event::ApplyPressed).await;
            assert!(popup.app.journal.is_none());
        }
    }
}

#[tokio::test]
async fn fault_23_a_key_that_cannot_sign_is_never_chosen_and_where_there_is_none_one_is_made() {
    for release in RELEASES {
        for kind in ["none", "ed25519", "no private key"] {
            let set = set(release).await;
            set.control.change(|world| match kind {
                "none" => world.certificates.clear(),
                kind => {
                    for certificate in &mut world.certificates {
                        for field in ["key_type", "private_key_type"] {
                            if certificate.get(field).is_some() {
                                certificate[field] = json!(if kind == "ed25519" { "ed25519" } else { "rsa" });
                            }
                        }
                        certificate["private_key_available"] = json!(kind == "ed25519");
                    }
                }
            });
            let world = World::at("https://metrics.example.com/login", "Grafana");
            let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
            popup.send(Event::Oidc(OidcEvent::CreatePressed)).await;
            let plan = popup.app.preview().expect("a plan");
            let says: Vec<String> = plan.changes().map(|step| plain(&step.says)).collect();
            assert!(says.len() == 2 && says[0].contains("key pair"), "{kind} {release:?}: {says:?}");
        }
    }
}

/// Rows as a release of next year might send them, and as none should.
fn strange_rows(host: &str) -> Vec<(&'static str, Value)> {
    let row = json!({
        "pk": 7, "name": "Larder", "mode": "forward_single", "external_host": host, "assigned_application_slug": "larder",
        "assigned_application_name": "Larder", "cookie_domain": "", "client_id": "x",
    });
    let with = |changes: Value| {
        let mut row = row.clone();
        row.as_object_mut().expect("a row").extend(changes.as_object().cloned().expect("changes"));
        json!([row])
    };
    let less = |field: &str| {
        let mut row = row.clone();
        row.as_object_mut().expect("a row").remove(field);
        json!([row])
    };
    vec![
        ("floats", with(json!({"pk": 7.0}))),
        ("more fields", with(json!({"quantum": {"deep": [1, null]}, "results": "x"}))),
        ("an unknown mode", with(json!({"mode": "forward_everything"}))),
        ("nulls", with(json!({"cookie_domain": null, "client_id": null, "assigned_application_name": null}))),
        ("other kinds", with(json!({"cookie_domain": ["x"], "client_id": {"id": 1}, "assigned_application_name": 7}))),
        ("no name", less("name")),
        ("no mode", less("mode")),
        ("no cookie domain", less("cookie_domain")),
    ]
}

#[tokio::test]
async fn fault_24_rows_of_another_release_are_read_as_far_as_they_say_something() {
    let set = set(Release::R2026_8).await;
    let outpost = json!({"pk": "o1", "name": null, "type": "proxy", "providers": [7.0, 8], "managed": null, "config": null, "new": 1});
    for (what, rows) in strange_rows(&set.about().urls.site) {
        let world = site(&set);
        set.control.fault(fault("/providers/proxy/", 1, says(page(&rows))));
        set.control.fault(fault("/outposts/instances/", 1, says(page(&json!([outpost])))));
        let popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        assert_eq!(popup.app.site.error, None, "{what}");
        assert!(
            matches!(&popup.app.site.status, Some(Status::Protected(proxy)) if proxy.pk == 7),
            "{what}: {:?}",
            popup.app.site.status
        );
    }
    // What can't be done without is named by its place.
    let world = site(&set);
    set.control.fault(fault("/providers/proxy/", 1, says(page(&json!([{"pk": 1}, {"pk": "x", "name": "y"}])))));
    let popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    assert_eq!(popup.app.site.error, Some(ApiError::Unreadable("/results/1/pk".into())));
    assert!(popup.app.site.error.as_ref().is_some_and(|error| error_text(error).contains("/results/1/pk")));
}

#[tokio::test]
async fn fault_24_pages_without_their_numbers_are_read_too() {
    let set = set(Release::R2026_8).await;
    for pagination in [json!(null), json!({}), json!({"next": null, "count": null}), json!({"next": 0.0, "count": 1.0})]
    {
        let world = site(&set);
        let rows = json!([{"pk": 7, "external_host": set.about().urls.site, "assigned_application_slug": "x"}]);
        let body = json!({"pagination": pagination, "results": rows, "autocomplete": {}});
        set.control.fault(fault("/providers/proxy/", 1, says(body)));
        let popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        assert!(matches!(popup.app.site.status, Some(Status::Incomplete(..))), "{pagination}: {:?}", popup.app.site);
    }
}

#[tokio::test]
async fn fault_24_a_server_that_writes_numbers_as_floats_gets_a_gate_and_loses_none() {
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    let mut outpost = set.control.state()["outposts"][0].clone();
    let served: Vec<f64> = outpost["providers"].as_array().expect("a list").iter().filter_map(Value::as_f64).collect();
    let count = served.len();
    outpost["providers"] = json!(served);
    popup.send(Event::ProtectPressed).await;
    set.control.fault(fault("/outposts/instances/", 1, says(outpost)));
    // The next provider's key, as it will be.
    let next = set.control.change(|world| world.last_provider_pk + 2);
    let application = json!({"pk": "a", "slug": "larder", "name": "Larder", "provider": format!("{next}.0").parse::<f64>().expect("a number")});
    set.control.fault(fault("/core/applications/larder/", 1, says(application)));
    popup.send(Event::ApplyPressed).await;
    assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
    let after = set.control.state()["outposts"][0]["providers"].as_array().expect("a list").len();
    assert_eq!(after, count + 1, "one more, none twice, none lost");
}

#[tokio::test]
async fn fault_24_a_server_of_next_year_is_one_too() {
    for version in ["2026.8.5", "2027.2.1", "2031.12.0-rc1"] {
        let set = set(Release::R2026_8).await;
        let world = World::at("https://metrics.example.com/login", "Grafana");
        set.control.fault(fault("admin/version", 1, says(json!({"version_current": version, "version_future": 1}))));
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        let release = popup.app.who.as_ref().and_then(|who| who.release.clone()).expect("a release");
        assert!(release.text() == version && release.at_least(2026, 8));
        popup.send(Event::Oidc(OidcEvent::CreatePressed)).await;
        popup.send(Event::ApplyPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done, "{version}: {:?}", popup.journal());
    }
    // One that says nothing sensible is connected to all the same.
    for answer in [json!({"version_current": "latest"}), json!({"version_current": null}), json!([])] {
        let set = set(Release::R2026_8).await;
        let world = site(&set);
        set.control.fault(fault("admin/version", 1, says(answer)));
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.protect().await;
        assert_eq!(popup.journal().phase, Phase::Done);
    }
}

#[tokio::test]
async fn fault_31_a_hostile_title_becomes_a_name_that_can_be_read_and_nothing_else() {
    let mut titles = hostile_names();
    titles.push(hostile_names().join(" | "));
    for title in titles {
        let set = set(Release::R2026_8).await;
        let world = World::at(&set.about().urls.site, "");
        // As the door hands it on: cut, and as it is.
        let title: String = gatewright::authentik::read::cut(&title).to_owned();
        *world.tab.borrow_mut() = Some(Tab { id: 1, url: Some(set.about().urls.site.clone()), title: title.clone() });
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.send(Event::ProtectPressed).await;
        let review = popup.app.review.clone().expect("a review");
        assert!((1..=60).contains(&review.name.chars().count()), "{title:?}: {:?}", review.name);
        assert!(!review.name.chars().any(gatewright::authentik::read::misleads), "{:?}", review.name);
        assert_eq!(popup.app.troubles(), [], "{title:?}");
        popup.send(Event::ApplyPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done, "{title:?}: {:?}", popup.journal());
        // Nothing of it is kept but the name.
        assert!(world.text_of(Area::Local).len() < 40_000, "{}", world.text_of(Area::Local).len());
        let state = set.control.state();
        let app =
            state["applications"].as_array().expect("apps").iter().find(|app| app["name"] == review.name.as_str());
        assert!(app.is_some(), "what was shown is what was made: {:?}", review.name);
    }
}

#[tokio::test]
async fn fault_31_page_facts_that_are_endless_are_cut_before_anything_looks_at_them() {
    let set = set(Release::R2026_8).await;
    let world = World::at("https://x.example.com/", "x");
    let long: &'static str = Box::leak("x".repeat(1_000_000).into_boxed_str());
    let metas = (0..10_000).map(|_| (long, "Grafana")).collect();
    *world.page.borrow_mut() = Some(gatewright_it::Page { metas, found: vec![], icon: "javascript:alert(1)" });
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(Event::Oidc(OidcEvent::CreatePressed)).await;
    assert_eq!(popup.app.page_icon, "", "no icon but the site's own over https");
    assert!(popup.app.catalogue.is_some());
}

#[tokio::test]
async fn fault_32_a_hostile_authentik_can_be_looked_at_worked_with_and_left() {
    for release in RELEASES {
        let set = hostile(release).await;
        let world = site(&set);
        let before = set.control.state();
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        assert_eq!((popup.app.site.error.clone(), popup.app.site.status.clone()), (None, Some(Status::NotProtected)));
        // No row that is kept is longer than the measure.
        let inventory = popup.app.inventory();
        let names =
            inventory.proxies.iter().map(|row| &row.name).chain(inventory.applications.iter().map(|row| &row.name));
        assert!(names.chain(inventory.outposts.iter().map(|row| &row.name)).all(|name| name.len() <= 4096));
        assert!(world.text_of(Area::Session).len() < 1_000_000, "the cache stays small");
        popup.send(Event::ProtectPressed).await;
        let review = popup.app.review.clone().expect("a review");
        let group = review.groups_listed().expect("groups").0[1].pk.clone();
        popup.send(Event::WhoChosen(gatewright::screens::WhoGetsIn::Groups)).await;
        popup.send(Event::ReviewTyped(ReviewField::Groups, group)).await;
        for step in popup.app.preview().expect("a plan").changes() {
            let said = plain(&step.says);
            assert!(said.chars().count() < 4000 && !said.chars().any(|c| c.is_control() || c == '\u{202e}'), "{said}");
        }
        popup.send(Event::ApplyPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
        let id = popup.journal().plan.id.clone();
        popup.send(Event::UndoPressed(id)).await;
        assert_eq!(set.control.state(), before);
        let Listing::Found(rows, _) = found(&mut popup, "a").await else { panic!("people") };
        assert!(!rows.is_empty() && rows.iter().all(|person| person.name.len() <= 4096));
    }
}

#[tokio::test]
async fn fault_32_ten_thousand_rows_on_one_page_are_read_and_fifty_are_drawn() {
    let set = set(Release::R2025_10).await;
    let world = site(&set);
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    set.control.fault(fault("/core/users/?", 9, Effect::Rows { rows: 10_000, endless: false }));
    let Listing::Found(rows, count) = found(&mut popup, "a").await else { panic!("people") };
    assert_eq!((rows.len(), count), (50, 10_000));
    for list in ["/providers/proxy/", "/core/applications/"] {
        set.control.fault(fault(list, 1, Effect::Rows { rows: 10_000, endless: false }));
    }
    popup.send(Event::CheckAgain).await;
    assert_eq!((popup.app.site.error.clone(), popup.app.site.status.clone()), (None, Some(Status::NotProtected)));
    set.control.fault(fault("/core/groups/", 1, Effect::Rows { rows: 10_000, endless: false }));
    popup.send(Event::ProtectPressed).await;
    let listed = |popup: &Popup<'_>| {
        let review = popup.app.review.as_ref().expect("a review");
        review.groups_listed().map(|(rows, all)| (rows.len(), all)).expect("groups")
    };
    assert_eq!(listed(&popup), (50, 10_000));
    popup.send(Event::ReviewTyped(ReviewField::FindGroup, " No Group ".into())).await;
    assert_eq!(listed(&popup), (0, 10_000));
    let first = popup.app.review.as_ref().and_then(|review| review.groups.as_ref()).expect("groups")[0].pk.clone();
    popup.send(Event::ReviewTyped(ReviewField::Groups, first)).await;
    assert_eq!(listed(&popup), (1, 10_000), "what is chosen stays in sight");
}

#[tokio::test]
async fn fault_32_a_list_that_never_ends_is_not_read_by_halves() {
    let set = set(Release::R2025_10).await;
    let world = site(&set);
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    for rows in [1, 100, 10_000] {
        set.control.clear_requests();
        set.control.fault(fault("/providers/proxy/", 1000, Effect::Rows { rows, endless: true }));
        popup.send(Event::CheckAgain).await;
        assert_eq!(popup.app.site.error, Some(ApiError::Unreachable(Unreachable::TooLarge)), "{rows}");
        assert!(set.control.requests().len() < 10, "it is not asked for");
        set.control.clear_faults();
    }
    popup.send(Event::CheckAgain).await;
    assert_eq!(popup.app.site.error, None);
}

#[tokio::test]
async fn fault_32_a_refusal_with_a_page_in_it_is_shown_as_text_and_to_a_measure() {
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    for status in [400, 403] {
        let said: Vec<String> = hostile_names();
        let body = if status == 400 { json!({"app": {"<b>": said}}) } else { json!({"detail": said.join(" ")}) };
        let effect = Effect::Status { status, body: Some(body), content_type: None };
        set.control.fault(Fault { method: Some("PUT".into()), ..fault("transactional", 1, effect) });
        popup.protect().await;
        let Phase::TakenBack(why) = &popup.journal().phase else { panic!("{:?}", popup.journal()) };
        assert!(why.contains("<script>") && why.chars().count() < 2500, "{}", why.chars().count());
        assert!(!why.chars().any(|c| c.is_control() || c == '\u{202e}'), "{why}");
        popup.send(Event::EndSeen).await;
    }
}

#[tokio::test]
async fn fault_33_names_in_any_script_are_shown_and_kept_as_they_are() {
    for release in RELEASES {
        for name in [
            "名前 اسم שם",
            "نمی‌خواهم",
            "👩‍👩‍👧‍👦 \"Larder\" 'x' \\ / & <b> $(rm) `id` %s {name}",
            "= + - @ ; , : # !",
            &"é".repeat(300),
        ] {
            let set = set(release).await;
            let world = site(&set);
            let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
            popup.send(Event::ProtectPressed).await;
            popup.send(Event::ReviewTyped(ReviewField::Name, name.into())).await;
            popup.send(Event::ReviewTyped(ReviewField::Slug, "larder".into())).await;
            assert_eq!(popup.app.troubles(), [], "{name}");
            let says: String = popup.app.preview().expect("a plan").changes().map(|step| plain(&step.says)).collect();
            assert!(says.contains(name), "{name}: {says}");
            popup.send(Event::ApplyPressed).await;
            assert_eq!(popup.journal().phase, Phase::Done, "{name}: {:?}", popup.journal());
            let state = set.control.state();
            let kept = state["applications"].as_array().expect("apps").iter().any(|app| app["name"] == name);
            assert!(kept, "{name}");
            let Some(Status::Protected(proxy)) = &popup.app.site.status else { panic!("{name}") };
            assert_eq!(proxy.application_name.as_deref(), Some(name));
        }
    }
}

#[tokio::test]
async fn fault_33_people_in_any_script_are_listed_as_they_are() {
    let set = set(Release::R2026_8).await;
    set.control.change(|world| world.users[3].name = format!("{}\n\u{202e}", "名".repeat(300)));
    let username = set.control.change(|world| world.users[3].username.clone());
    let world = site(&set);
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    let Listing::Found(rows, _) = found(&mut popup, &username).await else { panic!("people") };
    assert!(rows[0].name.starts_with(&"名".repeat(300)));
}
