//! "Why doesn't the gate work?" against the embedded authentik: each cause is found, its repair applied and undone.

use embedded_authentik::{Effect, Fault, Options, Release, Running, TokenOrder, start};
use gatewright::doctor::{Asks, Finding, Found, Sure};
use gatewright::plan::{Kind, Phase};
use gatewright::screens::{Event, ReviewField, Screen, Subject, WhoGetsIn, WhyEvent, says};
use gatewright::site::Status;
use gatewright_it::company::held;
use gatewright_it::{Popup, World, new_client};
use serde_json::{Value, json};

const RELEASES: [Release; 2] = [Release::R2025_10, Release::R2026_8];
const SITE: &str = "https://sonarr.example.org/";

async fn set(release: Release) -> Running {
    let set = start(Options { release, ..Options::default() }).await.expect("an embedded authentik");
    // As the seed has it there is nothing to find.
    set.control.set_authentik_host(&set.about().urls.authentik);
    set
}

/// Changes the proxy provider with this name, as somebody else would; its key.
async fn change(set: &Running, name: &str, fields: Value) -> i64 {
    let state = set.control.state();
    let all = state["providers"].as_array().expect("a list");
    let provider = all.iter().find(|provider| provider["name"] == name).expect("a provider");
    let mut body = json!({"mode": provider["proxy"]["mode"]});
    body.as_object_mut().expect("an object").extend(fields.as_object().cloned().expect("an object"));
    let url = format!("{}/api/v3/providers/proxy/{}/", set.about().urls.authentik, provider["pk"]);
    let request = new_client().patch(url).header("Content-Type", "application/json").body(body.to_string());
    let token = format!("Bearer {}", set.about().tokens.admin);
    let answer = request.header("Authorization", token).send().await.expect("an answer");
    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap_or_default());
    provider["pk"].as_i64().expect("a key")
}

/// A popup over `url` that has asked why.
async fn asked<'a>(world: &'a World, set: &Running, token: &str) -> Popup<'a> {
    let mut popup = Popup::connected(world, set, token).await;
    popup.send(Event::Why(WhyEvent::Pressed)).await;
    assert_eq!(popup.app.screen(), Screen::Why);
    popup
}

async fn why<'a>(world: &'a World, set: &Running) -> Popup<'a> {
    asked(world, set, &set.about().tokens.admin).await
}

fn found(popup: &Popup<'_>) -> Vec<Found> {
    popup.app.why.as_ref().and_then(|why| why.found.clone()).expect("it was looked")
}

fn unread(popup: &Popup<'_>) -> usize {
    popup.app.why.as_ref().map(|why| why.unread.len()).unwrap_or_default()
}

/// The only finding is repaired by a plan of this kind: afterwards it is not found any more; undone, authentik is as before.
async fn repaired(popup: &mut Popup<'_>, set: &Running, kind: Kind) {
    let before = held(set);
    let all = found(popup);
    popup.send(Event::Why(WhyEvent::RepairPressed(0))).await;
    assert_eq!(popup.app.screen(), Screen::Review, "{all:?}");
    assert!(held(set) == before, "nothing is changed before Apply");
    popup.send(Event::ApplyPressed).await;
    assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
    assert_eq!(popup.journal().plan.kind, kind);
    assert!(held(set) != before);
    popup.send(Event::EndSeen).await;
    popup.send(Event::Why(WhyEvent::Pressed)).await;
    assert!(!found(popup).contains(&all[0]), "{:?}", found(popup));
    let id = popup.app.undoable().expect("a record").journal.plan.id.clone();
    popup.send(Event::UndoPressed(id)).await;
    assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
    popup.send(Event::EndSeen).await;
    assert!(held(set) == before, "{:?}: undone", set.about().release);
}

