//! Key pairs: the private half, the JWK of the public half, and the fingerprints of the certificate.
//!
//! Making a 2048-bit RSA key takes seconds in a debug build, so `fixtures/keys.json` holds four of them and three for P-256,
//! each with a self-signed certificate. The first is the default certificate's; a generated pair gets one of the others in
//! turn, so that a pair's key is the same in every run. They protect nothing: their private halves are public.

use crate::world::World;
use p256::ecdsa;
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::pkcs1v15;
use rsa::sha2::Sha256;
use serde::Deserialize;
use serde_json::Value;
use std::sync::LazyLock;

/// A key pair as `fixtures/keys.json` has it.
#[derive(Debug, Deserialize)]
pub struct KeyPair {
    /// `rsa` or `ec`.
    #[serde(rename = "type")]
    pub kind: String,
    /// PEM of the form that authentik stores (crypto/builder.py: `TraditionalOpenSSL`).
    private_key: String,
    pub fingerprint_sha1: String,
    pub fingerprint_sha256: String,
    /// As views/jwks.py makes it; `kid` is the MD5 of the PEM (crypto/models.py `kid`).
    pub jwk: Value,
    /// The private half, once it was needed.
    #[serde(skip)]
    signer: std::sync::OnceLock<Option<Signer>>,
}

/// A private key that signs.
#[derive(Debug)]
pub enum Signer {
    Rsa(Box<pkcs1v15::SigningKey<Sha256>>),
    Ec(ecdsa::SigningKey),
}

static KEYS: LazyLock<Vec<KeyPair>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../fixtures/keys.json")).unwrap_or_default());

impl KeyPair {
    /// The private half; none is a fixture that can't be read.
    pub fn signer(&self) -> Option<&Signer> {
        let read = || match self.kind.as_str() {
            "rsa" => rsa::RsaPrivateKey::from_pkcs1_pem(&self.private_key)
                .ok()
                .map(|key| Signer::Rsa(Box::new(pkcs1v15::SigningKey::new(key)))),
            _ => p256::SecretKey::from_sec1_pem(&self.private_key).ok().map(|key| Signer::Ec(key.into())),
        };
        self.signer.get_or_init(read).as_ref()
    }
}

/// The key pair with this number.
pub fn pair(index: usize) -> &'static KeyPair {
    &KEYS[index % KEYS.len()]
}

/// The number of the key pair for the next generated certificate of a kind.
pub fn next(world: &World, kind: &str) -> usize {
    let pool: Vec<usize> = (1..KEYS.len()).filter(|index| KEYS[*index].kind == kind).collect();
    let made = world.keys.values().filter(|index| **index != 0 && pair(**index).kind == kind).count();
    pool[made % pool.len()]
}

/// The key pair of a certificate. One that came with a recording has no key of its own and uses the default's.
pub fn of(world: &World, certificate: &str) -> &'static KeyPair {
    pair(world.keys.get(certificate).copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::KEYS;

    #[test]
    fn every_fixture_has_a_private_key_that_can_be_read() {
        assert_eq!(KEYS.len(), 7);
        assert!(KEYS.iter().all(|pair| pair.signer().is_some()));
    }
}
