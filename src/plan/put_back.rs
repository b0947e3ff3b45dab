//! Providers that somebody had put into an outpost at the same moment, and that our write took out again, come back.

use serde_json::json;

use super::protect_site::{attach, outpost_values, still_attached};
use super::{Kind, OutpostChoice, Plan};
use crate::words::{fill, fill_marked, words};

/// The plan that adds providers to an outpost: key and name of each.
pub fn put_back(id: String, site: &str, outpost: &OutpostChoice, providers: &[(i64, String)]) -> Plan {
    let keys: Vec<_> = providers.iter().map(|(pk, _)| json!(pk)).collect();
    let names: Vec<&str> = providers.iter().map(|(_, name)| name.as_str()).collect();
    let names = names.join(", ");
    let says = fill_marked(
        words().step_put_back,
        &[("names", &names), ("outpost", &outpost.name), ("count", &outpost.others.to_string())],
    );
    Plan {
        id,
        kind: Kind::PutBack,
        title: fill(words().title_put_back, &[("names", &names), ("outpost", &outpost.name)]),
        site: site.to_owned(),
        steps: attach(0, &keys, outpost, says, false).into(),
        later: Some(still_attached(0, outpost, &keys)),
        values: outpost_values(outpost),
        secrets: Vec::new(),
    }
}
