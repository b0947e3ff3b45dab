//! Every request that the product makes is made by the suite, too: what isn't is named here.

use std::fs;
use std::path::{Path, PathBuf};

use embedded_authentik::Release;
use gatewright_conformance::{READERS, Report, Target, functions_of_source, missing, of_source, run};

async fn report(release: Release) -> Report {
    let set = Target::start_embedded(release).await.expect("an embedded authentik");
    let target = Target::embedded(&set).await.expect("a server to judge");
    run(target, std::future::pending(), |_, _| {}).await.expect("a run")
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src")
}

#[test]
fn every_function_that_reads_is_asked_by_the_suite() {
    let mut found = Vec::new();
    for path in sources(&src().join("authentik")) {
        let module = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).expect("a source");
        found.extend(functions_of_source(&text).into_iter().map(|function| format!("{module}::{function}")));
    }
    found.sort();
    assert_eq!(found, READERS, "put a new one into src/readers.rs of the suite");
}

#[tokio::test]
async fn every_request_of_every_plan_and_every_path_in_the_source_is_asked_by_the_suite() {
    for release in [Release::ALL[0], Release::ALL[Release::ALL.len() - 1]] {
        let report = report(release).await;
        assert_eq!(report.bad(), "");
        assert_eq!(missing(&report.plans, &report.sent), [""; 0], "operations of plans that no check covers");
        let mut uncovered = Vec::new();
        let mut known = 0;
        for path in sources(&src()).into_iter().filter(|path| !path.ends_with("tests.rs")) {
            let (all, missing) = of_source(&fs::read_to_string(&path).expect("a source"), &report.sent);
            known += all;
            uncovered.extend(missing.into_iter().map(|operation| format!("{}: {operation}", path.display())));
        }
        assert_eq!(uncovered, [""; 0], "paths that no check asks for");
        assert!(known > 30, "only {known} paths were found in the source: it is read wrongly");
    }
}
