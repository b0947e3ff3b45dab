//! Each status that a site can have, from what authentik holds to the plan that is the next step, and back by Undo.

use embedded_authentik::{Effect, Fault, Release, Running, TokenOrder, When};
use gatewright::authentik::{Method, Request};
use gatewright::plan::{Kind, Phase};
use gatewright::ports::Tab;
use gatewright::screens::{Event, ReviewField, Subject, WhoGetsIn};
use gatewright::site::{Gap, Nearby, Place, Status};
use gatewright_it::company::{held, set};
use gatewright_it::{Popup, World, new_client};
use serde_json::{Value, json};

const RELEASES: [Release; 2] = [Release::R2025_10, Release::R2026_8];

/// A connected popup over a tab that shows `url`.
async fn popup<'a>(world: &'a World, set: &Running) -> Popup<'a> {
    Popup::connected(world, set, &set.about().tokens.admin).await
}

/// A write of somebody who sits before authentik itself; the answer.
async fn by_hand(popup: &Popup<'_>, method: Method, path: &str, body: Value) -> Value {
    let access = popup.app.access.clone().expect("access");
    let request = Request { method, path: path.into(), body: Some(body) };
    let answer = popup.world.line.send(&access, &request).await.expect("an answer");
    assert!(answer.status < 300, "{path}: {} {}", answer.status, answer.body);
    serde_json::from_str(&answer.body).unwrap_or_default()
}

/// A proxy provider without an application and in no outpost; its key.
async fn provider(popup: &Popup<'_>, set: &Running, name: &str, mode: &str, host: &str, domain: &str) -> i64 {
    let flow = |designation: &str| {
        let flows = set.control.change(|world| world.flows.clone());
        flows.into_iter().find(|flow| flow["designation"] == designation).expect("a flow")["pk"].clone()
    };
    let body = json!({
        "name": name, "mode": mode, "external_host": host, "cookie_domain": domain, "internal_host": "http://larder:80",
        "authorization_flow": flow("authorization"), "invalidation_flow": flow("invalidation"),
    });
    let answer = by_hand(popup, Method::Post, "providers/proxy/", body).await;
    answer["pk"].as_i64().expect("a key")
}

async fn application(popup: &Popup<'_>, name: &str, provider: i64) {
    let body = json!({"name": name, "slug": name.to_lowercase().replace(' ', "-"), "provider": provider});
    by_hand(popup, Method::Post, "core/applications/", body).await;
}

fn serve(set: &Running, pk: i64) {
    set.control.change(|world| world.outposts[0].providers.push(pk));
}

async fn undo(popup: &mut Popup<'_>) {
    let id = popup.journal().plan.id.clone();
    popup.send(Event::UndoPressed(id)).await;
    assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
}

fn gap(popup: &Popup<'_>) -> Option<(i64, Gap)> {
    match &popup.app.site.status {
        Some(Status::Incomplete(proxy, gap)) => Some((proxy.pk, *gap)),
        _ => None,
    }
}

#[tokio::test]
async fn fault_30_a_provider_without_an_application_gets_one_for_a_group_and_a_place_in_the_outpost() {
    for release in RELEASES {
        for served in [false, true] {
            let set = set(release).await;
            let world = World::at(&set.about().urls.site, "Larder");
            let mut popup = popup(&world, &set).await;
            let pk = provider(&popup, &set, "Larder gate", "forward_single", &set.about().urls.site, "").await;
            if served {
                serve(&set, pk);
            }
            popup.send(Event::CheckAgain).await;
            assert_eq!(gap(&popup), Some((pk, Gap::NoApplication)), "{:?}", popup.app.site.status);
            let before = held(&set);
            popup.send(Event::ProtectPressed).await;
            let review = popup.app.review.clone().expect("a review");
            assert_eq!((review.name.as_str(), review.slug.as_str()), ("Larder gate", "larder-gate"));
            let groups = review.groups.expect("groups");
            popup.send(Event::WhoChosen(WhoGetsIn::Groups)).await;
            assert_eq!(popup.app.troubles().len(), 1, "which groups");
            for name in ["engineering", "finance"] {
                let group = groups.iter().find(|group| group.name == name).expect("a group");
                popup.send(Event::ReviewTyped(ReviewField::Groups, group.pk.clone())).await;
            }
            assert_eq!(popup.app.troubles(), []);
            popup.send(Event::ApplyPressed).await;
            assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
            assert_eq!(popup.journal().plan.kind, Kind::AddApplication);
            assert!(matches!(popup.app.site.status, Some(Status::Protected(_))), "{:?}", popup.app.site.status);
            let state = held(&set);
            let app =
                &state["applications"].as_array().expect("a list").iter().find(|app| app["slug"] == "larder-gate");
            let app = app.expect("the application");
            let bound = state["bindings"].as_array().expect("a list").iter().filter(|one| one["target"] == app["pk"]);
            assert_eq!((&app["provider"], bound.count()), (&json!(pk), 2));
            undo(&mut popup).await;
            assert!(held(&set) == before, "{release:?}, in the outpost before: {served}");
        }
    }
}

