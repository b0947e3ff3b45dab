//! Each check finds what is wrong, and nothing where nothing is.

use super::*;
use crate::authentik::outposts::Outpost;
use crate::ports::{native_matches, native_url};

const NOW: i64 = 1_795_490_045;

fn gate() -> ProxyProvider {
    ProxyProvider {
        pk: 1,
        name: "Larder".into(),
        mode: "forward_single".into(),
        external_host: "https://larder.example.com".into(),
        application_slug: Some("larder".into()),
        application_name: Some("Larder".into()),
        ..ProxyProvider::default()
    }
}

fn outpost(pk: &str, providers: &[i64]) -> Outpost {
    Outpost {
        pk: pk.into(),
        name: format!("outpost {pk}"),
        kind: "proxy".into(),
        providers: providers.to_vec(),
        embedded: pk == "o",
        authentik_host: "https://auth.example.com/".into(),
    }
}

fn process() -> Health {
    Health { last_seen: "2026-11-24T03:14:00.0Z".into(), version: "2026.8.5".into(), version_should: "2026.8.5".into() }
}

/// All that a chart is made of; a test changes what it is about.
struct Case {
    site: &'static str,
    base: &'static str,
    gate: ProxyProvider,
    inventory: Inventory,
    health: Vec<(String, Vec<Health>)>,
    events: Vec<Event>,
    system: System,
}

impl Case {
    fn sound() -> Self {
        Self::of(gate())
    }

    fn of(gate: ProxyProvider) -> Self {
        let inventory =
            Inventory { proxies: vec![gate.clone()], outposts: vec![outpost("o", &[1])], ..Inventory::default() };
        Self {
            site: "https://larder.example.com",
            base: "https://auth.example.com",
            gate,
            inventory,
            health: vec![("o".into(), vec![process()])],
            events: Vec::new(),
            system: System { http_host: "auth.example.com".into(), is_secure: true },
        }
    }

    fn found(&self) -> Vec<Found> {
        let origin = Origin::of(&native_url(self.site).expect("an address")).expect("a site");
        let base = BaseUrl::from_kept(self.base).expect("a base");
        diagnose(&Chart {
            origin: &origin,
            base: &base,
            gate: &self.gate,
            inventory: &self.inventory,
            health: &self.health,
            events: Some(&self.events),
            system: Some(&self.system),
            now: NOW,
            parse: native_url,
            matches: native_matches,
        })
    }

