//! Every list and detail that the client reads, held against answers made up from authentik's own description of five
//! releases: at their most, at their least, and as a later release might bend them.

use gatewright::authentik::{
    ApiError, Call, List, Page, admin, applications, bindings, certificates, events, flows, groups, outposts,
    providers_oauth2, providers_proxy, scope_mappings, users,
};
use gatewright::export::{
    Export, Kind, Names, Script, application, bindings_of, blueprint, list_of, oauth2_provider, proxy_provider, shell,
    terraform,
};
use official_schemas::{Mutation, RELEASES, Schema};
use serde_json::{Value, json};

const UUID: &str = "0e1f2a3b-4c5d-4e6f-8a9b-0c1d2e3f4a5b";

/// A resource, and what reads it: how many things it found.
type Resource = (String, Box<dyn Fn(Value) -> Result<usize, ApiError>>);

fn list<T: 'static>(list: List<T>) -> Resource {
    let path = list.pages.page(1).path;
    let path = path.split('?').next().unwrap_or_default().to_owned();
    (path, Box::new(move |answer| Page::read(answer).and_then(|page| Ok(list.rows(&[page])?.len()))))
}

fn detail<T: 'static>(call: Call<T>) -> Resource {
    let path = call.request.path.clone();
    (path, Box::new(move |answer| call.read(&answer).map(|_| 1)))
}

/// What an export is made of: it is taken as it is, and has to become the three texts, whatever is in it.
fn exported(call: Call<Value>, oauth2: bool, take: fn(&mut Export, &Value)) -> Resource {
    let path = call.request.path.clone();
    (path, Box::new(move |answer| call.read(&answer).map(|object| written(oauth2, take, &[object]))))
}

fn written(oauth2: bool, take: fn(&mut Export, &Value), objects: &[Value]) -> usize {
    let mut export = Export::of("https://auth.example.com/", &Names::default(), true, "grafana", oauth2);
    for object in objects {
        take(&mut export, object);
    }
    let texts = [terraform(&export), blueprint(&export), shell(&Script::of_export(&export))];
    assert!(texts.iter().all(|text| !text.is_empty()));
    objects.len()
}

/// All that `src` reads. A reader that is missing here fails `no_reader_is_left_out`.
fn resources() -> Vec<Resource> {
    let kinds = [Kind::Flow, Kind::Group, Kind::Certificate, Kind::Scope, Kind::Outpost];
    let named = kinds.map(|kind| list(list_of(kind).expect("a list")));
    let bindings = bindings_of(UUID);
    let bound: Resource = (
        "policies/bindings/".to_owned(),
        Box::new(move |answer| {
            let rows = bindings.rows(&[Page::read(answer)?])?;
            Ok(written(false, |export, row| export.take_binding(row, &Names::default(), None), &rows))
        }),
    );
    let mut all = vec![
        bound,
        exported(application("grafana"), true, Export::take_application),
        exported(oauth2_provider(7), true, |export, object| export.take_provider(object, &Names::default(), &[])),
        exported(proxy_provider(7), false, |export, object| export.take_provider(object, &Names::default(), &[])),
        list(applications::list()),
        detail(applications::retrieve("grafana")),
        list(bindings::names_of(UUID)),
        list(certificates::list()),
        list(events::list("model_updated")),
        list(events::changes_of("outpost", UUID)),
        list(flows::list()),
        list(groups::list()),
        list(outposts::list()),
        detail(outposts::health(UUID)),
        list(providers_oauth2::list()),
        detail(providers_oauth2::retrieve(7)),
        detail(providers_oauth2::preview(7)),
        list(providers_proxy::list()),
        list(providers_proxy::served()),
        detail(providers_proxy::open_paths(7)),
        list(scope_mappings::list()),
        list(users::search("")),
        detail(users::retrieve(7)),
        detail(users::me()),
        detail(admin::root_config()),
        detail(admin::version()),
        detail(admin::system()),
    ];
    all.extend(named);
    all
}