#[tokio::test]
async fn fault_30_while_the_bindings_are_made_nobody_gets_in() {
    let set = set(Release::R2026_8).await;
    let world = World::at(&set.about().urls.site, "Larder");
    let mut popup = popup(&world, &set).await;
    let pk = provider(&popup, &set, "Larder", "forward_single", &set.about().urls.site, "").await;
    serve(&set, pk);
    popup.send(Event::CheckAgain).await;
    popup.send(Event::ProtectPressed).await;
    let group = popup.app.review.clone().and_then(|review| review.groups).expect("groups").remove(0);
    popup.send(Event::WhoChosen(WhoGetsIn::Groups)).await;
    popup.send(Event::ReviewTyped(ReviewField::Groups, group.pk)).await;
    let before = held(&set);
    let denied = Effect::Status { status: 403, body: Some(json!({"detail": "No."})), content_type: None };
    set.control.fault(Fault {
        method: Some("POST".into()),
        path_contains: "policies/bindings".into(),
        times: 1,
        skip: 0,
        effect: denied,
    });
    world.line.mend();
    popup.send(Event::ApplyPressed).await;
    assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
    assert!(held(&set) == before);
    let requests = world.line.sent();
    let created =
        requests.iter().find(|request| request.method == Method::Post).and_then(|request| request.body.clone());
    assert_eq!(created.expect("a body")["provider"], Value::Null, "an application without bindings had no provider");
}

#[tokio::test]
async fn an_application_whose_answer_is_lost_is_ours_only_if_it_is_exactly_what_we_wrote() {
    for release in RELEASES {
        let set = set(release).await;
        let world = World::at(&set.about().urls.site, "Larder");
        let mut popup = popup(&world, &set).await;
        provider(&popup, &set, "Larder", "forward_single", &set.about().urls.site, "").await;
        popup.send(Event::CheckAgain).await;
        for (method, path) in [("POST", "core/applications"), ("PATCH", "outposts/instances")] {
            let before = held(&set);
            let drop = Effect::Drop { drop: When::After };
            let fault =
                Fault { method: Some(method.into()), path_contains: path.into(), times: 1, skip: 0, effect: drop };
            popup.send(Event::ProtectPressed).await;
            set.control.fault(fault);
            popup.send(Event::ApplyPressed).await;
            assert_eq!(popup.journal().phase, Phase::Done, "{path}: {:?}", popup.journal());
            undo(&mut popup).await;
            assert!(held(&set) == before, "{path}");
            popup.send(Event::EndSeen).await;
        }
        // A colleague takes the slug between the review and Apply: nothing is written.
        popup.send(Event::ProtectPressed).await;
        by_hand(&popup, Method::Post, "core/applications/", json!({"name": "Theirs", "slug": "larder"})).await;
        let before = held(&set);
        popup.send(Event::ApplyPressed).await;
        assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
        assert!(held(&set) == before);
    }
}

