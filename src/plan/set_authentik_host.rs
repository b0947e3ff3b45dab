//! The repair for an embedded outpost that does not know where browsers find authentik.

use serde_json::json;

use super::{Action, Expect, Kind, Later, Plan, Probe, Step, Undo, Watched, known};
use crate::authentik::Method;
use crate::authentik::outposts::Outpost;
use crate::words::{fill, fill_marked, words};

/// The plan that writes `config.authentik_host`. The server replaces the whole `config`, so it is read right before.
pub fn set_authentik_host(id: String, site: &str, outpost: &Outpost, host: &str) -> Plan {
    let path = "outposts/instances/{outpost}/";
    let read = Action::get(path).keeping("config", "/config").keeping("before", "/config/authentik_host");
    let write = |value: serde_json::Value| {
        Action::write(
            Method::Patch,
            path,
            json!({"config": {"$merge": {"of": "config", "with": {"authentik_host": value}}}}),
        )
    };
    let step = Step {
        stage: 1,
        says: fill_marked(words().step_authentik_host, &[("outpost", &outpost.name), ("host", host)]),
        action: write(json!(host)).expecting(Expect::Is("/config/authentik_host".into(), json!(host))),
        undo: Undo::By(vec![
            Action::get(path)
                .keeping("config", "/config")
                .expecting(Expect::Is("/config/authentik_host".into(), json!(host))),
            write(json!({"$value": "before"}))
                .expecting(Expect::Is("/config/authentik_host".into(), json!({"$value": "before"})))
                .leaving(words().thing_host, &outpost.name),
        ]),
        probe: Some(Probe::either(
            Action::get(path).expecting(Expect::Is("/config/authentik_host".into(), json!(host))),
        )),
    };
    Plan {
        id,
        kind: Kind::SetAuthentikHost,
        title: fill(words().title_authentik_host, &[("outpost", &outpost.name)]),
        site: site.to_owned(),
        steps: vec![Step::reading(0, read), step],
        later: Some(Later {
            look: Action::get(path).expecting(Expect::Is("/config/authentik_host".into(), json!(host))),
            more: Vec::new(),
            again_from: 0,
            watched: vec![Watched::outpost("outpost", &outpost.name, false)],
        }),
        values: known(json!({"outpost": outpost.pk})),
        secrets: Vec::new(),
    }
}
