//! What a person sees and may press, screen by screen, without a server.

use gatewright::authentik::flows::Flow;
use gatewright::authentik::groups::Group;
use gatewright::authentik::outposts::Outpost;
use gatewright::authentik::providers_proxy::ProxyProvider;
use gatewright::authentik::{Access, ApiError, ApiToken, BaseUrl};
use gatewright::plan::Order;
use gatewright::ports::{Tab, native_matches, native_url};
use gatewright::screens::{App, Effect, Event, Loaded, ReviewField, Route, Screen, SiteReading, WhoGetsIn};
use gatewright::session::{Connection, Keep};
use gatewright::site::Status;

fn outpost(providers: &[i64]) -> Outpost {
    Outpost {
        pk: "o1".into(),
        name: "authentik Embedded Outpost".into(),
        kind: "proxy".into(),
        providers: providers.to_vec(),
        embedded: true,
        authentik_host: "https://auth.example.com/".into(),
    }
}

fn proxy(pk: i64, host: &str) -> ProxyProvider {
    ProxyProvider {
        pk,
        name: "Larder".into(),
        mode: "forward_single".into(),
        external_host: host.into(),
        cookie_domain: String::new(),
        application_slug: Some("larder".into()),
        application_name: Some("Larder".into()),
        ..ProxyProvider::default()
    }
}

fn reading(proxies: Vec<ProxyProvider>, served: &[i64]) -> Event {
    Event::SiteRead(Box::new(SiteReading {
        at: 1.0,
        proxies: Some(proxies),
        outposts: Some(vec![outpost(served)]),
        oauth2: Some(Vec::new()),
        applications: Some(Vec::new()),
        ..SiteReading::default()
    }))
}

/// A connected popup over a tab.
fn popup(url: &str, title: &str) -> App {
    let mut app = App::new(Route::Site, false, native_url, native_matches);
    let base = BaseUrl::from_kept("https://auth.example.com").expect("a base");
    app.on(Event::Loaded(Box::new(Loaded {
        tab: Some(Tab { id: 1, url: Some(url.into()), title: title.into() }),
        connection: Some(Connection { base: base.to_string(), keep: Keep::Session }),
        access: Some(Access { base, token: ApiToken::parse("secret") }),
        may_reach: true,
        ..Loaded::default()
    })));
    app
}

fn choices() -> Event {
    let flow = |pk: &str, slug: &str, designation: &str| Flow {
        pk: pk.into(),
        slug: slug.into(),
        name: slug.into(),
        designation: designation.into(),
    };
    let flows = vec![
        flow("f1", "default-provider-authorization-implicit-consent", "authorization"),
        flow("f2", "default-provider-invalidation-flow", "invalidation"),
    ];
    Event::ChoicesRead(Ok(flows), Ok(vec![Group { pk: "g1".into(), name: "family".into(), is_superuser: false }]))
}

fn applied(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Apply(_)))
}

#[test]
fn a_look_asks_for_four_lists_and_a_known_protected_site_for_two() {
    let mut app = popup("https://larder.example.com/", "Larder");
    let effects = app.on(Event::CheckAgain);
    assert!(matches!(effects[..], [Effect::ReadSite { all: true }]), "{effects:?}");
    app.on(reading(vec![proxy(1, "https://larder.example.com")], &[1]));
    assert!(matches!(app.site.status, Some(Status::Protected(_))));
    let effects = app.on(Event::CheckAgain);
    assert!(matches!(effects[..], [Effect::ReadSite { all: false }]), "{effects:?}");
}

