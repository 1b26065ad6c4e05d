//! A stall's contract, and whether an answer keeps it: the status is one of the operation's, and the body has the shape that is
//! documented for it. Reads of JSON Schema what our documents use.

use serde_json::Value;

/// The document of a stall, as it is served.
#[derive(Debug, Clone)]
pub struct Contract(Value);

impl Contract {
    /// The contract that `document` is.
    #[must_use]
    pub const fn new(document: Value) -> Self {
        Self(document)
    }

    /// What is wrong with an answer; `None` when it keeps the contract, or when it is of no documented operation.
    #[must_use]
    pub fn breach(&self, method: &str, path: &str, answer: &crate::Answer) -> Option<String> {
        let (template, operation) = self.operation(method, path.split('?').next().unwrap_or_default())?;
        let of = |problem: String| Some(format!("{method} {template} {}: {problem}", answer.status));
        let documented = &operation["responses"][answer.status.to_string()];
        if documented.is_null() {
            return of("this status is not documented".into());
        }
        let content = documented["content"].as_object()?;
        let sent = answer.headers.get("content-type").unwrap_or_default();
        let essence = sent.split(';').next().unwrap_or_default().trim();
        let Some(media) = content.get(essence) else { return of(format!("{essence:?} is not documented")) };
        let problem = self.problem(&media["schema"], &answer.json, "body")?;
        of(format!("{problem}: {}", answer.text))
    }

    /// The operation of a request: a template's words match themselves before its parameters match anything.
    fn operation(&self, method: &str, path: &str) -> Option<(&str, &Value)> {
        let paths = self.0["paths"].as_object()?;
        let fitting = paths.iter().filter(|(template, _)| fits(template, path));
        let (template, item) = fitting.min_by_key(|(template, _)| template.matches('{').count())?;
        let operation = item.get(method.to_lowercase())?;
        Some((template, operation))
    }

    fn problem(&self, schema: &Value, value: &Value, at: &str) -> Option<String> {
        if let Some(reference) = schema["$ref"].as_str() {
            return match self.0.pointer(reference.trim_start_matches('#')) {
                Some(named) => self.problem(named, value, at),
                None => Some(format!("{at}: there is no {reference}")),
            };
        }
        self.alternatives(schema, value, at)
            .or_else(|| type_problem(schema, value, at))
            .or_else(|| self.members(schema, value, at))
            .or_else(|| self.items(schema, value, at))
    }

    fn alternatives(&self, schema: &Value, value: &Value, at: &str) -> Option<String> {
        for key in ["oneOf", "anyOf"] {
            let Some(any) = schema[key].as_array() else { continue };
            let problems: Vec<_> = any.iter().map(|one| self.problem(one, value, at)).collect();
            if problems.iter().all(Option::is_some) {
                return problems.into_iter().flatten().next();
            }
        }
        schema["allOf"].as_array()?.iter().find_map(|one| self.problem(one, value, at))
    }

    fn members(&self, schema: &Value, value: &Value, at: &str) -> Option<String> {
        let object = value.as_object()?;
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        if let Some(missing) = required.into_iter().find(|name| !object.contains_key(*name)) {
            return Some(format!("{at}: {missing} is missing"));
        }
        let properties = schema["properties"].as_object();
        object.iter().find_map(|(name, value)| {
            let at = format!("{at}.{name}");
            match properties.and_then(|properties| properties.get(name)) {
                Some(schema) => self.problem(schema, value, &at),
                None => match &schema["additionalProperties"] {
                    Value::Bool(false) => Some(format!("{at} is not documented")),
                    more @ Value::Object(_) => self.problem(more, value, &at),
                    _ if properties.is_some() && schema["additionalProperties"].is_null() => {
                        Some(format!("{at} is not documented"))
                    }
                    _ => None,
                },
            }
        })
    }

    fn items(&self, schema: &Value, value: &Value, at: &str) -> Option<String> {
        let items = schema.get("items")?;
        let array = value.as_array()?;
        array
            .iter()
            .enumerate()
            .find_map(|(index, value)| self.problem(items, value, &format!("{at}[{index}]")))
    }
}

fn fits(template: &str, path: &str) -> bool {
    let (mut words, mut parts) = (template.split('/'), path.split('/'));
    loop {
        match (words.next(), parts.next()) {
            (None, None) => return true,
            (Some(word), Some(part)) if word == part || (word.starts_with('{') && !part.is_empty()) => {}
            _ => return false,
        }
    }
}

fn type_problem(schema: &Value, value: &Value, at: &str) -> Option<String> {
    if schema["enum"].as_array().is_some_and(|allowed| !allowed.contains(value)) {
        return Some(format!("{at}: {value} is not among {}", schema["enum"]));
    }
    let is = |kind: &str| match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "null" => value.is_null(),
        _ => false,
    };
    let fits = match &schema["type"] {
        Value::String(kind) => is(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).any(is),
        _ => true,
    };
    (!fits).then(|| format!("{at}: {value} is no {}", schema["type"]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Answer, Headers};
    use serde_json::json;

    fn breach(path: &str, status: u16, body: &Value) -> Option<String> {
        let apple = json!({ "type": "object", "required": ["id"], "properties": {
            "id": { "type": "string" }, "weight": { "type": ["integer", "null"] },
            "kind": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Kind" }] } } });
        let answers = json!({ "200": { "content": { "application/json": { "schema": {
            "type": "array", "items": { "$ref": "#/components/schemas/Apple" } } } } } });
        let document = json!({ "paths": { "/apples/{id}": { "get": { "responses": answers } },
                                          "/apples/best": { "get": { "responses": {} } } },
            "components": { "schemas": { "Apple": apple, "Kind": { "type": "string", "enum": ["red"] } } } });
        let headers = Headers::new(vec![("content-type".into(), "application/json".into())]);
        Contract::new(document).breach(
            "GET",
            path,
            &Answer::new(status, headers, body.to_string().into_bytes()),
        )
    }

    #[test]
    fn an_answer_keeps_its_contract_or_the_breach_is_named() {
        let good =
            json!([{ "id": "a", "weight": 3, "kind": "red" }, { "id": "b", "weight": null, "kind": null }]);
        assert_eq!(breach("/apples/1?x=2", 200, &good), None);
        assert_eq!(
            breach("/pears/1", 500, &good),
            None,
            "what is no documented operation is nobody's business"
        );
        for (status, body, said) in [
            (404, json!([]), "not documented"),
            (200, json!({}), "no \"array\""),
            (200, json!([{ "weight": 3 }]), "id is missing"),
            (200, json!([{ "id": 1 }]), "body[0].id"),
            (200, json!([{ "id": "a", "weight": 1.5 }]), "weight"),
            (200, json!([{ "id": "a", "kind": "blue" }]), "kind"),
            (200, json!([{ "id": "a", "more": 1 }]), "more is not documented"),
        ] {
            let breach = breach("/apples/1", status, &body).expect(said);
            assert!(breach.contains(said), "{breach}");
        }
        assert!(breach("/apples/best", 200, &good).is_some(), "words match before parameters");
    }
}
