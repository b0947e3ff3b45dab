//! "Verify" for a gate, against the embedded authentik behind reverse proxies that were set up rightly and wrongly: what the
//! person is told, and whether it is true.

use embedded_authentik::{Proxy, Release, Running, Setup, Site, TokenOrder};
use gatewright::authentik::{Access, ApiToken, BaseUrl, Method, Request};
use gatewright::screens::{Certainty, Event, Found, GateEvent, Holds, May, Outcome, Route, Screen, Verdict};
use gatewright_it::company::set;
use gatewright_it::{Popup, World, new_client};
use serde_json::json;

fn host(set: &Running) -> String {
    set.about().urls.site.trim_start_matches("http://").to_owned()
}

/// A browser over the sample site, which authentik protects.
async fn protected(set: &Running) -> World {
    let world = World::at(&format!("{}/shelf", set.about().urls.site), "Larder – pantry inventory");
    world.page_can_be_asked.set(true);
    world.out_of_reach.borrow_mut().insert(set.about().urls.site.clone());
    world.out_of_reach.borrow_mut().insert(set.about().urls.elsewhere.clone());
    let mut popup = Popup::connected(&world, set, &set.about().tokens.admin).await;
    popup.protect().await;
    popup.send(Event::EndSeen).await;
    world
}

fn told(popup: &Popup<'_>) -> Outcome {
    let (site, outcome) = popup.app.check.outcome.clone().expect("a verdict");
    assert_eq!(Some(&site), popup.app.origin());
    outcome
}

/// Verifies: without the permission for the site, and with it.
async fn verify(world: &World) -> (Outcome, Outcome) {
    let mut popup = Popup::open(world).await;
    popup.send(Event::Gate(GateEvent::Pressed)).await;
    assert_eq!(popup.app.screen(), Screen::Verify);
    let without = told(&popup);
    popup.send(Event::Gate(GateEvent::LetPressed)).await;
    assert_eq!(popup.app.check.may, May::Ask);
    let with = told(&popup);
    popup.send(Event::Gate(GateEvent::GiveBackPressed)).await;
    assert_ne!(popup.app.check.may, May::Ask);
    assert_eq!(told(&popup).holds, without.holds, "without the permission it is as before");
    (without, with)
}

fn has<'a>(outcome: &'a Outcome, words: &str) -> &'a Found {
    let found = outcome.found.iter().find(|found| found.says.contains(words) || found.todo.contains(words));
    found.unwrap_or_else(|| panic!("nothing says {words:?}: {outcome:#?}"))
}

/// Whether a stranger who has no browser gets the site's own content, at the front page or at any other.
async fn lets_a_stranger_in(set: &Running) -> bool {
    let site = &set.about().urls.site;
    let mut lets = false;
    for path in ["/", "/shelf", "/anything/else"] {
        let mut url: reqwest::Url = format!("{site}{path}").parse().expect("an address");
        for _ in 0..10 {
            let answer = new_client().get(url.clone()).send().await.expect("an answer");
            match answer.headers().get("location").and_then(|to| to.to_str().ok()) {
                Some(to) if answer.status().is_redirection() => url = url.join(to).expect("an address"),
                _ => {
                    lets |=
                        answer.status() == 200 && url.origin() == site.parse::<reqwest::Url>().expect("one").origin();
                    break;
                }
            }
        }
    }
    lets
}

async fn case(proxy: Proxy, site: Site) -> (Outcome, Outcome) {
    let set = set(Release::R2025_10).await;
    let world = protected(&set).await;
    set.control.set_up(&host(&set), Setup { proxy, site });
    let (without, with) = verify(&world).await;
    let lets = lets_a_stranger_in(&set).await;
    for outcome in [&without, &with] {
        let closed = matches!(outcome.holds, Holds::Closed | Holds::Nobody);
        assert!(!(closed && lets), "{proxy:?} {site:?}: said {:?} of an open site", outcome.holds);
    }
    let stray = set.control.requests().into_iter().find(|seen| seen.bearer && !seen.path.starts_with("/api/v3/"));
    assert!(stray.is_none(), "the bearer went along: {stray:?}");
    (without, with)
}