#[test]
fn the_review_is_filled_in_from_the_tab_and_can_be_applied_at_once() {
    let mut app = popup("https://larder.example.com/", "Larder – pantry inventory");
    app.on(reading(vec![], &[]));
    app.on(Event::ProtectPressed);
    app.on(choices());
    assert_eq!(app.screen(), Screen::Review);
    let review = app.review.clone().expect("a review");
    assert_eq!((review.name.as_str(), review.slug.as_str()), ("Larder", "larder"));
    assert_eq!((review.external_url.as_str(), review.session.as_str()), ("https://larder.example.com", "24 hours"));
    assert_eq!(app.troubles(), []);
    assert!(applied(&app.on(Event::ApplyPressed)));
    assert!(!applied(&app.on(Event::ApplyPressed)), "a second press sends nothing");
}

#[test]
fn with_asking_off_it_is_one_click() {
    let mut app = popup("https://larder.example.com/", "Larder");
    app.settings.ask_before_applying = false;
    app.on(reading(vec![], &[]));
    assert!(!applied(&app.on(Event::ProtectPressed)), "the flows are read first");
    assert!(applied(&app.on(choices())));
}

#[test]
fn a_route_fills_the_review_in_and_never_applies() {
    let mut app = popup("https://larder.example.com/", "Larder");
    app.settings.ask_before_applying = false;
    app.on(Event::Go(Route::Protect));
    let effects = app.on(reading(vec![], &[]));
    assert!(app.review.is_some() && !applied(&effects));
    assert!(!applied(&app.on(choices())));
}

#[test]
fn troubles_stand_beside_their_field_while_one_types() {
    let mut app = popup("https://larder.example.com/", "Larder");
    app.on(reading(vec![proxy(1, "https://other.example.com")], &[1]));
    app.on(Event::ProtectPressed);
    app.on(choices());
    let field = |app: &App| app.troubles().first().map(|trouble| trouble.field);
    assert_eq!(
        app.review.as_ref().map(|review| review.name.as_str()),
        Some("Larder 2"),
        "a taken name is not proposed"
    );
    for (which, bad, good) in [
        (ReviewField::Name, "Larder", "Pantry"),
        (ReviewField::Slug, "token", "pantry"),
        (ReviewField::ExternalUrl, "https://auth.example.com", "https://larder.example.com"),
        (ReviewField::ExternalUrl, "https://other.example.com", "https://larder.example.com"),
        (ReviewField::ExternalUrl, "https://larder.example.com/path", "https://larder.example.com"),
        (ReviewField::Session, "soon", "8 hours"),
    ] {
        app.on(Event::ReviewTyped(which, bad.into()));
        assert_eq!(field(&app), Some(which), "{bad}");
        assert!(!applied(&app.on(Event::ApplyPressed)), "{bad}");
        app.on(Event::ReviewTyped(which, good.into()));
        assert_eq!(field(&app), None, "{good}");
    }
    app.on(Event::WhoChosen(WhoGetsIn::Groups));
    assert_eq!(field(&app), Some(ReviewField::Groups));
    app.on(Event::ReviewTyped(ReviewField::Groups, "g1".into()));
    assert_eq!(field(&app), None);
}

#[test]
fn a_provider_in_no_outpost_is_only_put_into_one() {
    let mut app = popup("https://larder.example.com/", "Larder");
    app.on(reading(vec![proxy(7, "https://larder.example.com")], &[]));
    app.on(Event::ProtectPressed);
    let plan = app.preview().expect("a plan");
    assert_eq!(plan.changes().count(), 1);
    let effects = app.on(Event::ApplyPressed);
    assert!(applied(&effects), "{effects:?}");
}

#[test]
fn fault_28_nothing_on_authentiks_own_page_can_be_protected() {
    let mut app = popup("https://auth.example.com/if/admin/", "authentik");
    app.on(reading(vec![], &[]));
    assert_eq!(app.site.status, Some(Status::Authentik));
    app.on(Event::ProtectPressed);
    assert!(app.review.is_none());
}

