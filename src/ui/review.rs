//! "Review changes": the fields, filled in and checked while one types, and the steps in words.

use leptos::prelude::AnyView;

use super::addresses::addresses;
use super::app_form::app_fields;
use super::dispatch::Desk;
use super::element::{Child, El, Group, Value, each, el, group, truth};
use super::gate_form::gate_fields;
use super::parts::{alert, aside, button, check, checkable, field_error, hidden_sign, sentence, text_field};
use super::told::which;
use crate::authentik::outposts::Outpost;
use crate::plan::Field;
use crate::screens::{App, Event, MOST_GROUPS, Review, ReviewField, Subject, WhoGetsIn};
use crate::words::{brief, error_text, fill, in_a_row, why_words, words};

/// So many choices are drawn: more than anybody scrolls through.
const MOST_OPTIONS: usize = 500;

/// The review.
pub fn review(desk: Desk) -> AnyView {
    let words = words();
    let subject = desk.part(|app| app.review.as_ref().map(|review| review.subject.clone()));
    let title = desk.part(|app| app.preview().map(|plan| plan.title).or(app.origin().map(|origin| origin.authority())));
    let ready = desk.part(is_ready);
    let refused = desk.part(|app| app.review.as_ref().and_then(|review| review.refused.clone()));
    let what = move || match subject.get() {
        Some(Subject::New) => gate_fields(desk).drawn(),
        Some(Subject::NewApp) => app_fields(desk),
        Some(Subject::AddOrigin | Subject::MoveApp) => addresses(desk),
        Some(Subject::Remove(removal)) => hanging(desk, removal.provider.application_name).drawn(),
        Some(Subject::AddApplication(_)) => application(desk).drawn(),
        Some(Subject::Twice(_)) => keep(desk).drawn(),
        Some(Subject::Repair(repair)) if repair.field == Field::CookieDomain => {
            let name = why_words().field_cookie_domain;
            el("dl").class("kv").child(text(desk, "cookie-domain", name, ReviewField::CookieDomain)).drawn()
        }
        Some(Subject::PutBack(_)) => which(desk).drawn(),
        Some(Subject::Finish(_)) => el("dl").class("kv").child(outpost(desk)).drawn(),
        _ => group().drawn(),
    };
    let heading =
        el("div").child(el("h1").child(move || title.get())).child(el("span").class("muted small").child(count(desk)));
    let main = el("main")
        .attr("role", "region")
        .attr("aria-label", words.review_region)
        .child(heading)
        .child(problems(desk))
        .child(what)
        .child(steps(desk))
        .child(super::code::way(desk, is_ready))
        .child(move || refused.get().map(alert));
    // A click and Enter: the keyboard is on Apply from the start.
    let apply = el("button")
        .attr("type", "submit")
        .class("primary grow")
        .focused()
        .live("aria-disabled", move || truth(!ready.get()))
        .child(words.apply)
        .child(hidden_sign(el("kbd"), "⏎"));
    let footer = el("footer").child(apply).child(button(desk, "quiet", words.cancel, || Event::CancelPressed));
    el("form")
        .class("screen")
        .attr("novalidate", true)
        .on("submit", move |submit| {
            submit.prevent_default();
            desk.send_trusted(&submit, Event::ApplyPressed);
        })
        .child(main)
        .child(footer)
        .drawn()
}

/// Whether nothing speaks against applying it.
fn is_ready(app: &App) -> bool {
    !app.troubles().iter().any(|trouble| trouble.blocks)
        && app.review.as_ref().is_some_and(|review| review.is_ready() && !review.sending)
}

fn count(desk: Desk) -> impl Fn() -> String + Send + 'static {
    move || {
        let count = desk.with(|app| app.preview().map_or(0, |plan| plan.changes().count()));
        if count == 1 {
            words().review_change.to_owned()
        } else {
            fill(words().review_changes, &[("count", &count.to_string())])
        }
    }
}

/// An application for a provider that is there.
fn application(desk: Desk) -> El {
    let words = words();
    let unserved = desk.part(|app| app.of_review(|review, ground| review.needs_outpost(ground.inventory)));
    el("dl")
        .class("kv")
        .child(text(desk, "name", words.field_name, ReviewField::Name))
        .child(text(desk, "slug", words.field_slug, ReviewField::Slug))
        .child(who(desk))
        .child(move || unserved.get().then(|| outpost(desk)))
}

