//! Every service of the catalogue, through the form, the plan and authentik: valid by the official descriptions of both
//! releases, and with redirect URIs that the issuer takes.

use embedded_authentik::{Release, Running};
use gatewright::plan::{Phase, expand};
use gatewright::screens::{Event, OidcEvent, Route};
use gatewright_it::company::set;
use gatewright_it::{Popup, World};
use official_schemas::Schema;
use serde_json::{Value, json};

const RELEASES: [(Release, &str); 2] = [(Release::R2025_10, "2025.10.3"), (Release::R2026_8, "2026.8.5")];
/// What 2025.10 does not know and ignores (differences-2026.2.2): sent to it on purpose.
const SENT_ON_PURPOSE: [(&str, &str, &str); 1] = [("OAuth2ProviderRequest", "grant_types", "array")];

/// Sends the plan that stands in the review to authentik.
async fn apply(popup: &mut Popup<'_>) {
    popup.send(Event::ApplyPressed).await;
    assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal().phase);
}

/// The bodies of a plan's writes, as they are sent, with stand-ins for what only answers bring.
fn writes(plan: &gatewright::plan::Plan) -> Vec<(&'static str, String, Value)> {
    let mut values = plan.values.clone();
    for step in &plan.steps {
        for (name, _) in &step.action.keep {
            values.insert(name.clone(), json!("11111111-1111-4111-8111-111111111111"));
        }
    }
    values.insert("client_secret".into(), json!("s".repeat(128)));
    let changes = plan.changes().filter(|step| !step.action.path.contains('{'));
    changes
        .map(|step| {
            (step.action.method.name(), step.action.path.clone(), expand(&step.action.body, &values).expect("a body"))
        })
        .collect()
}

fn leftovers(text: &str) -> Vec<&str> {
    text.match_indices("{{")
        .map(|(at, _)| &text[at..text.len().min(at + 30)])
        .filter(|found| !found.starts_with("{{ "))
        .collect()
}

#[tokio::test]
async fn every_oidc_service_makes_a_valid_request_and_redirect_uris_that_the_issuer_of_2025_10_takes() {
    Box::pin(every_service(RELEASES[0])).await;
}

#[tokio::test]
async fn every_oidc_service_makes_a_valid_request_and_redirect_uris_that_the_issuer_of_2026_8_takes() {
    Box::pin(every_service(RELEASES[1])).await;
}

async fn every_service((release, name): (Release, &str)) {
    let mut checked = (0, 0, 0);
    {
        let schema = Schema::of(name).expect("the official description").allow_unknown(&SENT_ON_PURPOSE);
        let set = set(release).await;
        for (address, title) in
            [("https://svc.example.com:8443", "with a port"), ("https://home.example.net/svc", "with a path")]
        {
            let world = World::at(address, title);
            let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
            let catalogue = popup.app.catalogue.clone().expect("the catalogue");
            for service in catalogue.services().iter().filter(|service| service.oidc.is_some()) {
                popup.app.journal = None;
                popup.app.site.status = Some(gatewright::site::Status::NotProtected);
                popup.send(Event::Go(Route::Site)).await;
                popup.app.site.status = Some(gatewright::site::Status::NotProtected);
                popup.send(Event::Oidc(OidcEvent::CreatePressed)).await;
                popup.send(Event::Oidc(OidcEvent::ServiceTyped(service.name.clone()))).await;
                let row = popup.app.services().iter().position(|found| found.id == service.id).expect("a row");
                popup.send(Event::Oidc(OidcEvent::ServiceChosen(Some(row)))).await;
                popup.send(Event::ReviewTyped(gatewright::screens::ReviewField::ExternalUrl, address.into())).await;
                for question in &service.ask {
                    let answer = question.default.clone().unwrap_or_else(|| "answer-1".into());
                    popup.send(Event::Oidc(OidcEvent::AskedTyped(question.name.clone(), answer))).await;
                }
                if service.oidc.as_ref().is_some_and(|oidc| oidc.redirect_uris.is_empty()) {
                    // The service itself shows it: a person pastes it.
                    let field = gatewright::screens::ReviewField::Redirects;
                    popup.send(Event::ReviewTyped(field, format!("{address}/shown-by-the-service"))).await;
                }
                let blocking: Vec<_> = popup.app.troubles().into_iter().filter(|trouble| trouble.blocks).collect();
                assert_eq!(blocking, [], "{} at {address} on {name}", service.id);
                let plan = popup.app.preview().expect("a plan");
                for (method, path, body) in writes(&plan) {
                    let valid = schema.request(method, &path, Some(&body), &[]);
                    assert_eq!(valid, Ok(()), "{} {method} {path} on {name}", service.id);
                    assert_eq!(leftovers(&body.to_string()), Vec::<&str>::new(), "{}", service.id);
                    checked.0 += 1;
                }
                apply(&mut popup).await;
                let details = popup.app.details.clone().expect("details");
                let base = popup.app.access.as_ref().expect("a connection").base.clone();
                for settings in details.settings(&base, Some(&catalogue), true) {
                    let text = gatewright::screens::settings_text(&settings);
                    assert_eq!(leftovers(&text), Vec::<&str>::new(), "{}", service.id);
                    checked.1 += 1;
                }
                checked.2 += takes_all(&set, &details.client_id).await;
                // The next one finds authentik as it was; Undo has tests of its own.
                set.control.reset(None, None);
                popup.app.keys = None;
            }
        }
    }
    eprintln!("{} requests valid, {} settings filled, {} redirect URIs taken", checked.0, checked.1, checked.2);
    assert!(checked.0 >= 2 * 109 && checked.2 >= 2 * 109, "{checked:?}");
}

