//! "Create OIDC app" against the embedded authentik, from the popup's first event to what authentik holds.

use embedded_authentik::{Effect, Release, Running, When};
use gatewright::plan::{Kind, Mark, Phase};
use gatewright::ports::Area;
use gatewright::screens::{Event, Finding, OidcEvent, ReviewField, Screen, Secret, Subject, Verdict, Work};
use gatewright::site::Status;
use gatewright_it::company::{fault, set};
use gatewright_it::{Cut, Moment, Page, Popup, World};
use serde_json::{Value, json};

const RELEASES: [Release; 2] = [Release::R2025_10, Release::R2026_8];

/// A tab with a service that nobody has to guess.
fn at_grafana() -> World {
    let world = World::at("https://metrics.example.com:3000/login", "Grafana");
    *world.page.borrow_mut() = Some(Page { icon: "https://metrics.example.com:3000/icon.png", ..Page::default() });
    world
}

fn pressed() -> Event {
    Event::Oidc(OidcEvent::CreatePressed)
}

/// The one application that was not there before.
fn made(set: &Running, popup: &Popup<'_>) -> Value {
    let slug = popup.journal().values["slug"].as_str().expect("a slug").to_owned();
    let state = set.control.state();
    let app = state["applications"].as_array().expect("apps").iter().find(|app| app["slug"] == slug.as_str());
    let provider = app.expect("the application")["provider"].clone();
    let providers = state["providers"].as_array().expect("providers").clone();
    providers.into_iter().find(|other| other["pk"] == provider).expect("the provider")
}

/// The state, where a redirect URI without a kind and one for logins are the same: 2026.5+ writes the kind out when it
/// stores the list anew.
fn held(set: &Running) -> Value {
    let mut state = set.control.state();
    for provider in state["providers"].as_array_mut().into_iter().flatten() {
        for uri in provider["oauth"]["redirect_uris"].as_array_mut().into_iter().flatten() {
            if let Some(uri) =
                uri.as_object_mut().filter(|uri| uri.get("redirect_uri_type") == Some(&json!("authorization")))
            {
                uri.remove("redirect_uri_type");
            }
        }
    }
    state
}