/// Which of several providers stays at the gate.
fn keep(desk: Desk) -> Group {
    let options = |app: &App| {
        let unsaid = (String::new(), why_words().choose_keep.to_owned());
        let twins = app.review.as_ref().map(Review::twins).unwrap_or_default();
        std::iter::once(unsaid).chain(twins).collect()
    };
    let list = choice(desk, "keep", why_words().field_keep, ReviewField::Keep, options);
    let error = field_error(trouble(desk, ReviewField::Keep));
    // In full: a closed list cuts what they say of themselves.
    let twins = desk.part(|app| app.review.as_ref().map(Review::twins).unwrap_or_default());
    let all = move || each(twins.get(), |_, (_, says)| el("li").child(el("bdi").child(says)));
    group().child(el("dl").class("kv").child(list)).child(error).child(el("ul").class("small muted").child(all))
}

/// A field with its label, in a list of such.
pub fn labelled(id: impl Into<Value>, name: impl Child, field: El) -> Group {
    group().child(el("dt").child(el("label").attr("for", id).child(name))).child(field)
}

/// What speaks against a field.
pub fn trouble(desk: Desk, field: ReviewField) -> impl Fn() -> Option<String> + Copy + Send + 'static {
    move || {
        let troubles = desk.with(|app| app.troubles());
        troubles.into_iter().find(|trouble| trouble.field == field).map(|trouble| trouble.says)
    }
}

/// A field with text in it.
pub fn text(desk: Desk, id: &'static str, name: &'static str, field: ReviewField) -> Group {
    let value = move || {
        desk.with(|app| {
            app.of_review(|review, ground| match field {
                ReviewField::Name => review.name.clone(),
                ReviewField::Slug => review.slug.clone(),
                ReviewField::ExternalUrl => review.external_url.clone(),
                ReviewField::Session => review.session.clone(),
                field => review.value(field, ground),
            })
        })
    };
    let error = trouble(desk, field);
    let described = format!("{id}-error");
    let input = text_field("text", value)
        .attr("id", id)
        .attr("maxlength", "300")
        .attr("aria-describedby", described.clone())
        .live("aria-invalid", move || truth(error().is_some()))
        .on_text("input", move |text| desk.send(Event::ReviewTyped(field, text)));
    labelled(id, name, el("dd").child(input).child(field_error(error).attr("id", described)))
}

/// A field with choices, as (value, name).
pub fn choice(
    desk: Desk,
    id: &'static str,
    name: &'static str,
    field: ReviewField,
    options: fn(&App) -> Vec<(String, String)>,
) -> Group {
    let options = desk.part(options);
    let rows = move || {
        let mut options = options.get();
        options.truncate(MOST_OPTIONS);
        each(options, move |_, (value, name)| {
            let this = value.clone();
            let selected = move || desk.with(|app| app.of_review(|review, ground| review.value(field, ground) == this));
            option(value, selected, &name)
        })
    };
    let select = el("select").attr("id", id).on_text("change", move |value| {
        desk.send(Event::ReviewTyped(field, value));
    });
    labelled(id, name, el("dd").child(select.child(rows)))
}

fn option(value: impl Into<Value>, selected: impl Fn() -> bool + Send + 'static, name: &str) -> El {
    el("option").attr("value", value).prop("selected", selected).child(brief(name))
}

/// Who gets in.
pub fn who(desk: Desk) -> Group {
    let words = words();
    let few = desk.part(|app| app.review.as_ref().is_some_and(|review| review.who == WhoGetsIn::Groups));
    let failed =
        desk.part(|app| app.review.as_ref().is_some_and(|review| review.groups.is_none() && review.error.is_some()));
    let select = el("select").attr("id", "who").on_text("change", move |value| {
        let who = if value == "groups" { WhoGetsIn::Groups } else { WhoGetsIn::Everyone };
        desk.send(Event::WhoChosen(who));
    });
    let groups = option("groups", move || few.get(), words.who_groups).live("disabled", move || failed.get());
    let select = select.child(option("everyone", move || !few.get(), words.who_everyone)).child(groups);
    let which = el("dd")
        .child(select)
        .child(move || failed.get().then(|| aside(words.groups_denied)))
        .child(move || few.get().then(|| group_boxes(desk)));
    labelled("who", words.field_who, which)
}

