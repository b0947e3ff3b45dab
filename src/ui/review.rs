//! "Review changes": the fields, filled in and checked while one types, and the steps in words.

use leptos::prelude::*;

use super::app_form::{addresses, app_fields, open_paths};
use super::dispatch::Desk;
use super::parts::{alert, button, sentence};
use crate::plan::Undo;
use crate::screens::{App, Event, ReviewField, Subject, WhoGetsIn};
use crate::words::{error_text, fill, words};

/// The review.
pub fn review(desk: Desk) -> AnyView {
    let words = words();
    let subject = desk.part(|app| app.review.as_ref().map(|review| review.subject.clone()));
    let title = desk.part(|app| app.preview().map(|plan| plan.title).or(app.origin().map(|origin| origin.authority())));
    let ready = desk.part(|app| {
        !app.troubles().iter().any(|trouble| trouble.blocks)
            && app.review.as_ref().is_some_and(|review| review.is_ready() && !review.sending)
    });
    let apply: NodeRef<leptos::html::Button> = NodeRef::new();
    // A click and Enter: the keyboard is on Apply from the start.
    Effect::new(move |_| {
        if let Some(button) = apply.get() {
            let _ = button.focus();
        }
    });
    view! {
        <form class="screen" novalidate on:submit=move |submit| {
            submit.prevent_default();
            desk.send_trusted(&submit, Event::ApplyPressed);
        }>
            <main role="region" aria-label=words.review_region>
                <div><h1>{move || title.get().unwrap_or_default()}</h1><span class="muted small">{count(desk)}</span></div>
                {move || match subject.get() {
                    Some(Subject::New) => fields(desk),
                    Some(Subject::NewApp) => app_fields(desk),
                    Some(Subject::AddOrigin | Subject::MoveApp) => addresses(desk),
                    Some(Subject::Remove(removal)) => hanging(desk, removal.provider.application_name),
                    Some(Subject::Finish(_)) => view! { <dl class="kv">{outpost(desk)}</dl> }.into_any(),
                    _ => ().into_any(),
                }}
                {steps(desk)}
                {problems(desk)}
            </main>
            <footer>
                <button type="submit" class="primary grow" node_ref=apply aria-disabled=move || (!ready.get()).to_string()>
                    {words.apply}<kbd aria-hidden="true">"⏎"</kbd>
                </button>
                {button(desk, "quiet", words.cancel, || Event::CancelPressed)}
            </footer>
        </form>
    }
    .into_any()
}

fn count(desk: Desk) -> impl Fn() -> String {
    move || {
        let count = desk.app.with(|app| app.preview().map_or(0, |plan| plan.changes().count()));
        if count == 1 {
            words().review_change.to_owned()
        } else {
            fill(words().review_changes, &[("count", &count.to_string())])
        }
    }
}

fn fields(desk: Desk) -> AnyView {
    let words = words();
    view! {
        <dl class="kv">
            {text(desk, "name", words.field_name, ReviewField::Name)}
            {text(desk, "slug", words.field_slug, ReviewField::Slug)}
            {text(desk, "external-url", words.field_external_url, ReviewField::ExternalUrl)}
            {who(desk)}
            {outpost(desk)}
            {text(desk, "session", words.field_session, ReviewField::Session)}
        </dl>
        {open_paths(desk)}
    }
    .into_any()
}

/// What speaks against a field.
pub fn trouble(desk: Desk, field: ReviewField) -> impl Fn() -> Option<String> + Copy + Send + Sync + 'static {
    move || {
        let troubles = desk.app.with(|app| app.troubles());
        troubles.into_iter().find(|trouble| trouble.field == field).map(|trouble| trouble.says)
    }
}

