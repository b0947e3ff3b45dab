//! "Connect to authentik": the way to the form, and the form.

use leptos::prelude::*;

use super::dispatch::Desk;
use super::parts::{alert, button, note};
use crate::screens::{ConnectStep, Event, Route};
use crate::session::Keep;
use crate::words::words;

/// In the popup, which the browser's permission prompt would close.
pub fn welcome(desk: Desk) -> AnyView {
    let words = words();
    let stopped = desk.part(|app| app.connect.stopped);
    view! {
        <main class="welcome">
            <img class="logo" src="icons/icon-128.png" alt="" width="64" height="64"/>
            <h1>{words.connect_heading}</h1>
            {move || stopped.get().then(|| alert(words.token_stopped.into()))}
            <p>{words.connect_intro}</p>
            {button(desk, "primary", words.connect_open, || Event::OpenOwnPressed(Route::Connect))}
            <p class="muted small">{words.connect_open_why}</p>
        </main>
    }
    .into_any()
}

/// The form.
pub fn form(desk: Desk) -> AnyView {
    let words = words();
    let busy = desk.part(|app| app.connect.step != ConnectStep::Form);
    let stopped = desk.part(|app| app.connect.stopped);
    let label = move || {
        desk.app.with(|app| match app.connect.step {
            ConnectStep::Form => words.connect_button,
            ConnectStep::AskingForHost => words.connect_asking,
            ConnectStep::Trying => words.connect_trying,
        })
    };
    view! {
        <main>
            <form class="stack" novalidate
                on:submit=move |submit| { submit.prevent_default(); desk.send_trusted(&submit, Event::ConnectPressed); }>
                <h1>{words.connect_heading}</h1>
                {move || stopped.get().then(|| alert(words.token_stopped.into()))}
                <p class="muted">{words.connect_intro}</p>
                {address(desk)}
                {token(desk)}
                {keep(desk)}
                <button type="submit" class="primary" disabled=move || busy.get()>{label}</button>
            </form>
        </main>
    }
    .into_any()
}

fn address(desk: Desk) -> AnyView {
    let words = words();
    let error = desk.part(|app| app.connect.address_error.clone());
    let readable = desk.part(|app| app.connect.asks_for_readable || app.connect.readable_is_fine);
    view! {
        <div class="field">
            <label for="address">{words.field_address}</label>
            <input id="address" type="url" inputmode="url" autocomplete="off" spellcheck="false" autofocus
                aria-describedby="address-hint" aria-invalid=move || error.get().is_some().to_string()
                prop:value=move || desk.app.with(|app| app.connect.address.clone())
                on:input=move |input| desk.send(Event::AddressTyped(event_target_value(&input)))/>
            {move || error.get().map(alert)}
            <Show when=move || readable.get()>
                <label class="check"><input type="checkbox"
                    prop:checked=move || desk.app.with(|app| app.connect.readable_is_fine)
                    on:change=move |change| desk.send(Event::ReadableConfirmed(event_target_checked(&change)))/>
                    {words.readable_confirm}</label>
            </Show>
            <p id="address-hint" class="muted small">{words.field_address_hint}</p>
        </div>
    }
    .into_any()
}

fn token(desk: Desk) -> AnyView {
    let words = words();
    let error = desk.part(|app| app.connect.token_error.clone());
    let page = desk.part(|app| app.token_page());
    view! {
        <div class="field">
            <label for="token">{words.field_token}</label>
            <input id="token" type="password" autocomplete="off" spellcheck="false"
                aria-describedby="token-hint" aria-invalid=move || error.get().is_some().to_string()
                prop:value=move || desk.app.with(|app| app.connect.token.0.clone())
                on:input=move |input| desk.send(Event::TokenTyped(event_target_value(&input)))/>
            {move || error.get().map(alert)}
            <p id="token-hint" class="muted small">{words.token_advice}</p>
            {move || match page.get() {
                Some(url) => view! { <a class="small" href=url target="_blank" rel="noreferrer">{words.token_page}</a> }.into_any(),
                None => view! { <p class="muted small">{words.token_page_needs_address}</p> }.into_any(),
            }}
        </div>
    }
    .into_any()
}

fn keep(desk: Desk) -> AnyView {
    let words = words();
    let on_device = desk.part(|app| app.connect.keep == Keep::Device);
    let radio = move |keep: Keep, name: &'static str| {
        view! {
            <label class="check"><input type="radio" name="keep"
                prop:checked=move || desk.app.with(|app| app.connect.keep == keep)
                on:change=move |_| desk.send(Event::KeepChosen(keep))/>{name}</label>
        }
    };
    view! {
        <fieldset role="radiogroup">
            <legend>{words.keep_legend}</legend>
            {radio(Keep::Session, words.keep_session)}
            {radio(Keep::Device, words.keep_device)}
            {move || if on_device.get() {
                note(words.keep_device_warning.into())
            } else {
                view! { <p class="muted small">{words.keep_session_hint}</p> }.into_any()
            }}
        </fieldset>
    }
    .into_any()
}
