//! What a later look told about a change, with the way to put back what somebody else lost by it.

use leptos::prelude::AnyView;

use super::dispatch::Desk;
use super::element::{Child, El, each, el, group};
use super::parts::{check, checkable, field_error, note, sends};
use super::review::trouble;
use crate::screens::{Event, ReviewField, Subject, Told};
use crate::words::words;

/// The words, and the button where something can be put back.
pub fn told(desk: Desk, told: Told) -> AnyView {
    if !told.offers {
        return note(told.says);
    }
    let id = told.id;
    let button = sends(desk, "quiet", move || Event::PutBackPressed(id.clone())).child(words().put_back);
    el("div").class("alert warn").attr("role", "note").child(el("p").child(told.says)).child(button).drawn()
}

/// The review of what is put back: which of them.
pub fn which(desk: Desk) -> El {
    let providers = desk.part(|app| match app.review.as_ref().map(|review| &review.subject) {
        Some(Subject::PutBack(put_back)) => put_back.providers.clone(),
        _ => Vec::new(),
    });
    let boxes = move || {
        each(providers.get(), |_, (pk, name)| {
            let key = pk.to_string();
            let is = {
                let key = key.clone();
                move || desk.with(|app| app.review.as_ref().is_some_and(|review| review.chosen.contains(&key)))
            };
            let input = checkable("checkbox", is, move |_| {
                desk.send(Event::ReviewTyped(ReviewField::Provider, key.clone()));
            });
            check(input, el("bdi").child(name))
        })
    };
    let boxes = el("fieldset").class("checks").attr("aria-label", words().put_back_which).child(boxes);
    el("div").child(group().child(boxes).child(field_error(trouble(desk, ReviewField::Provider))))
}
