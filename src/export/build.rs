//! From the bodies and answers of the API to an [`Export`]: which field refers to what, and what may not be in it.

use serde_json::Value;

use super::names::Names;
use super::value::{Asked, Binding, Export, Fields, Kind, Made, Place, Provider, Thing, Val};
use crate::words::{export_words, fill};

/// Fields of a provider, in the order they are written (`providers_oauth2_create`, `providers_proxy_create`; 2025.10.3 to 2026.8.5).
const PROVIDER: [&str; 34] = [
    "name",
    "mode",
    "external_host",
    "internal_host",
    "internal_host_ssl_validation",
    "cookie_domain",
    "skip_path_regex",
    "intercept_header_auth",
    "basic_auth_enabled",
    "basic_auth_user_attribute",
    "basic_auth_password_attribute",
    "certificate",
    "client_type",
    "client_id",
    "client_secret",
    "redirect_uris",
    "grant_types",
    "property_mappings",
    "signing_key",
    "encryption_key",
    "authentication_flow",
    "authorization_flow",
    "invalidation_flow",
    "sub_mode",
    "issuer_mode",
    "include_claims_in_id_token",
    "logout_uri",
    "logout_method",
    "access_code_validity",
    "access_token_validity",
    "refresh_token_validity",
    "refresh_token_threshold",
    "jwt_federation_sources",
    "jwt_federation_providers",
];

/// Those of a proxy provider; the others are worked out by authentik.
const PROXY: [&str; 19] = [
    "name",
    "mode",
    "external_host",
    "internal_host",
    "internal_host_ssl_validation",
    "cookie_domain",
    "skip_path_regex",
    "intercept_header_auth",
    "basic_auth_enabled",
    "basic_auth_user_attribute",
    "basic_auth_password_attribute",
    "certificate",
    "authentication_flow",
    "authorization_flow",
    "invalidation_flow",
    "access_token_validity",
    "refresh_token_validity",
    "jwt_federation_sources",
    "jwt_federation_providers",
];

/// The mappings that authentik gives to a proxy provider by itself, at each save (`set_oauth_defaults` in its
/// providers/proxy/models.py; 2025.10.3 to 2026.8.5).
const PROXY_MAPPINGS: [&str; 5] = [
    "goauthentik.io/providers/oauth2/scope-openid",
    "goauthentik.io/providers/oauth2/scope-profile",
    "goauthentik.io/providers/oauth2/scope-email",
    "goauthentik.io/providers/oauth2/scope-entitlements",
    "goauthentik.io/providers/proxy/scope-proxy",
];

/// Fields of an application.
const APPLICATION: [&str; 10] = [
    "name",
    "slug",
    "group",
    "policy_engine_mode",
    "open_in_new_tab",
    "meta_launch_url",
    "meta_icon",
    "meta_description",
    "meta_publisher",
    "meta_hide",
];

/// Fields of a binding.
const BINDING: [&str; 8] = ["group", "user", "policy", "order", "enabled", "negate", "timeout", "failure_result"];

/// What an expression policy calls itself (`policies_bindings_list`: `policy_obj`; 2025.10.3 to 2026.8.5).
const EXPRESSION: &str = "authentik_policies_expression.expressionpolicy";

