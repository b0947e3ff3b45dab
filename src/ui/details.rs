//! What the service of an app has to be told: client id, secret, addresses, its own settings; and "Verify".

use leptos::prelude::untrack;

use super::dispatch::Desk;
use super::element::{Child, El, Group, each, el, group, truth};
use super::parts::{alert, button, hidden_sign, sends};
use crate::authentik::issuer::Endpoints;
use crate::authentik::providers_oauth2::ClientSecret;
use crate::catalogue::{Kind, Settings};
use crate::screens::{App, Details, Event, HIDDEN, OidcEvent, Secret, Verdict, settings_text};
use crate::words::{error_text, fill, words};

/// A screen of its own, from the Site screen.
pub fn screen(desk: Desk) -> leptos::prelude::AnyView {
    let words = words();
    let back = button(desk, "link", words.back, || Event::Oidc(OidcEvent::DetailsClosed));
    el("main")
        .child(el("div").class("row").child(back))
        .child(el("h1").child(words.details_heading))
        .child(details(desk))
        .drawn()
}

fn with<T: Default>(app: &App, read: impl FnOnce(&Details, &App) -> T) -> T {
    app.details.as_ref().map(|details| read(details, app)).unwrap_or_default()
}

/// The parts, also for "Done".
pub fn details(desk: Desk) -> Group {
    let words = words();
    let client_id = desk.part(|app| with(app, |details, _| details.client_id.clone()));
    let endpoints = desk.part(endpoints);
    let row = move |name: &'static str, read: fn(&Endpoints) -> &String| {
        value(desk, name, move || endpoints.get().as_ref().map(|all| read(all).clone()).unwrap_or_default())
    };
    let addresses = el("details")
        .child(el("summary").class("small").child(words.endpoints))
        .child(row(words.endpoint_discovery, |all| &all.discovery))
        .child(row(words.endpoint_authorize, |all| &all.authorize))
        .child(row(words.endpoint_token, |all| &all.token))
        .child(row(words.endpoint_userinfo, |all| &all.userinfo))
        .child(row(words.endpoint_jwks, |all| &all.jwks))
        .child(row(words.endpoint_end_session, |all| &all.end_session));
    let card = el("div")
        .class("card values")
        .child(value(desk, words.field_client_id, move || client_id.get()))
        .child(secret(desk))
        .child(row(words.issuer, |all| &all.issuer))
        .child(addresses);
    group().child(card).child(settings(desk)).child(verify(desk))
}

fn endpoints(app: &App) -> Option<Endpoints> {
    Some(app.details.as_ref()?.endpoints(&app.access.as_ref()?.base))
}

/// A value with its button that copies it.
fn value(desk: Desk, name: &'static str, is: impl Fn() -> String + Copy + Send + 'static) -> El {
    let copy = sends(desk, "quiet small", move || Event::CopyPressed(untrack(is)));
    shown_value(name, is).child(copy.attr("aria-label", copy_of(name)).child(words().copy))
}

fn shown_value(name: &'static str, is: impl Fn() -> String + Send + 'static) -> El {
    el("div")
        .class("row value")
        .child(el("span").class("muted small").child(name))
        .child(el("output").attr("aria-label", name).child(el("bdi").child(is)))
}

fn copy_of(name: &'static str) -> String {
    fill(words().copy_of, &[("what", name)])
}