#[tokio::test]
async fn a_closed_gate_is_known_for_sure_only_where_the_extension_was_led_to_its_login() {
    for proxy in [Proxy::Traefik, Proxy::Nginx] {
        let (without, with) = case(proxy, Site::Larder).await;
        assert_eq!((without.holds, with.holds), (Holds::NotKnown, Holds::Closed), "{proxy:?}");
        let probably = has(&without, "leads elsewhere, probably to the login");
        assert_eq!(probably.sure, Certainty::Probable);
        assert_eq!(has(&with, "leads to authentik's login for this site").sure, Certainty::Certain);
        assert_eq!(has(&without, "routed to an outpost").is, Verdict::Good);
        assert_eq!(has(&with, "The way back from the login leads to the outpost").is, Verdict::Good);
        has(&with, "noted no configuration error");
    }
}

#[tokio::test]
async fn an_open_site_is_open_also_where_it_leads_to_a_page_of_its_own_first() {
    for site in [Site::Larder, Site::Home, Site::OwnLogin] {
        let (without, with) = case(Proxy::Open, site).await;
        assert_eq!((without.holds, with.holds), (Holds::Open, Holds::Open), "{site:?}");
        let words = if site == Site::Larder { "gets the front page" } else { "That is not authentik's gate" };
        assert_eq!(has(&with, words).is, Verdict::Bad);
        has(&without, words);
        has(&with, "Add the middleware");
    }
}

#[tokio::test]
async fn a_login_elsewhere_is_no_gate_of_authentiks() {
    let (without, with) = case(Proxy::Open, Site::LoginElsewhere).await;
    assert_eq!((without.holds, with.holds), (Holds::NotKnown, Holds::NotKnown));
    has(&with, "not the authentik you are connected to");
}

#[tokio::test]
async fn a_gate_before_the_front_page_alone_is_open() {
    let (without, with) = case(Proxy::TraefikRootOnly, Site::Larder).await;
    assert_eq!((without.holds, with.holds), (Holds::Open, Holds::Open));
    has(&with, "Other pages let a stranger in");
}

#[tokio::test]
async fn what_is_routed_wrongly_is_told() {
    let (_, with) = case(Proxy::OtherApp, Site::Larder).await;
    assert_eq!(with.holds, Holds::Open);
    has(&with, "own paths don't lead to an outpost");
    let (without, with) = case(Proxy::TraefikUnrouted, Site::Larder).await;
    assert_eq!((without.holds, with.holds), (Holds::NotKnown, Holds::Closed));
    // Traefik's question takes the way back by itself: signing in works.
    assert_eq!(has(&with, "own paths don't lead to an outpost").is, Verdict::Unsure);
    let (without, with) = case(Proxy::NginxUnrouted, Site::Larder).await;
    assert_eq!((without.holds, with.holds), (Holds::NotKnown, Holds::NotKnown));
    assert_eq!(has(&with, "so no login begins").is, Verdict::Bad);
    let (without, with) = case(Proxy::NginxBare, Site::Larder).await;
    assert_eq!((without.holds, with.holds), (Holds::NotKnown, Holds::NotKnown));
    has(&with, "error_page 401 is missing");
}

#[tokio::test]
async fn missing_forward_headers_are_named_in_authentiks_own_words_and_in_ours() {
    let (without, with) = case(Proxy::TraefikNoHeaders, Site::Larder).await;
    for outcome in [without, with] {
        assert_eq!(outcome.holds, Holds::Nobody);
        has(&outcome, "configuration error");
        has(&outcome, "X-Forwarded-Proto, X-Forwarded-Host and X-Forwarded-Uri");
        has(&outcome, "noted");
    }
}

#[tokio::test]
async fn an_outpost_that_does_not_know_the_host() {
    let cases = [
        (Proxy::TraefikWrongHost, "authentik answers with status 404"),
        (Proxy::TraefikOtherOutpost, "no app for hostname"),
    ];
    for (proxy, words) in cases {
        let (without, with) = case(proxy, Site::Larder).await;
        for outcome in [without, with] {
            assert_eq!(outcome.holds, Holds::Nobody, "{proxy:?}");
            assert_eq!(has(&outcome, words).is, Verdict::Bad);
        }
    }
}

