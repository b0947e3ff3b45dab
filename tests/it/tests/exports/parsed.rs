//! What stands in a text, by parsers that somebody else wrote: HCL and YAML as JSON.

use hcl::eval::{Context, Evaluate};
use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value, json};

/// The blocks of a Terraform file: `{"resource": {"type": {"name": {…}}}, …}`, with traversals as `{"$ref": "a.b.c"}`, and
/// blocks in blocks by their names.
pub fn terraform(text: &str) -> Value {
    let body = hcl::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut all = Map::new();
    for block in body.blocks() {
        let mut path = vec![block.identifier.as_str().to_owned()];
        path.extend(block.labels.iter().map(|label| label.as_str().to_owned()));
        if block.identifier.as_str() == "import" {
            path.push(all.get("import").and_then(Value::as_object).map_or(0, Map::len).to_string());
        }
        let mut at = &mut all;
        for part in path {
            at = at.entry(part).or_insert_with(|| json!({})).as_object_mut().expect("an object");
        }
        assert!(at.is_empty(), "twice: {}\n{text}", hcl::format::to_string(block).expect("a block"));
        at.extend(attributes(&block.body));
        for inner in block.body.blocks() {
            at.insert(inner.identifier.as_str().to_owned(), Value::Object(attributes(&inner.body)));
        }
    }
    Value::Object(all)
}

fn attributes(body: &hcl::Body) -> Map<String, Value> {
    body.attributes().map(|attribute| (attribute.key.as_str().to_owned(), expression(&attribute.expr))).collect()
}

fn expression(expression_: &hcl::Expression) -> Value {
    match expression_ {
        hcl::Expression::Array(items) => items.iter().map(expression).collect(),
        hcl::Expression::Object(fields) => {
            fields.iter().map(|(key, value)| (key.to_string(), expression(value))).collect::<Map<_, _>>().into()
        }
        hcl::Expression::Traversal(_) | hcl::Expression::Variable(_) => {
            json!({"$ref": hcl::format::to_string(expression_).expect("a traversal")})
        }
        other => {
            let value = other.evaluate(&Context::new()).expect("a plain value");
            serde_json::to_value(value).expect("JSON")
        }
    }
}

/// A blueprint, with tags as `{"!Find": …}`.
pub fn blueprint(text: &str) -> Value {
    let mut all = Yaml::load_from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(all.len(), 1, "one document");
    yaml(&all.remove(0))
}

fn yaml(node: &Yaml) -> Value {
    match node {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(flag)) => json!(flag),
        Yaml::Value(Scalar::Integer(number)) => json!(number),
        Yaml::Value(Scalar::String(text)) => json!(text),
        Yaml::Sequence(items) => items.iter().map(yaml).collect(),
        Yaml::Mapping(fields) => {
            let key = |key: &Yaml| yaml(key).as_str().expect("a key is a text").to_owned();
            fields.iter().map(|(name, value)| (key(name), yaml(value))).collect::<Map<_, _>>().into()
        }
        Yaml::Tagged(tag, inner) => json!({format!("!{}", tag.suffix): yaml(inner)}),
        other => panic!("nobody wrote this: {other:?}"),
    }
}
