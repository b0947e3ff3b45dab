//! Small pieces that screens are made of.

use leptos::prelude::{AnyView, event_target_checked};

use super::dispatch::Desk;
use super::element::{Child, El, el, group};
use crate::screens::Event;
use crate::words::{Bit, bits, fill, words};

/// A sentence with its values set apart. A value is text, whatever stands in it.
pub fn sentence(marked: &str) -> AnyView {
    let mut all = group();
    for bit in bits(marked) {
        all = match bit {
            Bit::Said(text) => all.child(text),
            Bit::Value(text) => all.child(el("bdi").class("value").child(text)),
        };
    }
    all.drawn()
}

/// An error beside what caused it.
pub fn alert(says: String) -> AnyView {
    el("p").class("alert bad").attr("role", "alert").child(says).drawn()
}

/// Something worth knowing.
pub fn note(says: String) -> AnyView {
    el("p").class("alert warn").attr("role", "note").child(says).drawn()
}

/// A paragraph that stands back.
pub fn aside(says: impl Child) -> El {
    el("p").class("muted small").child(says)
}

/// A chip: `class` is `chip`, with `ok`, `open`, `bad` or nothing.
pub fn chip(class: &'static str, sign: &'static str, text: String) -> AnyView {
    el("span").class(class).child(hidden_sign(el("span"), sign)).child(text).drawn()
}

/// Something that is seen and not read out.
pub fn hidden_sign(element: El, sign: impl Child) -> El {
    element.attr("aria-hidden", "true").child(sign)
}

/// A row of a card: what, and what it is.
pub fn fact(what: &'static str, is: &str) -> AnyView {
    el("div")
        .class("row small")
        .child(el("span").class("grow muted").child(what))
        .child(el("bdi").class("fact").child(fill("{is}", &[("is", is)])))
        .drawn()
}

/// A button that sends an event if a person presses it; its name is its child.
pub fn sends(desk: Desk, class: &'static str, event: impl Fn() -> Event + Send + 'static) -> El {
    el("button").attr("type", "button").class(class).on("click", move |click| desk.send_trusted(&click, event()))
}

/// A plain button.
pub fn button(
    desk: Desk,
    class: &'static str,
    name: &'static str,
    event: impl Fn() -> Event + Send + 'static,
) -> AnyView {
    sends(desk, class, event).child(name).drawn()
}

/// A button that copies what `text` gives.
pub fn copy_button(desk: Desk, class: &'static str, text: impl Fn() -> String + Send + 'static) -> AnyView {
    button(desk, class, words().copy, move || Event::CopyPressed(text()))
}

/// A field that is checked or not: `kind` is `checkbox` or `radio`.
pub fn checkable(
    kind: &'static str,
    is: impl Fn() -> bool + Send + 'static,
    changed: impl Fn(bool) + Send + 'static,
) -> El {
    let input = el("input").attr("type", kind).prop("checked", is);
    input.on("change", move |change| changed(event_target_checked(&change)))
}

/// Such a field inside its label.
pub fn check(input: El, named: impl Child) -> El {
    el("label").class("check").child(input).child(named)
}

/// A text field, as far as all of them are the same.
pub fn text_field(kind: &'static str, is: impl Fn() -> String + Send + 'static) -> El {
    el("input").attr("type", kind).attr("autocomplete", "off").attr("spellcheck", "false").prop("value", is)
}

/// What is wrong with a field.
pub fn field_error<C: Child>(says: impl Fn() -> C + Send + 'static) -> El {
    el("p").class("field-error").attr("aria-live", "polite").child(says)
}