fn group_boxes(desk: Desk) -> Group {
    let words = words();
    let groups = desk.part(|app| {
        let (listed, _) = app.review.as_ref()?.groups_listed()?;
        Some(listed.into_iter().map(|group| (group.pk.clone(), group.name.clone())).collect::<Vec<_>>())
    });
    let many = desk.part(|app| {
        let (listed, all) = app.review.as_ref()?.groups_listed()?;
        (all > MOST_GROUPS).then_some((listed.len(), all))
    });
    let counted = move || {
        let (shown, all) = many.get()?;
        Some(fill(words.groups_count, &[("shown", &shown.to_string()), ("count", &all.to_string())]))
    };
    let find = move || {
        many.get().map(|_| {
            let field = text_field("search", move || {
                desk.with(|app| app.review.as_ref().map(|review| review.group_words.clone()).unwrap_or_default())
            });
            let field = field.attr("aria-label", words.find_group).attr("placeholder", words.find_group);
            field.on_text("input", move |text| desk.send(Event::ReviewTyped(ReviewField::FindGroup, text)))
        })
    };
    let boxes = move || match groups.get() {
        None => aside(words.groups_loading).drawn(),
        Some(groups) => each(groups, |_, (pk, name)| {
            let key = pk.clone();
            let is = move || desk.with(|app| app.review.as_ref().is_some_and(|review| review.chosen.contains(&pk)));
            let input = checkable("checkbox", is, move |_| {
                desk.send(Event::ReviewTyped(ReviewField::Groups, key.clone()));
            });
            check(input, el("bdi").child(brief(&name)))
        }),
    };
    group()
        .child(find)
        .child(aside(counted).attr("aria-live", "polite"))
        .child(el("fieldset").class("checks").attr("aria-label", words.groups_legend).child(boxes))
        .child(field_error(trouble(desk, ReviewField::Groups)))
}

/// The outposts to choose from.
pub fn outpost(desk: Desk) -> Group {
    let outposts = desk.part(|app| {
        let named = |name: &String| fill(crate::words::words().embedded, &[("name", name)]);
        let row = |outpost: &Outpost| {
            let name = if outpost.embedded { named(&outpost.name) } else { outpost.name.clone() };
            (outpost.pk.clone(), name)
        };
        app.inventory().outposts.iter().map(row).collect::<Vec<_>>()
    });
    let rows = move || {
        each(outposts.get(), move |_, (value, name)| {
            let pk = value.clone();
            let selected = move || desk.with(|app| app.review.as_ref().is_some_and(|review| review.outpost == pk));
            option(value, selected, &name)
        })
    };
    let select = el("select").attr("id", "outpost").on_text("change", move |value| {
        desk.send(Event::ReviewTyped(ReviewField::Outpost, value));
    });
    let field = el("dd").child(select.child(rows)).child(field_error(trouble(desk, ReviewField::Outpost)));
    labelled("outpost", words().field_outpost, field)
}

/// What goes with an application that is deleted: who gets in through it.
fn hanging(desk: Desk, application: Option<String>) -> Option<El> {
    let words = words();
    let hanging = desk.part(|app| app.review.as_ref().and_then(|review| review.hanging.clone()));
    let who = move || match hanging.get() {
        None => words.hanging_reading.to_owned(),
        Some(Err(_)) => words.hanging_unknown.to_owned(),
        Some(Ok(names)) if names.is_empty() => words.who_everyone.to_owned(),
        Some(Ok(names)) => in_a_row(&names),
    };
    application.map(|application| {
        el("dl")
            .class("kv")
            .child(el("dt").child(words.fact_application))
            .child(el("dd").child(el("bdi").child(application)))
            .child(el("dt").child(words.field_who))
            .child(el("dd").attr("aria-live", "polite").child(el("bdi").child(who)))
    })
}

fn steps(desk: Desk) -> impl Fn() -> Option<Group> + Send + 'static {
    let words = words();
    let needs = desk.part(App::needs);
    let plan = desk.part(|app| {
        let plan = app.preview()?;
        Some((plan.changes().map(|step| step.says.clone()).collect::<Vec<_>>(), !plan.can_be_undone()))
    });
    move || {
        plan.get().map(|(steps, for_good)| {
            let rows = each(steps, |number, says| {
                let dot = hidden_sign(el("span").class("dot"), (number + 1).to_string());
                el("li").child(dot).child(el("span").child(sentence(&says)))
            });
            let list = el("div").class("card").child(el("ol").class("steps").child(rows));
            let undo = aside(if for_good { words.cannot_be_undone } else { words.can_be_undone });
            group().child(list).child(undo).child(aside(move || needs.get()))
        })
    }
}

/// What keeps the review from being ready.
fn problems(desk: Desk) -> Group {
    let words = words();
    let error = desk.part(|app| {
        let review = app.review.as_ref().filter(|review| !review.is_ready())?;
        let why = error_text(review.error.as_ref()?);
        Some(review.lacks.map_or(why.clone(), |lacks| fill(lacks, &[("why", &why)])))
    });
    let lacks = desk.part(|app| app.review.as_ref().is_some_and(|review| review.lacks_flows()));
    let reading = desk.part(|app| {
        let review = app.review.as_ref().filter(|review| review.is_reading())?;
        let words = crate::words::words();
        Some(if review.subject == Subject::NewApp { words.reading_app } else { words.reading_flows })
    });
    group()
        .child(move || error.get().map(alert))
        .child(move || lacks.get().then(|| alert(words.no_flows.into())))
        .child(aside(move || reading.get()).attr("aria-live", "polite"))
}