/// Hidden until a person asks for it.
fn secret(desk: Desk) -> Group {
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
        desk.with(|app| {
            with(app, |details, _| match &details.secret {
                Secret::Known(secret) if details.shown => secret.reveal().to_owned(),
                Secret::Known(_) => HIDDEN.to_owned(),
                Secret::Reading => crate::words::words().reading_secret.to_owned(),
                Secret::None => crate::words::words().no_secret.to_owned(),
                Secret::Failed(_) => String::new(),
            })
        })
    };
    let reveal = move || {
        desk.peek(|app| {
            with(app, |details, _| match &details.secret {
                Secret::Known(secret) => secret.reveal().to_owned(),
                _ => String::new(),
            })
        })
    };
    let show = move || {
        sends(desk, "quiet small", move || Event::Oidc(OidcEvent::SecretShown(!shown.peek())))
            .live("aria-pressed", move || truth(shown.get()))
            .child(move || if shown.get() { words.hide } else { words.show })
    };
    let copy = move || {
        sends(desk, "quiet small", move || Event::Oidc(OidcEvent::SecretCopied(ClientSecret::new(reveal()))))
            .attr("aria-label", copy_of(words.client_secret))
            .child(words.copy)
    };
    let row =
        shown_value(words.client_secret, text).child(move || known.get().then(|| group().child(show()).child(copy())));
    group().child(row).child(move || failed.get().map(alert))
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
fn settings(desk: Desk) -> impl Fn() -> Option<Group> + Send + 'static {
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
        desk.peek(|app| {
            let form = with(app, |details, _| details.form);
            all_settings(app, true).into_iter().nth(form).map(|settings| settings_text(&settings)).unwrap_or_default()
        })
    };
    let tabs = move || {
        let tab = move |number: usize, name: String| {
            el("button")
                .attr("type", "button")
                .live("aria-pressed", move || truth(chosen.get() == number))
                .on("click", move |_| desk.send(Event::Oidc(OidcEvent::SettingsChosen(number))))
                .child(name)
        };
        let seg = el("div").class("seg").attr("role", "group").attr("aria-label", words.settings);
        let names = names.get();
        (names.len() > 1).then(|| seg.child(each(names, tab)))
    };
    let open = move || {
        let button =
            |url: String| button(desk, "quiet", words.open_settings_page, move || Event::OpenPressed(url.clone()));
        page.get().map(button)
    };
    move || {
        heading.get().map(|heading| {
            let copy = move || Event::Oidc(OidcEvent::SecretCopied(ClientSecret::new(copied())));
            let buttons =
                el("div").class("row").child(button(desk, "primary grow", words.copy_settings, copy)).child(open);
            let notes = move || each(notes.get(), |_, note| el("li").child(note));
            group()
                .child(el("h2").child(heading))
                .child(tabs)
                .child(move || shown.get().map(block))
                .child(buttons)
                .child(el("ul").class("small muted").child(notes))
        })
    }
}

fn block(settings: Settings) -> Group {
    let name = name_of(&settings);
    match settings.kind {
        Kind::Fields => {
            let mut list = el("dl").class("kv small").attr("aria-label", name);
            for (name, value) in settings.fields {
                let value = el("bdi").class("fact").child(value);
                list = list.child(el("dt").child(name)).child(el("dd").child(value));
            }
            group().child(el("p").class("small muted").child(settings.place)).child(list)
        }
        _ => group().child(el("pre").attr("tabindex", "0").attr("aria-label", name).child(settings.text)),
    }
}

fn verify(desk: Desk) -> Group {
    let words = words();
    let verifying = desk.part(|app| with(app, |details, _| details.verifying));
    let findings = desk.part(|app| with(app, |details, _| details.findings.clone()));
    let button = sends(desk, "quiet", || Event::Oidc(OidcEvent::VerifyPressed))
        .live("disabled", move || verifying.get())
        .child(move || if verifying.get() { words.verifying } else { words.verify });
    let found = move || {
        findings.get().map(|findings| {
            let list = el("ul").class("card steps findings").attr("aria-label", words.findings);
            list.child(each(findings, |_, finding| {
                let (class, sign) = match finding.is {
                    Verdict::Good => ("dot done", "✓"),
                    Verdict::Bad => ("dot failed", "✕"),
                    Verdict::Unsure => ("dot", "?"),
                };
                let dot = hidden_sign(el("span").class(class), sign);
                el("li").child(dot).child(el("span").child(finding.says))
            }))
        })
    };
    group().child(button).child(el("div").attr("aria-live", "polite").child(found))
}
