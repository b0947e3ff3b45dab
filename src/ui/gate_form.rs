//! The fields of "Protect this site": what is protected, for whom, and the paths that stay open.

use super::app_form::{lines, typed};
use super::dispatch::Desk;
use super::element::{El, Group, each, el, group};
use super::parts::{aside, check, checkable, sentence};
use super::review::{labelled, outpost, text, who};
use crate::catalogue::OpenPath;
use crate::screens::{App, Event, Opened, Review, ReviewField};
use crate::words::words;

/// The fields: what a person looks at first, and behind "More settings" the rest.
pub fn gate_fields(desk: Desk) -> Group {
    let words = words();
    let domain = desk.part(|app| app.review.as_ref().is_some_and(Review::is_domain));
    let first = el("dl")
        .class("kv")
        .child(text(desk, "name", words.field_name, ReviewField::Name))
        .child(text(desk, "slug", words.field_slug, ReviewField::Slug))
        .child(cover(desk))
        .child(move || domain.get().then(|| covers(desk)))
        .child(move || if domain.get() { domain_fields(desk) } else { site_field(desk) })
        .child(who(desk))
        .child(outpost(desk))
        .child(text(desk, "session", words.field_session, ReviewField::Session));
    let hint = move || if domain.get() { words.open_lines_hint_domain } else { words.open_lines_hint };
    let open = lines(desk, "open-paths", ReviewField::OpenLines, opened(desk), hint);
    let rest = el("dl").class("kv").child(labelled("open-paths", words.open_paths, open));
    let more = el("details").child(el("summary").child(words.more_settings)).child(rest);
    group().child(first).child(known_paths(desk)).child(more)
}

/// This site, or all of its domain.
fn cover(desk: Desk) -> Group {
    let words = words();
    let none = desk.part(|app| app.review.as_ref().is_some_and(|review| !review.has_domain()));
    let radio = |value: &'static str, name, is: fn(&Review) -> bool| {
        let is = move || desk.with(|app| app.review.as_ref().is_some_and(is));
        let input = checkable("radio", is, move |_| desk.send(Event::ReviewTyped(ReviewField::Cover, value.into())));
        check(input.attr("name", "cover").live("disabled", move || value == "domain" && none.get()), name)
    };
    let choice = el("fieldset")
        .attr("role", "radiogroup")
        .attr("aria-labelledby", "cover")
        .child(radio("site", words.cover_site, |review| !review.is_domain()))
        .child(radio("domain", words.cover_domain, Review::is_domain))
        .child(move || none.get().then(|| aside(words.cover_nothing)));
    group().child(el("dt").attr("id", "cover").child(words.field_cover)).child(el("dd").child(choice))
}

fn site_field(desk: Desk) -> Group {
    text(desk, "external-url", words().field_external_url, ReviewField::ExternalUrl)
}

fn domain_fields(desk: Desk) -> Group {
    let words = words();
    let hint = |says| group().child(el("dt")).child(el("dd").child(aside(says)));
    group()
        .child(text(desk, "cookie-domain", words.field_cookie_domain, ReviewField::CookieDomain))
        .child(hint(words.cookie_domain_hint))
        .child(text(desk, "auth-url", words.field_auth_url, ReviewField::AuthUrl))
        .child(hint(words.auth_url_hint))
}

/// What a gate for a domain covers, before it is made.
fn covers(desk: Desk) -> Group {
    let all = desk.part(|app| app.of_review(Review::covers));
    let rows = move || each(all.get(), |_, says| el("li").child(sentence(&says)));
    let list = el("ul").class("small plain").attr("aria-labelledby", "covers").child(rows);
    group().child(el("dt").attr("id", "covers").child(words().covers)).child(el("dd").class("covers").child(list))
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
