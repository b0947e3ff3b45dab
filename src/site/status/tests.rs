//! The rules of a status, one by one.

use super::*;
use crate::authentik::applications::Application;
use crate::authentik::outposts::Outpost;
use crate::authentik::providers_oauth2::{OAuth2Provider, Redirect};
use crate::ports::native_url;

fn proxy(pk: i64, mode: &str, host: &str, domain: &str) -> ProxyProvider {
    ProxyProvider {
        pk,
        name: format!("p{pk}"),
        mode: mode.into(),
        external_host: host.into(),
        cookie_domain: domain.into(),
        application_slug: Some(format!("a{pk}")),
        application_name: Some(format!("A{pk}")),
        ..ProxyProvider::default()
    }
}

fn inventory(proxies: Vec<ProxyProvider>, served: &[i64]) -> Inventory {
    let outpost = Outpost {
        pk: "o".into(),
        name: "authentik Embedded Outpost".into(),
        kind: "proxy".into(),
        providers: served.to_vec(),
        embedded: true,
        authentik_host: String::new(),
    };
    Inventory { proxies, outposts: vec![outpost], ..Inventory::default() }
}

fn status(url: &str, inventory: &Inventory) -> Status {
    let base = BaseUrl::from_kept("https://auth.example.com").expect("a base");
    let origin = Origin::of(&native_url(url).expect("an address")).expect("a site");
    status_of(&origin, &base, inventory, native_url)
}

#[test]
fn a_host_matches_with_its_port() {
    let held = inventory(vec![proxy(1, "forward_single", "https://app.example.com:8443/", "")], &[1]);
    assert!(matches!(status("https://app.example.com:8443/x", &held), Status::Protected(p) if p.pk == 1));
    assert_eq!(status("https://app.example.com/", &held), Status::NotProtected);
}

#[test]
fn fault_28_authentiks_own_host_is_never_offered_protection() {
    assert_eq!(status("https://auth.example.com/if/user/", &Inventory::default()), Status::Authentik);
}

#[test]
fn fault_30_a_provider_that_is_in_no_outpost_or_without_application_is_incomplete() {
    let unserved = inventory(vec![proxy(1, "forward_single", "https://app.example.com", "")], &[]);
    assert!(matches!(status("https://app.example.com", &unserved), Status::Incomplete(_, Gap::NoOutpost)));
    let mut loose = proxy(1, "forward_single", "https://app.example.com", "");
    loose.application_slug = None;
    let loose = inventory(vec![loose], &[1]);
    assert!(matches!(status("https://app.example.com", &loose), Status::Incomplete(_, Gap::NoApplication)));
}

#[test]
fn of_two_providers_for_a_host_the_complete_one_counts() {
    let twice =
        vec![proxy(1, "forward_single", "https://a.example.com", ""), proxy(2, "proxy", "https://a.example.com", "")];
    assert!(matches!(status("https://a.example.com", &inventory(twice, &[2])), Status::Protected(p) if p.pk == 2));
}

#[test]
fn the_longest_cookie_domain_wins_and_only_at_a_dot() {
    let held = inventory(
        vec![
            proxy(1, "forward_domain", "https://auth.example.com", "example.com"),
            proxy(2, "forward_domain", "https://sso.apps.example.com", ".apps.example.com"),
        ],
        &[1, 2],
    );
    assert!(matches!(status("https://x.apps.example.com", &held), Status::PartOfDomain(p) if p.pk == 2));
    assert!(matches!(status("https://x.example.com", &held), Status::PartOfDomain(p) if p.pk == 1));
    assert_eq!(status("https://notexample.com", &held), Status::NotProtected);
}

#[test]
fn a_redirect_uri_or_the_launch_address_of_an_oidc_app_tells_it() {
    let held = Inventory {
        oauth2: vec![
            OAuth2Provider {
                pk: 5,
                name: "grafana".into(),
                redirects: vec![Redirect {
                    regex: false,
                    url: "https://grafana.example.com/login/generic_oauth".into(),
                    kind: None,
                }],
                application_slug: Some("grafana".into()),
                application_name: Some("Grafana".into()),
                ..OAuth2Provider::default()
            },
            OAuth2Provider {
                pk: 6,
                name: "gitea".into(),
                application_slug: Some("gitea".into()),
                application_name: Some("Gitea".into()),
                ..OAuth2Provider::default()
            },
        ],
        applications: vec![
            Application {
                pk: "1".into(),
                slug: "gitea".into(),
                name: "Gitea".into(),
                provider: Some(6),
                states_launch_url: true,
                launch_url: "https://git.example.com/x".into(),
            },
            Application {
                pk: "2".into(),
                slug: "wiki".into(),
                name: "Wiki".into(),
                provider: None,
                states_launch_url: true,
                launch_url: "https://wiki.example.com".into(),
            },
        ],
        ..Inventory::default()
    };
    assert!(matches!(status("https://grafana.example.com", &held), Status::OidcApp { name, .. } if name == "Grafana"));
    assert!(matches!(status("https://git.example.com", &held), Status::OidcApp { name, .. } if name == "Gitea"));
    assert_eq!(status("https://wiki.example.com", &held), Status::NotProtected);
}

