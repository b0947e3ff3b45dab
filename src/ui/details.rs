//! What the service of an app has to be told: client id, secret, addresses, its own settings; and "Verify".

use leptos::prelude::*;

use super::dispatch::Desk;
use super::parts::{alert, button};
use crate::authentik::issuer::Endpoints;
use crate::catalogue::{Kind, Settings};
use crate::screens::{App, Details, Event, HIDDEN, OidcEvent, Secret, Verdict, settings_text};
use crate::words::{error_text, fill, words};

/// A screen of its own, from the Site screen.
pub fn screen(desk: Desk) -> AnyView {
    let words = words();
    view! {
        <main>
            <div class="row">{button(desk, "link", words.back, || Event::Oidc(OidcEvent::DetailsClosed))}</div>
            <h1>{words.details_heading}</h1>
            {details(desk)}
        </main>
    }
    .into_any()
}

fn with<T: Default>(app: &App, read: impl FnOnce(&Details, &App) -> T) -> T {
    app.details.as_ref().map(|details| read(details, app)).unwrap_or_default()
}

/// The parts, also for "Done".
pub fn details(desk: Desk) -> AnyView {
    let words = words();
    let client_id = desk.part(|app| with(app, |details, _| details.client_id.clone()));
    let endpoints = desk.part(endpoints);
    let row = move |name: &'static str, read: fn(&Endpoints) -> &String| {
        value(desk, name, move || endpoints.get().as_ref().map(|all| read(all).clone()).unwrap_or_default())
    };
    view! {
        <div class="card values">
            {value(desk, words.field_client_id, move || client_id.get())}
            {secret(desk)}
            {row(words.issuer, |all| &all.issuer)}
            <details>
                <summary class="small">{words.endpoints}</summary>
                {row(words.endpoint_discovery, |all| &all.discovery)}
                {row(words.endpoint_authorize, |all| &all.authorize)}
                {row(words.endpoint_token, |all| &all.token)}
                {row(words.endpoint_userinfo, |all| &all.userinfo)}
                {row(words.endpoint_jwks, |all| &all.jwks)}
                {row(words.endpoint_end_session, |all| &all.end_session)}
            </details>
        </div>
        {settings(desk)}
        {verify(desk)}
    }
    .into_any()
}

fn endpoints(app: &App) -> Option<Endpoints> {
    Some(app.details.as_ref()?.endpoints(&app.access.as_ref()?.base))
}

/// A value with its button that copies it.
fn value(desk: Desk, name: &'static str, is: impl Fn() -> String + Copy + Send + Sync + 'static) -> AnyView {
    let copy = fill(words().copy_of, &[("what", name)]);
    view! {
        <div class="row value">
            <span class="muted small">{name}</span>
            <output aria-label=name><bdi>{is}</bdi></output>
            <button type="button" class="quiet small" aria-label=copy
                on:click=move |click| desk.send_trusted(&click, Event::CopyPressed(untrack(is)))>{words().copy}</button>
        </div>
    }
    .into_any()
}

/// Hidden until a person asks for it.
fn secret(desk: Desk) -> AnyView {
    let words = words();
    let shown = desk.part(|app| with(app, |details, _| details.shown));
    let known = desk.part(|app| with(app, |details, _| matches!(details.secret, Secret::Known(_))));
    let failed = desk.part(|app| {
        with(app, |details, _| match &details.secret {
            Secret::Failed(error) => Some(error_text(error)),
            _ => None,
        })
    });
    let text = move || {
        desk.app.with(|app| {
            with(app, |details, _| match &details.secret {
                Secret::Known(secret) if details.shown => secret.reveal().to_owned(),
                Secret::Known(_) => HIDDEN.to_owned(),
                Secret::Reading => crate::words::words().reading_secret.to_owned(),
                Secret::None => crate::words::words().no_secret.to_owned(),
                Secret::Failed(_) => String::new(),
            })
        })
    };
    let copy = fill(words.copy_of, &[("what", words.client_secret)]);
    let reveal = move || {
        desk.app.with_untracked(|app| {
            with(app, |details, _| match &details.secret {
                Secret::Known(secret) => secret.reveal().to_owned(),
                _ => String::new(),
            })
        })
    };
    view! {
        <div class="row value">
            <span class="muted small">{words.client_secret}</span>
            <output aria-label=words.client_secret><bdi>{text}</bdi></output>
            <Show when=move || known.get()>
                <button type="button" class="quiet small" aria-pressed=move || shown.get().to_string()
                    on:click=move |click| desk.send_trusted(&click, Event::Oidc(OidcEvent::SecretShown(!shown.get_untracked())))>
                    {move || if shown.get() { words.hide } else { words.show }}</button>
                <button type="button" class="quiet small" aria-label=copy.clone()
                    on:click=move |click| desk.send_trusted(&click, Event::Oidc(OidcEvent::SecretCopied(reveal())))>{words.copy}</button>
            </Show>
        </div>
        {move || failed.get().map(alert)}
    }
    .into_any()
}

