//! Small pieces that screens are made of.

use leptos::prelude::*;

use super::dispatch::Desk;
use crate::screens::Event;
use crate::words::{Bit, bits, words};

/// A sentence with its values set apart. A value is text, whatever stands in it.
pub fn sentence(marked: &str) -> impl IntoView + use<> {
    bits(marked)
        .into_iter()
        .map(|bit| match bit {
            Bit::Said(text) => text.into_any(),
            Bit::Value(text) => view! { <bdi class="value">{text}</bdi> }.into_any(),
        })
        .collect::<Vec<_>>()
}

/// An error beside what caused it.
pub fn alert(says: String) -> AnyView {
    view! { <p class="alert bad" role="alert">{says}</p> }.into_any()
}

/// Something worth knowing.
pub fn note(says: String) -> AnyView {
    view! { <p class="alert warn" role="note">{says}</p> }.into_any()
}

/// A chip: `kind` is `ok`, `open`, `bad` or nothing.
pub fn chip(kind: &'static str, sign: &'static str, text: String) -> AnyView {
    view! { <span class=format!("chip {kind}")><span aria-hidden="true">{sign}</span>{text}</span> }.into_any()
}

/// A row of a card: what, and what it is.
pub fn fact(what: &'static str, is: String) -> AnyView {
    view! { <div class="row small"><span class="grow muted">{what}</span><bdi class="fact">{is}</bdi></div> }.into_any()
}

/// A plain button.
pub fn button(desk: Desk, class: &'static str, name: &'static str, event: impl Fn() -> Event + 'static) -> AnyView {
    view! { <button type="button" class=class on:click=move |click| desk.send_trusted(&click, event())>{name}</button> }
        .into_any()
}

/// A button that copies what `text` gives.
pub fn copy_button(desk: Desk, class: &'static str, text: impl Fn() -> String + 'static) -> AnyView {
    button(desk, class, words().copy, move || Event::CopyPressed(text()))
}
