//! An app under another address: which one, and the difference that it makes.

use leptos::prelude::AnyView;

use super::dispatch::Desk;
use super::element::{Child, El, each, el, group};
use super::parts::{button, field_error, note};
use super::review::{choice, trouble};
use crate::screens::{App, Event, OidcEvent, ReviewField};
use crate::words::words;

/// Which app, and what changes for it, line by line.
pub fn addresses(desk: Desk) -> AnyView {
    let words = words();
    let changes = desk.part(|app| app.of_review(crate::screens::Review::changes));
    let error = trouble(desk, ReviewField::App);
    let none = desk.part(|app| app.of_review(|review, ground| review.apps(ground).is_empty()));
    let apps = |app: &App| {
        app.of_review(|review, ground| {
            let name = |name: &Option<String>| name.clone().unwrap_or_default();
            let apps = review.apps(ground);
            let rows = apps.into_iter().map(|app| (app.pk.to_string(), name(&app.application_name)));
            // Nothing is preselected that nobody has said: the wrong app would be changed.
            let unsaid = (String::new(), crate::words::words().choose_app.to_owned());
            let open = review.chosen_app(ground).is_none();
            open.then_some(unsaid).into_iter().chain(rows).collect()
        })
    };
    let part = |of: El, says: &'static str, what: String| {
        let label = el("span").class("hidden").child(says).child(" ");
        (!what.is_empty()).then(|| of.child(label).child(el("bdi").child(what)))
    };
    let list = move || {
        each(changes.get(), move |_, (old, new)| {
            let old = part(el("del"), words.change_old, old);
            el("li").child(old).child(part(el("ins"), words.change_new, new))
        })
    };
    let difference = el("ul").class("plain small difference").child(list);
    group()
        .child(el("dl").class("kv").child(choice(desk, "application", words.field_app, ReviewField::App, apps)))
        .child(move || none.get().then(|| note(words.no_apps.into())))
        .child(el("div").class("card").child(difference))
        .child(field_error(move || error().filter(|_| !none.get())))
        .drawn()
}

/// On the Site screen: an app that is known under another address.
pub fn other_address(desk: Desk) -> El {
    let words = words();
    let buttons = el("div")
        .class("stack")
        .child(button(desk, "quiet", words.add_origin, || Event::Oidc(OidcEvent::AddOriginPressed)))
        .child(button(desk, "quiet", words.move_app, || Event::Oidc(OidcEvent::MoveAppPressed)));
    el("details").class("small").child(el("summary").child(words.other_address)).child(buttons)
}
