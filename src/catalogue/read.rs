//! Reads a service of the catalogue from its JSON.

use serde_json::Value;

use super::service::{
    Ask, BasicAuth, Client, Deployment, ForwardAuth, Kind, Logout, LogoutMethod, Mapping, Oidc, OpenPath, Recognise,
    Rule, Service, Settings, Speaks,
};
use crate::authentik::Reader;

/// A service; `None` if it has no id or no name, or a part of it lacks what it can't be without.
pub(super) fn service(value: &Value) -> Option<Service> {
    let reader = Reader::new(value);
    Some(Service {
        id: reader.opt_text("id")?,
        name: reader.opt_text("name")?,
        also: reader.texts("also"),
        docs: reader.text("docs"),
        speaks: reader.texts("speaks").into_iter().map(speaks).collect(),
        deployment: match reader.text("deployment").as_str() {
            "saas" => Deployment::Saas,
            "native" => Deployment::Native,
            _ => Deployment::SelfHosted,
        },
        recognise: reader.get("recognise").map_or_else(Recognise::default, |rule| recognise(&rule)),
        oidc: part(&reader, "oidc", oidc)?,
        forward_auth: part(&reader, "forward_auth", forward_auth)?,
        ask: list(&reader, "ask", ask)?,
        settings: list(&reader, "settings", settings)?,
        settings_page: reader.opt_text("settings_page"),
        groups: reader.texts("groups"),
        notes: reader.texts("notes"),
    })
}

/// An optional part: absent is fine, unreadable is not.
#[allow(clippy::option_option, reason = "the outer one is the reading's, the inner one the service's")]
fn part<T>(reader: &Reader, key: &str, read: fn(&Reader) -> Option<T>) -> Option<Option<T>> {
    match reader.get(key) {
        None => Some(None),
        Some(inner) => read(&inner).map(Some),
    }
}

/// A list all of whose items can be read.
fn list<T>(reader: &Reader, key: &str, read: fn(&Reader) -> Option<T>) -> Option<Vec<T>> {
    reader.items(key).iter().map(read).collect()
}

/// A text that stands on one line, or as a list of its lines.
fn lines(reader: &Reader, key: &str) -> String {
    reader.opt_text(key).unwrap_or_else(|| reader.texts(key).join("\n"))
}

fn speaks(name: String) -> Speaks {
    match name.as_str() {
        "oidc" => Speaks::Oidc,
        "forward_auth" => Speaks::ForwardAuth,
        "saml" => Speaks::Saml,
        "ldap" => Speaks::Ldap,
        _ => Speaks::Other(name),
    }
}

fn recognise(reader: &Reader) -> Recognise {
    let metas = reader.get("meta").and_then(|metas| metas.value().as_object());
    let meta = |(name, content): (&String, &Value)| Some((name.clone(), content.as_str()?.to_owned()));
    Recognise {
        title: reader.opt_text("title"),
        paths: reader.texts("paths"),
        hosts: reader.texts("hosts"),
        meta: metas.into_iter().flatten().filter_map(meta).collect(),
        elements: reader.texts("elements"),
        sure: match reader.text("sure").as_str() {
            "checked" => Rule::Checked,
            "weak" => Rule::Weak,
            _ => Rule::Known,
        },
    }
}

fn oidc(reader: &Reader) -> Option<Oidc> {
    let mut scopes = reader.texts("scopes");
    if scopes.is_empty() {
        scopes = ["openid", "email", "profile"].map(str::to_owned).to_vec();
    }
    Some(Oidc {
        redirect_uris: reader.texts("redirect_uris"),
        other_redirect_uris: reader.texts("other_redirect_uris"),
        redirect_uri_from_service: reader.flag("redirect_uri_from_service", false),
        post_logout_uris: reader.texts("post_logout_uris"),
        client: if reader.text("client") == "public" { Client::Public } else { Client::Confidential },
        scopes,
        grants: reader.texts("grants"),
        subject: reader.opt_text("subject"),
        launch: reader.opt_text("launch"),
        logout: part(reader, "logout", logout)?,
        verified_email: reader.flag("verified_email", false),
        access_code_validity: reader.opt_text("access_code_validity"),
        mappings: list(reader, "mappings", mapping)?,
    })
}

fn logout(reader: &Reader) -> Option<Logout> {
    let method = match reader.text("method").as_str() {
        "backchannel" => LogoutMethod::Backchannel,
        "frontchannel" => LogoutMethod::Frontchannel,
        _ => return None,
    };
    Some(Logout { uri: reader.opt_text("uri")?, method })
}

fn mapping(reader: &Reader) -> Option<Mapping> {
    let expression = lines(reader, "expression");
    (!expression.is_empty()).then_some(())?;
    Some(Mapping {
        scope: reader.opt_text("scope")?,
        why: reader.text("why"),
        required: reader.flag("required", false),
        replaces_default: reader.flag("replaces_default", false),
        expression,
    })
}

fn forward_auth(reader: &Reader) -> Option<ForwardAuth> {
    Some(ForwardAuth {
        modes: reader.texts("modes"),
        open_paths: list(reader, "open_paths", open_path)?,
        internal_host: reader.opt_text("internal_host"),
        launch: reader.opt_text("launch"),
        basic_auth: part(reader, "basic_auth", basic_auth)?,
        headers: reader.texts("headers"),
    })
}

fn open_path(reader: &Reader) -> Option<OpenPath> {
    Some(OpenPath { path: reader.opt_text("path")?, what: reader.opt_text("what")?, source: reader.opt_text("source") })
}

fn basic_auth(reader: &Reader) -> Option<BasicAuth> {
    Some(BasicAuth {
        user_attribute: reader.opt_text("user_attribute")?,
        password_attribute: reader.opt_text("password_attribute")?,
    })
}

fn ask(reader: &Reader) -> Option<Ask> {
    Some(Ask { name: reader.opt_text("name")?, default: reader.opt_text("default"), what: reader.opt_text("what")? })
}

fn settings(reader: &Reader) -> Option<Settings> {
    let kind = match reader.text("kind").as_str() {
        "env" => Kind::Env,
        "file" => Kind::File,
        "fields" => Kind::Fields,
        "command" => Kind::Command,
        _ => return None,
    };
    Some(Settings {
        kind,
        place: reader.opt_text("name").unwrap_or_else(|| reader.text("where")),
        text: lines(reader, "text"),
        fields: list(reader, "fields", field)?,
    })
}

fn field(reader: &Reader) -> Option<(String, String)> {
    let pair = reader.value().as_array()?;
    Some((pair.first()?.as_str()?.to_owned(), pair.get(1)?.as_str()?.to_owned()))
}
