//! Terraform, for the provider `goauthentik/authentik`. Attributes and import ids as in its source (`pkg/sdkprovider`, 2026: the
//! resources application, provider proxy, provider oauth2, policy binding and outpost provider attachment, the data sources
//! flow, group, user, certificate key pair, property mapping provider scope, outpost and policy expression). Which release of
//! it has what: [`Writing::since`], and `tests/it/fixtures/terraform/provider.json`, which holds all that is written here.

use serde_json::Value;

use super::hcl::{aligned, block, block_around, comment, indented, quote, row};
use super::labels::{labels, word};
use super::value::{Export, Fields, Kind, Made, Thing, Val};
use crate::words::{export_words, fill};

/// Of what exists it stays as it is: the provider has it for optional and computed.
const SECRET: &str = "client_secret";

/// The text.
pub fn terraform(export: &Export) -> String {
    let words = export_words();
    let app = resource_word(&export.slug);
    let things = labels(&export.things()).into_iter().map(|(thing, label)| (thing, format!("{app}_{label}"))).collect();
    let it = Writing { export, things, app };
    let mut out = comment(if export.exists { words.terraform_there } else { words.terraform_planned });
    out += &export.notes.iter().map(|note| comment(note)).collect::<String>();
    out += &it.head();
    for (place, asked) in export.asked.iter().enumerate() {
        // What nothing here refers to is not asked for: an outpost, or the secret of what exists.
        let is_place = export.places.iter().any(|there| there.outpost == Val::Asked(place));
        if is_place && !it.has_attachment() || asked.name == SECRET && export.exists {
            continue;
        }
        let mut rows = vec![row("description", quote(&asked.says))];
        rows.push(row("type", if asked.number { "number".into() } else { "string".into() }));
        if asked.secret {
            rows.push(row("sensitive", "true".into()));
        }
        out += &block(&format!("variable \"{}_{}\"", it.app, asked.name), &rows);
    }
    out += &it.things.iter().map(|(thing, label)| it.thing(thing, label)).collect::<String>();
    for (place, made) in export.made.iter().enumerate() {
        out += &it.made(place, made);
    }
    out += &it.provider();
    out += &it.application();
    for (number, binding) in export.bindings.iter().enumerate() {
        let mut rows = vec![row("target", format!("authentik_application.{}.uuid", it.app))];
        rows.extend(it.rows(&binding.fields));
        let name = format!("{}_{}", it.app, number + 1);
        out += &Writing::resource("authentik_policy_binding", &name, &rows, &[], binding.id.as_deref());
    }
    if !export.places.is_empty() && !it.has_attachment() {
        out += &comment(words.terraform_no_attachment);
        return out;
    }
    for (number, place) in export.places.iter().enumerate() {
        let name = format!("{}_{}", it.app, number + 1);
        let rows = [
            row("outpost", it.val(&place.outpost, 1)),
            row("protocol_provider", format!("authentik_provider_proxy.{}.id", it.app)),
        ];
        let id = place.id.as_ref().zip(export.provider.id).map(|(outpost, provider)| format!("{outpost}:{provider}"));
        out += &comment(words.terraform_attachment);
        out += &Writing::resource("authentik_outpost_provider_attachment", &name, &rows, &[], id.as_deref());
    }
    out
}

struct Writing<'a> {
    export: &'a Export,
    things: Vec<(&'a Thing, String)>,
    app: String,
}