    /// The only thing that was found.
    fn only(&self) -> Found {
        let mut found = self.found();
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    assert_eq!(Case::sound().found(), []);
    let mut blind = Case::sound();
    blind.health = Vec::new();
    assert_eq!(blind.found(), [], "what could not be read is no finding");
}

#[test]
fn fault_28_mode_proxy_on_authentiks_own_address_is_found_whichever_gate_is_asked_about() {
    let mut case = Case::sound();
    let own =
        ProxyProvider { pk: 2, mode: "proxy".into(), external_host: "https://Auth.example.com:443".into(), ..gate() };
    case.inventory.proxies.push(own.clone());
    assert_eq!(case.only(), Found { what: Finding::TakesAuthentik(own), sure: Sure::Certain });
}

#[test]
fn fault_30_a_provider_without_application_or_outpost_is_found() {
    let case = Case::of(ProxyProvider { application_slug: None, ..gate() });
    assert!(matches!(case.only().what, Finding::NoApplication(p) if p.pk == 1));
    let mut case = Case::sound();
    case.inventory.outposts[0].providers.clear();
    assert!(matches!(case.only().what, Finding::NoOutpost(p) if p.pk == 1));
}

#[test]
fn fault_30_two_providers_of_any_mode_for_a_host_in_one_outpost_are_found() {
    for mode in ["forward_single", "forward_domain", "proxy"] {
        let mut case = Case::sound();
        let twin =
            ProxyProvider { pk: 2, mode: mode.into(), external_host: "http://larder.example.com:80/".into(), ..gate() };
        case.inventory.proxies.push(ProxyProvider { external_host: "https://LARDER.example.com/".into(), ..twin });
        assert_eq!(case.found(), [], "they share no outpost");
        case.inventory.outposts[0].providers.push(2);
        assert!(matches!(case.only().what, Finding::Twice(twins) if twins.len() == 2), "{mode}");
    }
}

#[test]
fn fault_22_an_outpost_that_is_not_connected_is_certain_if_it_is_the_only_one() {
    let mut case = Case::sound();
    case.health = vec![("o".into(), Vec::new())];
    assert_eq!(case.only(), Found { what: Finding::NotConnected("outpost o".into(), true), sure: Sure::Certain });
    case.inventory.outposts.push(outpost("p", &[1]));
    case.health.push(("p".into(), vec![process()]));
    assert_eq!(case.only().sure, Sure::Perhaps, "the reverse proxy may ask the other one");
}

#[test]
fn an_outpost_that_was_not_heard_of_for_a_minute_is_only_probably_away() {
    let mut case = Case::sound();
    case.health[0].1[0].last_seen = "2026-11-24T03:09:00Z".into();
    assert_eq!(case.only(), Found { what: Finding::Silent("outpost o".into(), 5), sure: Sure::Probably });
    // Of several processes the one that was heard of last counts.
    case.health[0].1.push(process());
    assert_eq!(case.found(), []);
}

#[test]
fn an_outpost_of_another_release_is_found_by_comparing() {
    let mut case = Case::sound();
    case.health[0].1[0].version = "2026.2.2".into();
    let release = Finding::Release("outpost o".into(), "2026.2.2".into(), "2026.8.5".into());
    assert_eq!(case.only(), Found { what: release, sure: Sure::Perhaps });
}

#[test]
fn an_embedded_outpost_without_authentiks_address_is_certain_and_with_another_one_perhaps() {
    let mut case = Case::sound();
    case.inventory.outposts[0].authentik_host = String::new();
    assert_eq!(case.only().sure, Sure::Certain);
    case.inventory.outposts[0].authentik_host = "https://sso.example.com".into();
    assert_eq!(case.only().sure, Sure::Perhaps);
}

#[test]
fn what_outposts_report_about_this_gate_in_the_last_day_is_found() {
    let event = |message: &str, created: &str| Event {
        message: format!("Outpost from nginx (Provider Larder) {message}"),
        provider_name: "Larder".into(),
        created: created.into(),
        ..Event::default()
    };
    let traefik = "failed to detect a forward URL from Traefik";
    let mut case = Case::sound();
    case.events = vec![
        event(traefik, "2026-11-24T03:00:00Z"),
        event(traefik, "2026-11-23T04:00:00Z"),
        event(traefik, "2026-11-23T03:00:00Z"),
        Event { provider_name: "Another".into(), ..event(traefik, "2026-11-24T03:00:00Z") },
    ];
    assert_eq!(case.only(), Found { what: Finding::Reported(Asks::Traefik, 2), sure: Sure::Probably });
    for (who, asks) in [("nginx", Asks::Nginx), ("Caddy", Asks::Caddy)] {
        case.events = vec![event(&format!("failed to detect a forward URL from {who}"), "2026-11-24T03:00:00Z")];
        assert_eq!(case.only().what, Finding::Reported(asks, 1));
    }
    case.events = vec![event("something new", "2026-11-24T03:00:00Z")];
    assert!(matches!(case.only().what, Finding::Reported(Asks::Other(text), 1) if text.ends_with("something new")));
    // By the host that the reverse proxy named, too.
    case.events[0].provider_name = String::new();
    case.events[0].host = "larder.example.com".into();
    assert_eq!(case.found().len(), 1);
}

#[test]
fn an_external_url_with_a_path_http_or_an_odd_spelling_is_found_with_what_it_should_be() {
    for (host, wrong) in [
        ("https://larder.example.com/app", Address::Path),
        ("https://larder.example.com/?x", Address::Path),
        ("http://larder.example.com", Address::Readable),
        ("https://Larder.example.com", Address::Spelling),
        ("https://larder.example.com:443", Address::Spelling),
    ] {
        let case = Case::of(ProxyProvider { external_host: host.into(), ..gate() });
        let only = case.only();
        assert_eq!(only.sure == Sure::Certain, wrong == Address::Spelling, "no outpost finds it: {host}");
        let Finding::Address(found, _, to) = only.what else { panic!("{host}") };
        assert_eq!((found, to.as_str()), (wrong, "https://larder.example.com"), "{host}");
    }
    assert_eq!(Case::of(ProxyProvider { external_host: "https://larder.example.com/".into(), ..gate() }).found(), []);
}

fn domain(external_host: &str, cookie_domain: &str) -> Case {
    let (external_host, cookie_domain) = (external_host.to_owned(), cookie_domain.to_owned());
    Case::of(ProxyProvider { mode: "forward_domain".into(), external_host, cookie_domain, ..gate() })
}

#[test]
fn fault_29_a_cookie_domain_that_browsers_refuse_is_found_with_a_proposal() {
    for (host, cookie_domain, to) in [
        ("https://sso.example.com", "", "example.com"),
        ("https://sso.example.com", "example.org", "example.com"),
        ("https://sso.example.com", "com", "example.com"),
        ("https://notexample.com", "example.com", "notexample.com"),
    ] {
        let found = domain(host, cookie_domain).only();
        assert_eq!(found.sure, Sure::Certain);
        assert!(matches!(found.what, Finding::CookieDomain(_, proposal) if proposal == to), "{host} {cookie_domain}");
    }
    for cookie_domain in ["example.com", ".Example.com"] {
        assert_eq!(domain("https://sso.example.com", cookie_domain).found(), []);
    }
}

#[test]
fn a_site_with_a_port_may_be_missed_by_a_domain() {
    let case = Case { site: "https://larder.example.com:8443", ..domain("https://sso.example.com", "example.com") };
    assert_eq!(case.only(), Found { what: Finding::Port("larder.example.com:8443".into()), sure: Sure::Perhaps });
}

#[test]
fn lines_that_open_everything_are_found_and_the_others_are_kept() {
    let case = Case::of(ProxyProvider { skip_path_regex: "^/api/\n.*\n\n^/$".into(), ..gate() });
    let Finding::OpensEverything(_, lines, rest) = case.only().what else { panic!("{:?}", case.found()) };
    assert_eq!((lines, rest.as_str()), (vec![".*".to_owned(), String::new()], "^/api/\n^/$"));
    let mut whole = domain("https://sso.example.com", "example.com");
    whole.gate.skip_path_regex = "^https://open\\.example\\.com/a/".into();
    assert_eq!(whole.found(), [], "for a domain the whole address is looked at");
}

#[test]
fn how_authentik_sees_our_own_requests_is_held_against_its_address() {
    let mut case = Case::sound();
    case.system = System { http_host: "authentik-server:9000".into(), is_secure: false };
    let found: Vec<Finding> = case.found().into_iter().map(|found| found.what).collect();
    assert_eq!(found, [Finding::SeenAs("authentik-server:9000".into()), Finding::SeenReadable]);
    case.system = System { http_host: "AUTH.example.com:443".into(), is_secure: true };
    assert_eq!(case.found(), []);
}

#[test]
fn fault_30_what_makes_a_gate_impossible_comes_first() {
    let mut case = Case::of(ProxyProvider { external_host: "https://larder.example.com/x".into(), ..gate() });
    case.health = vec![("o".into(), Vec::new())];
    case.inventory.outposts[0].authentik_host = String::new();
    let kinds: Vec<Sure> = case.found().into_iter().map(|found| found.sure).collect();
    assert_eq!(kinds, [Sure::Certain, Sure::Certain, Sure::Probably]);
}
