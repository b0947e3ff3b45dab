//! Cleaning up: what was noted goes in reverse order, then whatever has the prefix, also if its answer was lost.

use std::sync::Arc;

use gatewright::authentik::{List, Method, Request, Unreachable};
use gatewright::ports::{Http, all};
use gatewright_it::{Line, World};
use serde_json::Value;

use crate::prefix::is_left_over;
use crate::{Ledger, Target};

/// Where something of ours may be, in the order in which it goes: path, and the field that names it in its own path.
const PLACES: [(&str, &str); 5] = [
    ("outposts/instances/", "pk"),
    ("core/applications/", "slug"),
    ("providers/all/", "pk"),
    ("propertymappings/provider/scope/", "pk"),
    ("crypto/certificatekeypairs/", "pk"),
];

/// Deletes what a run has made. What can't be deleted is told.
pub async fn clean_up(world: &World, target: &Target, ledger: &Ledger) -> Vec<String> {
    for path in ledger.made() {
        // What is still there afterwards is found by its name.
        delete(world, target, &path).await;
    }
    let prefix = ledger.prefix().clone();
    match find(world, target, &|name| prefix.owns(name)).await {
        Ok(rest) => delete_all(world, target, rest).await,
        Err(error) => vec![format!("What is left behind is not known: {error}")],
    }
}

async fn delete_all(world: &World, target: &Target, paths: Vec<String>) -> Vec<String> {
    let mut troubles = Vec::new();
    for path in paths {
        troubles.extend(delete(world, target, &path).await);
    }
    troubles
}

/// Deletes what runs that are over have left behind: only what has the form that the suite alone gives to names.
pub async fn sweep(target: &Target) -> Vec<String> {
    let world = World::over(Line::watched(target.client.clone(), Arc::new(Ledger::of_left_overs())));
    match find(&world, target, &is_left_over).await {
        Ok(paths) => delete_all(&world, target, paths).await,
        Err(error) => vec![format!("What older runs have left behind is not known: {error}")],
    }
}

async fn find(world: &World, target: &Target, owns: &dyn Fn(&str) -> bool) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    for (path, key) in PLACES {
        let list = List::of(path, |row| Ok(row.value().clone())).with("search", crate::prefix::ALL);
        let list = if path == "core/applications/" { list.with("superuser_full_list", "true") } else { list };
        let rows =
            all(world, &target.access, &list).await.map_err(|error| format!("{path} can't be searched: {error:?}"))?;
        let ours = rows.iter().filter(|row| row["name"].as_str().is_some_and(owns));
        found.extend(ours.map(|row| format!("{path}{}/", text(&row[key]))));
    }
    Ok(found)
}

/// Deletes one thing; says so if it is still there.
async fn delete(world: &World, target: &Target, path: &str) -> Option<String> {
    let request = Request { method: Method::Delete, path: path.to_owned(), body: None };
    let mut last = String::new();
    // A connection that was cut, or a server that was busy for a moment, is no reason to leave something behind.
    for _ in 0..3 {
        match world.send(&target.access, &request).await {
            Ok(answer) if [204, 404].contains(&answer.status) => return None,
            Ok(answer) => last = answer.status.to_string(),
            Err(Unreachable::NotAllowed) => return Some(format!("{path} is not ours")),
            Err(error) => last = format!("{error:?}"),
        }
    }
    Some(format!("{path} is left behind: {last}. Delete it by hand, or run the suite again in an hour"))
}

fn text(key: &Value) -> String {
    key.as_str().map_or_else(|| key.to_string(), str::to_owned)
}
