//! The fields of "Create OIDC app", and the difference that another address of an app makes.

use leptos::prelude::*;

use super::dispatch::Desk;
use super::parts::{button, note};
use super::review::{choice, text, trouble, who};
use crate::screens::{App, Event, OidcEvent, ReviewField, SUBJECTS};
use crate::words::{fill, words};

/// The fields: what a person looks at first, and behind "More settings" the rest.
pub fn app_fields(desk: Desk) -> AnyView {
    let words = words();
    view! {
        {verified(desk)}
        <dl class="kv">
            {service(desk)}
            {asked(desk)}
            {text(desk, "name", words.field_name, ReviewField::Name)}
            {text(desk, "slug", words.field_slug, ReviewField::Slug)}
            {text(desk, "external-url", words.field_external_url, ReviewField::ExternalUrl)}
            {lines(desk, "redirects", words.field_redirects, ReviewField::Redirects)}
            {who(desk)}
        </dl>
        <details>
            <summary>{words.more_settings}</summary>
            <dl class="kv">
                {text(desk, "launch-url", words.field_launch_url, ReviewField::LaunchUrl)}
                {icon(desk)}
                {text(desk, "group", words.field_group, ReviewField::Group)}
                {text(desk, "client-id", words.field_client_id, ReviewField::ClientId)}
                {choice(desk, "key", words.field_key, ReviewField::Key, keys)}
                {choice(desk, "authorization-flow", words.field_authorization_flow, ReviewField::AuthorizationFlow, |app| flows(app, "authorization"))}
                {choice(desk, "invalidation-flow", words.field_invalidation_flow, ReviewField::InvalidationFlow, |app| flows(app, "invalidation"))}
                {choice(desk, "subject", words.field_subject, ReviewField::Subject, |_| subjects())}
                {text(desk, "access-validity", words.field_access_validity, ReviewField::AccessValidity)}
                {text(desk, "refresh-validity", words.field_refresh_validity, ReviewField::RefreshValidity)}
                {text(desk, "logout-uri", words.field_logout_uri, ReviewField::LogoutUri)}
                {choice(desk, "logout-method", words.field_logout_method, ReviewField::LogoutMethod, |_| logout_methods())}
                {post_logout(desk)}
            </dl>
            {optional(desk)}
        </details>
    }
    .into_any()
}

/// The searchable list of services.
fn service(desk: Desk) -> AnyView {
    let words = words();
    let error = trouble(desk, ReviewField::Service);
    let shown = desk.part(|app| {
        let chosen = app.of_review(|review, ground| review.service(ground).map(|service| service.name.clone()));
        let typed = app.review.as_ref().and_then(|review| review.app.picker.clone());
        typed.or(chosen).unwrap_or_else(|| crate::words::words().another_service.to_owned())
    });
    let open = desk.part(|app| app.review.as_ref().is_some_and(|review| review.app.picker.is_some()));
    let hint = desk.part(|app| {
        let count = app.catalogue.as_ref().map_or(0, |catalogue| catalogue.services().len());
        fill(crate::words::words().field_service_hint, &[("count", &count.to_string())])
    });
    view! {
        <dt><label for="service">{words.field_service}</label></dt>
        <dd class="picker">
            <input id="service" type="text" role="combobox" autocomplete="off" spellcheck="false" maxlength="100"
                aria-controls="services" aria-autocomplete="list" aria-expanded=move || open.get().to_string()
                aria-describedby="service-hint" prop:value=move || shown.get()
                on:input=move |input| desk.send(Event::Oidc(OidcEvent::ServiceTyped(event_target_value(&input))))
                on:keydown=move |key| match key.key().as_str() {
                    "ArrowDown" => { key.prevent_default(); desk.send(Event::Oidc(OidcEvent::ServiceStepped(1))); }
                    "ArrowUp" => { key.prevent_default(); desk.send(Event::Oidc(OidcEvent::ServiceStepped(-1))); }
                    "Enter" if open.get_untracked() => { key.prevent_default(); desk.send(Event::Oidc(OidcEvent::ServiceChosen(None))); }
                    "Escape" if open.get_untracked() => { key.prevent_default(); desk.send(Event::Oidc(OidcEvent::ServiceLeft)); }
                    _ => {}
                }/>
            {move || open.get().then(|| rows(desk))}
            <p id="service-hint" class="muted small">{move || hint.get()}</p>
            {guess(desk)}
            <p class="field-error" aria-live="polite">{move || error()}</p>
        </dd>
    }
    .into_any()
}