#[tokio::test]
async fn a_gate_with_nothing_wrong_is_told_so_and_costs_five_requests() {
    for release in RELEASES {
        let set = set(release).await;
        let world = World::at(SITE, "Sonarr");
        let mut popup = why(&world, &set).await;
        assert_eq!((found(&popup), unread(&popup)), (Vec::new(), 0));
        world.line.mend();
        popup.send(Event::Why(WhyEvent::Pressed)).await;
        let paths: Vec<String> = world.line.sent().into_iter().map(|request| request.path).collect();
        assert_eq!(paths.len(), 5, "{paths:?}");
        popup.send(Event::Why(WhyEvent::Closed)).await;
        assert_eq!(popup.app.screen(), Screen::Site);
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_providers_settings_is_repaired_and_undone() {
    for release in RELEASES {
        for (site, name, field, wrong) in [
            (SITE, "Sonarr", "external_host", "https://sonarr.example.org/path"),
            (SITE, "Sonarr", "external_host", "http://sonarr.example.org"),
            (SITE, "Sonarr", "external_host", "https://sonarr.example.org:443"),
            (SITE, "Sonarr", "skip_path_regex", "^/api/\n.*\n^/feed/"),
            ("https://x.home.example/", "Home", "external_host", "https://sso.house.example"),
            ("https://x.home.example/", "Home", "skip_path_regex", "/"),
        ] {
            let set = set(release).await;
            change(&set, name, json!({(field): wrong})).await;
            let world = World::at(site, "");
            let mut popup = why(&world, &set).await;
            assert_eq!(found(&popup).len(), 1, "{wrong}: {:?}", found(&popup));
            if matches!(found(&popup)[0].what, Finding::CookieDomain(..)) {
                // It proposes a domain that holds the provider's own address; then this site is not covered any more.
                popup.send(Event::Why(WhyEvent::RepairPressed(0))).await;
                let says = popup.app.preview().expect("a plan").steps[1].says.clone();
                assert!(says.contains("house.example"), "{says}");
                continue;
            }
            repaired(&mut popup, &set, Kind::RepairProvider).await;
        }
    }
}

#[tokio::test]
async fn closing_what_opens_everything_leaves_the_other_lines() {
    let set = set(Release::R2026_8).await;
    let pk = change(&set, "Sonarr", json!({"skip_path_regex": "^/api/\n.*\n^/feed/"})).await;
    let world = World::at(SITE, "Sonarr");
    let mut popup = why(&world, &set).await;
    popup.send(Event::Why(WhyEvent::RepairPressed(0))).await;
    popup.send(Event::ApplyPressed).await;
    let state = set.control.state();
    let provider = state["providers"].as_array().expect("a list").iter().find(|one| one["pk"] == pk).expect("it");
    assert_eq!(provider["proxy"]["skip_path_regex"], json!("^/api/\n^/feed/"));
}

#[tokio::test]
async fn fault_28_mode_proxy_on_authentiks_own_address_is_repaired_before_it_is_served() {
    for release in RELEASES {
        let set = set(release).await;
        let own = set.about().urls.authentik.clone();
        // In no outpost yet: otherwise authentik's API would be gone, and nobody could ask it.
        let fields = json!({"mode": "proxy", "external_host": own, "internal_host": "http://radarr:7878"});
        change(&set, "Radarr", fields).await;
        let world = World::at(SITE, "Sonarr");
        let mut popup = why(&world, &set).await;
        assert!(
            matches!(&found(&popup)[..], [Found { what: Finding::TakesAuthentik(p), sure: Sure::Certain }] if p.name == "Radarr")
        );
        repaired(&mut popup, &set, Kind::RepairProvider).await;
    }
}

#[tokio::test]
async fn undo_of_a_repair_leaves_alone_what_somebody_has_changed_since() {
    let set = set(Release::R2025_10).await;
    change(&set, "Sonarr", json!({"external_host": "https://sonarr.example.org/path"})).await;
    let world = World::at(SITE, "Sonarr");
    let mut popup = why(&world, &set).await;
    popup.send(Event::Why(WhyEvent::RepairPressed(0))).await;
    popup.send(Event::ApplyPressed).await;
    change(&set, "Sonarr", json!({"external_host": "https://theirs.example.org"})).await;
    let before = held(&set);
    let id = popup.journal().plan.id.clone();
    popup.send(Event::UndoPressed(id)).await;
    assert!(held(&set) == before);
}

#[tokio::test]
async fn a_repair_of_what_somebody_has_changed_meanwhile_changes_nothing() {
    let set = set(Release::R2026_8).await;
    change(&set, "Sonarr", json!({"external_host": "https://sonarr.example.org/path"})).await;
    let world = World::at(SITE, "Sonarr");
    let mut popup = why(&world, &set).await;
    popup.send(Event::Why(WhyEvent::RepairPressed(0))).await;
    change(&set, "Sonarr", json!({"external_host": "https://theirs.example.org"})).await;
    let before = held(&set);
    popup.send(Event::ApplyPressed).await;
    assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
    assert!(held(&set) == before);
}

#[tokio::test]
async fn fault_30_what_a_half_made_gate_lacks_is_found_and_made() {
    for release in RELEASES {
        let set = set(release).await;
        let world = World::at("https://radarr.example.org/", "Radarr");
        let mut popup = why(&world, &set).await;
        assert!(matches!(&found(&popup)[..], [Found { what: Finding::NoOutpost(_), .. }]), "{:?}", found(&popup));
        repaired(&mut popup, &set, Kind::FinishProtection).await;
        set.control.change(|world| world.applications.retain(|app| app.slug != "radarr"));
        let mut popup = why(&world, &set).await;
        assert!(matches!(&found(&popup)[..], [Found { what: Finding::NoApplication(_), .. }]), "{:?}", found(&popup));
        popup.send(Event::Why(WhyEvent::RepairPressed(0))).await;
        assert_eq!(popup.app.review.as_ref().map(|review| review.who), Some(WhoGetsIn::Everyone));
        assert!(popup.app.review.as_ref().is_some_and(|review| review.groups.is_some()), "the groups were read");
        popup.send(Event::CancelPressed).await;
        repaired(&mut popup, &set, Kind::AddApplication).await;
    }
}

#[tokio::test]
async fn fault_30_twins_are_found_and_one_is_kept() {
    let set = set(Release::R2026_8).await;
    let twin = change(&set, "Paperless", json!({"external_host": "https://sonarr.example.org"})).await;
    let world = World::at(SITE, "Sonarr");
    let mut popup = why(&world, &set).await;
    popup.send(Event::Why(WhyEvent::RepairPressed(0))).await;
    assert!(
        matches!(popup.app.review.as_ref().map(|review| &review.subject), Some(Subject::Twice(twins)) if twins.len() == 2)
    );
    popup.send(Event::ReviewTyped(ReviewField::Keep, twin.to_string())).await;
    popup.send(Event::ApplyPressed).await;
    assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
    assert!(matches!(&popup.app.site.status, Some(Status::Protected(p)) if p.pk == twin));
}

#[tokio::test]
async fn an_outpost_that_sends_browsers_nowhere_is_repaired() {
    for release in RELEASES {
        for (now, sure) in [("", Sure::Certain), ("https://elsewhere.example", Sure::Perhaps)] {
            let set = set(release).await;
            set.control.set_authentik_host(now);
            let world = World::at(SITE, "Sonarr");
            let mut popup = why(&world, &set).await;
            assert_eq!(found(&popup).iter().map(|found| found.sure).collect::<Vec<_>>(), [sure]);
            repaired(&mut popup, &set, Kind::SetAuthentikHost).await;
        }
    }
}

#[tokio::test]
async fn fault_22_an_outpost_that_is_not_connected_is_told_with_what_to_do() {
    let set = set(Release::R2025_10).await;
    set.control.set_outpost_connected(false);
    let world = World::at(SITE, "Sonarr");
    let mut popup = why(&world, &set).await;
    let all = found(&popup);
    let base = popup.app.access.clone().expect("access").base;
    assert!(says(&all[0].what, &base).contains("worker"), "{all:?}");
    popup.send(Event::Why(WhyEvent::RepairPressed(0))).await;
    assert_eq!((popup.app.screen(), all.len()), (Screen::Why, 1), "there is no plan for it");
}

#[tokio::test]
async fn what_the_outpost_reported_is_told_in_words_that_a_person_can_use() {
    for release in RELEASES {
        let set = set(release).await;
        set.control.change(|world| {
            let user = json!({"pk": 1, "username": "ak-outpost", "email": ""});
            for _ in 0..2 {
                let event = json!({
                    "pk": world.next_uuid("event"), "user": user, "action": "configuration_error",
                    "app": "authentik.providers.proxy", "client_ip": "127.0.0.1", "created": "2026-11-24T03:14:05.632155Z",
                    "context": {"message": "Outpost authentik Embedded Outpost (Provider Sonarr) failed to detect a forward URL from Traefik",
                        "provider": "Sonarr", "outpost": "authentik Embedded Outpost", "headers": {}},
                    "expires": "2027-11-24T03:14:05Z", "brand": {},
                });
                world.events.push(event);
            }
        });
        let world = World::at(SITE, "Sonarr");
        let popup = why(&world, &set).await;
        let all = found(&popup);
        assert_eq!(all, [Found { what: Finding::Reported(Asks::Traefik, 2), sure: Sure::Probably }]);
        let base = popup.app.access.clone().expect("access").base;
        let told = says(&all[0].what, &base);
        assert!(told.contains("/outpost.goauthentik.io/auth/traefik") && told.contains("2 times"), "{told}");
    }
}

#[tokio::test]
async fn fault_12_what_a_token_may_not_read_disables_only_its_check_and_is_told() {
    for release in RELEASES {
        let set = set(release).await;
        change(&set, "Sonarr", json!({"external_host": "https://sonarr.example.org/path"})).await;
        let permissions = ["authentik_providers_proxy.view_proxyprovider", "authentik_outposts.view_outpost"];
        let order = TokenOrder { permissions: permissions.map(str::to_owned).into(), ..TokenOrder::default() };
        let token = set.control.make_token(&order).token;
        let world = World::at(SITE, "Sonarr");
        let popup = asked(&world, &set, &token).await;
        assert_eq!((found(&popup).len(), unread(&popup)), (1, 2), "events and system info");
    }
}

#[tokio::test]
async fn fault_06_an_authentik_that_does_not_answer_is_no_healthy_gate() {
    let set = set(Release::R2026_8).await;
    let world = World::at(SITE, "Sonarr");
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    let busy = Effect::Status { status: 503, body: Some(json!({"error": "authentik starting"})), content_type: None };
    set.control.fault(Fault { method: None, path_contains: "/api/v3/".into(), times: 50, skip: 0, effect: busy });
    popup.send(Event::Why(WhyEvent::Pressed)).await;
    let why = popup.app.why.clone().expect("the screen");
    assert!(why.error.is_some() && why.found.is_none() && !why.looking, "{why:?}");
}

#[tokio::test]
async fn a_gate_that_is_gone_meanwhile_is_told() {
    let set = set(Release::R2025_10).await;
    let world = World::at(SITE, "Sonarr");
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    set.control.change(|world| world.providers.retain(|provider| provider.name != "Sonarr"));
    popup.send(Event::Why(WhyEvent::Pressed)).await;
    assert_eq!(found(&popup), [Found { what: Finding::NoGate, sure: Sure::Certain }]);
}
