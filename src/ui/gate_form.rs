//! The fields of "Protect this site": what is protected, for whom, and the paths that stay open.

use super::app_form::{lines, typed};
use super::dispatch::Desk;
use super::element::{El, Group, each, el, group};
use super::parts::{aside, check, checkable, sentence};
use super::review::{labelled, outpost, text, who};
use crate::catalogue::OpenPath;
use crate::screens::{App, Opened, Review, ReviewField};
use crate::words::words;

/// The fields: what a person looks at first, and behind "More settings" the rest.
pub fn gate_fields(desk: Desk) -> Group {
    let words = words();
    let first = el("dl")
        .class("kv")
        .child(text(desk, "name", words.field_name, ReviewField::Name))
        .child(text(desk, "slug", words.field_slug, ReviewField::Slug))
        .child(text(desk, "external-url", words.field_external_url, ReviewField::ExternalUrl))
        .child(who(desk))
        .child(outpost(desk))
        .child(text(desk, "session", words.field_session, ReviewField::Session));
    let open = lines(desk, "open-paths", ReviewField::OpenLines, words.open_lines_hint).child(opened(desk));
    let rest = el("dl").class("kv").child(labelled("open-paths", words.open_paths, open));
    let more = el("details").child(el("summary").child(words.more_settings)).child(rest);
    group().child(first).child(known_paths(desk)).child(more)
}

/// What each line opens, while it is typed.
fn opened(desk: Desk) -> impl Fn() -> Option<El> + Send + 'static {
    let all = desk.part(|app| app.of_review(Review::opened));
    let row = |_, Opened { line, says, refused }: Opened| {
        let says = el("span").class(if refused { "bad" } else { "muted" }).child(sentence(&says));
        el("li").child(el("code").child(el("bdi").child(line))).child(" ").child(says)
    };
    move || {
        let all = all.get();
        let list = |all| {
            el("ul")
                .class("small opens")
                .attr("aria-label", words().opens)
                .attr("aria-live", "polite")
                .child(each(all, row))
        };
        (!all.is_empty()).then(|| list(all))
    }
}

/// Paths of the catalogue that a gate may leave open; none is on by itself.
fn known_paths(desk: Desk) -> impl Fn() -> Option<El> + Send + 'static {
    let words = words();
    let paths = desk.part(|app| app.of_review(Review::open_paths_known));
    move || {
        let paths = paths.get();
        let boxes = move |paths| {
            each(paths, move |number, open: OpenPath| {
                let number = u8::try_from(number).unwrap_or(u8::MAX);
                let is = move |app: &App| app.review.as_ref().is_some_and(|review| review.open_paths.contains(&number));
                let field = ReviewField::OpenPath(number);
                let input = checkable("checkbox", move || desk.with(is), move |_| typed(desk, field));
                let path = el("span").child(el("code").child(open.path)).child(" ");
                check(input, path.child(el("span").class("muted").child(open.what)))
            })
        };
        (!paths.is_empty()).then(|| {
            let legend = el("legend").child(words.open_paths);
            el("fieldset").class("checks").child(legend).child(boxes(paths)).child(aside(words.open_paths_hint))
        })
    }
}
