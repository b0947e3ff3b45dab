//! What counts how much.

use super::*;

const SOME: &str = r##"[
    {"id": "grafana", "name": "Grafana", "recognise": {"title": "Grafana", "paths": ["/login", "/d/"], "elements": ["#g"]}},
    {"id": "loki", "name": "Loki", "recognise": {"title": "Loki", "meta": {"generator": "Loki"}, "elements": ["#g"]}},
    {"id": "pulse", "name": "Pulse", "recognise": {"title": "Pulse", "paths": ["/p"], "sure": "weak"}},
    {"id": "desk", "name": "Desk", "recognise": {"hosts": ["*.desk.com", "desk.io"]}}
]"##;

fn seen(title: &str, host: &str, path: &str, page: Option<&Page>) -> Option<(String, Sure)> {
    let catalogue = Catalogue::read(SOME).expect("a catalogue");
    // The patterns here are plain words, alone or as `^(?:word)$`.
    let matches = |pattern: &str, text: &str| match pattern.strip_prefix("^(?:") {
        Some(word) => word.strip_suffix(")$") == Some(text),
        None => text.contains(pattern),
    };
    recognise(&catalogue, &Sight { title, host, path, page }, &matches)
}

#[allow(clippy::unnecessary_wraps, reason = "it stands beside what may be nothing")]
fn is(id: &str, sure: Sure) -> Option<(String, Sure)> {
    Some((id.to_owned(), sure))
}

#[test]
fn a_title_alone_is_never_enough() {
    assert_eq!(seen("Grafana", "x.example.com", "/", None), is("grafana", Sure::Perhaps));
    assert_eq!(seen("Dashboards - Grafana", "x.example.com", "/", None), is("grafana", Sure::Perhaps));
    assert_eq!(seen("Dashboards - Grafana", "x.example.com", "/d/7", None), is("grafana", Sure::Looks));
    assert_eq!(seen("Grafana", "grafana.example.com", "/", None), is("grafana", Sure::Looks));
    assert_eq!(seen("About Grafana and more", "grafana.example.com", "/", None), is("grafana", Sure::Perhaps));
}

#[test]
fn a_path_or_a_host_alone_is_nothing() {
    assert_eq!(seen("Sign in", "grafana.example.com", "/login", None), None);
    assert_eq!(seen("", "grafana.lan", "/login", None), None);
}

#[test]
fn a_vendor_tells_about_its_service() {
    assert_eq!(seen("Grafana", "www.grafana.com", "/login", None), is("grafana", Sure::Perhaps));
    assert_eq!(seen("Grafana", "grafana.github.io", "/", None), is("grafana", Sure::Perhaps));
    assert_eq!(seen("Grafana", "grafana.lan", "/", None), is("grafana", Sure::Looks));
    assert_eq!(seen("Grafana", "grafana", "/", None), is("grafana", Sure::Looks));
}

#[test]
fn a_strong_sign_is_enough_unless_another_service_has_it_too() {
    let both = Page { found: vec!["#g".into()], ..Page::default() };
    let meta = Page { metas: vec![("Generator".into(), "Loki 3".into())], ..Page::default() };
    assert_eq!(seen("", "x.example.com", "/", Some(&meta)), is("loki", Sure::Looks));
    assert_eq!(seen("", "x.example.com", "/", Some(&both)), is("grafana", Sure::Perhaps));
    assert_eq!(seen("A - Loki", "x.example.com", "/", Some(&both)), is("loki", Sure::Looks));
    assert_eq!(seen("", "a.desk.com", "/", None), is("desk", Sure::Looks));
    assert_eq!(seen("", "desk.com", "/", None), None);
    assert_eq!(seen("", "www.desk.com", "/", None), None);
    assert_eq!(seen("", "notdesk.io", "/", None), None);
}

#[test]
fn a_weak_rule_needs_everything_else() {
    assert_eq!(seen("Pulse", "pulse.example.com", "/x", None), is("pulse", Sure::Perhaps));
    assert_eq!(seen("Pulse", "pulse.example.com", "/p", None), is("pulse", Sure::Looks));
    assert_eq!(seen("Pulse", "pulse.example.com", "/pp", None), is("pulse", Sure::Perhaps));
}