#[test]
fn fault_28_authentiks_own_host_is_known_in_any_spelling() {
    for url in [
        "https://AUTH.Example.com",
        "https://auth.example.com:443/",
        "http://auth.example.com",
        "https://auth.example.com./if/",
    ] {
        assert_eq!(status(url, &Inventory::default()), Status::Authentik, "{url}");
    }
    // Another port is another service: several live on one machine.
    assert_eq!(status("https://auth.example.com:8443", &Inventory::default()), Status::NotProtected);
}

#[test]
fn fault_29_hosts_of_all_sorts_match_themselves_and_nothing_else() {
    for (host, url, other) in [
        ("http://10.0.0.5:3001", "http://10.0.0.5:3001/x", "http://10.0.0.5"),
        ("http://[2001:db8::1]:8080", "http://[2001:DB8:0::1]:8080/", "http://[2001:db8::2]:8080/"),
        ("http://localhost:8080", "http://localhost:8080/", "http://localhost:8081/"),
        ("https://www.example.org", "https://www.example.org", "https://example.org"),
        ("https://someone.github.io", "https://someone.github.io/", "https://other.github.io/"),
        ("https://xn--bcher-kva.example", "https://bücher.example/", "https://bucher.example/"),
        ("https://site.example.org", "https://site.example.org:443", "https://site.example.org."),
    ] {
        let held = inventory(vec![proxy(1, "forward_single", host, "")], &[1]);
        assert!(matches!(status(url, &held), Status::Protected(p) if p.pk == 1), "{url}");
        assert_eq!(status(other, &held), Status::NotProtected, "{other}");
    }
}

#[test]
fn fault_29_a_domain_holds_neither_a_dotted_host_nor_a_number() {
    let held = inventory(vec![proxy(1, "forward_domain", "https://sso.example.com", "example.com")], &[1]);
    for url in ["https://site.example.com.", "https://10.0.0.5", "https://[::1]"] {
        assert_eq!(status(url, &held), Status::NotProtected, "{url}");
    }
}

#[test]
fn fault_30_a_half_made_domain_that_would_cover_the_host_is_told() {
    let domain = || proxy(1, "forward_domain", "https://sso.example.com", "example.com");
    let unserved = inventory(vec![domain()], &[]);
    assert!(matches!(status("https://x.example.com", &unserved), Status::Incomplete(p, Gap::NoOutpost) if p.pk == 1));
    let loose = ProxyProvider { application_slug: None, ..domain() };
    let loose = inventory(vec![loose], &[1]);
    assert!(matches!(status("https://x.example.com", &loose), Status::Incomplete(p, Gap::NoApplication) if p.pk == 1));
    // A shorter domain that works is what holds.
    let both = vec![proxy(2, "forward_domain", "https://sso.example.com", "com"), domain()];
    assert!(matches!(status("https://x.example.com", &inventory(both, &[2])), Status::PartOfDomain(p) if p.pk == 2));
}

