//! The main jobs on each of the five releases, from the popup's first event to what authentik holds and back by Undo. All that
//! goes over the API is held against authentik's own descriptions when the set ends: requests against all five, answers
//! against their own release's.

use embedded_authentik::{Checked, Options, Release, Running, start};
use gatewright::authentik::{Method, Request};
use gatewright::plan::{Kind, Phase};
use gatewright::screens::{Event, Listing, OidcEvent, ReviewField, Verdict, WhoGetsIn, WhyEvent};
use gatewright::site::{Gap, Status};
use gatewright_it::{Page, Popup, World};
use official_schemas::RELEASES;
use serde_json::{Value, json};

async fn set(release: Release) -> Running {
    let set = start(Options { release, ..Options::default() }).await.expect("an embedded authentik");
    // As the seed has it, authentik says of itself where it is.
    set.control.set_authentik_host(&set.about().urls.authentik);
    set
}

async fn at<'a>(world: &'a World, set: &Running) -> Popup<'a> {
    Popup::connected(world, set, &set.about().tokens.admin).await
}

async fn apply(popup: &mut Popup<'_>, kind: Kind) {
    assert_eq!(popup.app.troubles().into_iter().filter(|trouble| trouble.blocks).collect::<Vec<_>>(), []);
    popup.send(Event::ApplyPressed).await;
    assert_eq!((popup.journal().plan.kind, &popup.journal().phase), (kind, &Phase::Done));
}

async fn undo(popup: &mut Popup<'_>) {
    let id = popup.journal().plan.id.clone();
    popup.send(Event::UndoPressed(id)).await;
    assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
    popup.send(Event::EndSeen).await;
}

/// What authentik holds. Lists are in order, and a redirect URI for logins is so whether or not it says so: since 2026.5 that
/// is written out when a list is stored anew.
fn held(set: &Running) -> Value {
    let mut state = set.control.state();
    for outpost in state["outposts"].as_array_mut().into_iter().flatten() {
        outpost["providers"].as_array_mut().expect("a list").sort_by_key(Value::to_string);
    }
    for provider in state["providers"].as_array_mut().into_iter().flatten() {
        for uri in provider["oauth"]["redirect_uris"].as_array_mut().into_iter().flatten() {
            if uri["redirect_uri_type"] == "authorization" {
                uri.as_object_mut().expect("an object").remove("redirect_uri_type");
            }
        }
    }
    state
}

/// What has gone over the API is as authentik describes it, and enough to say so.
fn described(set: &Running, release: Release, requests: usize) {
    let Checked { counts, violations } = set.control.check();
    assert!(violations.is_empty(), "not as authentik describes it:\n{}", violations.join("\n"));
    let counts = counts[release.version()];
    eprintln!("{}: {} requests, {} answers as described", release.version(), counts.requests, counts.answers);
    assert!(counts.requests >= requests && counts.answers >= requests, "{counts:?}");
}

#[test]
fn the_embedded_authentik_is_each_release_whose_description_there_is() {
    assert_eq!(Release::ALL.map(Release::version), RELEASES);
}

