//! "The whole domain": one gate for all sites of a domain, what it covers, and what keeps it from being made.

use embedded_authentik::{Release, Running};
use gatewright::plan::{Kind, Phase};
use gatewright::screens::{Event, Review, ReviewField, Trouble};
use gatewright::site::Status;
use gatewright::words::plain;
use gatewright_it::company::set;
use gatewright_it::{Popup, Visitor, World};
use serde_json::json;

const RELEASES: [Release; 2] = [Release::R2025_10, Release::R2026_8];

/// An address of the set under another name of this machine.
fn named(url: &str, host: &str) -> String {
    let port = url.rsplit(':').next().expect("a port");
    format!("http://{host}:{port}")
}

fn authority(url: &str) -> &str {
    url.trim_start_matches("http://")
}

/// A popup over a site, with authentik at `base`, in the review of a whole domain.
async fn reviewing<'a>(world: &'a World, set: &Running, base: &str) -> Popup<'a> {
    let mut popup = Popup::open(world).await;
    popup.send(Event::AddressTyped(base.to_owned())).await;
    popup.send(Event::TokenTyped(set.about().tokens.admin.clone())).await;
    popup.send(Event::ConnectPressed).await;
    popup.send(Event::ProtectPressed).await;
    popup.send(Event::ReviewTyped(ReviewField::Cover, "domain".into())).await;
    popup
}

fn value(popup: &Popup, field: ReviewField) -> String {
    popup.app.of_review(|review, ground| review.value(field, ground))
}

fn blocking(popup: &Popup) -> Vec<Trouble> {
    popup.app.troubles().into_iter().filter(|trouble| trouble.blocks).collect()
}

#[tokio::test]
async fn one_gate_covers_every_site_of_a_domain_and_one_login_opens_them_all() {
    for release in RELEASES {
        for authentik_is_under_it in [true, false] {
            let set = set(release).await;
            let urls = &set.about().urls;
            let (larder, jars) = (named(&urls.site, "larder.home.localhost"), named(&urls.site, "jars.home.localhost"));
            let base = if authentik_is_under_it {
                named(&urls.authentik, "authentik.home.localhost")
            } else {
                urls.authentik.clone()
            };
            let before = set.control.state();
            let world = World::at(&larder, "Larder");
            let mut popup = reviewing(&world, &set, &base).await;
            assert_eq!(value(&popup, ReviewField::CookieDomain), "home.localhost");
            let auth = if authentik_is_under_it { base.clone() } else { named(&urls.site, "auth.home.localhost") };
            assert_eq!(value(&popup, ReviewField::AuthUrl), auth);
            assert_eq!(blocking(&popup), []);
            let review = popup.app.review.clone().expect("a review");
            assert_eq!((review.name.as_str(), review.slug.as_str()), ("home.localhost", "home-localhost"));
            popup.send(Event::ApplyPressed).await;
            assert_eq!((&popup.journal().phase, popup.journal().plan.kind), (&Phase::Done, Kind::ProtectDomain));
            assert!(matches!(&popup.app.site.status, Some(Status::PartOfDomain(proxy)) if proxy.external_host == auth));
            let sign_in = popup.app.filling().and_then(|filling| filling.sign_in).expect("where people sign in");
            assert_eq!((sign_in.at.to_string(), sign_in.is_authentik), (auth.clone(), authentik_is_under_it));

            // What "Done" tells: each site's proxy asks, and the authentication URL leads to the outpost.
            for site in [&larder, &jars, &auth] {
                set.control.set_middleware(authority(site), true);
            }
            for site in [&larder, &jars] {
                assert!(Visitor::default().open(site).await.is_login(), "{site} on {release:?}");
            }
            let mut person = Visitor::default();
            let page = person.open_as("barbara.liskov", &format!("{larder}/shelf")).await;
            assert_eq!((page.url, page.text.contains("barbara.liskov")), (format!("{larder}/shelf"), true));
            let other = person.open(&format!("{jars}/shelf")).await;
            assert_eq!((other.person(), other.hops.len()), (Some("barbara.liskov"), 0), "one login for all: {other:?}");

            // From another site of the domain.
            let elsewhere = World::at(&jars, "Jars");
            let popup_there = Popup::connected(&elsewhere, &set, &set.about().tokens.admin).await;
            assert!(matches!(popup_there.app.site.status, Some(Status::PartOfDomain(_))));

            let id = popup.journal().plan.id.clone();
            popup.send(Event::UndoPressed(id)).await;
            assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
            assert_eq!(set.control.state(), before, "{release:?}");
            for site in [&larder, &jars] {
                let page = person.open(site).await;
                assert_eq!((page.person(), page.status), (None, 404), "nobody gets in while the proxy still asks");
            }
        }
    }
}

