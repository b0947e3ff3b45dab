//! Where a release's description comes from: the package of authentik's own Rust client holds it, as `schema.yml`.
//!
//! Each release has a manifest of its own below `releases`, because no lockfile takes two releases of one year. Cargo
//! fetches the packages (`need_schemas` in build.sh) and tells where they are; none is compiled.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::{env, fs, process};

use serde_json::Value;

/// The releases whose descriptions can be had, oldest first.
pub const RELEASES: [&str; 5] = ["2025.10.3", "2025.12.4", "2026.2.2", "2026.5.6", "2026.8.5"];

static DOCUMENTS: [OnceLock<Result<Value, String>>; RELEASES.len()] = [const { OnceLock::new() }; RELEASES.len()];

/// A release and its description.
pub fn document(release: &str) -> Result<(&'static str, &'static Value), String> {
    let known = RELEASES.iter().zip(&DOCUMENTS).find(|(known, _)| **known == release);
    let (release, document) = known.ok_or_else(|| format!("{release} is none of {}", RELEASES.join(", ")))?;
    let document = document.get_or_init(|| cached(release)).as_ref().map_err(Clone::clone)?;
    Ok((release, document))
}

/// Reading YAML takes a second, reading JSON none to speak of, and each test is a process of its own: so what was read
/// is kept as JSON in the target directory. A release never changes, so neither does that.
fn cached(release: &str) -> Result<Value, String> {
    let cache = target().join("official-schemas").join(format!("{release}.json"));
    let kept = fs::read(&cache).ok().and_then(|text| serde_json::from_slice(&text).ok());
    if let Some(document) = kept {
        return Ok(document);
    }
    let yaml = package(release)?.join("schema.yml");
    let text = fs::read_to_string(&yaml).map_err(|error| format!("{}: {error}", yaml.display()))?;
    let document: Value = serde_saphyr::from_str(&text).map_err(|error| format!("{}: {error}", yaml.display()))?;
    keep(&cache, &document).map_err(|error| format!("{}: {error}", cache.display()))?;
    Ok(document)
}

/// Other tests may be doing the same: what is half written has a name of its own.
fn keep(cache: &Path, document: &Value) -> std::io::Result<()> {
    fs::create_dir_all(cache.parent().unwrap_or(cache))?;
    let half = cache.with_extension(format!("{}.half", process::id()));
    fs::write(&half, document.to_string())?;
    fs::rename(&half, cache)
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
