//! "As code": three forms of one thing, ready to copy.

use leptos::prelude::AnyView;

use super::dispatch::Desk;
use super::element::{Child, El, Group, each, el, group, truth};
use super::parts::{alert, aside, button, copy_button, sends};
use crate::screens::{App, CodeEvent, Event, Form};
use crate::words::{code_words, words};

/// So many characters stand in one piece of a text: what is drawn at once is cut at more.
const PIECE: usize = 8_000;

/// The screen.
pub fn screen(desk: Desk) -> AnyView {
    let code = code_words();
    let about = desk.part(|app| {
        let words = code_words();
        match &app.code {
            None if app.site.status.is_none() => crate::words::words().checking,
            None => words.nothing,
            Some(code) if code.planned => words.of_change,
            Some(_) => words.of_site,
        }
    });
    let open = desk.part(|app| app.code.is_some());
    el("main")
        .child(el("div").class("row").child(button(desk, "link", words().back, || Event::Code(CodeEvent::Closed))))
        .child(el("h1").child(code.as_code))
        .child(el("p").child(move || about.get()))
        .child(move || open.get().then(|| forms(desk)))
        .drawn()
}

/// The way here, where there is something to write down.
pub fn way(desk: Desk, shown: fn(&App) -> bool) -> impl Fn() -> Option<AnyView> + Send + 'static {
    let shown = desk.part(shown);
    move || shown.get().then(|| button(desk, "link small", code_words().as_code, || Event::Code(CodeEvent::Pressed)))
}

fn forms(desk: Desk) -> Group {
    let words = code_words();
    let chosen = desk.part(|app| app.code.as_ref().map(|code| code.form).unwrap_or_default());
    let buttons = each(Form::ALL.to_vec(), move |_, form| {
        sends(desk, "", move || Event::Code(CodeEvent::Chosen(form)))
            .live("aria-pressed", move || truth(chosen.get() == form))
            .child(name_of(form))
    });
    let text = desk.part(|app| app.code.as_ref().and_then(|code| code.text().cloned()));
    let failed = desk.part(|app| app.code.as_ref().and_then(|code| code.failed().cloned()));
    let shown = move || {
        let Some(text) = text.get() else {
            return match failed.get() {
                Some(why) => {
                    let again =
                        button(desk, "quiet", crate::words::words().try_again, || Event::Code(CodeEvent::Again));
                    group().child(alert(why)).child(again)
                }
                None => group().child(aside(words.writing).attr("aria-busy", "true")),
            };
        };
        let pre = el("pre").attr("tabindex", "0").live("aria-label", move || name_of(chosen.get()));
        group()
            .child(aside(words.no_secret))
            .child(pieces(pre, &text))
            .child(el("div").class("row").child(copy_button(desk, "primary grow", move || text.clone())))
    };
    group()
        .child(el("div").class("seg").attr("role", "group").attr("aria-label", words.forms).child(buttons))
        .child(el("div").class("stack").attr("aria-live", "polite").child(shown))
}

fn name_of(form: Form) -> &'static str {
    let words = code_words();
    match form {
        Form::Terraform => words.terraform,
        Form::Blueprint => words.blueprint,
        Form::Shell => words.shell,
    }
}

/// A text that may be longer than what is drawn in one piece.
fn pieces(mut pre: El, text: &str) -> El {
    let mut piece = String::new();
    for line in text.split_inclusive('\n') {
        if piece.len() + line.len() > PIECE {
            pre = pre.child(std::mem::take(&mut piece));
        }
        piece.push_str(line);
    }
    pre.child(piece)
}