#[tokio::test]
async fn a_site_is_protected_for_groups_found_again_and_taken_back_or_removed() {
    for release in Release::ALL {
        let set = set(release).await;
        let before = held(&set);
        let world = World::at(&set.about().urls.site, "Larder");
        let mut popup = at(&world, &set).await;
        assert_eq!(popup.app.site.status, Some(Status::NotProtected), "{:?}", popup.app.site.error);
        for ends_by in [Kind::ProtectSite, Kind::RemoveProtection] {
            popup.send(Event::ProtectPressed).await;
            let groups = popup.app.review.clone().expect("a review").groups.expect("groups");
            popup.send(Event::WhoChosen(WhoGetsIn::Groups)).await;
            for name in ["engineering", "finance"] {
                let group = groups.iter().find(|group| group.name == name).expect("a group");
                popup.send(Event::ReviewTyped(ReviewField::Groups, group.pk.clone())).await;
            }
            popup.send(Event::ReviewTyped(ReviewField::OpenLines, "^/health$".into())).await;
            apply(&mut popup, Kind::ProtectSite).await;
            assert!(matches!(popup.app.site.status, Some(Status::Protected(_))), "{:?}", popup.app.site.status);
            if ends_by == Kind::ProtectSite {
                undo(&mut popup).await;
            } else {
                popup.send(Event::EndSeen).await;
                popup.send(Event::CheckAgain).await;
                popup.send(Event::RemovePressed).await;
                apply(&mut popup, Kind::RemoveProtection).await;
                popup.send(Event::EndSeen).await;
            }
            assert!(held(&set) == before, "{release:?}: {ends_by:?}");
        }
        described(&set, release, 25);
    }
}

#[tokio::test]
async fn a_domain_is_protected_and_a_half_made_gate_is_finished() {
    for release in Release::ALL {
        let set = set(release).await;
        let before = held(&set);
        let site = set.about().urls.site.replace("site.localhost", "larder.home.localhost");
        let world = World::at(&site, "Larder");
        let mut popup = at(&world, &set).await;
        popup.send(Event::ProtectPressed).await;
        popup.send(Event::ReviewTyped(ReviewField::Cover, "domain".into())).await;
        apply(&mut popup, Kind::ProtectDomain).await;
        assert!(matches!(popup.app.site.status, Some(Status::PartOfDomain(_))), "{:?}", popup.app.site.status);
        undo(&mut popup).await;
        assert!(held(&set) == before, "{release:?}: the domain");

        // Somebody made a provider, and stopped there.
        let flows = set.control.change(|world| world.flows.clone());
        let flow = |kind: &str| flows.iter().find(|flow| flow["designation"] == kind).expect("a flow")["pk"].clone();
        let body = json!({
            "name": "Half", "mode": "forward_single", "external_host": site,
            "authorization_flow": flow("authorization"), "invalidation_flow": flow("invalidation"),
        });
        let access = popup.app.access.clone().expect("access");
        let request = Request { method: Method::Post, path: "providers/proxy/".into(), body: Some(body) };
        assert_eq!(world.line.send(&access, &request).await.expect("an answer").status, 201);
        popup.send(Event::CheckAgain).await;
        assert!(matches!(popup.app.site.status, Some(Status::Incomplete(_, Gap::NoApplication))));
        let before = held(&set);
        popup.send(Event::ProtectPressed).await;
        apply(&mut popup, Kind::AddApplication).await;
        assert!(matches!(popup.app.site.status, Some(Status::Protected(_))), "{:?}", popup.app.site.status);
        undo(&mut popup).await;
        assert!(held(&set) == before, "{release:?}: the half-made gate");
        described(&set, release, 25);
    }
}

#[tokio::test]
async fn an_oidc_app_gets_its_key_and_its_mapping_first_and_verify_finds_nothing_wrong() {
    for release in Release::ALL {
        let set = set(release).await;
        // Nothing is there that could sign.
        set.control.change(|world| {
            for key in &mut world.certificates {
                key["private_key_available"] = json!(false);
            }
        });
        let before = held(&set);
        let world = World::at("https://tracks.example.com/login", "Mealie");
        *world.page.borrow_mut() = Some(Page::default());
        let mut popup = at(&world, &set).await;
        popup.send(Event::Oidc(OidcEvent::CreatePressed)).await;
        popup.send(Event::Oidc(OidcEvent::ServiceTyped("Mealie".into()))).await;
        popup.send(Event::Oidc(OidcEvent::ServiceChosen(Some(0)))).await;
        assert_eq!(popup.app.preview().expect("a plan").changes().count(), 3, "a key, a mapping, the app");
        apply(&mut popup, Kind::CreateOidcApp).await;
        popup.send(Event::Oidc(OidcEvent::VerifyPressed)).await;
        let findings = popup.app.details.as_ref().and_then(|details| details.findings.clone()).expect("findings");
        assert!(!findings.is_empty());
        let bad: Vec<_> = findings.into_iter().filter(|finding| finding.is == Verdict::Bad).collect();
        assert!(bad.is_empty(), "{release:?}: {bad:?}");
        undo(&mut popup).await;
        assert!(held(&set) == before, "{release:?}");
        described(&set, release, 20);
    }
}

