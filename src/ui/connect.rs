//! "Connect to authentik": the way to the form, and the form.

use leptos::prelude::AnyView;

use super::dispatch::Desk;
use super::element::{Child, El, el, truth};
use super::parts::{alert, aside, button, check, checkable, note, text_field};
use crate::screens::{App, ConnectStep, Event, Route};
use crate::session::Keep;
use crate::words::words;

/// That the token stopped working, and what that means for a change that was under way.
fn stopped(app: &App) -> Option<String> {
    let says = if app.has_unfinished() { words().token_stopped_unfinished } else { words().token_stopped };
    app.connect.stopped.then(|| says.to_owned())
}

/// In the popup, which the browser's permission prompt would close.
pub fn welcome(desk: Desk) -> AnyView {
    let words = words();
    let stopped = desk.part(stopped);
    let logo = el("img").class("logo").attr("src", "icons/icon-128.png").attr("alt", "");
    el("main")
        .class("welcome")
        .child(logo.attr("width", "64").attr("height", "64"))
        .child(el("h1").child(words.connect_heading))
        .child(move || stopped.get().map(alert))
        .child(el("p").child(words.connect_intro))
        .child(button(desk, "primary", words.connect_open, || Event::OpenOwnPressed(Route::Connect)))
        .child(aside(words.connect_open_why))
        .drawn()
}

/// The form.
pub fn form(desk: Desk) -> AnyView {
    let words = words();
    let busy = desk.part(|app| app.connect.step != ConnectStep::Form);
    let stopped = desk.part(stopped);
    let label = move || {
        desk.with(|app| match app.connect.step {
            ConnectStep::Form => words.connect_button,
            ConnectStep::AskingForHost => words.connect_asking,
            ConnectStep::Trying => words.connect_trying,
        })
    };
    let form = el("form")
        .class("stack")
        .attr("novalidate", true)
        .on("submit", move |submit| {
            submit.prevent_default();
            desk.send_trusted(&submit, Event::ConnectPressed);
        })
        .child(el("h1").child(words.connect_heading))
        .child(move || stopped.get().map(alert))
        .child(el("p").class("muted").child(words.connect_intro))
        .child(address(desk))
        .child(token(desk))
        .child(keep(desk))
        .child(el("button").attr("type", "submit").class("primary").live("disabled", move || busy.get()).child(label));
    el("main").child(form).drawn()
}

fn address(desk: Desk) -> El {
    let words = words();
    let error = desk.part(|app| app.connect.address_error.clone());
    let readable = desk.part(|app| app.connect.asks_for_readable || app.connect.readable_is_fine);
    let field = text_field("url", move || desk.with(|app| app.connect.address.clone()))
        .attr("id", "address")
        .attr("inputmode", "url")
        .attr("autofocus", true)
        .attr("aria-describedby", "address-hint")
        .live("aria-invalid", move || truth(error.get().is_some()))
        .on_text("input", move |text| desk.send(Event::AddressTyped(text)));
    let page = desk.part(App::page_to_open);
    let open = move |url: String| button(desk, "quiet", words.open_address, move || Event::OpenPressed(url.clone()));
    let confirm = move || {
        let is = move || desk.with(|app| app.connect.readable_is_fine);
        let input = checkable("checkbox", is, move |checked| desk.send(Event::ReadableConfirmed(checked)));
        check(input, words.readable_confirm)
    };
    el("div")
        .class("field")
        .child(el("label").attr("for", "address").child(words.field_address))
        .child(field)
        .child(move || error.get().map(alert))
        .child(move || page.get().map(open))
        .child(move || readable.get().then(confirm))
        .child(aside(words.field_address_hint).attr("id", "address-hint"))
}

fn token(desk: Desk) -> El {
    let words = words();
    let error = desk.part(|app| app.connect.token_error.clone());
    let page = desk.part(App::token_page);
    let kept = desk.part(App::keeps_token);
    let field = text_field("password", move || desk.with(|app| app.connect.token.0.clone()))
        .attr("id", "token")
        .attr("aria-describedby", "token-hint")
        .live("aria-invalid", move || truth(error.get().is_some()))
        .on_text("input", move |text| desk.send(Event::TokenTyped(text)));
    let link =
        |url: String| el("a").class("small").attr("href", url).attr("target", "_blank").attr("rel", "noreferrer");
    el("div")
        .class("field")
        .child(el("label").attr("for", "token").child(words.field_token))
        .child(field)
        .child(move || error.get().map(alert))
        .child(move || kept.get().then(|| aside(words.token_kept)))
        .child(aside(words.token_advice).attr("id", "token-hint"))
        .child(move || match page.get() {
            Some(url) => link(url).child(words.token_page),
            None => aside(words.token_page_needs_address),
        })
}

fn keep(desk: Desk) -> El {
    let words = words();
    let on_device = desk.part(|app| app.connect.keep == Keep::Device);
    let radio = move |keep: Keep, name: &'static str| {
        let is = move || desk.with(|app| app.connect.keep == keep);
        let input = checkable("radio", is, move |_| desk.send(Event::KeepChosen(keep)));
        check(input.attr("name", "keep"), name)
    };
    el("fieldset")
        .attr("role", "radiogroup")
        .child(el("legend").child(words.keep_legend))
        .child(radio(Keep::Session, words.keep_session))
        .child(radio(Keep::Device, words.keep_device))
        .child(move || {
            if on_device.get() {
                note(words.keep_device_warning.into())
            } else {
                aside(words.keep_session_hint).drawn()
            }
        })
}
