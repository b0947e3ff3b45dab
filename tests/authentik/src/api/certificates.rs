//! `/crypto/certificatekeypairs/`.
//!
//! Source: api.md §1.5, §2; transcripts §10 (shape, `include_details`); crypto/api.py and crypto/builder.py.

use super::answer::{Answer, Refusal};
use super::call::Call;
use super::input::Input;
use super::{events, list};
use crate::clock;
use crate::issuer::keys;
use crate::release::Release;
use crate::world::World;
use serde_json::{Value, json};

const MODEL: &str = "authentik_crypto.certificatekeypair";
const DETAILS: [&str; 6] =
    ["fingerprint_sha256", "fingerprint_sha1", "cert_expiry", "cert_subject", "private_key_type", "key_type"];
const KINDS: [&str; 5] = ["rsa", "ec", "dsa", "ed25519", "ed448"];

/// How a key pair with this name looks. An RSA key and one for P-256 are all there is.
pub fn shape(release: Release, pk: &str, name: &str, key: usize, expiry: &str) -> Value {
    let link = |what: &str| format!("/api/v3/crypto/certificatekeypairs/{pk}/{what}/?download");
    let key = keys::pair(key);
    let (field, kind) = match (release.certificates_have_key_type(), key.kind.as_str()) {
        (true, kind) => ("key_type", kind),
        (false, "ec") => ("private_key_type", "ellipticcurve"),
        (false, kind) => ("private_key_type", kind),
    };
    json!({
        "pk": pk, "name": name,
        "fingerprint_sha256": key.fingerprint_sha256, "fingerprint_sha1": key.fingerprint_sha1,
        "cert_expiry": expiry, "cert_subject": format!("OU=Self-signed,O=authentik,CN={name}"),
        "private_key_available": true, field: kind,
        "certificate_download_url": link("view_certificate"), "private_key_download_url": link("view_private_key"),
        "managed": null,
    })
}

/// The list. `has_key=false` filters nothing (crypto/api.py `filter_has_key`); `key_type` repeats.
pub fn list(world: &World, call: &Call) -> Result<Answer, Refusal> {
    let query = &call.query;
    let mut rows = world.certificates.clone();
    if query.flag("has_key") == Some(true) {
        rows.retain(|pair| pair["private_key_available"] == true);
    }
    for field in ["name", "managed"] {
        if let Some(wanted) = query.get(field) {
            rows.retain(|pair| pair[field] == wanted);
        }
    }
    let kinds = query.all("key_type");
    if world.release.certificates_have_key_type() && !kinds.is_empty() {
        if let Some(unknown) = kinds.iter().find(|kind| !KINDS.contains(kind)) {
            let text = format!("Select a valid choice. {unknown} is not one of the available choices.");
            return Err(Refusal::field("key_type", &text));
        }
        rows.retain(|pair| kinds.contains(&text(pair, "key_type")));
    }
    rows.retain(|pair| list::found(query.get("search"), &[text(pair, "name")]));
    if world.release.certificates_can_hide_details() && query.flag("include_details") == Some(false) {
        for pair in &mut rows {
            for field in DETAILS {
                if let Some(value) = pair.get_mut(field) {
                    *value = Value::Null;
                }
            }
        }
    }
    let mut rows = list::visible(call, "authentik_crypto.view_certificatekeypair", rows, pk)?;
    list::sort(&mut rows, query.get("ordering"), &["name"], "name");
    list::paged(call, world.release, &rows)
}

/// One key pair.
pub fn retrieve(world: &World, call: &Call, id: &str) -> Result<Answer, Refusal> {
    find(world, call, id).map(Answer::ok)
}

fn find(world: &World, call: &Call, id: &str) -> Result<Value, Refusal> {
    let rows = list::visible(call, "authentik_crypto.view_certificatekeypair", world.certificates.clone(), pk)?;
    rows.into_iter().find(|pair| pair["pk"] == id).ok_or(Refusal::NoSuch("CertificateKeyPair"))
}

/// `generate`: a self-signed pair named after `common_name`.
pub fn generate(world: &mut World, call: &Call) -> Result<Answer, Refusal> {
    if !call.caller.can("authentik_crypto.add_certificatekeypair") {
        return Err(Refusal::Denied);
    }
    let body = call.object()?;
    let mut input = Input::new(&body, false);
    let name = input.name("common_name", usize::MAX).unwrap_or_default();
    let days = input.integer("validity_days", true).unwrap_or_default();
    input.text("subject_alt_name");
    let alg = input.choice("alg", &["rsa", "ecdsa"]);
    if world.certificates.iter().any(|pair| pair["name"] == name) {
        input.refuse("common_name", "This field must be unique.");
    }
    input.finish()?;
    let key = keys::next(world, if alg.as_deref() == Some("ecdsa") { "ec" } else { "rsa" });
    let id = world.next_uuid("certificate");
    let expiry = clock::after_seconds(u64::try_from(days).unwrap_or_default() * 86_400);
    let expiry = expiry.split('.').next().map(|whole| format!("{whole}Z")).unwrap_or_default();
    let pair = shape(world.release, &id, &name, key, &expiry);
    world.keys.insert(id.clone(), key);
    world.certificates.push(pair.clone());
    events::model(world, call, "model_created", MODEL, &id, &name);
    Ok(Answer::ok(pair))
}

/// DELETE: providers stay without it (models.py `SET_NULL`).
pub fn destroy(world: &mut World, call: &Call, id: &str) -> Result<Answer, Refusal> {
    let pair = find(world, call, id)?;
    if !call.caller.can_on("authentik_crypto.delete_certificatekeypair", id) {
        return Err(Refusal::Denied);
    }
    world.certificates.retain(|other| other["pk"] != id);
    world.keys.remove(id);
    for provider in &mut world.providers {
        let proxy = provider.proxy.as_mut().map(|proxy| &mut proxy.certificate);
        for slot in [&mut provider.oauth.signing_key, &mut provider.oauth.encryption_key].into_iter().chain(proxy) {
            if slot.as_deref() == Some(id) {
                *slot = None;
            }
        }
    }
    events::model(world, call, "model_deleted", MODEL, id, text(&pair, "name"));
    Ok(Answer::no_content())
}

fn pk(row: &Value) -> String {
    text(row, "pk").to_owned()
}

fn text<'a>(row: &'a Value, field: &str) -> &'a str {
    row[field].as_str().unwrap_or_default()
}