#[tokio::test]
async fn an_app_gets_another_origin_and_gives_it_up_again() {
    for release in Release::ALL {
        let set = set(release).await;
        let before = held(&set);
        let world = World::at("https://staging.example.org/", "Grafana");
        let mut popup = at(&world, &set).await;
        popup.send(Event::Oidc(OidcEvent::AddOriginPressed)).await;
        let pk = popup.app.inventory().oauth2.iter().find(|p| p.name == "Grafana").expect("Grafana").pk;
        popup.send(Event::ReviewTyped(ReviewField::App, pk.to_string())).await;
        apply(&mut popup, Kind::AddOrigin).await;
        assert!(matches!(popup.app.site.status, Some(Status::OidcApp { .. })));
        undo(&mut popup).await;
        assert!(held(&set) == before, "{release:?}");
        described(&set, release, 10);
    }
}

#[tokio::test]
async fn people_are_found_and_the_diagnosis_reads_all_it_wants() {
    for release in Release::ALL {
        let set = set(release).await;
        let world = World::at("https://sonarr.example.org/", "Sonarr");
        let mut popup = at(&world, &set).await;
        assert!(matches!(popup.app.site.status, Some(Status::Protected(_))));
        popup.send(Event::Why(WhyEvent::Pressed)).await;
        let why = popup.app.why.as_ref().expect("it was asked");
        assert_eq!((why.found.clone(), why.unread.len()), (Some(Vec::new()), 0), "{release:?}");
        popup.send(Event::Why(WhyEvent::Closed)).await;
        popup.send(Event::PeopleTyped("ada".into())).await;
        popup.send(Event::PeopleSettled(popup.app.people.last)).await;
        let Listing::Found(found, _) = popup.app.people.listing.clone() else { panic!("{:?}", popup.app.people) };
        let ada = found.iter().find(|person| person.username == "ada.lovelace").expect("Ada");
        popup.send(Event::PersonOpened(Some(ada.pk))).await;
        assert!(matches!(&popup.app.people.person, Some(Ok(person)) if person.pk == ada.pk));
        described(&set, release, 12);
    }
}

#[tokio::test]
async fn each_status_of_the_company_is_the_same_on_all_releases() {
    let sites = [
        "https://sonarr.example.org/",
        "https://radarr.example.org/",
        "https://x.home.example/",
        "https://grafana.example.org/",
        "https://nobody.example.org/",
    ];
    let mut all: Vec<Vec<String>> = Vec::new();
    for release in Release::ALL {
        let set = set(release).await;
        let mut statuses = Vec::new();
        for site in sites {
            let world = World::at(site, "");
            let popup = at(&world, &set).await;
            statuses.push(format!("{:?}", popup.app.site.status.expect("a status")));
        }
        all.push(statuses);
        described(&set, release, 6);
    }
    for (of, releases) in sites.iter().enumerate().map(|(at, site)| (site, all.iter().map(move |all| &all[at]))) {
        let different: std::collections::BTreeSet<_> = releases.collect();
        assert_eq!(different.len(), 1, "{of}: {different:?}");
    }
    let kinds = ["Protected", "Incomplete", "PartOfDomain", "OidcApp", "NotProtected"];
    for (status, kind) in all[0].iter().zip(kinds) {
        assert!(status.starts_with(kind), "{status} is no {kind}");
    }
}