fn rows(desk: Desk) -> AnyView {
    let words = words();
    let names = desk.part(|app| {
        let mut names: Vec<String> = app.services().into_iter().map(|service| service.name.clone()).collect();
        names.push(crate::words::words().another_service.to_owned());
        names
    });
    let selected = desk.part(|app| app.review.as_ref().map_or(0, |review| review.app.row));
    view! {
        <div id="services" class="card list" role="listbox" aria-label=words.services>
            {move || names.get().into_iter().enumerate().map(|(row, name)| view! {
                <button type="button" role="option" tabindex="-1" class:selected=move || selected.get() == row
                    aria-selected=move || (selected.get() == row).to_string()
                    on:click=move |_| desk.send(Event::Oidc(OidcEvent::ServiceChosen(Some(row))))>{name}</button>
            }).collect::<Vec<_>>()}
        </div>
    }
    .into_any()
}

/// A weak guess is only offered; and a service without OIDC is said to be one.
fn guess(desk: Desk) -> AnyView {
    let offered = desk.part(|app| {
        let (service, sure) = app.guess()?;
        let untouched = app.review.as_ref().is_some_and(|review| review.app.service.is_none());
        let offer = untouched && sure == crate::catalogue::Sure::Perhaps && service.oidc.is_some();
        offer.then(|| fill(crate::words::words().use_guess, &[("service", &service.name)]))
    });
    let without = desk.part(|app| {
        let chosen = app.of_review(|review, ground| review.service(ground).cloned());
        let service = chosen.as_ref().or(app.guess().map(|(service, _)| service));
        let without = service.filter(|service| service.oidc.is_none())?;
        Some(fill(crate::words::words().no_oidc_here, &[("service", &without.name)]))
    });
    view! {
        {move || offered.get().map(|says| view! {
            <button type="button" class="link small" on:click=move |_| desk.send(Event::Oidc(OidcEvent::GuessTaken))>{says}</button>
        })}
        {move || without.get().map(note)}
    }
    .into_any()
}

/// What the catalogue has to ask about this service.
fn asked(desk: Desk) -> AnyView {
    let questions = desk.part(|app| {
        app.of_review(|review, ground| review.service(ground).map(|service| service.ask.clone()).unwrap_or_default())
    });
    view! {
        {move || (0..).zip(questions.get()).map(|(number, question)| {
            let error = trouble(desk, ReviewField::Asked(number));
            let id = format!("asked-{number}");
            let (name, key) = (question.name.clone(), question.name);
            let value = move || desk.app.with(|app| app.of_review(|review, ground| review.asked(ground).remove(&key))).unwrap_or_default();
            view! {
                <dt><label for=id.clone()>{question.what}</label></dt>
                <dd>
                    <input id=id type="text" autocomplete="off" spellcheck="false" maxlength="200" prop:value=value
                        on:input=move |input| desk.send(Event::Oidc(OidcEvent::AskedTyped(name.clone(), event_target_value(&input))))/>
                    <p class="field-error" aria-live="polite">{move || error()}</p>
                </dd>
            }
        }).collect::<Vec<_>>()}
    }
    .into_any()
}

/// Redirect URIs, a line each.
fn lines(desk: Desk, id: &'static str, name: &'static str, field: ReviewField) -> AnyView {
    let error = trouble(desk, field);
    let described = format!("{id}-hint");
    let value = move || desk.app.with(|app| app.of_review(|review, ground| review.value(field, ground)));
    view! {
        <dt><label for=id>{name}</label></dt>
        <dd>
            <textarea id=id rows="2" spellcheck="false" maxlength="4000" aria-describedby=described.clone()
                aria-invalid=move || error().is_some().to_string() prop:value=value
                on:input=move |input| desk.send(Event::ReviewTyped(field, event_target_value(&input)))></textarea>
            <p class="field-error" aria-live="polite">{move || error()}</p>
            <p id=described class="muted small">{words().field_redirects_hint}</p>
        </dd>
    }
    .into_any()
}

/// Only releases that tell logouts from logins can have them.
fn post_logout(desk: Desk) -> AnyView {
    let known = desk.part(|app| app.ground().is_some_and(|ground| ground.at_least(2026, 5)));
    view! {
        {move || known.get().then(|| lines(desk, "post-logout", words().field_post_logout, ReviewField::PostLogout))}
    }
    .into_any()
}

/// Only releases that take an address for it.
fn icon(desk: Desk) -> AnyView {
    let known = desk.part(|app| app.ground().is_some_and(|ground| ground.at_least(2025, 12)));
    view! { {move || known.get().then(|| text(desk, "icon", words().field_icon, ReviewField::Icon))} }.into_any()
}

/// Mappings that the service can do without.
fn optional(desk: Desk) -> AnyView {
    let mappings = desk.part(|app| {
        let all = app.of_review(|review, ground| {
            review.service(ground).and_then(|service| service.oidc.as_ref()).map(|oidc| oidc.mappings.clone())
        });
        (0u8..).zip(all.unwrap_or_default()).filter(|(_, mapping)| !mapping.required).collect::<Vec<_>>()
    });
    view! {
        {move || mappings.get().into_iter().map(|(number, mapping)| {
            let says = fill(words().optional_mapping, &[("scope", &mapping.scope), ("why", &mapping.why)]);
            view! {
                <label class="check"><input type="checkbox"
                    prop:checked=move || desk.app.with(|app| app.review.as_ref().is_some_and(|review| review.app.optional.contains(&number)))
                    on:change=move |_| desk.send(Event::ReviewTyped(ReviewField::Optional(number), String::new()))/>
                    {says}</label>
            }
        }).collect::<Vec<_>>()}
    }
    .into_any()
}

