//! The repair of a proxy provider's settings: the fields that change, and `mode`, without which the server refuses.

use serde_json::{Map, Value, json};

use super::{Action, Expect, Kind, Plan, Probe, Step, Undo, known};
use crate::authentik::Method;
use crate::authentik::providers_proxy::ProxyProvider;
use crate::site::Origin;
use crate::words::{fill, fill_marked, why_words};

const PROVIDER: &str = "providers/proxy/{provider_pk}/";

/// A field that can be repaired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// `mode`
    Mode,
    /// `external_host`
    ExternalHost,
    /// `cookie_domain`
    CookieDomain,
    /// `skip_path_regex`
    SkipPaths,
}

impl Field {
    /// As the API calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mode => "mode",
            Self::ExternalHost => "external_host",
            Self::CookieDomain => "cookie_domain",
            Self::SkipPaths => "skip_path_regex",
        }
    }

    /// What stands there now.
    pub fn of(self, provider: &ProxyProvider) -> &str {
        match self {
            Self::Mode => &provider.mode,
            Self::ExternalHost => &provider.external_host,
            Self::CookieDomain => &provider.cookie_domain,
            Self::SkipPaths => &provider.skip_path_regex,
        }
    }
}

/// One field of a provider that gets another value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// The provider as it is.
    pub provider: ProxyProvider,
    /// The field.
    pub field: Field,
    /// What it gets.
    pub to: String,
}

/// The plan. What is repaired must still be what the person saw; `internal_host` is read right before, because the server
/// wants it again in mode `proxy` (it looks at the request alone, 2025.10.3).
pub fn repair_provider(id: String, origin: &Origin, repair: &Repair) -> Plan {
    let Repair { provider, field, to } = repair;
    let before = field.of(provider);
    let pointer = format!("/{}", field.name());
    let is = |action: Action, value: &str| action.expecting(Expect::Is(pointer.clone(), json!(value)));
    let read = || Action::get(PROVIDER).keeping("internal_host", "/internal_host");
    let write = |value: &str| {
        let mode = if *field == Field::Mode { value } else { &provider.mode };
        let mut body = Map::new();
        body.insert("mode".to_owned(), json!(mode));
        body.insert(field.name().to_owned(), json!(value));
        if mode == "proxy" {
            body.insert("internal_host".to_owned(), json!({"$value": "internal_host"}));
        }
        is(Action::write(Method::Patch, PROVIDER, Value::Object(body)), value)
    };
    let step = Step {
        stage: 1,
        says: says(*field, before, to, &provider.name),
        action: write(to),
        undo: Undo::By(vec![is(read(), to), write(before).leaving(why_words().thing_repair, &provider.name)]),
        probe: Some(Probe::either(is(Action::get(PROVIDER), to))),
    };
    Plan {
        id,
        kind: Kind::RepairProvider,
        title: fill(why_words().title_repair, &[("name", &provider.name)]),
        site: origin.to_string(),
        steps: vec![Step::reading(0, is(read(), before)), step],
        later: None,
        values: known(json!({"provider_pk": provider.pk})),
        secrets: Vec::new(),
    }
}

fn says(field: Field, before: &str, to: &str, name: &str) -> String {
    let words = why_words();
    let values = [("name", name), ("before", before), ("to", to)];
    match field {
        Field::Mode => fill_marked(words.step_repair_mode, &values),
        Field::ExternalHost => fill_marked(words.step_repair_external_host, &values),
        Field::CookieDomain if before.is_empty() => fill_marked(words.step_repair_cookie_domain_first, &values),
        Field::CookieDomain => fill_marked(words.step_repair_cookie_domain, &values),
        Field::SkipPaths => {
            let kept: Vec<&str> = to.lines().collect();
            let gone: Vec<&str> = before.lines().filter(|line| !line.is_empty() && !kept.contains(line)).collect();
            fill_marked(words.step_repair_paths, &[("name", name), ("paths", &gone.join(", "))])
        }
    }
}
