//! The catalogue as it ships: every file is read, every template fills, every rule keeps to its own service.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use gatewright::catalogue::{Catalogue, Filling, Page, Service, Sight, Speaks, Sure, recognise, trouble_with_regex};
use gatewright::ports::native_matches;
use gatewright::site::open_paths;
use regex::Regex;
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the checkout")
}

/// The files of the catalogue, by name.
fn files() -> Vec<(String, Vec<Value>)> {
    let folder = root().join("extension/catalogue");
    let mut files: Vec<_> = fs::read_dir(folder).expect("the catalogue").map(|f| f.expect("a file").path()).collect();
    files.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a file");
        let values: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        (name, values.as_array().expect("an array").clone())
    };
    files.into_iter().map(read).collect()
}

/// As `tests/tools/assemble.mjs` joins it.
fn joined() -> String {
    Value::Array(files().into_iter().flat_map(|(_, services)| services).collect()).to_string()
}

fn catalogue() -> Catalogue {
    Catalogue::read(&joined()).expect("an array")
}

/// Every text anywhere in a value.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

/// The names of all fields, but those of `meta`, which are the pages' own.
fn keys(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| keys(item, found)),
        Value::Object(fields) => {
            for (key, value) in fields {
                found.insert(key.clone());
                if key != "meta" {
                    keys(value, found);
                }
            }
        }
        _ => {}
    }
}

/// The names of the placeholders in a text.
fn placeholders(text: &str) -> Vec<String> {
    let placeholder = Regex::new(r"\{\{([a-z0-9_:]+)\}\}").expect("a pattern");
    placeholder.captures_iter(text).map(|found| found[1].to_owned()).collect()
}

#[test]
fn every_service_of_every_file_is_read_and_has_an_id_of_its_own() {
    let catalogue = catalogue();
    let mut ids = BTreeSet::new();
    for (file, services) in files() {
        let written: Vec<&str> = services.iter().filter_map(|service| service["id"].as_str()).collect();
        assert!(written.is_sorted(), "{file} isn't sorted by id");
        for service in &services {
            let id = service["id"].as_str().unwrap_or_else(|| panic!("{file}: a service without an id"));
            assert!(ids.insert(id.to_owned()), "{id} is there twice");
            let read = catalogue.find(id).unwrap_or_else(|| panic!("{id} can't be read"));
            assert_eq!(read.oidc.is_some(), read.speaks.first() == Some(&Speaks::Oidc), "{id}: oidc");
            assert!(!read.docs.is_empty() && !read.docs.starts_with('/') && !read.docs.ends_with('/'), "{id}: docs");
        }
    }
    assert_eq!(catalogue.services().len(), ids.len());
}