#[tokio::test]
async fn a_service_worker_makes_what_the_page_sees_worthless() {
    for (proxy, with) in [(Proxy::Traefik, Holds::Closed), (Proxy::Open, Holds::Open)] {
        let set = set(Release::R2025_10).await;
        let world = protected(&set).await;
        world.page_has_worker.set(true);
        set.control.set_up(&host(&set), Setup { proxy, site: Site::ServiceWorker });
        let (without, then) = verify(&world).await;
        assert_eq!((without.holds, then.holds), (Holds::NotKnown, with));
        assert_eq!(has(&without, "service worker").sure, Certainty::Unknown);
    }
}

#[tokio::test]
async fn a_tab_that_went_elsewhere_is_not_looked_at() {
    let set = set(Release::R2025_10).await;
    let world = protected(&set).await;
    set.control.set_middleware(&host(&set), true);
    world.page_can_be_asked.set(false);
    let (without, with) = verify(&world).await;
    assert_eq!((without.holds, with.holds), (Holds::NotKnown, Holds::Closed));
    has(&without, "Click the toolbar button to look at this tab");
    assert!(with.found.iter().all(|found| !found.says.contains("toolbar")));
}

#[tokio::test]
async fn what_the_provider_leaves_open_is_said_and_an_open_front_page_is_open() {
    let set = set(Release::R2025_10).await;
    let world = protected(&set).await;
    set.control.set_middleware(&host(&set), true);
    let leave_open = |lines: &'static str| {
        set.control.change(|world| {
            let proxies = world.providers.iter_mut().filter_map(|provider| provider.proxy.as_mut());
            for proxy in proxies.filter(|proxy| proxy.external_host.contains("site.localhost")) {
                proxy.skip_path_regex = lines.to_owned();
            }
        });
    };
    leave_open("^/health$\n^/public/");
    let (_, with) = verify(&world).await;
    assert_eq!(with.holds, Holds::LeftOpen);
    has(&with, "^/health$, ^/public/");
    leave_open("^/$");
    let (without, with) = verify(&world).await;
    assert_eq!((without.holds, with.holds), (Holds::Open, Holds::Open));
    has(&with, "the line ^/$ of its unauthenticated paths");
}

#[tokio::test]
async fn another_provider_at_the_gate_is_named() {
    let set = set(Release::R2025_10).await;
    let world = protected(&set).await;
    set.control.set_middleware(&host(&set), true);
    world.out_of_reach.borrow_mut().clear();
    let mut popup = Popup::open(&world).await;
    // As if the proxy asked about another host: paperless is loaded for this one, too, and last.
    set.control.change(|world| {
        let site = world
            .providers
            .iter()
            .filter_map(|provider| provider.proxy.as_ref())
            .map(|proxy| proxy.external_host.clone());
        let site = site.into_iter().find(|host| host.contains("site.localhost")).expect("the site");
        let pk = world.application("paperless").expect("paperless").provider.expect("a provider");
        let proxies = world.providers.iter_mut().filter(|provider| provider.pk == pk);
        proxies.filter_map(|provider| provider.proxy.as_mut()).for_each(|proxy| proxy.external_host.clone_from(&site));
        for outpost in &mut world.outposts {
            outpost.providers.retain(|other| *other != pk);
            outpost.providers.push(pk);
        }
    });
    popup.send(Event::Gate(GateEvent::Again)).await;
    assert_eq!(told(&popup).holds, Holds::NotKnown);
    assert_eq!(has(&told(&popup), "but for Paperless, not for the provider of this site").is, Verdict::Bad);
}

