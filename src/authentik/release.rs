//! authentik's release, as `admin/version` tells it: `2025.10.3`, `2026.8.0-rc1`.

use super::kept::keep_fields;

/// Year and month of a release, which is what the API's differences hang on; the full text is kept to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    year: u16,
    month: u16,
    text: String,
}

keep_fields!(Release { year, month, text });

impl Release {
    /// Reads `YYYY.M[.P][-rcN]`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().split(['.', '-']);
        let year = parts.next()?.parse().ok().filter(|y| (2020..2200).contains(y))?;
        let month = parts.next()?.parse().ok().filter(|m| (1..=12).contains(m))?;
        Some(Self { year, month, text: text.trim().to_owned() })
    }

    /// Whether it is this release or a later one. A year that we have never seen counts as later.
    pub fn at_least(&self, year: u16, month: u16) -> bool {
        (self.year, self.month) >= (year, month)
    }

    /// As the server wrote it.
    pub fn text(&self) -> &str {
        &self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_compare_by_year_and_month() {
        let release = |t| Release::parse(t).expect("a release");
        assert!(release("2026.8.5").at_least(2026, 8) && release("2027.2.0-rc1").at_least(2026, 8));
        assert!(!release("2025.10.3").at_least(2025, 12));
        assert!(Release::parse("latest").is_none() && Release::parse("").is_none());
    }
}
