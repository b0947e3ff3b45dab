//! What a description says about one method of one path.

use serde_json::{Map, Value, json};

/// An operation, and the path that it was found for.
pub struct Operation<'a> {
    /// All that is said about the path.
    pub document: &'a Value,
    /// What is said about the method.
    pub described: &'a Value,
    /// What stands for the parameters of the path's template.
    values: Vec<(&'a str, String)>,
}

/// The body that is asked for.
pub struct Body<'a> {
    /// `OpenAPI`'s, not yet JSON Schema.
    pub schema: &'a Value,
    /// Whether it may not be left out.
    pub required: bool,
}

impl<'a> Operation<'a> {
    /// `document` is all about the path with this template, and `path`, below `/api/v3/`, one that fits it.
    pub fn find(document: &'a Value, template: &'a str, method: &str, path: &str) -> Option<Self> {
        let described = document["paths"][template].get(method.to_lowercase())?;
        Some(Self { document, described, values: fit(template, path)? })
    }

    /// The JSON body that the operation takes.
    pub fn body(&self) -> Option<Body<'a>> {
        let body = self.described.get("requestBody")?;
        Some(Body { schema: json_of(body)?, required: body["required"] == true })
    }

    /// The body of an answer with this status; `None` if it has none, an error if the status isn't described.
    pub fn answer(&self, status: u16) -> Result<Option<&'a Value>, String> {
        let answers = self.described["responses"].as_object();
        let described = answers.and_then(|answers| answers.get(&status.to_string())).ok_or_else(|| {
            let known: Vec<&str> = answers.into_iter().flat_map(Map::keys).map(String::as_str).collect();
            format!("answer: {status} isn't described, only {}", known.join(", "))
        })?;
        Ok(json_of(self.resolve(described)))
    }

    /// The schema of an object with the path's parameters.
    pub fn path_schema(&self) -> Value {
        self.parameters_schema("path")
    }

    /// The schema of an object with the query's parameters.
    pub fn query_schema(&self) -> Value {
        self.parameters_schema("query")
    }

    /// What stands in the path, as values of the types that are asked for.
    pub fn path_values(&self) -> Value {
        let values = self.values.iter().map(|(name, text)| ((*name).to_owned(), text.clone()));
        self.typed("path", &values.collect::<Vec<_>>())
    }

    /// What stands in the query, likewise.
    pub fn query_values(&self, query: &[(String, String)]) -> Value {
        self.typed("query", query)
    }

    fn parameters(&self, place: &str) -> impl Iterator<Item = &'a Value> {
        let all = self.described["parameters"].as_array().into_iter().flatten();
        all.map(|parameter| self.resolve(parameter)).filter(move |parameter| parameter["in"] == place)
    }

    fn parameters_schema(&self, place: &str) -> Value {
        let name = |parameter: &Value| parameter["name"].as_str().unwrap_or_default().to_owned();
        let properties: Map<String, Value> = self.parameters(place).map(|p| (name(p), p["schema"].clone())).collect();
        let required: Vec<String> = self.parameters(place).filter(|p| p["required"] == true).map(name).collect();
        json!({"type": "object", "properties": properties, "required": required})
    }

    /// All is text in an address: what can be read as the type that is asked for is, and the rest stays text, which the
    /// schema then refuses. So it does what is given twice and asked for once.
    fn typed(&self, place: &str, given: &[(String, String)]) -> Value {
        let mut values = Map::new();
        for (name, _) in given {
            let texts = given.iter().filter(|(other, _)| other == name).map(|(_, text)| text.as_str());
            let parameter = self.parameters(place).find(|parameter| parameter["name"] == name.as_str());
            let schema = parameter.map_or(&Value::Null, |parameter| &parameter["schema"]);
            let value = if schema["type"] == "array" {
                let joined = parameter.is_some_and(|parameter| parameter["explode"] == false);
                let texts = texts.flat_map(|text| if joined { text.split(',').collect() } else { vec![text] });
                texts.map(|text| self.read(&schema["items"], text)).collect()
            } else {
                let mut all: Vec<Value> = texts.map(|text| self.read(schema, text)).collect();
                if all.len() == 1 { all.remove(0) } else { Value::Array(all) }
            };
            values.insert(name.clone(), value);
        }
        Value::Object(values)
    }

    fn read(&self, schema: &Value, text: &str) -> Value {
        let schema = self.resolve(schema.pointer("/allOf/0").unwrap_or(schema));
        let read = match schema["type"].as_str() {
            Some("integer") => text.parse::<i64>().ok().map(Value::from),
            Some("number") => text.parse::<f64>().ok().map(Value::from),
            Some("boolean") => text.parse::<bool>().ok().map(Value::from),
            _ => None,
        };
        read.unwrap_or_else(|| Value::from(text))
    }

    /// What a `$ref` leads to; anything else is itself.
    fn resolve(&self, value: &'a Value) -> &'a Value {
        let target = value["$ref"].as_str().and_then(|to| self.document.pointer(to.trim_start_matches('#')));
        target.unwrap_or(value)
    }
}

/// The number of the template that is meant: of several that fit, the one with most fixed parts.
pub fn template_of(templates: &[String], path: &str) -> Option<usize> {
    let fitting =
        templates.iter().enumerate().filter_map(|(number, template)| Some((number, fit(template, path)?.len())));
    fitting.min_by_key(|(_, values)| *values).map(|(number, _)| number)
}

fn json_of(body_or_answer: &Value) -> Option<&Value> {
    body_or_answer.pointer("/content/application~1json/schema")
}

/// What stands for the template's parameters, if the path is one of the template's.
fn fit<'a>(template: &'a str, path: &str) -> Option<Vec<(&'a str, String)>> {
    let (template, path): (Vec<_>, Vec<_>) = (template[1..].split('/').collect(), path.split('/').collect());
    if template.len() != path.len() {
        return None;
    }
    let mut values = Vec::new();
    for (asked, given) in template.into_iter().zip(path) {
        match asked.strip_prefix('{').and_then(|asked| asked.strip_suffix('}')) {
            Some(name) if !given.is_empty() => values.push((name, given.to_owned())),
            _ if asked == given => {}
            _ => return None,
        }
    }
    Some(values)
}
