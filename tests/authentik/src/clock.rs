//! Time as the API writes it.

use std::time::{SystemTime, UNIX_EPOCH};

/// Now, as `2026-11-24T03:14:05.632155Z`.
pub fn now() -> String {
    after_seconds(0)
}

/// Whole seconds since 1970.
pub fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// The seconds of a duration such as `hours=1;minutes=30` (lib/utils/time.py `timedelta_from_string`).
pub fn duration(text: &str) -> u64 {
    let seconds = |part: &str| -> Option<u64> {
        let (unit, number) = part.split_once('=')?;
        let factor = match unit.to_ascii_lowercase().as_str() {
            "weeks" => 604_800,
            "days" => 86_400,
            "hours" => 3600,
            "minutes" => 60,
            "seconds" => 1,
            _ => return None,
        };
        Some(number.parse::<u64>().ok()? * factor)
    };
    text.split(';').filter_map(seconds).sum()
}

/// A moment in microseconds since 1970.
pub fn at_micros(micros: u64) -> String {
    written(micros / 1_000_000, u32::try_from(micros % 1_000_000).unwrap_or_default())
}

/// The moment this many seconds from now.
pub fn after_seconds(seconds: u64) -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    written(since.as_secs() + seconds, since.subsec_micros())
}

/// Seconds since 1970 and microseconds, written in ISO 8601.
fn written(seconds: u64, micros: u32) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (rest / 3600, rest % 3600 / 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
}

/// Days since 1970-01-01 as year, month and day (Howard Hinnant's `civil_from_days`, for days after the epoch).
const fn civil(days: u64) -> (u64, u64, u64) {
    let z = days + 719_468;
    let era = z / 146_097;
    let doe = z % 146_097;
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, doy - (153 * mp + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::{duration, written};

    #[test]
    fn a_duration_is_the_sum_of_its_parts() {
        assert_eq!(duration("days=1;hours=2;minutes=3;seconds=4"), 93_784);
        assert_eq!(duration("seconds=0"), 0);
    }

    #[test]
    fn a_moment_is_written_as_the_api_writes_it() {
        assert_eq!(written(1_795_490_045, 632_155), "2026-11-24T03:14:05.632155Z");
        assert_eq!(written(951_782_400, 0), "2000-02-29T00:00:00.000000Z");
    }
}
