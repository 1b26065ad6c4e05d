//! What a stall's document says of itself is completed here, so that every stall's is valid: parameters where they are sent,
//! a description for each answer, one name for each operation, and refusals in the shape that the edge writes below the path.

use crate::edge::RouteSettings;
use crate::edge::RouteTable;
use axum::http::StatusCode;
use kernel::{Meaning, Refusal, Timestamp};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use utoipa::openapi::OpenApi;

const METHODS: [&str; 5] = ["get", "put", "post", "delete", "patch"];
/// The schema that [`super::Refusals`] names; each stall's own takes its place.
const PLACEHOLDER: &str = "#/components/schemas/Failed";

/// The document as it is served. Errors: it cannot be written as JSON.
pub fn complete(document: &OpenApi, routes: &[RouteSettings]) -> Result<Value, serde_json::Error> {
    let mut document = serde_json::to_value(document)?;
    let table = RouteTable::new(routes, 0);
    let mut names = BTreeSet::new();
    let mut shapes = Map::new();
    let mut paths = document["paths"].take();
    for (path, item) in paths.as_object_mut().into_iter().flatten() {
        let refusal = RefusalShape::below(path, &table, &mut shapes);
        for method in METHODS {
            let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) else { continue };
            name(operation, method, path, &mut names);
            place_parameters(operation, path);
            describe_answers(operation, &refusal);
        }
    }
    document["paths"] = paths;
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas.remove("Failed");
        schemas.remove("FailedBody");
        schemas.append(&mut shapes);
    }
    Ok(document)
}

/// Each operation has one name; a second one of a name is told apart by its tag, then by its path.
fn name(operation: &mut Map<String, Value>, method: &str, path: &str, taken: &mut BTreeSet<String>) {
    let own = operation.get("operationId").and_then(Value::as_str).unwrap_or(method).to_owned();
    let tag = operation.get("tags").and_then(|tags| tags[0].as_str()).unwrap_or_default().to_owned();
    let words: String =
        path.chars().map(|sign| if sign.is_ascii_alphanumeric() { sign } else { '_' }).collect();
    let candidates = [own.clone(), format!("{tag}_{own}"), format!("{method}{words}")];
    let free = candidates.into_iter().find(|name| !taken.contains(name));
    let name = free.unwrap_or_else(|| format!("{method}{words}_{}", taken.len()));
    taken.insert(name.clone());
    operation.insert("operationId".into(), Value::String(name));
}

/// A parameter that the path does not have is the query's; what the path has and nobody declared is a text.
fn place_parameters(operation: &mut Map<String, Value>, path: &str) {
    let in_path: Vec<&str> = path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
    let mut declared = operation.remove("parameters").unwrap_or_else(|| json!([]));
    for parameter in declared.as_array_mut().into_iter().flatten() {
        let named = parameter["name"].as_str().unwrap_or_default().to_owned();
        if parameter["in"] == "path" && !in_path.contains(&named.as_str()) {
            parameter["in"] = json!("query");
            parameter["required"] = json!(!is_nullable(&parameter["schema"]));
        }
        // What is left out is not sent; null cannot be.
        if parameter["in"] == "query" {
            strip_null(&mut parameter["schema"]);
        }
    }
    let mut all: Vec<Value> = declared.as_array().cloned().unwrap_or_default();
    for name in in_path {
        let known = all.iter().any(|parameter| parameter["in"] == "path" && parameter["name"] == name);
        if !known {
            all.push(json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }));
        }
    }
    if !all.is_empty() {
        operation.insert("parameters".into(), Value::Array(all));
    }
}

fn is_nullable(schema: &Value) -> bool {
    let types = schema["type"].as_array().is_some_and(|types| types.iter().any(|one| one == "null"));
    types || schema["oneOf"].as_array().is_some_and(|any| any.iter().any(|one| one["type"] == "null"))
}

fn strip_null(schema: &mut Value) {
    if let Some(types) = schema["type"].as_array() {
        let kept: Vec<Value> = types.iter().filter(|one| *one != "null").cloned().collect();
        if let [only] = &kept[..] {
            schema["type"] = only.clone();
        }
    }
}

fn describe_answers(operation: &mut Map<String, Value>, refusal: &RefusalShape) {
    let Some(answers) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for (status, answer) in answers.iter_mut() {
        if answer["description"].as_str().unwrap_or_default().is_empty() {
            let reason =
                StatusCode::from_bytes(status.as_bytes()).ok().and_then(|code| code.canonical_reason());
            answer["description"] = json!(reason.unwrap_or("An answer"));
        }
        let placeholder = answer["content"]["application/json"]["schema"]["$ref"] == PLACEHOLDER;
        if answer["content"].is_null() {
            answer.as_object_mut().map(|answer| answer.remove("content"));
        }
        if placeholder {
            answer["content"] = json!({ refusal.content_type: { "schema": { "$ref": refusal.reference } } });
        }
    }
}

/// How refusals below a path look.
struct RefusalShape {
    content_type: &'static str,
    reference: String,
}

impl RefusalShape {
    /// Learned from the edge's own writing of a refusal, so that document and answer cannot differ.
    fn below(path: &str, table: &RouteTable, shapes: &mut Map<String, Value>) -> Self {
        let plain = Refusal::new(Meaning::Invalid, "A_CODE", "A sentence.");
        let detailed = plain.clone().with_details(json!({ "field": "name" }));
        let envelope = table.envelope_at(path);
        let at = Timestamp::default();
        let [bare, full] = [&plain, &detailed].map(|refusal| envelope.sample(refusal, "request", at));
        let content_type = full.0;
        let read = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_else(|_| json!("text"));
        let mut schema = shape(&read(&full.1), &read(&bare.1));
        schema["description"] = json!("A refusal: what happened, for programs and for people.");
        let known = shapes.iter().find(|(_, known)| **known == schema).map(|(name, _)| name.clone());
        let name = known.unwrap_or_else(|| match shapes.len() {
            0 => "Refusal".to_owned(),
            count => format!("Refusal{}", count + 1),
        });
        shapes.insert(name.clone(), schema);
        Self { content_type, reference: format!("#/components/schemas/{name}") }
    }
}

/// The schema of `full`; what `bare` lacks is not required.
fn shape(full: &Value, bare: &Value) -> Value {
    match full {
        Value::Object(members) => {
            let properties: Map<_, _> = members
                .iter()
                .map(|(name, value)| {
                    let free =
                        name == "details" || !bare.as_object().is_some_and(|bare| bare.contains_key(name));
                    (name.clone(), if free { json!({}) } else { shape(value, &bare[name]) })
                })
                .collect();
            let required: Vec<_> = members.keys().filter(|name| bare.get(name.as_str()).is_some()).collect();
            json!({ "type": "object", "properties": properties, "required": required })
        }
        Value::String(_) => json!({ "type": "string" }),
        Value::Bool(_) => json!({ "type": "boolean" }),
        Value::Number(number) if number.is_f64() => json!({ "type": "number" }),
        Value::Number(_) => json!({ "type": "integer" }),
        Value::Array(_) => json!({ "type": "array", "items": {} }),
        Value::Null => json!({}),
    }
}
