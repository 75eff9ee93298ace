//! Whether an answer is what the OpenAPI document says: as much of JSON Schema as our own types use, and a panic for the rest.

use serde_json::Value;

/// Panics where the document does not know `method path` answering `status` with `body`.
pub fn check(document: &Value, method: &str, path: &str, status: u16, body: Option<&Value>) {
    let Some(operation) = operation(document, method, path) else {
        assert!(
            matches!(status, 403..=405 | 413),
            "{method} {path} is not in the document and answers {status}"
        );
        return check_error(document, body);
    };
    let response = &operation["responses"][status.to_string()];
    assert!(
        response.is_object(),
        "{method} {path} answers {status}, which the document does not know; body {body:?}"
    );
    let schema = &response["content"]["application/json"]["schema"];
    match body {
        Some(body) => {
            assert!(
                schema.is_object(),
                "{method} {path} {status} has a body that the document does not know: {body}"
            );
            conforms(document, schema, body, &format!("{method} {path} {status}"));
        }
        None => assert!(
            schema.is_null(),
            "{method} {path} {status} should have a body"
        ),
    }
}

/// The operation that `path` falls to.
pub fn operation<'a>(document: &'a Value, method: &str, path: &str) -> Option<&'a Value> {
    let path = path.split('?').next().unwrap();
    let parts: Vec<&str> = path.split('/').collect();
    let paths = document["paths"].as_object().unwrap();
    let fits = |template: &str| {
        let template: Vec<&str> = template.split('/').collect();
        template.len() == parts.len()
            && template
                .iter()
                .zip(&parts)
                .all(|(want, have)| want == have || (want.starts_with('{') && !have.is_empty()))
    };
    let item = paths.get(path).or_else(|| {
        paths
            .iter()
            .find_map(|(template, item)| fits(template).then_some(item))
    })?;
    item.get(method.to_lowercase())
}

fn check_error(document: &Value, body: Option<&Value>) {
    if let Some(body) = body {
        let schema = serde_json::json!({"$ref": "#/components/schemas/ErrorReply"});
        conforms(document, &schema, body, "an error");
    }
}

fn conforms(document: &Value, schema: &Value, value: &Value, at: &str) {
    if let Err(why) = fits(document, schema, value, at) {
        panic!("{why}");
    }
}

fn fits(document: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    fits_part(document, schema, value, at)?;
    // Stricter than JSON Schema: what an answer holds is in the document.
    for name in value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name)
    {
        if knows(document, schema, name) == Some(false) {
            return Err(format!("{at}: {name} is not in the document"));
        }
    }
    Ok(())
}

/// Whether `schema` has a property `name`; `None` where it names no properties at all, as for a free map.
fn knows(document: &Value, schema: &Value, name: &str) -> Option<bool> {
    if let Some(to) = schema["$ref"].as_str() {
        return knows(document, referred(document, to), name);
    }
    let parts = ["allOf", "oneOf", "anyOf"]
        .iter()
        .filter_map(|kind| schema[kind].as_array())
        .flatten()
        .filter_map(|part| knows(document, part, name));
    let own = schema["properties"]
        .as_object()
        .map(|all| all.contains_key(name));
    own.into_iter().chain(parts).reduce(|a, b| a || b)
}

fn referred<'a>(document: &'a Value, to: &str) -> &'a Value {
    let name = to.trim_start_matches("#/components/schemas/");
    let schema = &document["components"]["schemas"][name];
    assert!(schema.is_object(), "{name} is not in the document");
    schema
}

fn fits_part(document: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    if let Some(to) = schema["$ref"].as_str() {
        return fits_part(document, referred(document, to), value, at);
    }
    for either in ["oneOf", "anyOf"] {
        if let Some(list) = schema[either].as_array() {
            let any = list
                .iter()
                .any(|one| fits(document, one, value, at).is_ok());
            return any
                .then_some(())
                .ok_or_else(|| format!("{at}: {value} is none of {either}"));
        }
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        fits_part(document, part, value, at)?;
    }
    if let Some(list) = schema["enum"].as_array()
        && !list.contains(value)
    {
        return Err(format!("{at}: {value} is not one of {list:?}"));
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !kinds.is_empty() && !kinds.iter().any(|kind| is_a(value, kind)) {
        return Err(format!("{at}: {value} is not {kinds:?}"));
    }
    if let (Some(minimum), Some(number)) = (schema["minimum"].as_i64(), value.as_i64())
        && number < minimum
    {
        return Err(format!("{at}: {number} is below {minimum}"));
    }
    if let Some(object) = value.as_object() {
        for name in schema["required"].as_array().into_iter().flatten() {
            if !object.contains_key(name.as_str().unwrap()) {
                return Err(format!("{at}: {name} is missing"));
            }
        }
        let properties = schema["properties"].as_object();
        for (name, value) in object {
            if let Some(schema) = properties.and_then(|all| all.get(name)) {
                fits(document, schema, value, &format!("{at}.{name}"))?;
            }
        }
    }
    for (idx, item) in value.as_array().into_iter().flatten().enumerate() {
        if schema["items"].is_object() {
            fits(document, &schema["items"], item, &format!("{at}[{idx}]"))?;
        }
    }
    Ok(())
}

fn is_a(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("the document uses the type {other}"),
    }
}
