//! faults.md 3 to 10, natively: what is said when authentik can't be reached, isn't authentik, or says no; and that it goes on
//! once it is mended.

use embedded_authentik::{Effect, Fault, Release, Running, When};
use gatewright::authentik::{ApiError, Unreachable};
use gatewright::plan::{Choice, Phase};
use gatewright::screens::{Event, OidcEvent, Route, Screen};
use gatewright::site::Status;
use gatewright_it::company::{set, site};
use gatewright_it::{Cut, Moment, Popup};
use serde_json::{Value, json};

const RELEASES: [Release; 2] = [Release::R2025_10, Release::R2026_8];

fn fault(method: &str, path_contains: &str, times: u32, effect: Effect) -> Fault {
    Fault { method: Some(method.into()), path_contains: path_contains.into(), times, skip: 0, effect }
}

fn says(status: u16, body: Value) -> Effect {
    Effect::Status { status, body: Some(body), content_type: None }
}

fn typed(status: u16, body: &str, content_type: &str) -> Effect {
    Effect::Status { status, body: Some(Value::from(body)), content_type: Some(content_type.into()) }
}

/// What stands beside the address after connecting in vain; nobody has seen the token.
async fn refused_at(set: &Running) -> String {
    let world = site(set);
    let popup = Popup::connected(&world, set, &set.about().tokens.admin).await;
    assert!(popup.app.access.is_none(), "it is not connected");
    assert!(!set.control.requests().iter().any(|seen| seen.bearer), "the token was not sent");
    assert!(popup.app.page_to_open().is_some_and(|url| url.starts_with(&set.about().urls.authentik)));
    popup.app.connect.address_error.clone().expect("an error beside the address")
}

#[tokio::test]
async fn fault_03_an_address_where_nothing_answers_is_told_with_a_way_to_see_why() {
    let set = set(Release::R2025_10).await;
    let world = site(&set);
    world.line.cut(Cut { request: 0, moment: Moment::Before });
    let popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    let said = popup.app.connect.address_error.clone().expect("an error");
    for word in ["did not answer", "name or certificate", "Open it in a tab", "token was not sent"] {
        assert!(said.contains(word), "{said}");
    }
    assert_eq!(popup.app.page_to_open(), Some(format!("{}/", set.about().urls.authentik)));
    let mut popup = popup;
    popup.send(Event::AddressTyped("https://other.example.com".into())).await;
    assert_eq!(popup.app.page_to_open(), None, "another address was not tried yet");
}

#[tokio::test]
async fn fault_04_what_is_not_authentik_is_told_and_gets_no_token() {
    for (effect, word) in [
        (Effect::Html { html: "<!doctype html><title>Sign in</title>".into() }, "not authentik"),
        (Effect::Redirect { redirect: "https://login.example.com/".into() }, "sends requests on"),
        (says(200, json!({"name": "another service"})), "not authentik"),
        (says(200, json!([])), "not authentik"),
        (says(401, Value::from("<html>Basic")), "not authentik"),
        (says(403, Value::from("<html>Blocked")), "not authentik"),
        (says(403, json!({"detail": "Token invalid/expired"})), "not authentik"),
        (says(404, Value::from("<html>Not found")), "not authentik"),
        (says(404, json!({"detail": "Not found."})), "not authentik"),
        (says(400, json!({"error": "nope"})), "not authentik"),
        (says(405, Value::from("")), "not authentik"),
        (says(418, json!({})), "not authentik"),
        (says(500, json!({})), "status 500"),
    ] {
        let set = set(Release::R2025_10).await;
        set.control.fault(fault("GET", "root/config", 1, effect.clone()));
        let said = refused_at(&set).await;
        assert!(said.contains(word) && said.contains("token was not sent"), "{effect:?}: {said}");
    }
}

#[tokio::test]
async fn fault_04_a_login_page_that_comes_to_stand_in_front_takes_nothing_away() {
    let set = set(Release::R2025_10).await;
    let world = site(&set);
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    assert_eq!(popup.app.site.status, Some(Status::NotProtected));
    set.control.fault(fault("GET", "/api/", 100, Effect::Html { html: "<html>Sign in".into() }));
    popup.send(Event::CheckAgain).await;
    assert_eq!(popup.app.site.error, Some(ApiError::NotAuthentik));
    assert_eq!(popup.app.site.status, Some(Status::NotProtected), "what was known stays, with its age");
    set.control.clear_faults();
    popup.send(Event::CheckAgain).await;
    assert_eq!(popup.app.site.error, None);
}