impl Writing<'_> {
    /// Whether the provider is known to be of this release or a later one: it has the numbers of authentik's.
    fn since(&self, year: u16, month: u16) -> bool {
        self.export.release.as_ref().is_some_and(|release| release.at_least(year, month))
    }

    /// A place in an outpost, and the outpost's data source: Pulumi's pages of the provider's 2025.12.0 have them,
    /// `pulumi-authentik` of 2025.8.1 doesn't; nothing is known of 2025.10.
    fn has_attachment(&self) -> bool {
        self.since(2025, 12)
    }

    /// The data source that finds it, if there is one. Policies: one data source a type was wanted instead of one for all
    /// (pull request 546, never merged), and that of expression policies came in August 2026 (pull request 924).
    fn data_of(&self, kind: Kind) -> Option<&'static str> {
        Some(match kind {
            Kind::Flow => "authentik_flow",
            Kind::Group => "authentik_group",
            Kind::User => "authentik_user",
            Kind::Expression if self.since(2026, 8) => "authentik_policy_expression",
            Kind::Policy | Kind::Expression => return None,
            Kind::Certificate => "authentik_certificate_key_pair",
            Kind::Scope => "authentik_property_mapping_provider_scope",
            Kind::Outpost => "authentik_outpost",
        })
    }

    /// Something that is there: found by its name, or a variable where nothing finds it.
    fn thing(&self, thing: &Thing, label: &str) -> String {
        let Some(kind) = self.data_of(thing.kind) else {
            let says = fill(export_words().terraform_policy, &[("name", &thing.key)]);
            let rows =
                [row("description", quote(&says)), row("type", "string".into()), row("default", quote(&thing.id))];
            return block(&format!("variable \"{label}\""), &rows);
        };
        let mut rows = vec![row(thing.by, quote(&thing.key))];
        match thing.kind {
            Kind::Outpost if !self.has_attachment() => return String::new(),
            // By default both are fetched into Terraform's state.
            Kind::Certificate => rows.extend(["fetch_certificate", "fetch_key"].map(|name| row(name, "false".into()))),
            // Else everybody in it, with mail address, is in Terraform's state.
            Kind::Group => rows.push(row("include_users", "false".into())),
            _ => {}
        }
        block(&format!("data \"{kind}\" \"{label}\""), &rows)
    }

    fn head(&self) -> String {
        let words = export_words();
        let release = self.export.release.as_ref().map(|release| release.text());
        let mut parts = release.unwrap_or_default().split('.');
        let version = match (release, parts.next(), parts.next()) {
            (Some(_), Some(year), Some(month)) => format!("~> {year}.{month}.0"),
            _ => ">= 2025.10.0".to_owned(),
        };
        let says = release.map_or_else(
            || words.terraform_any_version.to_owned(),
            |release| fill(words.terraform_version, &[("release", release)]),
        );
        let needs_tls = self.makes_key();
        let tls = if needs_tls { "    tls = {\n      source = \"hashicorp/tls\"\n    }\n" } else { "" };
        let once = comment(words.terraform_folder);
        format!(
            "{once}terraform {{\n  required_version = \">= 1.5\"\n  required_providers {{\n    authentik = {{\n      source = \"goauthentik/authentik\"\n{}      version = {}\n    }}\n{tls}  }}\n}}\n\n",
            indented(&comment(&says), "      "),
            quote(&version),
        )
    }

    fn makes_key(&self) -> bool {
        self.export.made.iter().any(|made| matches!(made, Made::Key(_)))
    }

    fn made_label(&self, place: usize) -> String {
        format!("{}_made_{}", self.app, place + 1)
    }

    fn made(&self, place: usize, made: &Made) -> String {
        let label = self.made_label(place);
        match made {
            Made::Key(name) => {
                let key = block(
                    &format!("resource \"tls_private_key\" \"{label}\""),
                    &[row("algorithm", quote("RSA")), row("rsa_bits", "4096".into())],
                );
                let certificate = format!(
                    "resource \"tls_self_signed_cert\" \"{label}\" {{\n  private_key_pem       = tls_private_key.{label}.private_key_pem\n  validity_period_hours = 87600\n  allowed_uses          = [\"digital_signature\"]\n  subject {{\n    common_name = {}\n  }}\n}}\n\n",
                    quote(name)
                );
                let pair = [
                    row("name", quote(name)),
                    row("certificate_data", format!("tls_self_signed_cert.{label}.cert_pem")),
                    row("key_data", format!("tls_private_key.{label}.private_key_pem")),
                ];
                key + &certificate + &block(&format!("resource \"authentik_certificate_key_pair\" \"{label}\""), &pair)
            }
            // What exists may be shared: it is found, and nobody's.
            Made::Mapping { name, .. } if self.export.exists => block(
                &format!("data \"authentik_property_mapping_provider_scope\" \"{label}\""),
                &[row("name", quote(name))],
            ),
            Made::Mapping { name, scope, expression, description } => {
                let mut rows = vec![row("name", quote(name)), row("scope_name", quote(scope))];
                if !description.is_empty() {
                    rows.push(row("description", quote(description)));
                }
                rows.push(row("expression", quote(expression)));
                block(&format!("resource \"authentik_property_mapping_provider_scope\" \"{label}\""), &rows)
            }
        }
    }

    fn provider(&self) -> String {
        let export = self.export;
        // Written where the release isn't known, too: without any, an OAuth2 provider lets nobody in, and Terraform's provider
        // says aloud if it doesn't take them.
        let takes_grants = export.release.is_none() || self.since(2026, 5);
        let (mut notes, mut fields, mut left_out) = (String::new(), Fields::new(), export.provider.left_out.clone());
        for (field, val) in &export.provider.fields {
            let field = match field.as_str() {
                // Only from the provider's 2026.5 on, as in authentik itself.
                "grant_types" if !takes_grants => continue,
                SECRET if export.exists => {
                    left_out.push(SECRET.to_owned());
                    continue;
                }
                "certificate" => {
                    notes += &comment(export_words().terraform_certificate);
                    continue;
                }
                "basic_auth_user_attribute" => "basic_auth_username_attribute",
                "redirect_uris" => "allowed_redirect_uris",
                field => field,
            };
            fields.push((field.to_owned(), val.clone()));
        }
        let id = export.provider.id.map(|id| id.to_string());
        notes + &Self::resource(self.provider_kind(), &self.app, &self.rows(&fields), &left_out, id.as_deref())
    }

    fn provider_kind(&self) -> &'static str {
        if self.export.provider.oauth2 { "authentik_provider_oauth2" } else { "authentik_provider_proxy" }
    }

    fn application(&self) -> String {
        let mut rows = self.rows(&self.export.application);
        rows.push(row("protocol_provider", format!("{}.{}.id", self.provider_kind(), self.app)));
        let id = self.export.exists.then_some(self.export.slug.as_str());
        Self::resource("authentik_application", &self.app, &rows, &self.export.left_out, id)
    }

    /// A resource; how Terraform comes to own it, if it exists, and what an apply must not give up then, because nothing is
    /// written for it (the provider sends the whole object: `…SchemaToModel`).
    fn resource(kind: &str, name: &str, rows: &[(String, String)], left_out: &[String], id: Option<&str>) -> String {
        let head = format!("resource \"{kind}\" \"{name}\"");
        let Some(id) = id else { return block(&head, rows) };
        let import = block("import", &[row("to", format!("{kind}.{name}")), row("id", quote(id))]);
        if left_out.is_empty() {
            return import + &block(&head, rows);
        }
        let kept = block("lifecycle", &[row("ignore_changes", format!("[{}]", left_out.join(", ")))]);
        let inner = comment(export_words().terraform_kept) + kept.trim_end();
        import + &block_around(&head, rows, &inner)
    }

    fn rows(&self, fields: &Fields) -> Vec<(String, String)> {
        fields.iter().map(|(name, val)| row(name, self.val(val, 1))).collect()
    }

    fn val(&self, val: &Val, depth: usize) -> String {
        let (inner, outer) = ("  ".repeat(depth + 1), "  ".repeat(depth));
        match val {
            Val::Plain(Value::String(text)) => quote(text),
            Val::Plain(value) => value.to_string(),
            Val::There(thing) => {
                let label = self.things.iter().find(|(other, _)| *other == thing).map(|(_, label)| label.as_str());
                let label = label.unwrap_or_default();
                self.data_of(thing.kind)
                    .map_or_else(|| format!("var.{label}"), |kind| format!("data.{kind}.{label}.id"))
            }
            Val::Made(place) => {
                let kind = match self.export.made.get(*place) {
                    Some(Made::Key(_)) => "authentik_certificate_key_pair",
                    _ if self.export.exists => "data.authentik_property_mapping_provider_scope",
                    _ => "authentik_property_mapping_provider_scope",
                };
                format!("{kind}.{}.id", self.made_label(*place))
            }
            Val::Asked(place) => {
                format!("var.{}_{}", self.app, self.export.asked.get(*place).map_or("", |asked| asked.name.as_str()))
            }
            Val::List(items) if items.is_empty() => "[]".into(),
            Val::List(items) => {
                let lines: String =
                    items.iter().map(|item| format!("{inner}{},\n", self.val(item, depth + 1))).collect();
                format!("[\n{lines}{outer}]")
            }
            Val::Map(fields) => {
                let rows: Vec<_> = fields.iter().map(|(name, val)| row(name, self.val(val, depth + 1))).collect();
                format!("{{\n{}{outer}}}", aligned(&rows, &inner))
            }
        }
    }
}

/// A slug as the name of a resource.
fn resource_word(slug: &str) -> String {
    let word = word(slug);
    if word.starts_with(|c: char| c.is_ascii_alphabetic()) { word } else { format!("app_{word}") }
}
