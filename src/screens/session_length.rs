//! How long a session lasts: as a person writes it ("24 hours"), and as authentik does (`hours=24`).

const UNITS: [&str; 5] = ["weeks", "days", "hours", "minutes", "seconds"];

/// `24 hours` → `hours=24`; `1 day 12 hours` → `days=1;hours=12`. authentik's own form is taken too. `None` for anything else.
pub fn session_value(typed: &str) -> Option<String> {
    let mut parts = Vec::new();
    let mut spaced = String::new();
    for c in typed.trim().chars().flat_map(char::to_lowercase) {
        let apart = spaced.chars().last().is_some_and(|before| before.is_ascii_digit() != c.is_ascii_digit());
        if apart || c == '=' {
            spaced.push(' ');
        }
        spaced.push(if [',', ';', '+'].contains(&c) { ' ' } else { c });
    }
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    while !rest.is_empty() {
        let ([unit, "=", number, behind @ ..] | [number, unit, behind @ ..]) = rest else { return None };
        let number: u32 = number.parse().ok().filter(|n| (1..=100_000).contains(n))?;
        let unit = unit.trim_end_matches('s');
        let unit = UNITS
            .into_iter()
            .find(|known| known.trim_end_matches('s') == unit || (unit.len() == 1 && known.starts_with(unit)))?;
        parts.push(format!("{unit}={number}"));
        rest = behind;
    }
    (!parts.is_empty()).then(|| parts.join(";"))
}

/// `hours=24` → `24 hours`.
pub fn session_text(value: &str) -> String {
    let part = |part: &str| {
        let (unit, number) = part.split_once('=')?;
        let unit = if number == "1" { unit.trim_end_matches('s') } else { unit };
        Some(format!("{number} {unit}"))
    };
    value.split(';').filter_map(part).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_becomes_what_authentik_takes() {
        for (typed, value) in [
            ("24 hours", "hours=24"),
            ("1 day 12 hours", "days=1;hours=12"),
            ("8h", "hours=8"),
            ("hours=24;minutes=5", "hours=24;minutes=5"),
        ] {
            assert_eq!(session_value(typed).as_deref(), Some(value), "{typed}");
        }
        for bad in ["", "soon", "24", "-1 hours", "0 hours", "1 fortnight", "hours=", "1 day 2"] {
            assert_eq!(session_value(bad), None, "{bad:?}");
        }
        assert_eq!(session_text("days=1;hours=12"), "1 day 12 hours");
    }
}