/// Whether the issuer's own matching takes each redirect URI of a client; how many there were.
async fn takes_all(set: &Running, client_id: &str) -> usize {
    let uris = set.control.change(|world| {
        let provider =
            world.providers.iter().find(|provider| provider.oauth.client_id == client_id).expect("a provider");
        provider.oauth.redirect_uris.clone()
    });
    let logins = uris.iter().filter(|uri| uri["redirect_uri_type"] != "logout");
    let mut taken = 0;
    for uri in logins {
        let url = uri["url"].as_str().expect("a text");
        // An expression is tried with what it stands for: one more segment where it leaves something open.
        let url = if uri["matching_mode"] == "regex" { example_of(url) } else { url.to_owned() };
        let (status, page) = gatewright_it::authorize(&set.about().urls.authentik, client_id, &url).await;
        assert!(status == 302 && !page.contains("redirect_uri"), "{url}: {status} {page}");
        taken += 1;
    }
    taken
}

/// An address that a simple expression of the catalogue matches.
fn example_of(pattern: &str) -> String {
    let text = pattern.trim_start_matches('^').trim_end_matches('$');
    let text = text
        .replace("[0-9]+", "53000")
        .replace("[^/?#]+", "x")
        .replace("[^/]+", "x")
        .replace("(/.*)?", "/x")
        .replace(".*", "x")
        .replace(".+", "x");
    let example = text.replace("\\.", ".").replace("\\-", "-").replace("/?", "/");
    assert!(
        regex::Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|regex| regex.is_match(&example)),
        "{pattern}: {example}"
    );
    example
}

#[tokio::test]
async fn every_forward_auth_service_is_protected_with_the_paths_that_a_person_leaves_open() {
    for (release, name) in RELEASES {
        let schema = Schema::of(name).expect("the official description");
        let set = set(release).await;
        let world = World::at("https://svc.example.com:8443", "with a port");
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        let catalogue = popup.app.catalogue.clone().expect("the catalogue");
        let mut count = 0;
        for service in catalogue.services().iter().filter(|service| service.forward_auth.is_some()) {
            popup.app.guess = Some((service.id.clone(), gatewright::catalogue::Sure::Looks));
            popup.app.site.status = Some(gatewright::site::Status::NotProtected);
            popup.send(Event::ProtectPressed).await;
            let plan = popup.app.preview().expect("a plan");
            assert!(!writes(&plan)[0].2.to_string().contains("skip_path_regex"), "never open by itself");
            let paths = popup.app.of_review(gatewright::screens::Review::open_paths_known);
            for number in 0..paths.len() {
                let field = gatewright::screens::ReviewField::OpenPath(u8::try_from(number).expect("a few"));
                popup.send(Event::ReviewTyped(field, String::new())).await;
            }
            for (method, path, body) in writes(&popup.app.preview().expect("a plan")) {
                assert_eq!(schema.request(method, &path, Some(&body), &[]), Ok(()), "{} on {name}", service.id);
                let lines = body["provider"]["skip_path_regex"].as_str().unwrap_or_default().lines().count();
                assert_eq!(lines, paths.len(), "{}", service.id);
            }
            apply(&mut popup).await;
            let id = popup.journal().plan.id.clone();
            popup.send(Event::EndSeen).await;
            popup.send(Event::UndoPressed(id)).await;
            popup.send(Event::EndSeen).await;
            count += 1;
        }
        assert!(count >= 16, "{count}");
    }
}
