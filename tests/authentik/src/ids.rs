//! Identifiers that look as authentik's do and are the same in every run, so that two dumps can be compared.

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The SHA-256 of a text, in hexadecimal.
pub fn sha256_hex(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// A UUID (of version 4 in form) that belongs to a name.
pub fn uuid_of(name: &str) -> String {
    let hex = sha256_hex(name);
    format!("{}-{}-4{}-8{}-{}", &hex[0..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
}

/// Letters and digits that belong to a name, as client ids and secrets have them.
pub fn letters_of(name: &str, length: usize) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut text = String::with_capacity(length);
    let mut block = 0;
    while text.len() < length {
        for byte in Sha256::digest(format!("{name}/{block}").as_bytes()) {
            if text.len() < length {
                text.push(char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]));
            }
        }
        block += 1;
    }
    text
}

/// Whether Python's `uuid.UUID` would take this text (with or without dashes).
pub fn is_uuid(text: &str) -> bool {
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    digits.len() == 32 && digits.chars().all(|c| c.is_ascii_hexdigit())
}