#[test]
fn fault_24_every_reader_takes_what_every_release_could_send() {
    let mut read = 0;
    for release in RELEASES {
        let schema = Schema::of(release).expect("a fetched description");
        for (path, reader) in resources() {
            for mutation in Mutation::ALL {
                let answer = schema.sample(&path, mutation).expect(&path);
                read += 1;
                match reader(answer.clone()) {
                    Ok(0) => assert_eq!(mutation, Mutation::Empty, "{release} {path}: a row is there"),
                    Ok(_) => {}
                    // A needed text that is empty is as good as missing; its place is told.
                    Err(ApiError::Unreadable(place)) if mutation == Mutation::Empty => {
                        assert!(answer.pointer(&place).is_some(), "{release} {path}: {place} names a place");
                    }
                    // No release that we know is called so.
                    Err(ApiError::Unreadable(place)) if mutation == Mutation::NewWords => {
                        panic!("{release} {path}: {place} has a new word, and that is all");
                    }
                    Err(error) => panic!("{release} {path} {mutation:?}: {error:?} in {answer}"),
                }
            }
        }
    }
    let (resources, releases, mutations) = (resources().len(), RELEASES.len(), Mutation::ALL.len());
    assert_eq!(read, resources * releases * mutations);
    eprintln!("{resources} lists and details × {releases} releases × {mutations} mutations: {read} answers were read");
}

#[test]
fn fault_24_a_field_that_is_missing_or_null_is_done_without_or_named_by_its_place() {
    for release in RELEASES {
        let schema = Schema::of(release).expect("a fetched description");
        for (path, reader) in resources() {
            let answer = schema.sample(&path, Mutation::Full).expect(&path);
            for pointer in objects_of(&answer) {
                let keys: Vec<String> =
                    answer.pointer(&pointer).and_then(Value::as_object).expect("an object").keys().cloned().collect();
                for key in keys {
                    for bent in [None, Some(Value::Null), Some(json!({"not": ["what", "it", "was"]})), Some(json!("x"))]
                    {
                        let mut answer = answer.clone();
                        let object = answer.pointer_mut(&pointer).and_then(Value::as_object_mut).expect("an object");
                        match bent {
                            None => drop(object.remove(&key)),
                            Some(value) => drop(object.insert(key.clone(), value)),
                        }
                        match reader(answer) {
                            Ok(_) => {}
                            Err(ApiError::Unreadable(place)) => {
                                assert!(
                                    place.contains(&key),
                                    "{release} {path}: {pointer}/{key} is wrong, not {place}"
                                );
                            }
                            Err(error) => panic!("{release} {path}: {error:?}"),
                        }
                    }
                }
            }
        }
    }
}

/// The places of the answer itself, of its first row, and of what that holds directly.
fn objects_of(answer: &Value) -> Vec<String> {
    // A list without pages is a list at the top.
    if answer.is_array() {
        return vec!["/0".to_owned()];
    }
    let row = if answer.pointer("/results/0").is_some() { "/results/0" } else { "" };
    let mut places = vec![String::new()];
    if !row.is_empty() {
        places.push(row.to_owned());
    }
    let inner = answer.pointer(row).and_then(Value::as_object).into_iter().flatten();
    places.extend(inner.filter(|(_, value)| value.is_object()).map(|(key, _)| format!("{row}/{key}")));
    places
}

#[test]
fn no_reader_is_left_out() {
    let mut readers = 0;
    let mut folders = vec![std::path::PathBuf::from(format!("{}/../../src", env!("CARGO_MANIFEST_DIR")))];
    while let Some(folder) = folders.pop() {
        for file in std::fs::read_dir(folder).expect("the folder").map(|file| file.expect("a file").path()) {
            if file.is_dir() {
                folders.push(file);
                continue;
            }
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            // The two that make them are no readers.
            if !file.ends_with("authentik/call.rs") {
                readers += text.matches("List::of(").count() + text.matches("Call::get(").count();
            }
        }
    }
    assert_eq!(resources().len(), readers, "each reader of src stands in `resources`");
}