#[test]
fn every_field_of_the_files_is_one_that_is_read() {
    let known = [
        "",
        "/",
        "id",
        "name",
        "also",
        "docs",
        "speaks",
        "deployment",
        "recognise",
        "title",
        "paths",
        "hosts",
        "meta",
        "elements",
        "sure",
        "oidc",
        "redirect_uris",
        "other_redirect_uris",
        "redirect_uri_from_service",
        "post_logout_uris",
        "client",
        "scopes",
        "grants",
        "subject",
        "launch",
        "logout",
        "uri",
        "method",
        "verified_email",
        "access_code_validity",
        "mappings",
        "scope",
        "why",
        "required",
        "replaces_default",
        "expression",
        "forward_auth",
        "modes",
        "internal_host",
        "basic_auth",
        "user_attribute",
        "password_attribute",
        "headers",
        "open_paths",
        "path",
        "what",
        "source",
        "ask",
        "default",
        "settings",
        "kind",
        "text",
        "where",
        "fields",
        "settings_page",
        "groups",
        "notes",
    ];
    let mut found = BTreeSet::new();
    for (_, services) in files() {
        keys(&Value::Array(services), &mut found);
    }
    let unknown: Vec<&String> = found.iter().filter(|key| !known.contains(&key.as_str())).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn every_placeholder_is_known_and_what_a_person_types_stands_between_quotes() {
    let known = [
        "origin",
        "origin_regex",
        "host",
        "issuer",
        "discovery_url",
        "authorize_url",
        "token_url",
        "userinfo_url",
        "jwks_url",
        "end_session_url",
        "authentik_origin",
        "slug",
        "client_id",
        "client_secret",
        "random",
    ];
    for (_, services) in files() {
        for value in &services {
            let service = Catalogue::read(&format!("[{value}]")).expect("an array").services()[0].clone();
            let asked: Vec<&str> = service.ask.iter().map(|ask| ask.name.as_str()).collect();
            for name in texts(value).into_iter().flat_map(placeholders) {
                let random = name.strip_prefix("random:").is_some_and(|length| length.parse::<u8>().is_ok());
                let fine = random || known.contains(&name.as_str()) || asked.contains(&name.as_str());
                assert!(fine, "{}: {{{{{name}}}}}", service.id);
            }
            for name in asked {
                let used = texts(value).iter().any(|text| text.contains(&format!("{{{{{name}}}}}")));
                assert!(used, "{}: asks for {name} and doesn't use it", service.id);
                for settings in &service.settings {
                    let bare = settings.text.replace(&format!("\"{{{{{name}}}}}\""), "");
                    assert!(!bare.contains(&format!("{{{{{name}}}}}")), "{}: {name} without quotes", service.id);
                }
            }
        }
    }
}

#[test]
fn every_pattern_compiles() {
    for service in catalogue().services() {
        let rule = &service.recognise;
        let open = service.forward_auth.iter().flat_map(|gate| &gate.open_paths).map(|open| &open.path);
        for pattern in rule.title.iter().chain(rule.meta.iter().map(|(_, pattern)| pattern)).chain(open) {
            assert!(Regex::new(pattern).is_ok(), "{}: {pattern}", service.id);
        }
    }
}

#[test]
fn scopes_hold_openid_and_mappings_have_theirs() {
    for service in catalogue().services() {
        let Some(oidc) = &service.oidc else { continue };
        assert!(oidc.scopes.iter().any(|scope| scope == "openid"), "{}", service.id);
        assert!(!oidc.redirect_uris.is_empty() || oidc.redirect_uri_from_service, "{}: no redirect URI", service.id);
        let verified = |expression: &str| expression.contains("email_verified");
        for mapping in &oidc.mappings {
            assert!(!mapping.why.is_empty(), "{}: a mapping without a reason", service.id);
            assert!(!mapping.expression.contains("ak_groups"), "{}: deprecated since 2026.2", service.id);
            assert!(!mapping.required || oidc.scopes.contains(&mapping.scope), "{}: {}", service.id, mapping.scope);
            if mapping.scope == "email" {
                let shared = r#"return {"email": request.user.email, "email_verified": True}"#;
                assert_eq!(mapping.expression, shared, "{}", service.id);
            }
        }
        let helped = oidc.mappings.iter().any(|mapping| mapping.required && verified(&mapping.expression));
        assert_eq!(oidc.verified_email, helped, "{}: verified_email", service.id);
    }
}

#[test]
fn no_secret_is_written_out() {
    let long = Regex::new(r"[A-Za-z0-9+/_-]{33,}").expect("a pattern");
    for service in catalogue().services() {
        for settings in &service.settings {
            let fields = settings.fields.iter().map(|(_, value)| value.as_str());
            for found in fields.chain([settings.text.as_str()]).flat_map(|text| long.find_iter(text)) {
                let word = found.as_str();
                let mixed = word.bytes().any(|b| b.is_ascii_digit()) && word.bytes().any(|b| b.is_ascii_lowercase());
                assert!(!mixed || word.contains('/'), "{}: is {word} a secret?", service.id);
            }
        }
    }
}

/// A service at two addresses, filled in with the defaults, and with an answer where there is none.
fn fillings(service: &Service, check: impl Fn(&Filling)) {
    let answers: BTreeMap<String, String> =
        service.ask.iter().filter(|ask| ask.default.is_none()).map(|ask| (ask.name.clone(), "answer".into())).collect();
    for origin in ["https://svc.example.com:8443", "https://home.example.com/svc"] {
        check(&Filling {
            origin,
            base: "https://auth.example.com",
            slug: "svc",
            client_id: "a-client",
            client_secret: "a-secret",
            asked: &answers,
            random: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        });
    }
}

#[test]
fn filled_in_nothing_is_left_open_and_every_address_is_one() {
    for service in catalogue().services() {
        fillings(service, |filling| {
            let id = &service.id;
            for settings in service.settings(filling) {
                let all = settings.fields.iter().map(|(_, value)| value).chain([&settings.text, &settings.place]);
                all.for_each(|text| assert_eq!(placeholders(text), Vec::<String>::new(), "{id}: {text}"));
                assert_eq!(settings.text.is_empty(), !settings.fields.is_empty(), "{id}: text or fields");
            }
            let addresses = [service.launch_url(filling), service.logout_uri(filling), service.settings_page(filling)];
            for address in addresses.into_iter().flatten() {
                assert!(reqwest::Url::parse(&address).is_ok(), "{id}: {address}");
            }
            let redirects = service.redirect_uris(filling).into_iter().chain(service.other_redirect_uris(filling));
            for redirect in redirects.chain(service.post_logout_uris(filling)) {
                let url = &redirect.url;
                assert_eq!(placeholders(url), Vec::<String>::new(), "{id}: {url}");
                if redirect.regex {
                    assert_eq!(trouble_with_regex(url), None, "{id}: {url}");
                    // An example of it: digits for the port.
                    let example = url.replace("[0-9]+", "4711").replace(['\\', '^', '$'], "");
                    let whole = Regex::new(&format!("^(?:{url})$")).expect("a pattern");
                    assert!(whole.is_match(&example), "{id}: {url} and {example}");
                    assert!(reqwest::Url::parse(&example).is_ok(), "{id}: {example}");
                } else {
                    assert!(reqwest::Url::parse(url).is_ok(), "{id}: {url}");
                }
            }
        });
    }
}

#[test]
fn open_paths_are_anchored_and_never_open_everything() {
    for service in catalogue().services() {
        for open in service.forward_auth.iter().flat_map(|gate| &gate.open_paths) {
            assert!(open.path.starts_with("^/"), "{}: {}", service.id, open.path);
            let pattern = Regex::new(&open.path).expect("a pattern");
            for path in ["/", "/index.html", "/login", "/admin/settings", "/anything"] {
                assert!(!pattern.is_match(path), "{}: {} opens {path}", service.id, open.path);
            }
            let all = open_paths::opens(&open.path, false, native_matches);
            assert!(!all.iter().any(open_paths::Opens::is_refused), "{}: {}: {all:?}", service.id, open.path);
            assert!(!all.contains(&open_paths::Opens::AnyCharacter), "{}: {}", service.id, open.path);
            assert!(open.source.is_some(), "{}: {} has no source", service.id, open.path);
        }
    }
}

/// The patterns of the catalogue, compiled once.
#[derive(Default)]
struct Patterns(RefCell<HashMap<String, Regex>>);

impl Patterns {
    fn matches(&self, pattern: &str, text: &str) -> bool {
        let mut known = self.0.borrow_mut();
        let compiled = known.entry(pattern.to_owned()).or_insert_with(|| Regex::new(pattern).expect("a pattern"));
        compiled.is_match(text)
    }
}

fn fixture(name: &str) -> String {
    fs::read_to_string(root().join("tests/it/fixtures/catalogue").join(name)).expect("a fixture")
}

fn looked_at(
    catalogue: &Catalogue,
    patterns: &Patterns,
    title: &str,
    address: &str,
    page: &Page,
) -> Option<(String, Sure)> {
    let url = reqwest::Url::parse(address).unwrap_or_else(|e| panic!("{address}: {e}"));
    let host = url.host_str().expect("a host");
    let sight = Sight { title, host, path: url.path(), page: Some(page) };
    recognise(catalogue, &sight, &|pattern, text| patterns.matches(pattern, text))
}

#[test]
fn no_page_of_a_service_is_taken_for_another() {
    let catalogue = catalogue();
    let patterns = Patterns::default();
    let pages: Value = serde_json::from_str(&fixture("pages.json")).expect("JSON");
    let (mut looks, mut perhaps, mut nothing, mut wrong) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut shown = BTreeSet::new();
    for sample in pages.as_array().expect("an array") {
        let text = |key: &str| sample[key].as_str().unwrap_or_else(|| panic!("{sample}: {key}")).to_owned();
        let metas = sample["metas"].as_object().into_iter().flatten();
        let elements: Vec<String> = sample["elements"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|e| e.as_str().unwrap_or_default().to_owned())
            .collect();
        for element in &elements {
            assert!(catalogue.selectors().contains(&element.as_str()), "{element} is in no rule");
        }
        let page = Page {
            metas: metas
                .map(|(name, content)| (name.clone(), content.as_str().unwrap_or_default().to_owned()))
                .collect(),
            found: elements,
            icon: None,
        };
        let is = text("is");
        assert!(shown.insert(is.clone()), "{is} has two samples");
        match looked_at(&catalogue, &patterns, &text("title"), &text("address"), &page) {
            Some((id, Sure::Looks)) if id == is => looks.push(id),
            Some((id, Sure::Perhaps)) if id == is => perhaps.push(id),
            Some((id, sure)) => wrong.push(format!("{is} {sure:?} {id}")),
            None => nothing.push(is),
        }
    }
    let table = format!(
        "looks {}, perhaps {} {perhaps:?}, nothing {} {nothing:?}, wrong {} {wrong:?}",
        looks.len(),
        perhaps.len(),
        nothing.len(),
        wrong.len()
    );
    assert!(wrong.is_empty() && nothing.is_empty(), "{table}");
    assert_eq!((looks.len(), perhaps.len()), (96, 12), "{table}");
    for service in catalogue.services().iter().filter(|service| service.speaks.first() == Some(&Speaks::Oidc)) {
        let rule = &service.recognise;
        let recognisable =
            rule.title.is_some() || !(rule.hosts.is_empty() && rule.meta.is_empty() && rule.elements.is_empty());
        assert_eq!(
            recognisable,
            shown.contains(&service.id),
            "{}: a rule and a sample page belong together",
            service.id
        );
    }
}

#[test]
fn no_ordinary_site_is_taken_for_a_service() {
    let catalogue = catalogue();
    let patterns = Patterns::default();
    let titles = fixture("titles.txt");
    let mut taken = Vec::new();
    for line in titles.lines() {
        let (address, title) = line.split_once(" | ").unwrap_or_else(|| panic!("{line}"));
        if let Some((id, Sure::Looks)) = looked_at(&catalogue, &patterns, title, address, &Page::default()) {
            taken.push(format!("{line}: {id}"));
        }
    }
    assert!(titles.lines().count() >= 220);
    assert!(taken.is_empty(), "{taken:#?}");
}

#[test]
fn javascript_reads_every_pattern_as_rust_does() {
    let pages: Value = serde_json::from_str(&fixture("pages.json")).expect("JSON");
    let titles = fixture("titles.txt");
    let seen = pages.as_array().expect("an array").iter();
    let texts: Vec<&str> = seen.flat_map(texts).chain(titles.lines().flat_map(|line| line.split(" - "))).collect();
    let patterns = Patterns::default();
    let mut hits = serde_json::Map::new();
    for service in catalogue().services() {
        let rule = &service.recognise;
        let open = service.forward_auth.iter().flat_map(|gate| &gate.open_paths).map(|open| open.path.clone());
        let title = rule.title.iter().flat_map(|title| [title.clone(), format!("^(?:{title})$")]);
        for pattern in title.chain(rule.meta.iter().map(|(_, pattern)| pattern.clone())).chain(open) {
            let matched: Vec<usize> = (0..texts.len()).filter(|&i| patterns.matches(&pattern, texts[i])).collect();
            hits.insert(pattern, matched.into());
        }
    }
    let script = root().join("tests/tools/patterns.mjs");
    let mut node =
        Command::new("node").arg(script).stdin(Stdio::piped()).spawn().expect("Node, which the build needs too");
    let told = serde_json::json!({"texts": texts, "patterns": hits}).to_string();
    node.stdin.take().expect("a pipe").write_all(told.as_bytes()).expect("node reads");
    assert!(node.wait().expect("node ends").success(), "see above");
}

#[test]
fn what_is_not_too_wide_lets_no_stranger_in() {
    let pieces = [
        "https://", "http", "s?", "://", "a", r"\.", ".", "com", ".*", ".+", "/", "(", ")", "?", "|", ":", "[0-9]+",
        "@", r"\/", "$", "[^/]*", "80", "*", "(?:", ")?", r"\w", "{0,1}", "#", r"\?",
    ];
    let strangers = [
        "https://evil.com/",
        "https://a.com.evil.com/",
        "https://aXcom/",
        "https://a.com:80@evil.com/",
        "https://a.com@evil.com",
        "https://evil.com/a.com",
        "http://evil.com/a",
        "https://a.comevil.com",
        "https://evil.com#a.com",
        "https://evil.com?a.com",
        "https://aevil",
    ];
    let mut seed = 1_u64;
    let mut any = |most: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).expect("31 bits") % most
    };
    for _ in 0..4_000 {
        let pattern = (0..=any(8)).fold("https://a".to_owned(), |pattern, _| pattern + pieces[any(pieces.len())]);
        if trouble_with_regex(&pattern).is_some() || Regex::new(&pattern).is_err() {
            continue;
        }
        let whole = Regex::new(&format!("^(?:{pattern})$")).expect("a pattern");
        for stranger in strangers {
            assert!(!whole.is_match(stranger), "{pattern} lets {stranger} in");
        }
    }
}
