//! The rules of the house, read off the source: who may know whom, what stands nowhere, how long a file may be.

use std::fs;
use std::path::{Path, PathBuf};

/// Who may know whom. An area that isn't named here is a mistake.
const ARROWS: &[(&str, &[&str])] = &[
    ("words", &["authentik"]),
    ("authentik", &[]),
    ("site", &["authentik"]),
    ("catalogue", &["authentik"]),
    ("doctor", &["authentik", "site"]),
    ("export", &["authentik", "plan", "ports", "words"]),
    ("plan", &["authentik", "site", "words"]),
    ("ports", &["authentik", "plan"]),
    ("session", &["authentik", "site", "plan", "ports"]),
    ("screens", &["authentik", "catalogue", "doctor", "site", "plan", "session", "ports", "words"]),
    ("background", &["authentik", "plan", "session", "ports", "words"]),
    ("browser", &["authentik", "plan", "ports"]),
    ("ui", &["authentik", "catalogue", "doctor", "site", "plan", "session", "screens", "words"]),
];

/// The one view that knows the door, and the clock behind it.
const DOORKEEPER: &str = "ui/dispatch.rs";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the checkout")
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !["target", "dist", "node_modules", ".git"].contains(&name.as_str()) {
            found.extend(files(&path, ending));
        } else if name.ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The sources of the package, without their tests, as (path below src, text).
fn sources() -> Vec<(String, String)> {
    let src = root().join("src");
    let below = |path: &Path| path.strip_prefix(&src).expect("below src").to_string_lossy().into_owned();
    let all = files(&src, ".rs").into_iter().map(|path| (below(&path), fs::read_to_string(&path).expect("a source")));
    all.filter(|(name, _)| !name.ends_with("tests.rs"))
        .map(|(name, text)| (name, text.split("#[cfg(test)]").next().unwrap_or_default().to_owned()))
        .collect()
}

fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

#[test]
fn areas_know_only_whom_they_may_know() {
    let mut wrong = Vec::new();
    for (name, text) in sources() {
        let Some((area, _)) = name.split_once('/') else { continue };
        if area == "entry" {
            continue;
        }
        let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| *known == area) else {
            wrong.push(format!("{name}: the area {area} has no arrows"));
            continue;
        };
        for line in code(&text) {
            for after in line.split("crate::").skip(1) {
                let other: String = after.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let kept = other == area || allowed.contains(&other.as_str());
                let doorkeeper = name == DOORKEEPER && ["browser", "ports"].contains(&other.as_str());
                if !kept && !doorkeeper && !other.is_empty() {
                    wrong.push(format!("{name} knows {other}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn javascript_values_stop_at_the_door() {
    let outside = |name: &str| !name.starts_with("browser/") && !name.starts_with("entry/");
    for (name, text) in sources().into_iter().filter(|(name, _)| outside(name)) {
        for word in ["JsValue", "web_sys", "js_sys", "gloo_net", "wasm_bindgen"] {
            assert!(!code(&text).any(|line| line.contains(word)), "{name} names {word}");
        }
    }
}

#[test]
fn leptos_is_for_views_only() {
    for (name, text) in sources() {
        let view = name.starts_with("ui/");
        assert!(view || !code(&text).any(|line| line.contains("leptos")), "{name} names leptos");
    }
}

#[test]
fn texts_for_people_stand_in_one_place() {
    // A view writes no words of its own: what stands between quotes there are names, ids and signs.
    for (name, text) in
        sources().into_iter().filter(|(name, _)| name.starts_with("ui/") || name.starts_with("screens/"))
    {
        for line in code(&text) {
            for literal in line.split('"').skip(1).step_by(2) {
                let sentence = literal.contains(' ') && literal.chars().next().is_some_and(char::is_uppercase);
                let reason = line.contains("reason =");
                assert!(!sentence || reason, "{name} says {literal:?}: texts belong to src/words");
            }
        }
    }
}

#[test]
fn what_comes_from_outside_is_never_unwrapped() {
    for (name, text) in sources() {
        for line in code(&text) {
            for word in [".unwrap()", ".expect(", "todo!", "unimplemented!", "dbg!", "println!"] {
                assert!(!line.contains(word), "{name}: {word}");
            }
        }
    }
}

#[test]
fn a_file_has_one_subject_says_which_and_stays_short() {
    for (name, text) in sources() {
        assert!(text.starts_with("//!"), "{name} doesn't say what it is about");
        let lines = text.lines().count();
        // Texts are a list, and the app is the one list of events.
        let most = if name.starts_with("words/") { 500 } else { 420 };
        assert!(lines <= most, "{name} has {lines} lines");
    }
}

#[test]
fn only_the_native_tests_know_the_package() {
    for manifest in files(&root().join("tests"), "Cargo.toml") {
        let text = fs::read_to_string(&manifest).expect("a manifest");
        let knows = manifest.ends_with("it/Cargo.toml") || manifest.ends_with("conformance/Cargo.toml");
        assert_eq!(text.contains("gatewright = "), knows, "{}", manifest.display());
    }
}

#[test]
fn the_manifest_asks_for_no_more_than_it_says() {
    let text = fs::read_to_string(root().join("manifest.json")).expect("the manifest");
    let manifest: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let permissions = serde_json::json!(["storage", "activeTab", "scripting", "contextMenus", "alarms"]);
    assert_eq!(manifest["permissions"], permissions);
    for absent in ["host_permissions", "content_scripts", "web_accessible_resources", "externally_connectable"] {
        assert!(manifest.get(absent).is_none(), "{absent}");
    }
    let csp = "script-src 'self' 'wasm-unsafe-eval'; object-src 'none'; connect-src 'self' https: http:; img-src 'self' data: blob:";
    assert_eq!(manifest["content_security_policy"]["extension_pages"], csp);
}

#[test]
fn nothing_of_a_machine_or_a_registry_is_committed() {
    let root = root();
    for ending in [".rs", ".toml", ".json", ".js", ".mjs", ".sh", ".md", ".html", ".css", ".lock"] {
        for path in files(&root, ending) {
            if path.ends_with("tests/it/tests/architecture.rs") || path.ends_with("Cargo.lock") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap_or_default();
            for word in
                ["/work/main", "/work/shared", "/root/.c", "registry.npmjs", "index.crates.io", "static.crates.io"]
            {
                assert!(!text.contains(word), "{} names {word}", path.display());
            }
        }
    }
}
