//! "As code": from a review and back to it, from what exists, and what is told where it can't be written.

use embedded_authentik::{Effect, Fault, Release};
use gatewright::screens::{CodeEvent, Event, Form, OidcEvent, ReviewField, Route, Screen};
use gatewright::site::Status;
use gatewright_it::company::set;
use gatewright_it::{Popup, World};
use serde_json::{Value, json};

fn text(popup: &Popup, form: Form) -> String {
    let mut code = popup.app.code.clone().expect("as code");
    code.form = form;
    code.text().unwrap_or_else(|| panic!("{:?}", code.texts)).clone()
}

async fn press(popup: &mut Popup<'_>, event: CodeEvent) {
    popup.send(Event::Code(event)).await;
}

#[tokio::test]
async fn a_review_is_as_it_was_after_a_look_at_it_as_code_and_nothing_was_written() {
    let set = set(Release::R2026_8).await;
    let world = World::at(&set.about().urls.site, "Larder");
    let before = set.control.state();
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(Event::Go(Route::Protect)).await;
    popup.send(Event::ReviewTyped(ReviewField::Name, "Larder: \"ours\"".into())).await;
    let review = popup.app.review.clone().expect("a review");
    press(&mut popup, CodeEvent::Pressed).await;
    assert_eq!((popup.app.screen(), popup.app.route.clone()), (Screen::Code, Route::Code));
    assert!(text(&popup, Form::Terraform).contains(r#"name               = "Larder: \"ours\"""#));
    assert!(text(&popup, Form::Blueprint).contains(r#"name: "Larder: \"ours\"""#));
    assert!(text(&popup, Form::Shell).starts_with("#!/usr/bin/env bash\n"));
    press(&mut popup, CodeEvent::Chosen(Form::Shell)).await;
    assert_eq!(popup.app.code.as_ref().map(|code| code.form), Some(Form::Shell));
    press(&mut popup, CodeEvent::Closed).await;
    assert_eq!((popup.app.screen(), popup.app.route.clone()), (Screen::Review, Route::Protect));
    assert_eq!(popup.app.review, Some(review));
    assert_eq!(set.control.state(), before);
}

#[tokio::test]
async fn what_exists_can_be_written_and_a_refusal_is_told_and_tried_again() {
    let set = set(Release::R2026_8).await;
    let world = World::at("https://sonarr.example.org", "Sonarr");
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    assert!(matches!(popup.app.site.status, Some(Status::Protected(_))));
    let body = json!({"detail": "You do not have permission to perform this action."});
    let effect = Effect::Status { status: 403, body: Some(body), content_type: None };
    let path_contains = "core/applications/sonarr".into();
    set.control.fault(Fault { method: Some("GET".into()), path_contains, times: 1, skip: 0, effect });
    press(&mut popup, CodeEvent::Pressed).await;
    let why = popup.app.code.clone().and_then(|code| code.failed().cloned()).expect("why not");
    assert!(why.contains("could not be read") && why.contains("You do not have permission"), "{why}");
    press(&mut popup, CodeEvent::Again).await;
    assert!(text(&popup, Form::Terraform).contains("import {"), "{:?}", popup.app.code);
    press(&mut popup, CodeEvent::Closed).await;
    assert_eq!(popup.app.screen(), Screen::Site);
}

#[tokio::test]
async fn its_address_opens_it_for_what_the_tab_shows_and_says_nothing_of_a_site_that_has_nothing() {
    let set = set(Release::R2026_8).await;
    for (tab, has) in [("https://sonarr.example.org", true), ("https://nothing.example.org", false)] {
        let world = World::at(tab, "A site");
        let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
        popup.send(Event::Go(Route::Code)).await;
        assert_eq!((popup.app.screen(), popup.app.code.is_some()), (Screen::Code, has));
        popup.send(Event::Code(CodeEvent::Closed)).await;
        assert_eq!(popup.app.screen(), Screen::Site);
    }
}

#[tokio::test]
async fn an_answer_to_another_question_is_not_shown_and_a_token_that_stopped_working_is_told() {
    let set = set(Release::R2026_8).await;
    let world = World::at("https://sonarr.example.org", "Sonarr");
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.app.on(Event::Code(CodeEvent::Pressed));
    let late =
        (json!({"base": "https://elsewhere.example.org", "slug": "sonarr"}), Some(json!({"texts": ["a", "b", "c"]})));
    popup.app.on(Event::Code(CodeEvent::Written(Box::new(late))));
    assert_eq!(popup.app.code.as_ref().and_then(|code| code.texts.clone()), None, "it is still being written");
    press(&mut popup, CodeEvent::Closed).await;
    assert!(set.control.expire_token(&set.about().tokens.admin));
    press(&mut popup, CodeEvent::Pressed).await;
    assert!(popup.app.access.is_none(), "it asks to connect again: {:?}", popup.app.code);
}

#[tokio::test]
async fn the_module_that_is_not_there_is_told_and_changes_nothing() {
    let set = set(Release::R2026_8).await;
    let world = World::at("https://sonarr.example.org", "Sonarr");
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.app.on(Event::Code(CodeEvent::Pressed));
    let ask: Value = popup.app.code.clone().expect("as code").ask;
    popup.app.on(Event::Code(CodeEvent::Written(Box::new((ask, None)))));
    let why = popup.app.code.clone().and_then(|code| code.failed().cloned()).expect("why not");
    assert!(why.contains("could not be loaded") && why.contains("Nothing was changed"), "{why}");
}

#[tokio::test]
async fn no_secret_of_an_app_is_in_what_is_written_of_it() {
    let set = set(Release::R2026_8).await;
    let world = World::at("https://grafana.example.org", "Grafana");
    let mut popup = Popup::connected(&world, &set, &set.about().tokens.admin).await;
    popup.send(Event::Oidc(OidcEvent::DetailsPressed)).await;
    popup.send(Event::Oidc(OidcEvent::DetailsClosed)).await;
    press(&mut popup, CodeEvent::Pressed).await;
    let secrets: Vec<String> = set.control.change(|world| {
        world
            .providers
            .iter()
            .map(|provider| provider.oauth.client_secret.clone())
            .filter(|text| text.len() > 8)
            .collect()
    });
    assert!(!secrets.is_empty());
    for form in Form::ALL {
        let text = text(&popup, form);
        assert!(secrets.iter().all(|secret| !text.contains(secret)), "{text}");
        assert!(text.to_lowercase().contains("client_secret"), "{text}");
    }
}
