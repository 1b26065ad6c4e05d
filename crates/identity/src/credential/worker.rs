//! `fairground credential worker`: the server's own reading of a worker's signed calls, open to anybody's tests.

use super::moment;
use crate::proofs::callback::{CALLBACK_SKEW_MAX_S, CallbackFault, SignedCall, verify};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// What the door takes and answers, for `--help`.
pub const WORKER_HELP: &str = r#"One JSON object a line: {"method": TEXT, "path": TEXT, "headers": {NAME: TEXT}, "body": TEXT,
"secrets": {KEY_ID: SECRET}, "now": TIME, "max_skew_s": SECONDS}.
  path        path and query, as sent
  headers     X-Worker-Key-Id, X-Worker-Timestamp, X-Idempotency-Key and X-Worker-Signature, in any case;
              the idempotency key may be missing in a GET
  body        the body as text, byte for byte
  secrets     the secrets' very bytes, by the name of their key
  now         seconds since 1970, or RFC 3339
  max_skew_s  300 unless given
Answers accept, or reject: and the first check that fails: bad_line, missing_header, malformed, malformed_timestamp, outside_skew,
unknown_key, malformed_signature, bad_signature."#;

/// The longest line that is looked at: a body of the largest size, with every sign escaped.
const LINE_BYTES_MAX: usize = 8 * 1024 * 1024;

#[derive(Deserialize)]
struct Line {
    method: String,
    path: String,
    headers: BTreeMap<String, Value>,
    #[serde(default)]
    body: String,
    secrets: BTreeMap<String, String>,
    now: Value,
    #[serde(default)]
    max_skew_s: Option<i64>,
}

impl Line {
    fn header(&self, name: &str) -> Option<&str> {
        let value = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?.1;
        value.as_str().filter(|value| !value.is_empty())
    }
}

/// Answers one line: `accept` or `reject:<reason>`. See [`WORKER_HELP`].
#[must_use]
pub fn worker(line: &str) -> String {
    match judge(line) {
        None => "reject:bad_line".to_owned(),
        Some(Ok(())) => "accept".to_owned(),
        Some(Err(fault)) => format!("reject:{}", fault.as_str()),
    }
}

fn judge(line: &str) -> Option<Result<(), CallbackFault>> {
    if line.len() > LINE_BYTES_MAX {
        return None;
    }
    let line: Line = serde_json::from_str(line).ok()?;
    let now = moment(&line.now)?;
    let headers =
        ["X-Worker-Key-Id", "X-Worker-Timestamp", "X-Worker-Signature"].map(|name| line.header(name));
    let [Some(key), Some(timestamp), Some(signature)] = headers else {
        return Some(Err(CallbackFault::HeaderIsMissing));
    };
    let Some(idempotency_key) = idempotency_key(&line) else {
        return Some(Err(CallbackFault::HeaderIsMissing));
    };
    let call = SignedCall {
        timestamp,
        method: &line.method,
        path: &line.path,
        idempotency_key,
        body: line.body.as_bytes(),
    };
    let secret = line.secrets.get(key).map(String::as_bytes);
    Some(verify(secret, &call, signature, now, line.max_skew_s.unwrap_or(CALLBACK_SKEW_MAX_S)))
}

/// A request that changes nothing needs no key.
fn idempotency_key(line: &Line) -> Option<&str> {
    let reads = line.method.eq_ignore_ascii_case("GET");
    line.header("X-Idempotency-Key").or_else(|| reads.then_some(""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn line() -> Value {
        json!({
            "method": "POST", "path": "/internal/worker/events", "body": r#"{"a":1}"#,
            "headers": {
                "X-Worker-Id": "w-1", "X-Worker-Key-Id": "a", "X-Worker-Timestamp": "1760000000",
                "x-idempotency-key": "k-1",
                "X-Worker-Signature": "fbf60e657b36edb7aeac65fe3711449f5e31a58b55504a07482037d77d453d98",
            },
            "secrets": { "a": "worker-secret-1", "b": "worker-secret-2" },
            "now": 1_760_000_000, "max_skew_s": 300,
        })
    }

    fn with(field: &str, value: Value) -> String {
        let mut line = line();
        line[field] = value;
        worker(&line.to_string())
    }

    fn with_header(name: &str, value: Value) -> String {
        let mut line = line();
        line["headers"][name] = value;
        worker(&line.to_string())
    }

    #[test]
    fn the_door_answers_as_the_server_decides() {
        assert_eq!(worker(&line().to_string()), "accept");
        assert_eq!(with("now", json!(1_760_000_301)), "reject:outside_skew");
        assert_eq!(with("max_skew_s", json!(0)), "accept");
        assert_eq!(with("body", json!("{}")), "reject:bad_signature");
        assert_eq!(with("path", json!("/internal/worker/results")), "reject:bad_signature");
        assert_eq!(with_header("X-Worker-Key-Id", json!("b")), "reject:bad_signature");
        assert_eq!(with_header("X-Worker-Key-Id", json!("c")), "reject:unknown_key");
        assert_eq!(with_header("X-Worker-Timestamp", json!("soon")), "reject:malformed_timestamp");
        assert_eq!(with_header("X-Worker-Signature", json!("00")), "reject:malformed_signature");
        assert_eq!(with_header("x-idempotency-key", json!("k\n1")), "reject:malformed");
        for name in ["X-Worker-Key-Id", "X-Worker-Timestamp", "X-Worker-Signature", "x-idempotency-key"] {
            assert_eq!(with_header(name, Value::Null), "reject:missing_header", "{name}");
        }
    }

    #[test]
    fn a_line_that_cannot_be_read_is_refused_and_never_panics() {
        for bad in ["", "{}", "null", "[1]", "\0", r#"{"method":1}"#] {
            assert_eq!(worker(bad), "reject:bad_line", "{bad:.40}");
        }
        for (field, value) in [("now", json!("soon")), ("headers", json!([])), ("secrets", json!({"a": 1}))] {
            assert_eq!(with(field, value), "reject:bad_line", "{field}");
        }
        assert_eq!(with("max_skew_s", json!(i64::MIN)), "reject:outside_skew");
    }
}