/// That addresses will be asserted to be verified is said before.
fn verified(desk: Desk) -> AnyView {
    let says = desk.part(|app| {
        app.of_review(|review, ground| {
            let service = review.service(ground).filter(|_| review.asserts_verified(ground))?;
            Some(fill(crate::words::words().verified_says, &[("service", &service.name)]))
        })
    });
    view! { {move || says.get().map(note)} }.into_any()
}

fn keys(app: &App) -> Vec<(String, String)> {
    let keys = app.review.as_ref().and_then(|review| review.app.keys.as_ref()).map(|(keys, _)| keys.as_slice());
    let signing = keys.unwrap_or_default().iter().filter(|key| key.signs);
    let mut all: Vec<(String, String)> = signing.map(|key| (key.pk.clone(), key.name.clone())).collect();
    all.push((String::new(), words().key_new.to_owned()));
    all
}

fn flows(app: &App, designation: &str) -> Vec<(String, String)> {
    let flows = app.review.as_ref().and_then(|review| review.flows.as_deref()).unwrap_or_default();
    let fitting = flows.iter().filter(|flow| flow.designation == designation);
    fitting.map(|flow| (flow.pk.clone(), format!("{} ({})", flow.name, flow.slug))).collect()
}

fn subjects() -> Vec<(String, String)> {
    let words = words();
    let names = [
        words.subject_hashed_user_id,
        words.subject_user_id,
        words.subject_user_uuid,
        words.subject_user_username,
        words.subject_user_email,
        words.subject_user_upn,
    ];
    SUBJECTS.iter().zip(names).map(|(value, name)| ((*value).to_owned(), name.to_owned())).collect()
}

fn logout_methods() -> Vec<(String, String)> {
    [("backchannel", words().logout_backchannel), ("frontchannel", words().logout_frontchannel)]
        .map(|(value, name)| (value.to_owned(), name.to_owned()))
        .to_vec()
}

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
            apps.into_iter().map(|app| (app.pk.to_string(), name(&app.application_name))).collect()
        })
    };
    view! {
        <dl class="kv">{choice(desk, "app", words.field_app, ReviewField::App, apps)}</dl>
        {move || none.get().then(|| note(words.no_apps.into()))}
        <div class="card"><ul class="plain small difference">
            {move || changes.get().into_iter().map(|(old, new)| view! {
                <li>
                    {(!old.is_empty()).then(|| view! { <del><span class="hidden">{words.change_old}" "</span><bdi>{old}</bdi></del> })}
                    {(!new.is_empty()).then(|| view! { <ins><span class="hidden">{words.change_new}" "</span><bdi>{new}</bdi></ins> })}
                </li>
            }).collect::<Vec<_>>()}
        </ul></div>
        <p class="field-error" aria-live="polite">{move || error().filter(|_| !none.get())}</p>
    }
    .into_any()
}

/// Paths of the catalogue that a gate may leave open; none is on by itself.
pub fn open_paths(desk: Desk) -> AnyView {
    let words = words();
    let paths = desk.part(|app| app.of_review(crate::screens::Review::open_paths_known));
    view! {
        {move || (!paths.get().is_empty()).then(|| view! {
            <fieldset class="checks">
                <legend>{words.open_paths}</legend>
                {(0u8..).zip(paths.get()).map(|(number, open)| view! {
                    <label class="check"><input type="checkbox"
                        prop:checked=move || desk.app.with(|app| app.review.as_ref().is_some_and(|review| review.open_paths.contains(&number)))
                        on:change=move |_| desk.send(Event::ReviewTyped(ReviewField::OpenPath(number), String::new()))/>
                        <span><code>{open.path}</code>" "<span class="muted">{open.what}</span></span></label>
                }).collect::<Vec<_>>()}
                <p class="muted small">{words.open_paths_hint}</p>
            </fieldset>
        })}
    }
    .into_any()
}

/// On the Site screen: an app that is known under another address.
pub fn other_address(desk: Desk) -> AnyView {
    let words = words();
    view! {
        <details class="small">
            <summary>{words.other_address}</summary>
            <div class="stack">
                {button(desk, "quiet", words.add_origin, || Event::Oidc(OidcEvent::AddOriginPressed))}
                {button(desk, "quiet", words.move_app, || Event::Oidc(OidcEvent::MoveAppPressed))}
            </div>
        </details>
    }
    .into_any()
}