fn all_settings(app: &App, reveal: bool) -> Vec<Settings> {
    with(app, |details, app| {
        let base = app.access.as_ref().map(|access| &access.base);
        base.map(|base| details.settings(base, app.catalogue.as_deref(), reveal)).unwrap_or_default()
    })
}

fn name_of(settings: &Settings) -> String {
    match settings.kind {
        Kind::Env => words().settings_env.to_owned(),
        Kind::Fields => words().settings_fields.to_owned(),
        Kind::Command => words().settings_command.to_owned(),
        Kind::File => settings.place.clone(),
    }
}

/// The service's own settings: as environment, file, command, or fields to fill in.
fn settings(desk: Desk) -> AnyView {
    let words = words();
    let heading = desk.part(|app| {
        let service = with(app, |details, app| details.service(app.catalogue.as_deref()).map(|s| s.name.clone()));
        service.map(|name| fill(crate::words::words().settings_of, &[("service", &name)]))
    });
    let names = desk.part(|app| all_settings(app, false).iter().map(name_of).collect::<Vec<_>>());
    let chosen = desk.part(|app| with(app, |details, _| details.form));
    let shown = desk.part(|app| {
        let settings = all_settings(app, with(app, |details, _| details.shown));
        settings.into_iter().nth(with(app, |details, _| details.form))
    });
    let notes = desk.part(|app| {
        with(app, |details, app| details.service(app.catalogue.as_deref()).map(|s| s.notes.clone()).unwrap_or_default())
    });
    let page = desk.part(|app| {
        with(app, |details, app| {
            let page = details.service(app.catalogue.as_deref())?.settings_page.clone()?;
            Some(format!("{}{page}", details.address))
        })
    });
    let copied = move || {
        desk.app.with_untracked(|app| {
            let form = with(app, |details, _| details.form);
            all_settings(app, true).into_iter().nth(form).map(|settings| settings_text(&settings)).unwrap_or_default()
        })
    };
    view! {
        {move || heading.get().map(|heading| view! {
            <h2>{heading}</h2>
            <Show when=move || { names.get().len() > 1 }>
                <div class="seg" role="group" aria-label=words.settings>
                    {move || names.get().into_iter().enumerate().map(|(number, name)| view! {
                        <button type="button" aria-pressed=move || (chosen.get() == number).to_string()
                            on:click=move |_| desk.send(Event::Oidc(OidcEvent::SettingsChosen(number)))>{name}</button>
                    }).collect::<Vec<_>>()}
                </div>
            </Show>
            {move || shown.get().map(|settings| block(&settings))}
            <div class="row">
                {button(desk, "primary grow", words.copy_settings, move || Event::Oidc(OidcEvent::SecretCopied(copied())))}
                {move || page.get().map(|url| button(desk, "quiet", words.open_settings_page, move || Event::OpenPressed(url.clone())))}
            </div>
            <ul class="small muted">{move || notes.get().into_iter().map(|note| view! { <li>{note}</li> }).collect::<Vec<_>>()}</ul>
        })}
    }
    .into_any()
}

fn block(settings: &Settings) -> AnyView {
    let name = name_of(settings);
    match settings.kind {
        Kind::Fields => view! {
            <p class="small muted">{settings.place.clone()}</p>
            <dl class="kv small" aria-label=name>
                {settings.fields.iter().map(|(name, value)| view! {
                    <dt>{name.clone()}</dt><dd><bdi class="fact">{value.clone()}</bdi></dd>
                }).collect::<Vec<_>>()}
            </dl>
        }
        .into_any(),
        _ => view! { <pre tabindex="0" aria-label=name>{settings.text.clone()}</pre> }.into_any(),
    }
}

fn verify(desk: Desk) -> AnyView {
    let words = words();
    let verifying = desk.part(|app| with(app, |details, _| details.verifying));
    let findings = desk.part(|app| with(app, |details, _| details.findings.clone()));
    view! {
        <button type="button" class="quiet" disabled=move || verifying.get()
            on:click=move |click| desk.send_trusted(&click, Event::Oidc(OidcEvent::VerifyPressed))>
            {move || if verifying.get() { words.verifying } else { words.verify }}</button>
        <div aria-live="polite">
            {move || findings.get().map(|findings| view! {
                <ul class="card steps findings" aria-label=words.findings>
                    {findings.into_iter().map(|finding| {
                        let (class, sign) = match finding.is {
                            Verdict::Good => ("dot done", "✓"),
                            Verdict::Bad => ("dot failed", "✕"),
                            Verdict::Unsure => ("dot", "?"),
                        };
                        view! { <li><span class=class aria-hidden="true">{sign}</span><span>{finding.says}</span></li> }
                    }).collect::<Vec<_>>()}
                </ul>
            })}
        </div>
    }
    .into_any()
}