#[tokio::test]
async fn fault_05_a_redirect_is_an_answer_and_nothing_more() {
    let set = set(Release::R2025_10).await;
    let world = site(&set);
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    let redirect = format!("{}/api/v3/", set.about().urls.elsewhere);
    set.control.fault(fault("GET", "/api/", 100, Effect::Redirect { redirect }));
    popup.send(Event::CheckAgain).await;
    assert_eq!(popup.app.site.error, Some(ApiError::Unreachable(Unreachable::Redirected)));
    assert!(!set.control.requests().iter().any(|seen| seen.server == "elsewhere"));
}

#[tokio::test]
async fn fault_06_an_authentik_that_is_not_ready_is_told_and_asked_again() {
    for (status, retry_after, word) in [
        (503, "5", "in 5 seconds"),
        (429, "30", "in 30 seconds"),
        (503, "Wed, 21 Oct 2026 07:28:00 GMT", "in a moment"),
        (503, "4294967295", "in a moment"),
        (502, "", "in a moment"),
        (504, "-1", "in a moment"),
    ] {
        let set = set(Release::R2025_10).await;
        set.control.fault(fault("GET", "root/config", 1, Effect::NotNow { status, retry_after: retry_after.into() }));
        let said = refused_at(&set).await;
        assert!(said.contains("not ready") && said.contains(word), "{status} {retry_after}: {said}");
        let world = site(&set);
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        set.control.fault(fault("GET", "/api/", 100, Effect::NotNow { status, retry_after: retry_after.into() }));
        popup.send(Event::CheckAgain).await;
        assert!(matches!(popup.app.site.error, Some(ApiError::Busy(_))), "{:?}", popup.app.site.error);
        set.control.clear_faults();
        popup.send(Event::CheckAgain).await;
        assert_eq!((popup.app.site.error.clone(), popup.app.site.status.clone()), (None, Some(Status::NotProtected)));
    }
}

/// Every strange answer to a write: of requests that were not carried out.
fn strange() -> Vec<(Effect, &'static str)> {
    vec![
        (Effect::Status { status: 405, body: None, content_type: Some("text/html; charset=utf-8".into()) }, "crashed"),
        (says(406, json!({"detail": "Could not satisfy the request Accept header."})), "406"),
        (says(404, Value::from("<html>Not found</html>")), "not authentik"),
        (typed(200, "{\"applied\": tr", "application/json"), "cut short"),
        (typed(200, "", "application/json"), "cut short"),
        (typed(200, "<html>Sign in", "application/json"), "not authentik"),
        (Effect::NotNow { status: 502, retry_after: String::new() }, "not ready"),
        (Effect::NotNow { status: 503, retry_after: "5".into() }, "5 seconds"),
        (Effect::NotNow { status: 504, retry_after: String::new() }, "not ready"),
        (Effect::NotNow { status: 429, retry_after: "7".into() }, "7 seconds"),
        (says(500, Value::from("<h1>Server error</h1>")), "status 500"),
        (says(413, Value::from("<h1>Too large</h1>")), "status 413"),
        (Effect::Redirect { redirect: "https://login.example.com/".into() }, "sends requests on"),
    ]
}

#[tokio::test]
async fn fault_07_a_write_that_gets_a_strange_answer_is_taken_back_and_told() {
    for release in RELEASES {
        for (method, path) in [("PUT", "transactional"), ("PATCH", "outposts/instances")] {
            for (effect, word) in strange() {
                let set = set(release).await;
                let world = site(&set);
                let before = set.control.state();
                let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
                set.control.fault(fault(method, path, 1, effect.clone()));
                popup.protect().await;
                let Phase::TakenBack(why) = &popup.journal().phase else { panic!("{effect:?}: {:?}", popup.journal()) };
                assert!(why.contains(word), "{effect:?}: {why}");
                assert_eq!(set.control.state(), before, "{method} {effect:?}");
            }
        }
    }
}