#[tokio::test]
async fn fault_29_a_domain_that_browsers_or_the_site_or_authentik_refuse_is_told_beside_its_field() {
    let set = set(Release::R2026_8).await;
    let world = World::at("https://grafana.example.com/d/1", "Grafana");
    let mut popup = reviewing(&world, &set, &set.about().urls.authentik).await;
    let domain = ReviewField::CookieDomain;
    let auth = ReviewField::AuthUrl;
    assert_eq!(value(&popup, auth), "https://auth.example.com");
    for (field, text, says) in [
        (domain, "com", "everybody can have a name"),
        (domain, "co.uk", "everybody can have a name"),
        (domain, "duckdns.org", "everybody can have a name"),
        (domain, "", "no domain"),
        (domain, "https://example.com", "no domain"),
        (domain, "exam ple.com", "no domain"),
        (domain, "example.com:8443", "no domain"),
        (domain, "example.org", "is not under this domain"),
        (domain, "ample.com", "is not under this domain"),
        (auth, "https://auth.example.org", "under example.com"),
        (auth, "https://auth.notexample.com", "under example.com"),
        (auth, "https://auth.example.com/login", "what comes after the host"),
        (auth, "auth", "no address"),
        (auth, "https://me@auth.example.com", "no address"),
    ] {
        popup.send(Event::ReviewTyped(field, text.into())).await;
        let troubles = blocking(&popup);
        assert!(
            troubles.iter().any(|trouble| trouble.field == field && trouble.says.contains(says)),
            "{text}: {troubles:?}"
        );
        popup.send(Event::ReviewTyped(domain, " .Example.com ".into())).await;
        popup.send(Event::ReviewTyped(auth, "https://auth.example.com".into())).await;
        assert_eq!(popup.app.troubles(), [], "{text}");
    }
    let plan = popup.app.preview().expect("a plan");
    assert_eq!(plan.steps[0].action.body["provider"]["cookie_domain"], json!("example.com"));
    // The site with a port: said, because authentik compares it too.
    let world = World::at("https://grafana.example.com:3000/", "Grafana");
    let popup = reviewing(&world, &set, &set.about().urls.authentik).await;
    assert!(popup.app.troubles().iter().any(|trouble| !trouble.blocks && trouble.field == domain));
    // An address has no domain.
    let world = World::at("https://10.0.0.5/", "Grafana");
    let popup = reviewing(&world, &set, &set.about().urls.authentik).await;
    assert!(!blocking(&popup).is_empty() && popup.app.of_review(|review, _| !review.has_domain()));
}

#[tokio::test]
async fn fault_30_two_providers_for_one_domain_or_one_address_in_an_outpost_are_refused() {
    let set = set(Release::R2025_10).await;
    // The seed has a gate for all of home.example, whose logins come back to auth.home.example.
    let world = World::at("https://x.apps.home.example/", "X");
    let mut popup = reviewing(&world, &set, &set.about().urls.authentik).await;
    assert_eq!(blocking(&popup), [], "a narrower domain is another one");
    for (field, text) in
        [(ReviewField::CookieDomain, ".home.example"), (ReviewField::AuthUrl, "https://auth.home.example")]
    {
        popup.send(Event::ReviewTyped(ReviewField::CookieDomain, "home.example".into())).await;
        popup.send(Event::ReviewTyped(field, text.into())).await;
        let twice = blocking(&popup);
        assert!(twice.iter().any(|trouble| trouble.field == field), "{text}: {twice:?}");
    }
}