#[tokio::test]
async fn fault_30_of_two_providers_for_a_host_a_person_chooses_which_one_is_kept() {
    for release in RELEASES {
        let set = set(release).await;
        let world = World::at(&set.about().urls.site, "Larder");
        let mut popup = popup(&world, &set).await;
        let mut made = Vec::new();
        for (name, mode) in [("One", "forward_single"), ("Two", "proxy"), ("Three", "forward_single")] {
            let pk = provider(&popup, &set, name, mode, &set.about().urls.site, "").await;
            application(&popup, name, pk).await;
            serve(&set, pk);
            made.push(pk);
        }
        popup.send(Event::CheckAgain).await;
        assert_eq!(gap(&popup), Some((made[0], Gap::Twice)), "{:?}", popup.app.site.status);
        let before = held(&set);
        popup.send(Event::ProtectPressed).await;
        let rows = popup.app.review.as_ref().expect("a review").twins();
        assert_eq!(rows.len(), 3);
        assert!(rows[2].1.contains("Two") && rows[2].1.contains("through the outpost"), "{rows:?}");
        assert_eq!(popup.app.preview(), None, "nothing is chosen for the person");
        assert_eq!(popup.app.troubles().len(), 1);
        popup.send(Event::ApplyPressed).await;
        assert!(held(&set) == before, "and nothing is sent");
        popup.send(Event::ReviewTyped(ReviewField::Keep, made[1].to_string())).await;
        assert_eq!(popup.app.preview().expect("a plan").changes().count(), 1, "one outpost, one request");
        popup.send(Event::ApplyPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
        assert!(matches!(&popup.app.site.status, Some(Status::Protected(p)) if p.pk == made[1]));
        undo(&mut popup).await;
        assert!(held(&set) == before);
        popup.send(Event::CheckAgain).await;
        assert_eq!(gap(&popup).map(|(_, gap)| gap), Some(Gap::Twice));
    }
}

#[tokio::test]
async fn if_the_one_that_is_kept_has_left_meanwhile_the_others_stay() {
    let set = set(Release::R2025_10).await;
    let world = World::at(&set.about().urls.site, "Larder");
    let mut popup = popup(&world, &set).await;
    let mut made = Vec::new();
    for name in ["One", "Two"] {
        let pk = provider(&popup, &set, name, "forward_single", &set.about().urls.site, "").await;
        application(&popup, name, pk).await;
        serve(&set, pk);
        made.push(pk);
    }
    popup.send(Event::CheckAgain).await;
    popup.send(Event::ProtectPressed).await;
    popup.send(Event::ReviewTyped(ReviewField::Keep, made[0].to_string())).await;
    set.control.change(|world| world.outposts[0].providers.retain(|pk| *pk != made[0]));
    let before = held(&set);
    popup.send(Event::ApplyPressed).await;
    let Phase::TakenBack(why) = &popup.journal().phase else { panic!("{:?}", popup.journal()) };
    assert!(why.contains("Somebody has changed it"), "{why}");
    assert!(held(&set) == before);
}

#[tokio::test]
async fn fault_22_whether_the_outpost_is_connected_is_asked_on_check_again_and_never_on_opening() {
    for release in RELEASES {
        let set = set(release).await;
        let world = World::at("https://sonarr.example.org/", "Sonarr");
        let first = popup(&world, &set).await;
        assert!(matches!(first.app.site.status, Some(Status::Protected(_))), "{:?}", first.app.site.status);
        set.control.set_outpost_connected(false);
        world.line.mend();
        let mut popup = Popup::open(&world).await;
        assert!(matches!(popup.app.site.status, Some(Status::Protected(_))));
        let paths: Vec<String> = world.line.sent().into_iter().map(|request| request.path).collect();
        assert_eq!(paths.len(), 2, "a protected site costs two requests: {paths:?}");
        popup.send(Event::CheckAgain).await;
        assert_eq!(gap(&popup).map(|(_, gap)| gap), Some(Gap::NotConnected));
        assert!(popup.app.site.hint().is_some_and(|hint| hint.contains("embedded outpost")));
        popup.send(Event::ProtectPressed).await;
        assert_eq!(popup.app.review, None, "there is nothing to apply");
        set.control.set_outpost_connected(true);
        popup.send(Event::CheckAgain).await;
        assert!(matches!(popup.app.site.status, Some(Status::Protected(_))));
        assert_eq!(popup.app.site.hint(), None);
    }
}

#[tokio::test]
async fn fault_12_a_token_that_may_not_ask_for_health_is_told_so_and_the_status_stays() {
    let set = set(Release::R2026_8).await;
    let world = World::at("https://sonarr.example.org/", "Sonarr");
    let mut popup = popup(&world, &set).await;
    let denied = Effect::Status { status: 403, body: Some(json!({"detail": "No."})), content_type: None };
    set.control.fault(Fault { method: None, path_contains: "/health/".into(), times: 1, skip: 0, effect: denied });
    popup.send(Event::CheckAgain).await;
    assert!(matches!(popup.app.site.status, Some(Status::Protected(_))));
    assert!(popup.app.site.hint().is_some_and(|hint| hint.contains("could not be read")));
    assert!(!popup.app.site.looking);
}

#[tokio::test]
async fn fault_30_a_half_made_domain_is_told_at_its_sites_and_finished_from_there() {
    for release in RELEASES {
        let set = set(release).await;
        let world = World::at("https://larder.shop.example/", "Larder");
        let mut popup = popup(&world, &set).await;
        let pk = provider(&popup, &set, "Shop", "forward_domain", "https://sso.shop.example", "shop.example").await;
        popup.send(Event::CheckAgain).await;
        assert_eq!(gap(&popup), Some((pk, Gap::NoApplication)));
        let before = held(&set);
        popup.send(Event::ProtectPressed).await;
        popup.send(Event::ApplyPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
        assert!(matches!(&popup.app.site.status, Some(Status::PartOfDomain(p)) if p.pk == pk));
        undo(&mut popup).await;
        assert!(held(&set) == before);
        popup.send(Event::EndSeen).await;
        application(&popup, "Shop", pk).await;
        popup.send(Event::CheckAgain).await;
        assert_eq!(gap(&popup), Some((pk, Gap::NoOutpost)));
        popup.send(Event::ProtectPressed).await;
        assert!(
            matches!(popup.app.review.as_ref().map(|review| &review.subject), Some(Subject::Finish(p)) if p.pk == pk)
        );
    }
}

#[tokio::test]
async fn the_cookie_domain_of_an_authentication_url_is_repaired_from_there() {
    for release in RELEASES {
        let set = set(release).await;
        let world = World::at("https://sso.shop.example/", "Sign in");
        let mut popup = popup(&world, &set).await;
        let pk = provider(&popup, &set, "Shop", "forward_domain", "https://sso.shop.example", "").await;
        application(&popup, "Shop", pk).await;
        serve(&set, pk);
        popup.send(Event::CheckAgain).await;
        assert_eq!(gap(&popup), Some((pk, Gap::CookieDomain)));
        let before = held(&set);
        popup.send(Event::ProtectPressed).await;
        for wrong in ["", "example", "other.example", "https://shop.example"] {
            popup.send(Event::ReviewTyped(ReviewField::CookieDomain, wrong.into())).await;
            assert_eq!(popup.app.troubles().len(), 1, "{wrong}");
        }
        popup.send(Event::ReviewTyped(ReviewField::CookieDomain, " Shop.example ".into())).await;
        assert_eq!(popup.app.troubles(), []);
        popup.send(Event::ApplyPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
        assert!(matches!(&popup.app.site.status, Some(Status::PartOfDomain(p)) if p.cookie_domain == "shop.example"));
        undo(&mut popup).await;
        assert!(held(&set) == before);
    }
}

#[tokio::test]
async fn a_gate_that_no_outpost_finds_by_the_browsers_spelling_is_told_and_corrected() {
    for release in RELEASES {
        let set = set(release).await;
        let site = set.about().urls.site.clone();
        let world = World::at(&site, "Larder");
        let mut popup = popup(&world, &set).await;
        let odd = site.replace("http://site", "http://Site");
        let pk = provider(&popup, &set, "Larder", "forward_single", &odd, "").await;
        application(&popup, "Larder", pk).await;
        serve(&set, pk);
        set.control.set_middleware(site.trim_start_matches("http://"), true);
        let stranger = || async { new_client().get(&site).send().await.expect("an answer").status().as_u16() };
        assert_ne!(stranger().await, 302, "no outpost leads to a login");
        popup.send(Event::CheckAgain).await;
        assert_eq!(gap(&popup), Some((pk, Gap::Spelling)), "{:?}", popup.app.site.status);
        let before = held(&set);
        popup.send(Event::ProtectPressed).await;
        popup.send(Event::ApplyPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
        assert!(matches!(&popup.app.site.status, Some(Status::Protected(p)) if p.external_host == site));
        assert_eq!(stranger().await, 302);
        undo(&mut popup).await;
        assert!(held(&set) == before);
    }
}

#[tokio::test]
async fn fault_29_a_host_with_a_dot_at_the_end_is_told_and_the_gate_proposed_without_it() {
    let set = set(Release::R2026_8).await;
    let world = World::at("https://larder.example.com./", "Larder");
    let mut popup = popup(&world, &set).await;
    assert_eq!(popup.app.site.status, Some(Status::NotProtected));
    assert!(matches!(&popup.app.site.nearby, Some(Nearby::WithoutDot(other)) if other.host() == "larder.example.com"));
    popup.send(Event::ProtectPressed).await;
    assert_eq!(popup.app.review.as_ref().expect("a review").external_url, "https://larder.example.com");
    popup.send(Event::ApplyPressed).await;
    assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
    *world.tab.borrow_mut() =
        Some(Tab { id: 1, url: Some("https://larder.example.com/".into()), title: String::new() });
    assert!(matches!(Popup::open(&world).await.app.site.status, Some(Status::Protected(_))));
}

#[tokio::test]
async fn fault_28_no_spelling_of_authentiks_own_host_can_be_typed_into_a_review() {
    let set = set(Release::R2025_10).await;
    let world = World::at(&set.about().urls.site, "Larder");
    let mut popup = popup(&world, &set).await;
    popup.send(Event::ProtectPressed).await;
    let port = set.about().urls.authentik.rsplit(':').next().expect("a port").to_owned();
    for host in ["authentik.localhost", "AUTHENTIK.localhost", "authentik.localhost."] {
        for scheme in ["http", "https"] {
            popup.send(Event::ReviewTyped(ReviewField::ExternalUrl, format!("{scheme}://{host}:{port}"))).await;
            assert!(popup.app.troubles().iter().any(|trouble| trouble.blocks), "{scheme}://{host}:{port}");
        }
    }
}

#[tokio::test]
async fn fault_29_sites_at_numbers_ports_and_names_of_all_sorts_can_be_protected() {
    let set = set(Release::R2026_8).await;
    for url in [
        "http://10.0.0.7:3002/",
        "http://[2001:db8::7]:8080/",
        "http://localhost:8080/",
        "https://someone.github.io/",
        "https://b\u{fc}cher.example/",
        "https://www.pantry.example/",
    ] {
        let world = World::at(url, "");
        let mut popup = popup(&world, &set).await;
        assert_eq!(popup.app.site.status, Some(Status::NotProtected), "{url}");
        popup.protect().await;
        assert_eq!(popup.journal().phase, Phase::Done, "{url}: {:?}", popup.journal());
        assert!(matches!(popup.app.site.status, Some(Status::Protected(_))), "{url}: {:?}", popup.app.site.status);
        undo(&mut popup).await;
    }
}

#[tokio::test]
async fn fault_29_www_beside_a_protected_apex_is_told_with_the_way_on() {
    let set = set(Release::R2025_10).await;
    let world = World::at("https://pantry.example/", "Pantry");
    let mut popup = popup(&world, &set).await;
    popup.protect().await;
    *world.tab.borrow_mut() =
        Some(Tab { id: 1, url: Some("https://www.pantry.example/".into()), title: String::new() });
    let mut popup = Popup::open(&world).await;
    popup.send(Event::EndSeen).await;
    assert_eq!(popup.app.site.status, Some(Status::NotProtected));
    assert!(matches!(&popup.app.site.nearby, Some(Nearby::Www(other)) if other.host() == "pantry.example"));
    popup.protect().await;
    assert_eq!(popup.journal().phase, Phase::Done, "it can be protected too");
}

#[tokio::test]
async fn fault_27_a_page_of_ours_whose_tab_was_closed_says_so() {
    let set = set(Release::R2025_10).await;
    let world = World::at("https://sonarr.example.org/", "Sonarr");
    popup(&world, &set).await;
    *world.tab.borrow_mut() = None;
    assert_eq!(Popup::open(&world).await.app.place, Place::Unknown, "there is none in front");
    world.is_bound.set(true);
    let popup = Popup::open(&world).await;
    assert_eq!((&popup.app.place, &popup.app.site.status), (&Place::Gone, &None));
}

#[tokio::test]
async fn fault_13_an_application_that_may_not_be_made_leaves_nothing_behind() {
    let set = set(Release::R2026_8).await;
    let permissions = [
        "authentik_core.view_application",
        "authentik_core.view_provider",
        "authentik_providers_proxy.view_proxyprovider",
        "authentik_providers_oauth2.view_oauth2provider",
        "authentik_outposts.view_outpost",
        "authentik_outposts.change_outpost",
        "authentik_core.view_group",
        "authentik_flows.view_flow",
    ];
    let order = TokenOrder { permissions: permissions.map(str::to_owned).into(), ..TokenOrder::default() };
    let made = set.control.make_token(&order);
    let world = World::at(&set.about().urls.site, "Larder");
    let admin = popup(&world, &set).await;
    provider(&admin, &set, "Larder", "forward_single", &set.about().urls.site, "").await;
    let mut popup = Popup::connected(admin.world, &set, &made.token).await;
    let before = held(&set);
    popup.protect().await;
    let Phase::TakenBack(why) = &popup.journal().phase else { panic!("{:?}", popup.journal()) };
    assert!(why.contains("Your token may not do this"), "{why}");
    assert!(held(&set) == before);
}