impl Export {
    /// One of nothing yet.
    pub fn of(base: &str, names: &Names, exists: bool, slug: &str, oauth2: bool) -> Self {
        Self {
            base: base.trim_end_matches('/').to_owned(),
            release: names.release.clone(),
            exists,
            slug: slug.to_owned(),
            made: Vec::new(),
            application: Vec::new(),
            left_out: Vec::new(),
            provider: Provider { oauth2, fields: Vec::new(), left_out: Vec::new(), id: None },
            bindings: Vec::new(),
            places: Vec::new(),
            asked: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Takes the application's fields.
    pub fn take_application(&mut self, object: &Value) {
        for field in APPLICATION {
            let Some(value) = object.get(field).filter(|value| !is_blank(value)) else { continue };
            // A file that was uploaded has no address that another authentik could take.
            if field == "meta_icon" && !value.as_str().is_some_and(|icon| icon.contains("://")) {
                self.note(export_words().note_icon.to_owned());
                self.left_out.push(field.to_owned());
                continue;
            }
            let val = self.plain(field, value);
            self.application.push((field.to_owned(), val));
        }
        if object.get("backchannel_providers").is_some_and(|list| !is_blank(list)) {
            self.note(export_words().note_backchannel.to_owned());
            self.left_out.push("backchannel_providers".to_owned());
        }
    }

    /// Takes the provider's fields. `made` are the names of values that stand for what is made first.
    pub fn take_provider(&mut self, object: &Value, names: &Names, made: &[String]) {
        let oauth2 = self.provider.oauth2;
        for field in
            PROVIDER.into_iter().filter(|field| oauth2 || PROXY.contains(field) || *field == "property_mappings")
        {
            let public = object.get("client_type").is_some_and(|kind| kind == "public");
            if field == "client_secret" && oauth2 && !public {
                let says = export_words().asked_secret.to_owned();
                let val = self.ask(Asked { name: field.to_owned(), secret: true, number: false, says });
                self.provider.fields.push((field.to_owned(), val));
                continue;
            }
            let Some(value) = object.get(field).filter(|value| !is_blank(value)) else { continue };
            let val = match field {
                "client_secret" => continue,
                "jwt_federation_sources" | "jwt_federation_providers" => {
                    self.note(export_words().note_federation.to_owned());
                    self.provider.left_out.push(field.to_owned());
                    continue;
                }
                "authentication_flow" | "authorization_flow" | "invalidation_flow" => {
                    self.refer(Kind::Flow, value, names, made)
                }
                "certificate" | "signing_key" | "encryption_key" => self.refer(Kind::Certificate, value, names, made),
                "property_mappings" => {
                    let items = value.as_array().cloned().unwrap_or_default();
                    let list: Vec<Val> = items.iter().map(|item| self.refer(Kind::Scope, item, names, made)).collect();
                    let own = |val: &Val| match val {
                        Val::There(thing) => thing.by == "managed" && PROXY_MAPPINGS.contains(&thing.key.as_str()),
                        _ => false,
                    };
                    if !oauth2 && list.iter().all(own) {
                        continue;
                    }
                    Val::List(list)
                }
                _ => self.plain(field, value),
            };
            self.provider.fields.push((field.to_owned(), val));
        }
    }

    /// Takes one binding.
    pub fn take_binding(&mut self, object: &Value, names: &Names, id: Option<String>) {
        let mut fields = Fields::new();
        for field in BINDING {
            let Some(value) = object.get(field).filter(|value| !value.is_null()) else { continue };
            let told = |by: &str| object.get(format!("{field}_obj"))?.get(by)?.as_str().map(str::to_owned);
            let (kind, by) = match field {
                "group" => (Kind::Group, "name"),
                "user" => (Kind::User, "username"),
                "policy" if told("meta_model_name").as_deref() == Some(EXPRESSION) => (Kind::Expression, "name"),
                "policy" => (Kind::Policy, "name"),
                _ => {
                    let val = self.plain(field, value);
                    fields.push((field.to_owned(), val));
                    continue;
                }
            };
            let val = match told(by) {
                Some(key) => Val::There(Thing { kind, by, key, id: id_of(value) }),
                None => self.refer(kind, value, names, &[]),
            };
            fields.push((field.to_owned(), val));
        }
        self.bindings.push(Binding { fields, id });
    }

    /// Takes a place in the outpost with this UUID.
    pub fn take_place(&mut self, pk: &str, names: &Names, exists: bool) {
        let outpost = self.refer(Kind::Outpost, &Value::from(pk), names, &[]);
        self.places.push(Place { outpost, id: exists.then(|| pk.to_owned()) });
    }

    /// What a field refers to. What could not be read is asked for: it is never guessed.
    fn refer(&mut self, kind: Kind, value: &Value, names: &Names, made: &[String]) -> Val {
        if let Some(name) = value.get("$value").and_then(Value::as_str)
            && let Some(place) = made.iter().position(|other| other == name)
        {
            return Val::Made(place);
        }
        let id = id_of(value);
        if let Some(row) = names.find(kind, &id) {
            // One that somebody wrote is part of what exists.
            if let (true, Some((scope, expression, description))) = (self.exists, row.own.clone()) {
                let made = Made::Mapping { name: row.thing.key.clone(), scope, expression, description };
                let place = self.made.iter().position(|other| *other == made).unwrap_or_else(|| {
                    self.made.push(made);
                    self.made.len() - 1
                });
                return Val::Made(place);
            }
            return Val::There(row.thing.clone());
        }
        let words = export_words();
        let (name, says) = match kind {
            Kind::Flow => ("flow", words.asked_flow),
            Kind::Group => ("group", words.asked_group),
            Kind::User => ("user", words.asked_user),
            Kind::Policy | Kind::Expression => ("policy", words.asked_policy),
            Kind::Certificate => ("certificate", words.asked_certificate),
            Kind::Scope => ("scope_mapping", words.asked_scope),
            Kind::Outpost => ("outpost", words.asked_outpost),
        };
        let says = fill(says, &[("id", &id)]);
        let known = self.asked.iter().find(|asked| asked.says == says).map(|asked| asked.name.clone());
        let name = known.unwrap_or_else(|| format!("{name}_{}", self.asked.len() + 1));
        self.ask(Asked { name, secret: false, number: kind == Kind::User, says })
    }

    /// A value that refers to nothing.
    fn plain(&mut self, field: &str, value: &Value) -> Val {
        match value {
            Value::String(text) if has_password(text) => {
                let says = fill(export_words().asked_address, &[("field", field)]);
                self.ask(Asked { name: field.to_owned(), secret: true, number: false, says })
            }
            Value::String(text) if text.contains('\0') => {
                self.note(export_words().note_nul.to_owned());
                Val::Plain(Value::String(text.replace('\0', "")))
            }
            Value::Array(items) => Val::List(items.iter().map(|item| self.plain(field, item)).collect()),
            Value::Object(map) => {
                Val::Map(map.iter().map(|(key, value)| (key.clone(), self.plain(field, value))).collect())
            }
            other => Val::Plain(other.clone()),
        }
    }
}

/// A UUID, or the number of a user.
fn id_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Nothing, or what the API takes for nothing.
fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// Whether an address has a password in it.
fn has_password(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.split_once('@').is_some_and(|(who, _)| who.contains(':'))
}