fn secret_of(popup: &Popup<'_>) -> String {
    match &popup.app.details.as_ref().expect("details").secret {
        Secret::Known(secret) => secret.reveal().to_owned(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_recognised_service_gets_an_app_in_one_request_and_undo_leaves_authentik_as_it_was() {
    for release in RELEASES {
        let set = set(release).await;
        let world = at_grafana();
        let before = held(&set);
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        assert_eq!(popup.app.guess().map(|(service, _)| service.id.as_str()), Some("grafana"));
        popup.send(pressed()).await;
        assert_eq!(popup.app.screen(), Screen::Review);
        assert_eq!(popup.app.troubles(), [], "{release:?}");
        world.line.mend();
        popup.send(Event::ApplyPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
        let requests = world.line.sent();
        let writes: Vec<_> = requests.iter().filter(|request| request.method.name() != "GET").collect();
        assert_eq!((writes.len(), writes[0].path.as_str()), (1, "core/transactional/applications/"));
        assert_eq!(requests[0].method.name(), "PUT", "nothing is read before it");

        let provider = made(&set, &popup);
        let oauth = &provider["oauth"];
        assert_eq!(oauth["client_id"], popup.app.details.as_ref().expect("details").client_id.as_str());
        assert_eq!(oauth["client_secret"], secret_of(&popup).as_str());
        assert_eq!(secret_of(&popup).len(), 128);
        assert!(oauth["signing_key"].is_string());
        assert_eq!(oauth["redirect_uris"][0]["url"], "https://metrics.example.com:3000/login/generic_oauth");
        assert_eq!(oauth["logout_uri"], "https://metrics.example.com:3000/logout");
        if release == Release::R2026_8 {
            assert_eq!(oauth["grant_types"], json!(["authorization_code", "refresh_token"]));
        }
        assert_eq!(provider["property_mappings"].as_array().map(Vec::len), Some(4), "{provider}");
        assert!(matches!(popup.app.site.status, Some(Status::OidcApp { .. })), "{:?}", popup.app.site.status);

        let id = popup.journal().plan.id.clone();
        popup.send(Event::UndoPressed(id)).await;
        assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
        assert_eq!(held(&set), before, "{release:?}");
    }
}

#[tokio::test]
async fn the_secret_is_in_no_journal_record_cache_or_preview() {
    let set = set(Release::R2026_8).await;
    let world = at_grafana();
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(pressed()).await;
    popup.send(Event::ApplyPressed).await;
    let secret = secret_of(&popup);
    for journal in world.journals.borrow().iter() {
        assert!(!journal.to_string().contains(&secret), "a journal");
    }
    assert!(!world.text_of(Area::Local).contains(&secret), "on disk");
    let session = world.text_of(Area::Session);
    let lines: Vec<&str> = session.lines().filter(|line| line.contains(&secret)).collect();
    assert!(lines.len() == 1 && lines[0].starts_with("secrets: "), "{lines:?}");
    assert!(!format!("{:?}", popup.app).contains(&secret), "what is printed");
    // Seen: from then on authentik alone has it.
    popup.send(Event::EndSeen).await;
    assert!(!world.text_of(Area::Session).contains(&secret), "after it was seen");
    popup.send(Event::Oidc(OidcEvent::DetailsPressed)).await;
    assert_eq!(popup.app.screen(), Screen::Details);
    assert_eq!(secret_of(&popup), secret, "read back from authentik");
}

#[tokio::test]
async fn after_an_interruption_the_secret_is_made_anew_if_nothing_was_applied_and_read_back_if_it_was() {
    for release in RELEASES {
        for moment in [Moment::Before, Moment::After] {
            let set = set(release).await;
            let world = at_grafana();
            let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
            popup.send(pressed()).await;
            world.line.mend();
            world.line.cut(Cut { request: 0, moment });
            popup.send(Event::ApplyPressed).await;
            assert_eq!(popup.app.screen(), Screen::Work(Work::Asking), "{:?}", popup.journal());
            // The browser is started anew: its memory is empty, but for the token that the person gives again.
            let kept = world.stored.borrow().get(&(Area::Session, "secrets".into())).cloned();
            let first = kept.expect("a secret")["client_secret"].as_str().expect("a text").to_owned();
            world.stored.borrow_mut().remove(&(Area::Session, "secrets".into()));
            world.line.mend();
            let mut popup = Popup::open(&world).await;
            popup.send(Event::Answered(gatewright::plan::Choice::Finish)).await;
            assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
            let provider = made(&set, &popup);
            assert_eq!(provider["oauth"]["client_secret"], secret_of(&popup).as_str());
            assert_eq!(secret_of(&popup) == first, moment == Moment::After, "{moment:?}");
        }
    }
}

#[tokio::test]
async fn without_a_key_that_can_sign_one_is_made_first_and_undo_takes_it_away_again() {
    for release in RELEASES {
        let set = set(release).await;
        set.control.change(|world| {
            for key in &mut world.certificates {
                key["private_key_available"] = json!(false);
            }
        });
        let before = held(&set);
        let world = at_grafana();
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.send(pressed()).await;
        let says: Vec<String> = popup.app.preview().expect("a plan").changes().map(|step| step.says.clone()).collect();
        assert!(says.len() == 2 && says[0].contains("signing key"), "{says:?}");
        popup.send(Event::ApplyPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
        let key = made(&set, &popup)["oauth"]["signing_key"].clone();
        assert_eq!(popup.journal().values["signing_key"], key);
        let id = popup.journal().plan.id.clone();
        popup.send(Event::UndoPressed(id)).await;
        assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
        assert_eq!(held(&set), before, "{release:?}");
    }
}

#[tokio::test]
async fn one_mapping_of_our_own_asserts_verified_addresses_and_outlives_the_undo_of_its_first_user() {
    for release in RELEASES {
        let set = set(release).await;
        let world = World::at("https://tracks.example.com/login", "Mealie");
        *world.page.borrow_mut() = Some(Page::default());
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        let create = async |popup: &mut Popup<'_>, name: &str| {
            popup.send(pressed()).await;
            popup.send(Event::Oidc(OidcEvent::ServiceTyped("Mealie".into()))).await;
            popup.send(Event::Oidc(OidcEvent::ServiceChosen(Some(0)))).await;
            popup.send(Event::ReviewTyped(ReviewField::Name, name.into())).await;
            assert_eq!(popup.app.troubles(), []);
            popup.send(Event::ApplyPressed).await;
            assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
            let ended = (popup.journal().plan.id.clone(), popup.journal().plan.changes().count());
            popup.send(Event::EndSeen).await;
            ended
        };
        let (first, changes) = create(&mut popup, "Mealie").await;
        assert_eq!(changes, 2, "the mapping, and the app");
        popup.app.site.status = Some(Status::NotProtected);
        let (_, changes) = create(&mut popup, "Mealie two").await;
        assert_eq!(changes, 1, "it is there already");
        let ours = |state: &Value| {
            let all = state["scope_mappings"].as_array().expect("mappings").clone();
            all.into_iter().filter(|mapping| mapping["name"] == "Gatewright: email, asserted verified").count()
        };
        assert_eq!(ours(&set.control.state()), 1);
        popup.send(Event::UndoPressed(first)).await;
        assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
        assert_eq!(ours(&set.control.state()), 1, "the second one uses it");
    }
}

#[tokio::test]
async fn each_usual_failure_is_said_before_apply() {
    let set = set(Release::R2026_8).await;
    let world = at_grafana();
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    let taken = popup.app.inventory().oauth2[0].client_id.clone();
    popup.send(pressed()).await;
    for (field, value, said, blocks) in [
        (ReviewField::Redirects, "", "at least one redirect", true),
        (ReviewField::Redirects, "javascript:alert(1)", "script", true),
        (ReviewField::Redirects, "not an address", "no address", true),
        (ReviewField::Redirects, "http://metrics.example.com/cb", "readable", false),
        (ReviewField::Redirects, "^https://metrics.example.com/.*$", "dot", true),
        (ReviewField::Redirects, "^https://.*/cb$", "host open", true),
        (ReviewField::Redirects, "^.*$", "everything", true),
        (ReviewField::ClientId, &taken, "already", true),
        (ReviewField::ClientId, "two words", "without spaces", true),
        (ReviewField::AccessValidity, "soon", "how long", true),
        (ReviewField::LaunchUrl, "nonsense", "no address", true),
        (ReviewField::LaunchUrl, "javascript:alert(1)", "no address", true),
        (ReviewField::LogoutUri, "data:text/html,x", "no address", true),
        (ReviewField::Icon, "javascript:alert(1)", "script", true),
    ] {
        let mut other = Popup { app: popup.app.clone(), world: &world };
        other.send(Event::ReviewTyped(field, value.into())).await;
        let troubles = other.app.troubles();
        let found = troubles.iter().find(|trouble| trouble.field == field);
        assert!(found.is_some_and(|t| t.says.contains(said) && t.blocks == blocks), "{value}: {troubles:?}");
        if blocks {
            other.send(Event::ApplyPressed).await;
            assert_eq!(other.app.screen(), Screen::Review, "{value}: nothing was sent");
        }
    }
    // A scope without a mapping, and no flow: each alone.
    for (scope, said) in [(Some("openid"), "openid"), (None, "")] {
        set.control.reset(None, None);
        set.control.change(|world| match scope {
            Some(scope) => world.scope_mappings.retain(|mapping| mapping["scope_name"] != scope),
            None => world.flows.retain(|flow| flow["designation"] != "authorization"),
        });
        let fresh = at_grafana();
        let mut popup = Popup::connected(&fresh, &set, &set.about().tokens.admin).await;
        popup.send(pressed()).await;
        let review = popup.app.review.clone().expect("a review");
        let troubles = popup.app.troubles();
        match scope {
            Some(_) => assert!(troubles.iter().any(|t| t.blocks && t.says.contains(said)), "{troubles:?}"),
            None => assert!(review.lacks_flows() && !review.is_ready()),
        }
        popup.send(Event::ApplyPressed).await;
        assert_eq!(popup.app.screen(), Screen::Review);
    }
}

#[tokio::test]
async fn a_key_that_cannot_sign_is_never_chosen() {
    for release in RELEASES {
        let set = set(release).await;
        set.control.change(|world| {
            let mut other = world.certificates[0].clone();
            other["pk"] = json!("11111111-1111-4111-8111-111111111111");
            other["name"] = json!("a first, with ed25519");
            for field in ["key_type", "private_key_type"] {
                if other.get(field).is_some() {
                    other[field] = json!("ed25519");
                }
            }
            world.certificates.insert(0, other);
        });
        let world = at_grafana();
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.send(pressed()).await;
        let key = popup.app.of_review(|review, ground| review.value(ReviewField::Key, ground));
        let keys = popup.app.review.as_ref().and_then(|review| review.app.keys.clone()).expect("keys").0;
        assert!(keys.iter().any(|other| other.pk == key && other.signs), "{keys:?}");
        assert_eq!(keys.iter().filter(|key| key.signs).count(), 1);
    }
}

#[tokio::test]
async fn a_refused_transaction_takes_the_mapping_back_that_was_made_for_it() {
    for release in RELEASES {
        let set = set(release).await;
        let before = held(&set);
        let world = World::at("https://mealie.example.com/login", "Mealie");
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.send(pressed()).await;
        let body =
            Some(json!({"provider": "User lacks permission to create authentik_providers_oauth2.oauth2provider"}));
        set.control.fault(fault("PUT", "transactional", Effect::Status { status: 403, body, content_type: None }));
        popup.send(Event::ApplyPressed).await;
        assert!(
            matches!(&popup.journal().phase, Phase::TakenBack(why) if why.contains("lacks permission")),
            "{:?}",
            popup.journal()
        );
        assert_eq!(held(&set), before, "{release:?}");
        assert!(!world.text_of(Area::Session).contains("client_secret"), "the secret is good for nothing any more");
    }
}

#[tokio::test]
async fn an_answer_that_was_lost_after_the_app_was_made_is_found_to_be_ours() {
    let set = set(Release::R2025_10).await;
    let world = at_grafana();
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(pressed()).await;
    set.control.fault(fault("PUT", "transactional", Effect::Drop { drop: When::After }));
    popup.send(Event::ApplyPressed).await;
    assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
    assert!(popup.journal().marks.iter().all(|mark| *mark == Mark::Done));
    assert_eq!(made(&set, &popup)["oauth"]["client_secret"], secret_of(&popup).as_str());
}

#[tokio::test]
async fn with_asking_off_a_recognised_service_is_one_click_and_an_unknown_one_asks_for_its_redirect_uri() {
    let set = set(Release::R2026_8).await;
    let world = at_grafana();
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(Event::AskChosen(false)).await;
    popup.send(pressed()).await;
    assert_eq!(popup.app.screen(), Screen::Work(Work::Done), "{:?}", popup.app.troubles());
    let unknown = World::at("https://larder.example.com/", "Larder");
    let mut popup = Popup::connected(&unknown, &set, &set.about().tokens.admin).await;
    popup.send(Event::AskChosen(false)).await;
    popup.send(pressed()).await;
    assert_eq!(popup.app.screen(), Screen::Review);
    assert_eq!(popup.app.troubles().len(), 1, "{:?}", popup.app.troubles());
}

#[tokio::test]
async fn another_origin_is_added_to_an_app_and_taken_out_again() {
    for release in RELEASES {
        let set = set(release).await;
        let before = held(&set);
        let world = World::at("https://staging.example.org/", "Grafana");
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.send(Event::Oidc(OidcEvent::AddOriginPressed)).await;
        let pk = popup.app.inventory().oauth2.iter().find(|p| p.name == "Grafana").expect("Grafana").pk;
        popup.send(Event::ReviewTyped(ReviewField::App, pk.to_string())).await;
        let changes = popup.app.of_review(gatewright::screens::Review::changes);
        assert_eq!(changes, [(String::new(), "https://staging.example.org/login/generic_oauth".to_owned())]);
        popup.send(Event::ApplyPressed).await;
        assert_eq!((popup.journal().plan.kind, &popup.journal().phase), (Kind::AddOrigin, &Phase::Done));
        let uris = set
            .control
            .change(|world| world.providers.iter().find(|p| p.pk == pk).expect("Grafana").oauth.redirect_uris.clone());
        assert_eq!(uris.len(), 2, "{uris:?}");
        assert!(matches!(popup.app.site.status, Some(Status::OidcApp { .. })));
        let id = popup.journal().plan.id.clone();
        popup.send(Event::UndoPressed(id)).await;
        assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
        assert_eq!(before["providers"], held(&set)["providers"], "{release:?}");
    }
}

#[tokio::test]
async fn an_app_moves_with_redirect_launch_and_logout_addresses_and_only_if_nobody_changed_it_meanwhile() {
    for release in RELEASES {
        for meddled in [false, true] {
            let set = set(release).await;
            set.control.change(|world| {
                let app = world.applications.iter_mut().find(|app| app.slug == "grafana").expect("Grafana");
                app.meta_launch_url = "https://grafana.example.org/d/home".into();
                let pk = app.provider;
                let provider = world.providers.iter_mut().find(|p| Some(p.pk) == pk).expect("its provider");
                provider.oauth.logout_uri = "https://grafana.example.org/logout".into();
            });
            let before = held(&set);
            let world = World::at("https://new.example.org:8443/", "Grafana");
            let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
            popup.send(Event::Oidc(OidcEvent::MoveAppPressed)).await;
            let pk = popup.app.inventory().oauth2.iter().find(|p| p.name == "Grafana").expect("Grafana").pk;
            popup.send(Event::ReviewTyped(ReviewField::App, pk.to_string())).await;
            assert_eq!(popup.app.of_review(gatewright::screens::Review::changes).len(), 3);
            if meddled {
                set.control.change(|world| {
                    let provider = world.providers.iter_mut().find(|p| p.pk == pk).expect("its provider");
                    provider
                        .oauth
                        .redirect_uris
                        .push(json!({"matching_mode": "strict", "url": "https://x.example/cb"}));
                });
                popup.send(Event::ApplyPressed).await;
                assert!(
                    matches!(&popup.journal().phase, Phase::TakenBack(why) if why.contains("changed it since")),
                    "{:?}",
                    popup.journal()
                );
                continue;
            }
            popup.send(Event::ApplyPressed).await;
            assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
            let state = set.control.state().to_string();
            for now in [
                "https://new.example.org:8443/login/generic_oauth",
                "https://new.example.org:8443/d/home",
                "https://new.example.org:8443/logout",
            ] {
                assert!(state.contains(now), "{now}");
            }
            let id = popup.journal().plan.id.clone();
            popup.send(Event::UndoPressed(id)).await;
            assert_eq!(held(&set), before, "{release:?}");
        }
    }
}

#[tokio::test]
async fn a_site_behind_a_gate_keeps_it_beside_its_app() {
    let set = set(Release::R2026_8).await;
    let world = World::at("https://sonarr.example.org/", "Sonarr");
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    assert!(matches!(popup.app.site.status, Some(Status::Protected(_))));
    popup.send(pressed()).await;
    assert_eq!(popup.app.review.as_ref().map(|review| review.subject.clone()), Some(Subject::NewApp));
    popup.send(Event::ReviewTyped(ReviewField::Redirects, "https://sonarr.example.org/callback".into())).await;
    assert_eq!(popup.app.troubles(), []);
    popup.send(Event::ApplyPressed).await;
    assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
    popup.send(Event::EndSeen).await;
    assert!(matches!(popup.app.site.status, Some(Status::Protected(_))), "the gate is still there");
    assert!(popup.app.oidc_provider().is_some());
}

#[tokio::test]
async fn a_weak_guess_is_offered_and_never_taken_by_itself() {
    let set = set(Release::R2026_8).await;
    let world = World::at("https://notes.example.com/", "Vikunja");
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    let (service, sure) = popup.app.guess().expect("a guess");
    assert_eq!((service.id.as_str(), sure), ("vikunja", gatewright::catalogue::Sure::Perhaps));
    popup.send(pressed()).await;
    let redirects =
        |popup: &Popup<'_>| popup.app.of_review(|review, ground| review.value(ReviewField::Redirects, ground));
    assert_eq!(redirects(&popup), "");
    popup.send(Event::Oidc(OidcEvent::GuessTaken)).await;
    assert_eq!(redirects(&popup), "https://notes.example.com/auth/openid/authentik");
    assert_eq!(popup.app.troubles(), []);
}

#[tokio::test]
async fn a_popup_opened_after_the_end_was_seen_shows_the_site_and_before_that_the_end() {
    let set = set(Release::R2025_10).await;
    let world = at_grafana();
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(pressed()).await;
    popup.send(Event::ApplyPressed).await;
    let secret = secret_of(&popup);
    let mut again = Popup::open(&world).await;
    assert_eq!((again.app.screen(), secret_of(&again)), (Screen::Work(Work::Done), secret));
    again.send(Event::EndSeen).await;
    let last = Popup::open(&world).await;
    assert_eq!(last.app.screen(), Screen::Site);
    assert_eq!(last.app.details, None);
}

#[tokio::test]
async fn the_least_role_makes_an_app_and_a_role_without_it_is_told_what_it_lacks() {
    for release in RELEASES {
        let set = set(release).await;
        let before = held(&set);
        let world = at_grafana();
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.protector).await;
        popup.send(pressed()).await;
        popup.send(Event::ApplyPressed).await;
        assert_eq!(popup.journal().phase, Phase::Done, "{:?}", popup.journal());
        let id = popup.journal().plan.id.clone();
        popup.send(Event::UndoPressed(id)).await;
        assert_eq!(held(&set), before, "{release:?}");
        let world = at_grafana();
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.reader).await;
        popup.send(pressed()).await;
        popup.send(Event::ApplyPressed).await;
        assert!(
            matches!(&popup.journal().phase, Phase::TakenBack(why) if why.contains("lacks permission")),
            "{:?}",
            popup.journal().phase
        );
        assert_eq!(held(&set), before, "{release:?}");
    }
}

#[tokio::test]
async fn verify_finds_what_a_service_would_trip_over_and_nothing_where_all_is_well() {
    for release in RELEASES {
        let set = set(release).await;
        let world = at_grafana();
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.send(pressed()).await;
        popup.send(Event::ApplyPressed).await;
        let client_id = popup.app.details.as_ref().expect("details").client_id.clone();
        let findings = async |popup: &mut Popup<'_>| {
            popup.send(Event::Oidc(OidcEvent::VerifyPressed)).await;
            popup.app.details.as_ref().and_then(|details| details.findings.clone()).expect("findings")
        };
        let bad = |findings: &[Finding]| -> Vec<String> {
            findings.iter().filter(|finding| finding.is == Verdict::Bad).map(|finding| finding.says.clone()).collect()
        };
        assert_eq!(bad(&findings(&mut popup).await), Vec::<String>::new(), "{release:?}");
        set.control.change(|world| {
            let provider = world.providers.iter_mut().find(|p| p.oauth.client_id == client_id).expect("the provider");
            provider.oauth.signing_key = None;
            provider.oauth.grant_types = Vec::new();
            provider.property_mappings.clear();
        });
        let found = bad(&findings(&mut popup).await).join("\n");
        assert!(found.contains("no signing key") && found.contains("no mapping"), "{found}");
        assert_eq!(found.contains("authorization_code"), release == Release::R2026_8, "{found}");
    }
}

#[tokio::test]
async fn verify_says_when_authentik_calls_itself_by_another_address() {
    let set = set(Release::R2025_10).await;
    let world = at_grafana();
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(pressed()).await;
    popup.send(Event::ApplyPressed).await;
    let body = Some(
        json!({"issuer": "http://internal:9000/application/o/x/", "scopes_supported": ["openid", "profile", "email"]}),
    );
    set.control.fault(fault("GET", ".well-known", Effect::Status { status: 200, body, content_type: None }));
    popup.send(Event::Oidc(OidcEvent::VerifyPressed)).await;
    let findings = popup.app.details.as_ref().and_then(|details| details.findings.clone()).expect("findings");
    assert!(findings.iter().any(|f| f.is == Verdict::Bad && f.says.contains("internal:9000")), "{findings:?}");
}

#[tokio::test]
async fn no_app_is_changed_that_nobody_chose_and_the_one_of_the_shown_service_is_proposed() {
    let set = set(Release::R2026_8).await;
    let world = World::at("https://larder.example.com/", "Larder");
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(Event::Oidc(OidcEvent::MoveAppPressed)).await;
    assert!(popup.app.troubles().iter().any(|trouble| trouble.blocks && trouble.says.contains("Choose")));
    popup.send(Event::ApplyPressed).await;
    assert_eq!(popup.app.screen(), Screen::Review);
    let world = at_grafana();
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(Event::Oidc(OidcEvent::MoveAppPressed)).await;
    let chosen = popup.app.of_review(|review, ground| review.chosen_app(ground).map(|app| app.name.clone()));
    assert_eq!(chosen.as_deref(), Some("Grafana"));
}

#[tokio::test]
async fn keys_that_may_not_be_read_are_told_by_their_permission_and_no_step_is_promised_before_they_are() {
    let set = set(Release::R2026_8).await;
    let world = at_grafana();
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    let body = Some(json!({"detail": "You do not have permission to perform this action."}));
    set.control.fault(fault("GET", "crypto/", Effect::Status { status: 403, body, content_type: None }));
    popup.send(pressed()).await;
    assert_eq!(popup.app.preview().expect("a preview").changes().count(), 1, "no key is promised");
    let review = popup.app.review.clone().expect("a review");
    assert!(!review.is_ready() && review.lacks.is_some_and(|says| says.contains("view_certificatekeypair")));
    popup.send(Event::ApplyPressed).await;
    assert_eq!(popup.app.screen(), Screen::Review);
}
