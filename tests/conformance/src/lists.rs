//! The server's lists, to be compared before and after.

use std::collections::BTreeMap;

use gatewright::authentik::List;
use gatewright::ports::all_pages;
use gatewright_it::World;
use serde_json::Value;

use crate::Target;
use crate::check::Wrong;
use crate::prefix::ALL;

/// What is compared: the list, with its filter, and what names a row.
const WHAT: [(&str, &str, &str); 12] = [
    ("core/applications/", "superuser_full_list=true", "slug"),
    ("providers/all/", "", "pk"),
    ("providers/proxy/", "", "pk"),
    ("providers/oauth2/", "", "pk"),
    ("outposts/instances/", "", "pk"),
    ("policies/bindings/", "", "pk"),
    ("propertymappings/provider/scope/", "", "pk"),
    ("crypto/certificatekeypairs/", "", "pk"),
    ("flows/instances/", "", "slug"),
    ("core/groups/", "include_users=false", "pk"),
    ("core/users/", "include_groups=false", "pk"),
    ("core/tokens/", "", "identifier"),
];

/// How many of [`WHAT`] a plan can change at all; the others are read only at the start and at the end of a run.
const OF_PLANS: usize = 8;

/// What authentik itself moves: times, and addresses that are signed anew for each answer.
const MOVES: [&str; 10] = [
    // From 2025.12 on, whoever makes something gets a role for it.
    "roles",
    "roles_obj",
    "last_login",
    "last_updated",
    "expires",
    "launch_url",
    "meta_icon",
    "meta_icon_url",
    "meta_icon_themed_urls",
    "background_url",
];

/// Lists by path, rows by key.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lists(BTreeMap<&'static str, BTreeMap<String, Value>>);

/// How two readings differ.
#[derive(Clone, Debug, Default)]
pub struct Difference {
    /// What of a run of this suite is there.
    pub left: Vec<String>,
    /// What of somebody else's was in an outpost, and is not.
    pub lost: Vec<String>,
    /// Anything else: somebody changed it, for no write of ours touches it.
    pub others: Vec<String>,
}

impl Lists {
    /// Reads them all.
    pub async fn read(world: &World, target: &Target) -> Result<Self, Wrong> {
        Self::of(world, target, &WHAT).await
    }

    /// Reads those that a plan can change.
    pub async fn of_plans(world: &World, target: &Target) -> Result<Self, Wrong> {
        Self::of(world, target, &WHAT[..OF_PLANS]).await
    }

    async fn of(world: &World, target: &Target, what: &[(&'static str, &str, &str)]) -> Result<Self, Wrong> {
        let mut lists = Self::default();
        for (path, filter, key) in what {
            let list = List::of(path, |row| Ok(row.value().clone()));
            let list = filter.split_once('=').map_or(list.clone(), |(name, value)| list.with(name, value));
            let read = all_pages(world, &target.access, &list.pages).await.and_then(|pages| list.rows(&pages));
            let rows = read.map_err(|error| Wrong(format!("{path} can't be read: {error:?}")))?;
            let rows = rows.into_iter().map(|mut row| {
                still(&mut row);
                (row[key].as_str().map_or_else(|| row[key].to_string(), str::to_owned), row)
            });
            lists.0.insert(path, rows.collect());
        }
        Ok(lists)
    }

    /// What is different in `after`.
    pub fn differ(&self, after: &Self) -> Difference {
        let mut found = Difference::default();
        for (path, before) in &self.0 {
            let after = after.0.get(path).cloned().unwrap_or_default();
            for (key, row) in &after {
                match before.get(key) {
                    Some(same) if same == row => {}
                    Some(old) => {
                        let lost: Vec<String> =
                            providers(old).filter(|pk| !providers(row).any(|now| now == *pk)).collect();
                        if *path == "outposts/instances/" && !lost.is_empty() {
                            found.lost.push(format!("{path}{key}/ has lost the providers {}", lost.join(", ")));
                        }
                        found.others.push(format!("{path}{key}/ is different: {}", fields(old, row)));
                    }
                    None if row.to_string().contains(ALL) => found.left.push(format!("{path}{key}/")),
                    None => found.others.push(format!("{path}{key}/ is new")),
                }
            }
            let gone = before.iter().filter(|(key, _)| !after.contains_key(*key));
            found.others.extend(gone.map(|(key, _)| format!("{path}{key}/ is gone")));
        }
        found
    }
}

impl Difference {
    /// Everything, a line each.
    pub fn lines(&self) -> Vec<String> {
        let left = self.left.iter().map(|path| format!("{path} is left behind"));
        left.chain(self.lost.iter().cloned()).chain(self.others.iter().cloned()).collect()
    }
}

fn providers(outpost: &Value) -> impl Iterator<Item = String> {
    outpost["providers"].as_array().into_iter().flatten().map(Value::to_string)
}

/// The names of the fields that differ. Their values may be secret.
fn fields(old: &Value, new: &Value) -> String {
    let names = old.as_object().into_iter().chain(new.as_object()).flat_map(|object| object.keys());
    let mut names: Vec<&str> =
        names.filter(|name| old.get(name.as_str()) != new.get(name.as_str())).map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    names.join(", ")
}

/// Takes out what moves by itself, and puts lists of keys in order.
fn still(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !MOVES.contains(&name.as_str()));
            fields.values_mut().for_each(still);
        }
        Value::Array(rows) => {
            rows.iter_mut().for_each(still);
            rows.sort_by_key(Value::to_string);
        }
        _ => {}
    }
}
