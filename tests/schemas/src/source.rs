//! Where a release's description comes from: the package of authentik's own Rust client holds it, as `schema.yml`.
//!
//! Each release has a manifest of its own below `releases`, because no lockfile takes two releases of one year. Cargo
//! fetches the packages (`need_schemas` in build.sh) and tells where they are; none is compiled.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::{env, fs, process};

use serde_json::Value;

use crate::slice;

/// The releases whose descriptions can be had, oldest first.
pub const RELEASES: [&str; 5] = ["2025.10.3", "2025.12.4", "2026.2.2", "2026.5.6", "2026.8.5"];

static TEMPLATES: [OnceLock<Result<Vec<String>, String>>; RELEASES.len()] = [const { OnceLock::new() }; RELEASES.len()];

/// A release by its name.
pub fn release(name: &str) -> Result<&'static str, String> {
    let known = RELEASES.into_iter().find(|known| *known == name);
    known.ok_or_else(|| format!("{name} is none of {}", RELEASES.join(", ")))
}

/// The paths that a release describes, as templates: `/core/users/{id}/`.
pub fn templates(release: &str) -> Result<&'static [String], String> {
    let known = RELEASES.iter().zip(&TEMPLATES).find(|(known, _)| **known == release);
    let (_, templates) = known.ok_or_else(|| format!("{release} is none of {}", RELEASES.join(", ")))?;
    templates.get_or_init(|| cached(release)).as_deref().map_err(Clone::clone)
}

/// What a release says about the path with this number among its templates, and about nothing else. Read once in a process.
pub fn slice(release: &'static str, number: usize) -> Result<&'static Value, String> {
    static READ: Mutex<BTreeMap<(&str, usize), &Value>> = Mutex::new(BTreeMap::new());
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = read.get(&(release, number)) {
        return Ok(known);
    }
    let file = folder(release).join(format!("{number}.json"));
    let text = fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let slice = serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", file.display()))?;
    let slice: &'static Value = Box::leak(Box::new(slice));
    read.insert((release, number), slice);
    Ok(slice)
}

/// Reading YAML takes a second, and each test is a process of its own: so what was read is kept as JSON in the target
/// directory, a file a path. A release never changes, so neither does that.
fn cached(release: &str) -> Result<Vec<String>, String> {
    let list = folder(release).join("paths.json");
    let kept = || fs::read(&list).ok().and_then(|text| serde_json::from_slice(&text).ok());
    if let Some(templates) = kept() {
        return Ok(templates);
    }
    let yaml = package(release)?.join("schema.yml");
    let text = fs::read_to_string(&yaml).map_err(|error| format!("{}: {error}", yaml.display()))?;
    let document: Value = serde_saphyr::from_str(&text).map_err(|error| format!("{}: {error}", yaml.display()))?;
    let kept_now = keep(&folder(release), &document);
    kept().ok_or_else(|| format!("{}: {kept_now:?}", list.display()))
}

fn folder(release: &str) -> PathBuf {
    target().join("official-schemas").join(release)
}

/// Other tests may be doing the same: what is half written has a name of its own, and whoever comes second finds the work done.
fn keep(folder: &Path, document: &Value) -> std::io::Result<()> {
    let half = folder.with_extension(format!("{}.half", process::id()));
    fs::create_dir_all(&half)?;
    let templates: Vec<&String> = document["paths"].as_object().into_iter().flat_map(serde_json::Map::keys).collect();
    for (number, template) in templates.iter().enumerate() {
        fs::write(half.join(format!("{number}.json")), slice::cut(document, template).to_string())?;
    }
    fs::write(half.join("paths.json"), serde_json::json!(templates).to_string())?;
    fs::rename(&half, folder).or_else(|_| fs::remove_dir_all(&half))
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| here().join("../../target"), PathBuf::from)
}

/// The folder of the client's package.
fn package(release: &str) -> Result<PathBuf, String> {
    let manifest = here().join("releases").join(release).join("Cargo.toml");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let told = Command::new(cargo)
        .args(["metadata", "--locked", "--offline", "--format-version", "1", "--manifest-path"])
        .arg(&manifest)
        .output()
        .map_err(|error| format!("cargo metadata: {error}"))?;
    if !told.status.success() {
        let why = String::from_utf8_lossy(&told.stderr);
        return Err(format!(
            "{why}\n./build.sh check fetches it, or: cargo fetch --manifest-path {}",
            manifest.display()
        ));
    }
    let metadata: Value = serde_json::from_slice(&told.stdout).map_err(|error| format!("cargo metadata: {error}"))?;
    let mut packages = metadata["packages"].as_array().into_iter().flatten();
    let client = packages.find(|package| package["name"] == "authentik-client");
    let manifest = client.and_then(|client| client["manifest_path"].as_str()).map(Path::new);
    let folder = manifest.and_then(Path::parent).ok_or("cargo metadata doesn't tell of authentik-client")?;
    Ok(folder.to_owned())
}
