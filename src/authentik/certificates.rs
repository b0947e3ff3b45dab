//! `crypto/certificatekeypairs`: what tokens are signed with.

use serde_json::{Value, json};

use super::List;

/// A key pair without its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keypair {
    /// UUID.
    pub pk: String,
    /// Its name, unique.
    pub name: String,
    /// Whether authentik signs with it: RSA or EC, with its private key. Any other makes every login crash
    /// (providers/oauth2/models.py `jwt_key`, 2025.10 to 2026.5).
    pub signs: bool,
}

/// `crypto_certificatekeypairs_list`, without filters: `key_type` came with 2025.12, `include_details` left with 2026.2.
pub fn list() -> List<Keypair> {
    List::of("crypto/certificatekeypairs/", |row| {
        // Up to 2025.10 the field has another name, and EC another value.
        let kind = row.opt_text("key_type").unwrap_or_else(|| row.text("private_key_type"));
        let signs = row.flag("private_key_available", false) && ["rsa", "ec", "ellipticcurve"].contains(&kind.as_str());
        Ok(Keypair { pk: row.need_text("pk")?, name: row.text("name"), signs })
    })
}

/// The key that authentik's own form would choose: its default one, else the first that signs.
pub fn pick(keys: &[Keypair]) -> Option<&Keypair> {
    let default = |key: &&Keypair| key.name == "authentik Self-signed Certificate";
    keys.iter().filter(|key| key.signs).find(default).or_else(|| keys.iter().find(|key| key.signs))
}

/// The path of `crypto_certificatekeypairs_generate_create`.
pub const GENERATE: &str = "crypto/certificatekeypairs/generate/";

/// Its body: RSA, because every client library checks RS256; ten years, as authentik's own first key has.
pub fn generate_body(name: &str) -> Value {
    json!({"common_name": name, "subject_alt_name": "", "validity_days": 3650, "alg": "rsa"})
}
