//! `events/events`: what authentik wrote down about itself.

use super::{List, Reader};

/// One event, as far as a check or a notice needs it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Event {
    /// UUID.
    pub pk: String,
    /// ISO 8601, in UTC.
    pub created: String,
    /// `model_updated`, `configuration_error`, …
    pub action: String,
    /// The login name of who caused it; an outpost's own account for what an outpost reports.
    pub username: String,
    /// The part of authentik that wrote it, such as `authentik.providers.proxy`.
    pub app: String,
    /// `context.message`; empty where there is none.
    pub message: String,
    /// `context.provider` where it is an object (reports of the server itself).
    pub provider: Option<i64>,
    /// The provider's name: `context.provider` where it is a text (reports of an outpost), or the object's name.
    pub provider_name: String,
    /// `context.outpost`, by name; reports of an outpost.
    pub outpost: String,
    /// `context.headers`: the host that the reverse proxy named, in lower case; reports of an outpost.
    pub host: String,
    /// `context.model.model_name` and `context.model.pk` (without dashes) of what was made, changed or deleted.
    pub model: Option<(String, String)>,
    /// `context.http_request.request_id`, which the answer to that request had as `X-authentik-id`.
    pub request_id: String,
}

/// `events_events_list`, newest first (recorded on 2025.10.3 and 2026.2.2). There is no filter by time: ask for one page,
/// and look at [`Event::created`]. A 403 comes for whoever lacks `view_event`.
pub fn list(action: &str) -> List<Event> {
    List::of("events/events/", |row| Ok(event(row))).with("actions", action).with("ordering", "-created")
}

/// What an outpost reports stands in `ReportMisconfiguration` (proxyv2, `application/mode_common.go`):
/// `message`, `provider` and `outpost` by name, `url` (the outpost's own path), `headers`.
fn event(row: &Reader) -> Event {
    let context = row.get("context");
    let of = |key: &str| context.as_ref().and_then(|context| context.get(key));
    let text = |key: &str| context.as_ref().map(|context| context.text(key)).unwrap_or_default();
    let provider = of("provider");
    let headers = of("headers");
    let header = |name: &str| headers.as_ref().map(|headers| headers.text(name)).filter(|text| !text.is_empty());
    let named = provider.as_ref().map(|provider| provider.text("name")).filter(|name| !name.is_empty());
    Event {
        pk: row.text("pk"),
        created: row.text("created"),
        action: row.text("action"),
        username: row.get("user").map(|user| user.text("username")).unwrap_or_default(),
        app: row.text("app"),
        message: text("message"),
        provider: provider.as_ref().and_then(|provider| provider.opt_int("pk")),
        provider_name: named.unwrap_or_else(|| text("provider")),
        outpost: text("outpost"),
        host: header("X-Forwarded-Host").or_else(|| header("Host")).unwrap_or_default().to_ascii_lowercase(),
        model: of("model").map(|model| (model.text("model_name"), model.text("pk"))),
        request_id: of("http_request").map(|request| request.text("request_id")).unwrap_or_default(),
    }
}

/// Whole seconds since 1970 of a time as the API writes it (`2026-11-24T04:20:35.282549Z`); none for anything else.
pub fn seconds(created: &str) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| created.get(range)?.parse::<i64>().ok();
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    // Days since 1970-01-01 (Howard Hinnant's `days_from_civil`, for years after 0).
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year / 400, year % 400);
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Some(days * 86_400 + hour * 3600 + minute * 60 + second)
}

/// The same in milliseconds.
pub fn millis(created: &str) -> Option<i64> {
    let fraction = created.as_bytes().get(20..).unwrap_or_default();
    let digit = |at: usize| fraction.iter().take(at + 1).all(u8::is_ascii_digit).then(|| fraction.get(at)).flatten();
    let thousandths = (0..3).fold(0, |sum, at| sum * 10 + digit(at).map_or(0, |digit| i64::from(digit - b'0')));
    Some(seconds(created)? * 1000 + thousandths)
}

/// A change of one object: as much of an event as the worker needs, whose module is to stay small.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// UUID of the event.
    pub pk: String,
    /// ISO 8601, in UTC.
    pub created: String,
    /// Who made it.
    pub username: String,
    /// By which request: `X-authentik-id` of its answer.
    pub request_id: String,
}

/// The changes of one object, newest first. `pk` may have dashes, or be a number (`context_model_pk`, events/api/events.py,
/// 2025.10; recorded on 2025.10.3 and 2026.2.2).
pub fn changes_of(model: &str, pk: &str) -> List<Change> {
    let list = List::of("events/events/", |row| {
        let request = row.get("context").and_then(|context| context.get("http_request"));
        Ok(Change {
            pk: row.text("pk"),
            created: row.text("created"),
            username: row.get("user").map(|user| user.text("username")).unwrap_or_default(),
            request_id: request.map(|request| request.text("request_id")).unwrap_or_default(),
        })
    });
    let list = list.with("actions", "model_updated").with("ordering", "-created");
    list.with("context_model_name", model).with("context_model_pk", &pk.replace('-', ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_an_outpost_reports_is_read() {
        let row = json!({
            "pk": "1", "created": "2026-11-24T04:20:35.282549Z", "action": "configuration_error",
            "user": {"pk": 5, "username": "ak-outpost-1"}, "app": "authentik.providers.proxy",
            "context": {"message": "no URL", "provider": "Larder", "outpost": "embedded", "url": "/outpost.goauthentik.io/auth/traefik",
                "headers": {"X-Forwarded-Host": "Site.example:8443"}, "http_request": {"request_id": "r"}},
        });
        let event = event(&Reader::new(&row));
        assert_eq!((event.username.as_str(), event.message.as_str()), ("ak-outpost-1", "no URL"));
        assert_eq!((event.provider, event.provider_name.as_str()), (None, "Larder"));
        assert_eq!((event.host.as_str(), event.request_id.as_str(), event.model), ("site.example:8443", "r", None));
    }

    #[test]
    fn what_the_server_itself_writes_is_read() {
        let row = json!({"context": {"provider": {"pk": 7, "name": "Larder"}, "model": {"model_name": "outpost", "pk": "ab"}}});
        let event = event(&Reader::new(&row));
        assert_eq!((event.provider, event.provider_name.as_str()), (Some(7), "Larder"));
        assert_eq!(event.model, Some(("outpost".into(), "ab".into())));
        assert_eq!(super::event(&Reader::new(&json!({"context": null}))), Event::default());
    }

    #[test]
    fn a_time_becomes_seconds() {
        assert_eq!(seconds("2026-11-24T03:14:05.632155Z"), Some(1_795_490_045));
        assert_eq!(seconds("2000-02-29T00:00:00Z"), Some(951_782_400));
        assert_eq!((seconds(""), seconds("é26-11-24T03:14:05")), (None, None));
        assert_eq!(millis("2026-11-24T03:14:05.632155Z"), Some(1_795_490_045_632));
        assert_eq!(millis("2026-11-24T03:14:05Z"), Some(1_795_490_045_000));
        assert_eq!(millis("2026-11-24T03:14:05.6Z"), Some(1_795_490_045_600));
        assert_eq!(millis("yesterday"), None);
    }
}