#[tokio::test]
async fn fault_07_the_id_of_a_crash_is_told_so_that_the_log_can_be_searched() {
    let set = set(Release::R2025_10).await;
    let world = site(&set);
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    // A real crash: a transaction whose provider has no name (api.md §3).
    popup.send(Event::ProtectPressed).await;
    let mut plan = popup.app.preview().expect("a plan");
    plan.id = "p".into();
    plan.steps[0].action.body["provider"].as_object_mut().expect("a provider").remove("name");
    let order = gatewright::plan::Order::Apply { plan: Box::new(plan), base: set.about().urls.authentik.clone() };
    gatewright::ports::Worker::order(&world, &order).await.expect("a reply");
    popup.send(Event::CheckAgain).await;
    let Phase::TakenBack(why) = &popup.journal().phase else { panic!("{:?}", popup.journal()) };
    let id = why.split("Look for ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap_or_default();
    assert!(id.len() == 32 && id.chars().all(|c| c.is_ascii_hexdigit()), "{why}");
}

#[tokio::test]
async fn fault_07_a_look_at_strange_answers_says_so_and_is_mended_by_the_next() {
    let mut effects: Vec<Effect> = strange().into_iter().map(|(effect, _)| effect).collect();
    effects.push(Effect::CutBody { cut_body: 20 });
    effects.push(Effect::Drop { drop: When::Before });
    let set = set(Release::R2026_8).await;
    let world = site(&set);
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    for effect in effects {
        set.control.fault(fault("GET", "/providers/proxy/", 1, effect.clone()));
        popup.send(Event::CheckAgain).await;
        assert!(popup.app.site.error.is_some() && !popup.app.site.looking, "{effect:?}");
        popup.send(Event::CheckAgain).await;
        assert_eq!((popup.app.site.error.clone(), popup.app.site.status.clone()), (None, Some(Status::NotProtected)));
    }
}

#[tokio::test]
async fn fault_08_a_server_that_takes_a_question_and_never_answers_is_given_up() {
    let set = set(Release::R2025_10).await;
    let world = site(&set);
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    set.control.fault(fault("GET", "/providers/proxy/", 1, Effect::Silent { silent: When::Before }));
    world.line.time_is_up_for(Some("providers/proxy/"));
    popup.send(Event::CheckAgain).await;
    assert_eq!(popup.app.site.error, Some(ApiError::Unreachable(Unreachable::TimedOut)));
    assert_eq!(popup.app.site.status, Some(Status::NotProtected), "what was known stays");
    world.line.time_is_up_for(None);
    popup.send(Event::CheckAgain).await;
    assert_eq!(popup.app.site.error, None);
}

#[tokio::test]
async fn fault_08_a_write_that_is_never_answered_is_looked_up() {
    for (silent, method, path, done) in [
        (When::After, "PUT", "transactional", true),
        (When::Before, "PUT", "transactional", false),
        (When::After, "PATCH", "outposts/instances", true),
        (When::Before, "PATCH", "outposts/instances", false),
    ] {
        let set = set(Release::R2026_8).await;
        let world = site(&set);
        let before = set.control.state();
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.send(Event::ProtectPressed).await;
        set.control.fault(fault(method, path, 1, Effect::Silent { silent }));
        if method == "PUT" {
            world.line.time_is_up_for(Some(path));
        } else {
            // Only the writing of the outpost: it is read before and after.
            world.line.time_is_up_for(Some("PATCH outposts/instances"));
        }
        popup.send(Event::ApplyPressed).await;
        match &popup.journal().phase {
            Phase::Done if done => {}
            Phase::TakenBack(why) if !done => {
                assert!(why.contains("20 seconds"), "{why}");
                assert_eq!(set.control.state(), before);
            }
            other => panic!("{method} {silent:?}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn fault_09_a_host_that_is_taken_away_is_said_and_given_back_without_the_token_being_typed_again() {
    let set = set(Release::R2025_10).await;
    let world = site(&set);
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    world.host_is_taken.set(true);
    popup.send(Event::CheckAgain).await;
    let taken = Some(ApiError::Unreachable(Unreachable::NotAllowed));
    assert_eq!(popup.app.site.error, taken);
    // The next opening says it at once, and asks nothing.
    let mut popup = Popup::open(&world).await;
    assert_eq!((popup.app.site.error.clone(), popup.app.screen()), (taken, Screen::Site));
    popup.send(Event::Go(Route::Connect)).await;
    assert!(popup.app.keeps_token() && popup.app.connect.token.0.is_empty());
    popup.send(Event::ConnectPressed).await;
    assert_eq!(popup.app.connect.token_error, None);
    assert_eq!((popup.app.screen(), popup.app.site.error.clone()), (Screen::Site, None));
    assert_eq!(popup.app.site.status, Some(Status::NotProtected));
}

#[tokio::test]
async fn fault_09_the_kept_token_goes_to_its_own_address_only() {
    let set = set(Release::R2025_10).await;
    let other = self::set(Release::R2025_10).await;
    let world = site(&set);
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(Event::Go(Route::Connect)).await;
    popup.send(Event::AddressTyped(other.about().urls.authentik.clone())).await;
    assert!(!popup.app.keeps_token());
    popup.send(Event::ConnectPressed).await;
    assert!(popup.app.connect.token_error.is_some(), "a token has to be typed for another address");
    assert!(other.control.requests().is_empty());
}

#[tokio::test]
async fn fault_10_a_token_that_stops_working_leads_back_whatever_was_asked() {
    let person = Event::PersonOpened(Some(1));
    let events = [
        ("look", Event::CheckAgain),
        ("people", Event::PeopleTyped("ada".into())),
        ("person", person),
        ("review", Event::ProtectPressed),
        ("app", Event::Oidc(OidcEvent::CreatePressed)),
    ];
    for release in RELEASES {
        for (what, event) in events.clone() {
            let set = set(release).await;
            let world = site(&set);
            let token =
                set.control.make_token(&embedded_authentik::TokenOrder { superuser: true, ..Default::default() });
            let mut popup = Popup::connected(&world, &set, &token.token).await;
            assert!(popup.app.access.is_some());
            set.control.expire_token(&token.token);
            popup.send(event).await;
            if popup.app.access.is_some() {
                popup.send(Event::PeopleSettled(popup.app.people.last)).await;
            }
            assert_eq!(popup.app.screen(), Screen::Connect, "{what}");
            assert!(popup.app.connect.stopped && popup.app.connect.address == set.about().urls.authentik, "{what}");
        }
    }
}

#[tokio::test]
async fn fault_10_a_token_that_is_rotated_in_the_middle_of_a_change_leaves_nothing_half_made() {
    for release in RELEASES {
        let set = set(release).await;
        let world = site(&set);
        let token = set.control.make_token(&embedded_authentik::TokenOrder { superuser: true, ..Default::default() });
        let before = set.control.state();
        let mut popup = Popup::connected(&world, &set, &token.token).await;
        popup.send(Event::ProtectPressed).await;
        let plan = popup.app.preview().map(|plan| gatewright::plan::Plan { id: "p".into(), ..plan }).expect("a plan");
        set.control.fault(fault("PUT", "transactional", 1, Effect::Hold { hold: When::After, name: "here".into() }));
        let order = gatewright::plan::Order::Apply { plan: Box::new(plan), base: set.about().urls.authentik.clone() };
        let control = set.control.clone();
        let rotate = async {
            while control.held().is_empty() {
                tokio::task::yield_now().await;
            }
            control.expire_token(&token.token);
            control.release("here");
        };
        tokio::join!(gatewright::ports::Worker::order(&world, &order), rotate);
        popup.send(Event::CheckAgain).await;
        let Phase::Stuck(why) = &popup.journal().phase else { panic!("{:?}", popup.journal()) };
        assert!(why.contains("token no longer works"), "{why}");
        assert!(popup.app.connect.stopped, "a new token is asked for");
        // With another token for the same address it can be taken back.
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        assert_eq!(popup.app.screen(), Screen::Work(gatewright::screens::Work::Asking));
        popup.send(Event::Answered(Choice::TakeBack)).await;
        assert!(matches!(popup.journal().phase, Phase::TakenBack(_)), "{:?}", popup.journal());
        let state = set.control.state();
        for part in ["applications", "providers", "outposts"] {
            assert_eq!(state[part], before[part], "{release:?}: {part}");
        }
    }
}

#[tokio::test]
async fn fault_10_wrong_tokens_are_told_beside_the_token() {
    let set = set(Release::R2026_8).await;
    for token in ["not-a-token-of-anybody", "Bearer still-not-one"] {
        let world = site(&set);
        let popup = Popup::connected(&world, &set, token).await;
        let said = popup.app.connect.token_error.clone().expect("an error beside the token");
        assert!(said.contains("does not accept this token") && popup.app.connect.address_error.is_none(), "{said}");
        assert!(popup.app.connect.token.0.contains(token), "it can be mended");
    }
}