#[test]
fn fault_30_of_two_providers_in_one_outpost_nobody_knows_which_it_takes() {
    let twins = |second: ProxyProvider| vec![proxy(1, "forward_single", "https://a.example.com", ""), second];
    for second in [
        proxy(2, "proxy", "https://A.example.com/", ""),
        proxy(2, "forward_single", "http://a.example.com", ""),
        proxy(2, "forward_domain", "https://a.example.com:443", "example.com"),
    ] {
        let held = inventory(twins(second), &[1, 2]);
        assert!(matches!(status("https://a.example.com", &held), Status::Incomplete(_, Gap::Twice)), "{held:?}");
        assert_eq!(twins_of(&held.proxies[0], &held, native_url).len(), 2);
    }
    // Without an application the outpost doesn't load it, and in another outpost it is in nobody's way.
    let loose = ProxyProvider { application_slug: None, ..proxy(2, "proxy", "https://a.example.com", "") };
    assert!(
        matches!(status("https://a.example.com", &inventory(twins(loose), &[1, 2])), Status::Protected(p) if p.pk == 1)
    );
    let mut apart = inventory(twins(proxy(2, "proxy", "https://a.example.com", "")), &[1]);
    apart.outposts.push(Outpost { pk: "p".into(), providers: vec![2], ..apart.outposts[0].clone() });
    assert!(matches!(status("https://a.example.com", &apart), Status::Protected(p) if p.pk == 1));
    // Two domains with one authentication URL: one of them is not loaded, whatever it covers.
    let domains = vec![
        proxy(1, "forward_domain", "https://sso.example.com", "example.com"),
        proxy(2, "forward_domain", "https://sso.example.com", "apps.example.com"),
    ];
    assert!(matches!(status("https://x.example.com", &inventory(domains, &[1, 2])), Status::Incomplete(_, Gap::Twice)));
}

#[test]
fn the_authentication_url_of_a_domain_that_does_not_hold_it_is_incomplete() {
    let held = inventory(vec![proxy(1, "forward_domain", "https://sso.example.com", "")], &[1]);
    assert!(matches!(status("https://sso.example.com", &held), Status::Incomplete(_, Gap::CookieDomain)));
    assert_eq!(status("https://x.example.com", &held), Status::NotProtected);
}

#[test]
fn a_redirect_uri_that_is_an_expression_tells_by_its_literal_beginning() {
    let redirect = |url: &str| Redirect { regex: true, url: url.into(), kind: None };
    let provider = OAuth2Provider {
        pk: 5,
        name: "grafana".into(),
        redirects: vec![redirect(".*"), redirect(r"^https://grafana\.example\.com:8443/.*")],
        ..OAuth2Provider::default()
    };
    let held = Inventory { oauth2: vec![provider], ..Inventory::default() };
    assert!(matches!(status("https://grafana.example.com:8443/x", &held), Status::OidcApp { .. }));
    for other in ["https://grafana.example.com", "http://grafana.example.com:8443", "https://grafanaxexample.com:8443"]
    {
        assert_eq!(status(other, &held), Status::NotProtected, "{other}");
    }
}

#[test]
fn fault_29_a_neighbour_that_is_meant_is_told() {
    use super::super::{Nearby, nearby};
    let base = BaseUrl::from_kept("https://auth.example.com").expect("a base");
    let held = inventory(vec![proxy(1, "forward_single", "https://example.org", "")], &[1]);
    let told = |url: &str| {
        let origin = Origin::of(&native_url(url).expect("an address")).expect("a site");
        nearby(&origin, &base, &held, native_url)
    };
    assert!(matches!(told("https://www.example.org"), Some(Nearby::Www(other)) if other.host() == "example.org"));
    assert!(matches!(told("https://example.org."), Some(Nearby::WithoutDot(other)) if other.host() == "example.org"));
    for none in ["https://example.org", "https://www.example.com", "https://auth.example.com.", "http://10.0.0.5"] {
        assert_eq!(told(none), None, "{none}");
    }
}

#[test]
fn a_gate_that_is_spelled_otherwise_than_browsers_send_it_is_found_by_no_outpost() {
    for (url, external) in [
        ("https://larder.example.com", "https://Larder.Example.com"),
        ("https://larder.example.com", "https://larder.example.com:443/"),
        ("http://larder.example.com", "http://larder.example.com:80"),
        ("https://müller.example.com", "https://müller.example.com"),
    ] {
        let held = |domain: Option<ProxyProvider>| {
            let odd = proxy(1, "forward_single", external, "");
            inventory([odd].into_iter().chain(domain).collect(), &[1, 2])
        };
        assert!(matches!(status(url, &held(None)), Status::Incomplete(p, Gap::Spelling) if p.pk == 1), "{external}");
        // What covers the whole domain is found all the same.
        let domain = proxy(2, "forward_domain", "https://sso.example.com", "example.com");
        assert!(matches!(status(url, &held(Some(domain))), Status::PartOfDomain(p) if p.pk == 2), "{external}");
    }
    for as_sent in ["https://xn--mller-kva.example.com/", "https://user@xn--mller-kva.example.com"] {
        let held = inventory(vec![proxy(1, "proxy", as_sent, "")], &[1]);
        assert!(matches!(status("https://müller.example.com", &held), Status::Protected(_)), "{as_sent}");
    }
}