#[tokio::test]
async fn a_domain_level_gate_needs_no_route_at_the_site() {
    let set = set(Release::R2025_10).await;
    let world = World::at(&set.about().urls.site, "Larder");
    world.page_can_be_asked.set(true);
    let token = ApiToken::parse(&set.about().tokens.admin).expect("a token");
    let access = Access { base: BaseUrl::from_kept(&set.about().urls.authentik).expect("a base"), token: Some(token) };
    let flows = set.control.change(|world| {
        let flow =
            |word: &str| world.flows.iter().find(|flow| flow["designation"] == word).expect("a flow")["pk"].clone();
        (flow("authorization"), flow("invalidation"))
    });
    let body = json!({
        "app": {"name": "Everything", "slug": "everything"}, "provider_model": "authentik_providers_proxy.proxyprovider",
        "provider": {"name": "Everything", "mode": "forward_domain", "external_host": set.about().urls.authentik,
            "cookie_domain": "localhost", "authorization_flow": flows.0, "invalidation_flow": flows.1},
    });
    let put = Request { method: Method::Put, path: "core/transactional/applications/".into(), body: Some(body) };
    assert_eq!(world.line.send(&access, &put).await.expect("an answer").status, 200);
    set.control.change(|world| {
        let pk = world.application("everything").expect("it").provider.expect("a provider");
        world
            .outposts
            .iter_mut()
            .filter(|outpost| outpost.managed.is_some())
            .for_each(|outpost| outpost.providers.push(pk));
    });
    set.control.set_up(&host(&set), Setup { proxy: Proxy::TraefikUnrouted, site: Site::Larder });
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(Event::Gate(GateEvent::Pressed)).await;
    let outcome = told(&popup);
    assert_eq!(outcome.holds, Holds::Closed, "{outcome:#?}");
    assert!(outcome.found.iter().all(|found| !found.says.contains("own paths")), "{outcome:#?}");
    assert!(!lets_a_stranger_in(&set).await);
}

#[tokio::test]
async fn fault_12_a_token_that_may_not_read_events_misses_only_that_line() {
    let set = set(Release::R2025_10).await;
    let world = protected(&set).await;
    set.control.set_middleware(&host(&set), true);
    let permissions = [
        "authentik_providers_proxy.view_proxyprovider",
        "authentik_outposts.view_outpost",
        "authentik_core.view_application",
    ];
    let order = TokenOrder { permissions: permissions.map(str::to_owned).to_vec(), ..TokenOrder::default() };
    let token = set.control.make_token(&order).token;
    world.out_of_reach.borrow_mut().clear();
    let mut popup = Popup::connected(&world, &set, &token).await;
    popup.send(Event::Gate(GateEvent::Pressed)).await;
    let outcome = told(&popup);
    assert_eq!(outcome.holds, Holds::Closed);
    assert_eq!(has(&outcome, "may not read events (view_event)").sure, Certainty::Unknown);
}

#[tokio::test]
async fn a_private_window_is_opened_where_the_browser_can_and_told_by_hand_where_not() {
    let set = set(Release::R2025_10).await;
    let world = protected(&set).await;
    let mut popup = Popup::open(&world).await;
    popup.send(Event::Gate(GateEvent::StrangerPressed)).await;
    assert!(popup.app.check.by_hand);
    *world.private_windows.borrow_mut() = Some(Vec::new());
    popup.send(Event::Gate(GateEvent::StrangerPressed)).await;
    assert!(!popup.app.check.by_hand);
    assert_eq!(world.private_windows.borrow().clone(), Some(vec![format!("{}/", set.about().urls.site)]));
}

#[tokio::test]
async fn in_the_popup_the_permission_is_asked_from_a_tab_of_its_own() {
    use gatewright::screens::Effect;
    let set = set(Release::R2025_10).await;
    let world = protected(&set).await;
    let mut popup = Popup::open(&world).await;
    popup.app.full_page = false;
    let effects = popup.app.on(Event::Gate(GateEvent::LetPressed));
    assert!(matches!(effects[..], [Effect::OpenOwn(Route::Verify)]), "{effects:?}");
    popup.app.full_page = true;
    let effects = popup.app.on(Event::Gate(GateEvent::LetPressed));
    assert!(matches!(&effects[..], [Effect::AskForSite(origin)] if *origin == set.about().urls.site), "{effects:?}");
    popup.app.on(Event::Gate(GateEvent::HostAnswered(false)));
    assert_eq!(popup.app.check.may, May::Refused);
}
