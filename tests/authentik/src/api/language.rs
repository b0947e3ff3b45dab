//! The few texts that are also given in the visitor's language.
//!
//! Source: transcripts §14; `Token invalid/expired` and `No X matches the given query.` stay English.

use crate::release::Release;
use serde_json::Value;

/// Translates the texts of an error into the first language of `Accept-Language`, where it is known.
pub fn translate(body: &mut Value, accept_language: Option<&str>, release: Release) {
    let Some(language) = accept_language.and_then(|text| text.get(0..2)) else { return };
    match body {
        Value::String(text) => {
            if let Some(translated) = translated(language, text, release) {
                *text = translated;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| translate(item, accept_language, release)),
        Value::Object(map) => map.values_mut().for_each(|item| translate(item, accept_language, release)),
        _ => {}
    }
}

fn translated(language: &str, text: &str, release: Release) -> Option<String> {
    let known = match (language, text) {
        ("de", "This field is required.") => "Dieses Feld ist erforderlich.",
        ("fr", "This field is required.") => "Ce champ est requis.",
        ("ja", "This field is required.") => "この項目は必須です。",
        ("nl", "This field is required.") => "Dit veld is vereist.",
        ("de", "You do not have permission to perform this action.") => release.denied_in_german(),
        ("fr", "You do not have permission to perform this action.") => {
            "Vous n'avez pas la permission d'effectuer cette action."
        }
        ("ja", "You do not have permission to perform this action.") => "このアクションを実行する権限がありません。",
        ("nl", "You do not have permission to perform this action.") => {
            "Je hebt geen toestemming om deze actie uit te voeren."
        }
        ("de", "This field must be unique.") => "Dieses Feld muss eindeutig sein.",
        ("de", "Authentication credentials were not provided.") => "Anmeldedaten fehlen.",
        ("de", reserved) if reserved.ends_with("is reserved and cannot be used for applications.") => {
            let slug = reserved.split('\'').nth(1)?;
            return Some(format!(
                "Der Slug '{slug}' ist reserviert und kann nicht für Applikationen verwendet werden."
            ));
        }
        _ => return None,
    };
    Some(known.to_owned())
}
