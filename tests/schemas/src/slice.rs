//! What a description says about one path: 1.5 MB are too much to read for each test.

use serde_json::{Map, Value, json};

const COMPONENTS: &str = "#/components/";

/// The document without other paths, and without components that this one doesn't lead to.
pub fn cut(document: &Value, template: &str) -> Value {
    let mut slice = json!({"paths": {template: document["paths"][template]}, "components": {}});
    let mut open = Vec::new();
    refers_to(&document["paths"][template], &mut open);
    while let Some((kind, name)) = open.pop() {
        let kept = slice["components"].as_object_mut().map(|kinds| kinds.entry(kind.as_str()).or_insert(json!({})));
        let Some(Value::Object(kept)) = kept else { continue };
        if !kept.contains_key(&name) {
            let component = document["components"][&kind][&name].clone();
            refers_to(&component, &mut open);
            kept.insert(name, component);
        }
    }
    slice
}

/// All that a value names of the components, be it a `$ref` or one of a discriminator's models.
fn refers_to(value: &Value, to: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => {
            let parts = text.strip_prefix(COMPONENTS).and_then(|place| place.split_once('/'));
            to.extend(parts.map(|(kind, name)| (kind.to_owned(), name.to_owned())));
        }
        Value::Array(all) => all.iter().for_each(|value| refers_to(value, to)),
        Value::Object(all) => Map::values(all).for_each(|value| refers_to(value, to)),
        _ => {}
    }
}