#[tokio::test]
async fn what_a_domain_covers_is_shown_before_it_is_made() {
    let set = set(Release::R2026_8).await;
    let base = named(&set.about().urls.authentik, "authentik.home.localhost");
    // One site under it has a gate of its own.
    let own = named(&set.about().urls.site, "jars.home.localhost");
    let elsewhere = World::at(&own, "Jars");
    Popup::connected(&elsewhere, &set, &set.about().tokens.admin).await.protect().await;
    let site = named(&set.about().urls.site, "larder.home.localhost");
    let world = World::at(&site, "Larder");
    let popup = reviewing(&world, &set, &base).await;
    let says: Vec<String> = popup.app.of_review(Review::covers).iter().map(|says| plain(says)).collect();
    let text = says.join("\n");
    for part in [
        format!("This site, {}", authority(&site)),
        "Every host under home.localhost".into(),
        "gets into all of them: Everyone who can sign in".into(),
        format!("Not {}: its own gate (Jars) goes first", authority(&own)),
        "login at authentik.home.localhost stays reachable".into(),
    ] {
        assert!(text.contains(&part), "{part}: {text}");
    }
    assert!(!text.contains("sonarr"), "only what is under it: {text}");
}

#[tokio::test]
async fn of_a_domain_a_path_stays_open_only_with_its_whole_address() {
    for release in RELEASES {
        let set = set(release).await;
        let site = named(&set.about().urls.site, "larder.home.localhost");
        let auth = named(&set.about().urls.site, "auth.home.localhost");
        let world = World::at(&site, "Larder");
        let mut popup = reviewing(&world, &set, &set.about().urls.authentik).await;
        popup.send(Event::ReviewTyped(ReviewField::OpenLines, "/health".into())).await;
        assert!(blocking(&popup).iter().any(|trouble| trouble.field == ReviewField::OpenLines), "a query opens it");
        let line = format!("^{}/health$", site.replace('.', r"\."));
        popup.send(Event::ReviewTyped(ReviewField::OpenLines, line)).await;
        assert_eq!(blocking(&popup), []);
        popup.send(Event::ApplyPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done);
        for site in [&site, &auth] {
            set.control.set_middleware(authority(site), true);
        }
        for (path, login) in [("/health", false), ("/", true), ("/?/health", true), ("/health?x", true)] {
            let page = Visitor::default().open(&format!("{site}{path}")).await;
            assert_eq!(page.is_login(), login, "{path} on {release:?}");
        }
        let jars = named(&set.about().urls.site, "jars.home.localhost");
        set.control.set_middleware(authority(&jars), true);
        assert!(Visitor::default().open(&format!("{jars}/health")).await.is_login(), "only that site's");
    }
}

#[tokio::test]
async fn paths_of_the_catalogue_are_written_for_the_whole_address_of_this_site() {
    let set = set(Release::R2026_8).await;
    let world = World::at("https://reader.example.com:8443/", "FreshRSS");
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    let catalogue = popup.app.catalogue.clone().expect("the catalogue");
    let service = catalogue
        .services()
        .iter()
        .find(|service| service.forward_auth.as_ref().is_some_and(|gate| !gate.open_paths.is_empty()));
    popup.app.guess = Some((service.expect("a service").id.clone(), gatewright::catalogue::Sure::Looks));
    popup.send(Event::ProtectPressed).await;
    popup.send(Event::ReviewTyped(ReviewField::Cover, "domain".into())).await;
    popup.send(Event::ReviewTyped(ReviewField::OpenPath(0), String::new())).await;
    let plan = popup.app.preview().expect("a plan");
    let lines = plan.steps[0].action.body["provider"]["skip_path_regex"].as_str().expect("lines").to_owned();
    assert!(lines.starts_with(r"^https://reader\.example\.com:8443/"), "{lines}");
    assert!(!gatewright::site::open_paths::opens_everything(&lines, true, gatewright::ports::native_matches));
}