#[test]
fn fault_10_a_token_that_stops_working_leads_back_with_the_address_filled_in() {
    let mut app = popup("https://larder.example.com/", "Larder");
    app.on(Event::SiteRead(Box::new(SiteReading { error: Some(ApiError::BadToken), ..SiteReading::default() })));
    assert_eq!(app.screen(), Screen::Welcome);
    assert_eq!(app.connect.address, "https://auth.example.com");
    assert!(app.connect.stopped && app.connect.token.0.is_empty());
}

#[test]
fn fault_09_a_refused_host_is_said_beside_the_address() {
    let mut app = App::new(Route::Connect, true, native_url, native_matches);
    app.on(Event::Loaded(Box::default()));
    app.on(Event::AddressTyped("auth.example.com".into()));
    app.on(Event::TokenTyped("abc".into()));
    let effects = app.on(Event::ConnectPressed);
    assert!(matches!(&effects[..], [Effect::AskForHost(origin)] if origin == "https://auth.example.com"));
    let effects = app.on(Event::HostAnswered(false));
    assert!(effects.is_empty() && app.connect.address_error.is_some(), "the token goes nowhere");
}

#[test]
fn fault_02_plain_http_asks_for_a_word_before_the_token_travels() {
    let mut app = App::new(Route::Connect, true, native_url, native_matches);
    app.on(Event::Loaded(Box::default()));
    app.on(Event::AddressTyped("http://auth.example.com".into()));
    app.on(Event::TokenTyped("abc".into()));
    assert!(app.on(Event::ConnectPressed).is_empty() && app.connect.asks_for_readable);
    app.on(Event::ReadableConfirmed(true));
    assert!(matches!(&app.on(Event::ConnectPressed)[..], [Effect::AskForHost(_)]));
}

#[test]
fn an_unfinished_change_wakes_the_worker_and_warns_before_disconnecting() {
    let plan = gatewright::plan::set_authentik_host(
        "p".into(),
        "https://x.example",
        &outpost(&[]),
        "https://auth.example.com",
    );
    let journal = gatewright::plan::Journal::new(plan, "https://auth.example.com", 0.0);
    let mut app = popup("https://larder.example.com/", "Larder");
    let loaded = Loaded {
        connection: app.connection.clone(),
        access: app.access.clone(),
        may_reach: true,
        journal: Some(journal),
        ..Loaded::default()
    };
    let effects = app.on(Event::Loaded(Box::new(loaded)));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Send(Order::Wake))), "{effects:?}");
    assert!(app.on(Event::DisconnectPressed(false)).is_empty() && app.confirm_disconnect);
    assert!(matches!(&app.on(Event::DisconnectPressed(true))[..], [Effect::Disconnect]));
}

#[test]
fn a_token_never_prints_with_the_app() {
    let mut app = popup("https://larder.example.com/", "Larder");
    app.on(Event::TokenTyped("s3cret-typed".into()));
    let printed = format!("{app:?}");
    assert!(!printed.contains("s3cret") && !printed.contains("\"secret\""), "{printed}");
}

#[test]
fn a_worker_that_dies_over_an_order_is_woken_again_but_not_for_ever() {
    let plan = gatewright::plan::set_authentik_host(
        "p".into(),
        "https://x.example",
        &outpost(&[]),
        "https://auth.example.com",
    );
    let journal = gatewright::plan::Journal::new(plan, "https://auth.example.com", 0.0);
    let mut app = popup("https://larder.example.com/", "Larder");
    app.on(Event::JournalChanged(Some(Box::new(journal))));
    for _ in 0..3 {
        assert!(matches!(&app.on(Event::WorkerSilent)[..], [Effect::Send(Order::Wake)]));
    }
    assert!(app.on(Event::WorkerSilent).is_empty() && app.refused.is_some());
}

#[test]
fn with_asking_off_a_half_made_gate_is_finished_in_one_click() {
    let mut app = popup("https://larder.example.com/", "Larder");
    app.settings.ask_before_applying = false;
    app.on(reading(vec![proxy(7, "https://larder.example.com")], &[]));
    assert!(applied(&app.on(Event::ProtectPressed)));
}