/// A field with text in it.
pub fn text(desk: Desk, id: &'static str, name: &'static str, field: ReviewField) -> AnyView {
    let value = move || {
        desk.app.with(|app| {
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
    view! {
        <dt><label for=id>{name}</label></dt>
        <dd>
            <input id=id type="text" autocomplete="off" spellcheck="false" maxlength="300" aria-describedby=described.clone()
                aria-invalid=move || error().is_some().to_string() prop:value=value
                on:input=move |input| desk.send(Event::ReviewTyped(field, event_target_value(&input)))/>
            <p id=described class="field-error" aria-live="polite">{move || error()}</p>
        </dd>
    }
    .into_any()
}

/// A field with choices, as (value, name).
pub fn choice(
    desk: Desk,
    id: &'static str,
    name: &'static str,
    field: ReviewField,
    options: fn(&App) -> Vec<(String, String)>,
) -> AnyView {
    let options = desk.part(options);
    view! {
        <dt><label for=id>{name}</label></dt>
        <dd>
            <select id=id on:change=move |change| desk.send(Event::ReviewTyped(field, event_target_value(&change)))>
                {move || options.get().into_iter().map(|(value, name)| {
                    let this = value.clone();
                    let selected = move || desk.app.with(|app| app.of_review(|review, ground| review.value(field, ground) == this));
                    view! { <option value=value prop:selected=selected>{name}</option> }
                }).collect::<Vec<_>>()}
            </select>
        </dd>
    }
    .into_any()
}

/// Who gets in.
pub fn who(desk: Desk) -> AnyView {
    let words = words();
    let chosen = desk.part(|app| app.review.as_ref().map(|review| review.who).unwrap_or_default());
    let groups = desk.part(|app| app.review.as_ref().and_then(|review| review.groups.clone()));
    let failed =
        desk.part(|app| app.review.as_ref().is_some_and(|review| review.groups.is_none() && review.error.is_some()));
    let error = trouble(desk, ReviewField::Groups);
    view! {
        <dt><label for="who">{words.field_who}</label></dt>
        <dd>
            <select id="who" on:change=move |change| {
                let who = if event_target_value(&change) == "groups" { WhoGetsIn::Groups } else { WhoGetsIn::Everyone };
                desk.send(Event::WhoChosen(who));
            }>
                <option value="everyone" prop:selected=move || chosen.get() == WhoGetsIn::Everyone>{words.who_everyone}</option>
                <option value="groups" prop:selected=move || chosen.get() == WhoGetsIn::Groups
                    disabled=move || failed.get()>{words.who_groups}</option>
            </select>
            {move || failed.get().then(|| view! { <p class="muted small">{words.groups_denied}</p> })}
            <Show when=move || chosen.get() == WhoGetsIn::Groups>
                <fieldset class="checks" aria-label=words.groups_legend>
                    {move || match groups.get() {
                        None => view! { <p class="muted small">{words.groups_loading}</p> }.into_any(),
                        Some(groups) => groups.into_iter().map(|group| {
                            let (pk, key) = (group.pk.clone(), group.pk);
                            view! {
                                <label class="check"><input type="checkbox"
                                    prop:checked=move || desk.app.with(|app| app.review.as_ref().is_some_and(|review| review.chosen.contains(&pk)))
                                    on:change=move |_| desk.send(Event::ReviewTyped(ReviewField::Groups, key.clone()))/>
                                    <bdi>{group.name}</bdi></label>
                            }
                        }).collect::<Vec<_>>().into_any(),
                    }}
                </fieldset>
                <p class="field-error" aria-live="polite">{move || error()}</p>
            </Show>
        </dd>
    }
    .into_any()
}

fn outpost(desk: Desk) -> AnyView {
    let words = words();
    let outposts = desk.part(|app| app.inventory().outposts.clone());
    let error = trouble(desk, ReviewField::Outpost);
    view! {
        <dt><label for="outpost">{words.field_outpost}</label></dt>
        <dd>
            <select id="outpost" on:change=move |change| desk.send(Event::ReviewTyped(ReviewField::Outpost, event_target_value(&change)))>
                {move || outposts.get().into_iter().map(|outpost| {
                    let pk = outpost.pk.clone();
                    let selected = move || desk.app.with(|app| app.review.as_ref().is_some_and(|review| review.outpost == pk));
                    let name = if outpost.embedded { fill(words.embedded, &[("name", &outpost.name)]) } else { outpost.name };
                    view! { <option value=outpost.pk prop:selected=selected>{name}</option> }
                }).collect::<Vec<_>>()}
            </select>
            <p class="field-error" aria-live="polite">{move || error()}</p>
        </dd>
    }
    .into_any()
}

/// What goes with an application that is deleted: who gets in through it.
fn hanging(desk: Desk, application: Option<String>) -> AnyView {
    let words = words();
    let hanging = desk.part(|app| app.review.as_ref().and_then(|review| review.hanging.clone()));
    let who = move || match hanging.get() {
        None => words.hanging_reading.to_owned(),
        Some(Err(_)) => words.hanging_unknown.to_owned(),
        Some(Ok(names)) if names.is_empty() => words.who_everyone.to_owned(),
        Some(Ok(names)) => names.join(", "),
    };
    application
        .map(|application| {
            view! {
                <dl class="kv">
                    <dt>{words.fact_application}</dt><dd><bdi>{application}</bdi></dd>
                    <dt>{words.field_who}</dt><dd aria-live="polite"><bdi>{who}</bdi></dd>
                </dl>
            }
        })
        .into_any()
}

fn steps(desk: Desk) -> AnyView {
    let words = words();
    let plan = desk.part(|app| app.preview());
    view! {
        {move || plan.get().map(|plan| {
            let final_ = plan.changes().any(|step| matches!(step.undo, Undo::Impossible(_)));
            let says: Vec<String> = plan.changes().map(|step| step.says.clone()).collect();
            view! {
                <div class="card">
                    <ol class="steps">
                        {says.into_iter().enumerate().map(|(i, says)| view! {
                            <li><span class="dot" aria-hidden="true">{i + 1}</span><span>{sentence(&says)}</span></li>
                        }).collect::<Vec<_>>()}
                    </ol>
                </div>
                <p class="muted small">{if final_ { words.cannot_be_undone } else { words.can_be_undone }}</p>
            }
        })}
    }
    .into_any()
}

fn problems(desk: Desk) -> AnyView {
    let words = words();
    let refused = desk.part(|app| app.review.as_ref().and_then(|review| review.refused.clone()));
    let error =
        desk.part(|app| app.review.as_ref().and_then(|review| review.error.clone().filter(|_| !review.is_ready())));
    let lacks = desk.part(|app| app.review.as_ref().is_some_and(|review| review.lacks_flows()));
    let reading = desk.part(|app| {
        let review = app.review.as_ref().filter(|review| review.is_reading())?;
        let words = crate::words::words();
        Some(if review.subject == Subject::NewApp { words.reading_app } else { words.reading_flows })
    });
    view! {
        {move || refused.get().map(alert)}
        {move || error.get().map(|error| alert(error_text(&error)))}
        {move || lacks.get().then(|| alert(words.no_flows.into()))}
        <p class="muted small" aria-live="polite">{move || reading.get()}</p>
    }
    .into_any()
}
