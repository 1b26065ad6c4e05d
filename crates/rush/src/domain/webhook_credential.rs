//! `fairground credential webhook`: the server's own reading of webhook signatures, open to anybody's tests.

use super::webhook_signature::{WebhookFault, check};
use kernel::Timestamp;
use serde::Deserialize;
use serde_json::Value;

/// What the door takes and answers, for `--help`.
pub const WEBHOOK_HELP: &str = r#"One JSON object a line: {"input": {"signature": HEADER, "body": TEXT}, "keys": SECRET, "now": TIME}.
  signature  the X-Signature header: t=SECONDS,v1=HEX, the HMAC-SHA256 of SECONDS.BODY
  body       the body as text, byte for byte
  keys       the secret's very bytes
  now        seconds since 1970, or RFC 3339
Answers accept, or reject: and the first check that fails: bad_line, malformed, bad_signature, outside_tolerance."#;

#[derive(Deserialize)]
struct Line {
    input: Input,
    keys: String,
    now: Value,
}

#[derive(Deserialize)]
struct Input {
    signature: String,
    body: String,
}

/// Answers one line: `accept` or `reject:<reason>`. See [`WEBHOOK_HELP`].
#[must_use]
pub fn webhook(line: &str) -> String {
    match judge(line) {
        None => "reject:bad_line".to_owned(),
        Some(Ok(())) => "accept".to_owned(),
        Some(Err(fault)) => format!("reject:{}", fault.as_str()),
    }
}

fn judge(line: &str) -> Option<Result<(), WebhookFault>> {
    let line: Line = serde_json::from_str(line).ok()?;
    let now = match &line.now {
        Value::Number(seconds) => Timestamp::from_secs(seconds.as_i64()?),
        Value::String(text) => Timestamp::parse_rfc3339(text).ok()?,
        _ => return None,
    };
    Some(check(line.keys.as_bytes(), &line.input.signature, line.input.body.as_bytes(), now))
}

#[cfg(test)]
mod tests {
    use super::super::webhook_signature::sign;
    use super::*;

    #[test]
    fn the_door_answers_as_the_server_decides() {
        let header = sign(b"secret", b"{}", Timestamp::from_secs(1_893_456_000));
        let line = |now: &str| {
            format!(r#"{{"input":{{"signature":"{header}","body":"{{}}"}},"keys":"secret","now":{now}}}"#)
        };
        assert_eq!(webhook(&line("1893456000")), "accept");
        assert_eq!(webhook(&line(r#""2030-01-01T00:05:00Z""#)), "accept");
        assert_eq!(webhook(&line("1893456301")), "reject:outside_tolerance");
        assert_eq!(webhook(&line("1893456000").replace("secret", "other")), "reject:bad_signature");
        assert_eq!(webhook(&line("1893456000").replace("v1=", "v0=")), "reject:malformed");
        for bad in ["", "{}", "null", &line("true"), &line(r#""soon""#)] {
            assert_eq!(webhook(bad), "reject:bad_line", "{bad}");
        }
    }
}
