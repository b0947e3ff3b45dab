//! Key pairs: the private half, the JWK of the public half, and the fingerprints of the certificate.
//!
//! Making a 2048-bit RSA key takes seconds in a debug build, so `fixtures/keys.json` holds four of them and three for P-256,
//! each with a self-signed certificate. The first is the default certificate's; a generated pair gets one of the others in
//! turn, so that a pair's key is the same in every run. They protect nothing: their private halves are public.

use crate::world::World;
use serde::Deserialize;
use std::sync::LazyLock;

/// A key pair as `fixtures/keys.json` has it.
#[derive(Debug, Deserialize)]
pub struct KeyPair {
    /// `rsa` or `ec`.
    #[serde(rename = "type")]
    pub kind: String,
    pub fingerprint_sha1: String,
    pub fingerprint_sha256: String,
}

static KEYS: LazyLock<Vec<KeyPair>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../fixtures/keys.json")).unwrap_or_default());

/// How many key pairs of a kind can be told apart; the default certificate's is the first of `rsa`.
fn of_kind(kind: &str) -> Vec<usize> {
    (0..KEYS.len()).filter(|index| KEYS[*index].kind == kind).collect()
}

/// The key pair with this number.
pub fn pair(index: usize) -> &'static KeyPair {
    &KEYS[index % KEYS.len()]
}

/// The number of the key pair for the next generated certificate of a kind.
pub fn next(world: &World, kind: &str) -> usize {
    let pool: Vec<usize> = of_kind(kind).into_iter().filter(|index| *index != 0).collect();
    let made = world.keys.values().filter(|index| pair(**index).kind == kind).count();
    pool[made % pool.len()]
}
