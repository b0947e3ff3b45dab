//! What a change left in authentik, with the page of authentik's own interface that shows it.

use super::App;
use crate::plan::{Record, Thing};
use crate::words::{fill, plain, words};

impl App {
    /// What the plan under way has left: each thing in words, and the address of its page where that is known.
    pub fn left(&self) -> Vec<(String, Option<String>)> {
        let Some(journal) = &self.journal else { return Vec::new() };
        let base = self.access.as_ref().map(|access| &access.base).filter(|_| self.is_here(journal));
        let page = |thing: &Thing| base.map(|base| base.page(&page_of(&thing.path)));
        journal.left.iter().map(|thing| (thing.what.clone(), page(thing))).collect()
    }
}

/// What a settled plan left, in one sentence; none where it left nothing.
pub fn left_of(record: &Record) -> Option<String> {
    let things: Vec<String> = record.journal.left.iter().map(|thing| plain(&thing.what)).collect();
    let left = !things.is_empty() && !record.undone;
    left.then(|| fill(words().left_now, &[("what", &things.join(", "))]))
}

/// Where authentik's interface shows what the API has at `path` (web/src/admin/Routes.ts, read in versions around these releases).
fn page_of(path: &str) -> String {
    let below = |start: &str| path.strip_prefix(start).map(|rest| rest.trim_end_matches('/').to_owned());
    let one = |list: &str, key: &str| if key.is_empty() { list.to_owned() } else { format!("{list}/{key}") };
    let place = if let Some(slug) = below("core/applications/") {
        one("core/applications", &slug)
    } else if let Some(rest) = below("providers/") {
        one("core/providers", rest.split_once('/').map(|(_, pk)| pk).unwrap_or_default())
    } else if path.starts_with("outposts/") {
        "outpost/outposts".into()
    } else if path.starts_with("crypto/") {
        "crypto/certificates".into()
    } else {
        "core/property-mappings".into()
    };
    format!("if/admin/#/{place}")
}

#[cfg(test)]
mod tests {
    use super::page_of;

    #[test]
    fn each_thing_has_a_page_in_authentik() {
        for (path, page) in [
            ("core/applications/larder/", "core/applications/larder"),
            ("core/applications/", "core/applications"),
            ("providers/proxy/7/", "core/providers/7"),
            ("providers/oauth2/", "core/providers"),
            ("outposts/instances/o1/", "outpost/outposts"),
            ("crypto/certificatekeypairs/k1/", "crypto/certificates"),
            ("propertymappings/provider/scope/m1/", "core/property-mappings"),
        ] {
            assert_eq!(page_of(path), format!("if/admin/#/{page}"));
        }
    }
}
