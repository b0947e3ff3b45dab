//! An API token: it prints as `[redacted]`, so that no log, message or error can hold it.

use std::fmt;

/// The bearer of an authentik API token (`intent=api`).
#[derive(Clone, PartialEq, Eq)]
pub struct ApiToken(String);

impl ApiToken {
    /// Takes what a person pasted: surrounding white space goes, and anything that cannot stand in a header is refused.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix("Bearer ").unwrap_or(text).trim();
        let sound = !text.is_empty() && text.len() <= 4096 && text.chars().all(|c| c.is_ascii_graphic());
        sound.then(|| Self(text.to_owned()))
    }

    /// The value, for the one header that it belongs in and the one place that keeps it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_never_prints_itself() {
        let token = ApiToken::parse("  Bearer s3cret \n").expect("a sound token");
        assert_eq!(token.reveal(), "s3cret");
        assert_eq!(format!("{token:?}"), "[redacted]");
        assert!(ApiToken::parse("two words").is_none() && ApiToken::parse("").is_none());
    }
}
