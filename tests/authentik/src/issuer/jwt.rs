//! JSON Web Tokens, signed with the provider's key: RS256, ES256, or without a key HS256 with the client secret.
//!
//! Source: models.py (`jwt_key`, `encode`). An encryption key is not looked at: tokens are never JWEs here.

use super::keys::{self, KeyPair, Signer};
use crate::model::Provider;
use crate::world::World;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use rsa::signature::{SignatureEncoding, Signer as _};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// base64url without padding.
pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// `at_hash` and `c_hash`: the first half of the SHA-256 (models.py).
pub fn half_hash(text: &str) -> String {
    base64url(&Sha256::digest(text.as_bytes())[..16])
}

fn key(world: &World, provider: &Provider) -> Option<&'static KeyPair> {
    provider.oauth.signing_key.as_deref().map(|id| keys::of(world, id))
}

/// The algorithm of a provider's tokens.
pub fn algorithm(world: &World, provider: &Provider) -> &'static str {
    key(world, provider).and_then(|pair| pair.jwk["alg"].as_str()).unwrap_or("HS256")
}

/// A token with these claims.
pub fn encode(world: &World, provider: &Provider, claims: &Map<String, Value>) -> String {
    let mut header = json!({ "alg": algorithm(world, provider), "typ": "JWT" });
    if let Some(pair) = key(world, provider) {
        header["kid"] = pair.jwk["kid"].clone();
    }
    let part = |value: &Value| base64url(value.to_string().as_bytes());
    let text = format!("{}.{}", part(&header), part(&Value::Object(claims.clone())));
    let signature = base64url(&sign(world, provider, &text));
    format!("{text}.{signature}")
}

/// The claims of a token that this provider signed. All three signatures are deterministic, so signing again tells.
pub fn decode(world: &World, provider: &Provider, token: &str) -> Option<Value> {
    let (text, signature) = token.rsplit_once('.')?;
    if URL_SAFE_NO_PAD.decode(signature).ok()? != sign(world, provider, text) {
        return None;
    }
    let claims = URL_SAFE_NO_PAD.decode(text.split_once('.')?.1).ok()?;
    serde_json::from_slice(&claims).ok()
}

fn sign(world: &World, provider: &Provider, text: &str) -> Vec<u8> {
    match key(world, provider).and_then(|pair| pair.signer()) {
        Some(Signer::Rsa(key)) => key.sign(text.as_bytes()).to_vec(),
        Some(Signer::Ec(key)) => {
            let signature: p256::ecdsa::Signature = p256::ecdsa::signature::Signer::sign(key, text.as_bytes());
            signature.to_bytes().to_vec()
        }
        None => {
            let secret = provider.oauth.client_secret.as_bytes();
            let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return Vec::new() };
            mac.update(text.as_bytes());
            mac.finalize().into_bytes().to_vec()
        }
    }
}
