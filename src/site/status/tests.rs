//! The rules of a status, one by one.

use super::*;
use crate::authentik::applications::Application;
use crate::authentik::outposts::Outpost;
use crate::authentik::providers_oauth2::{OAuth2Provider, Redirect};
use crate::ports::native_url;

fn proxy(pk: i64, mode: &str, host: &str, domain: &str) -> ProxyProvider {
    ProxyProvider {
        client_id: String::new(),
        pk,
        name: format!("p{pk}"),
        mode: mode.into(),
        external_host: host.into(),
        cookie_domain: domain.into(),
        application_slug: Some(format!("a{pk}")),
        application_name: Some(format!("A{pk}")),
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
            proxy(2, "forward_domain", "https://auth.example.com", ".apps.example.com"),
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
