//! `fairground credential api-key`: the server's own reading of API keys and of what a stored key may do.

use super::moment;
use crate::proofs::api_key::{ApiKeyFault, ApiKeyMaker, Networks, Scope, Scopes, StoredApiKey, Use, judge};
use serde::Deserialize;
use serde_json::Value;

/// What the door takes and answers, for `--help`.
pub const API_KEY_HELP: &str = r#"One JSON object a line: {"key": TEXT, "secret": TEXT} and, to judge a use, further
  stored  {"hash": HEX, "active": BOOL, "expires_at": TIME, "permissions": [TEXT], "allowed_ips": [TEXT]} or null
  now     seconds since 1970, or RFC 3339; ip TEXT; scope read, write or delete
The secret is the one from which the check digits are derived ("input" is read as the key). Answers accept, or reject: and
bad_line, malformed, bad_check, unknown, revoked, expired, address_not_allowed or scope_missing."#;

/// The longest line that is looked at.
const LINE_BYTES_MAX: usize = 16 << 10;

#[derive(Deserialize)]
struct Line {
    #[serde(alias = "input")]
    key: String,
    secret: String,
    #[serde(default, deserialize_with = "present")]
    stored: Option<Option<Stored>>,
    #[serde(default)]
    now: Value,
    ip: Option<String>,
    scope: Option<String>,
}

#[derive(Deserialize)]
struct Stored {
    hash: String,
    #[serde(default = "yes")]
    active: bool,
    #[serde(default)]
    expires_at: Value,
    #[serde(default)]
    permissions: Vec<String>,
    #[serde(default)]
    allowed_ips: Vec<String>,
}

const fn yes() -> bool {
    true
}

/// Tells a field that says null from one that is absent.
fn present<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Option<Stored>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// Answers one line: `accept` or `reject:<reason>`. See [`API_KEY_HELP`].
#[must_use]
pub fn api_key(line: &str) -> String {
    match verdict(line) {
        Ok(()) => "accept".to_owned(),
        Err(reason) => format!("reject:{reason}"),
    }
}

fn verdict(line: &str) -> Result<(), &'static str> {
    let line = Some(line).filter(|line| line.len() <= LINE_BYTES_MAX);
    let line: Line = line.and_then(|line| serde_json::from_str(line).ok()).ok_or("bad_line")?;
    let key = ApiKeyMaker::derive(line.secret.as_bytes()).read(&line.key).map_err(ApiKeyFault::as_str)?;
    let Some(stored) = &line.stored else { return Ok(()) };
    let usage = usage(&line).ok_or("bad_line")?;
    let found = stored.as_ref().filter(|stored| stored.hash.eq_ignore_ascii_case(&key.hash()));
    let found = found.map(|stored| judged(stored).ok_or("bad_line")).transpose()?;
    judge(found.as_ref(), usage).map_err(ApiKeyFault::as_str)
}

fn usage(line: &Line) -> Option<Use> {
    let ip = line.ip.as_deref().unwrap_or("127.0.0.1").parse().ok()?;
    let scope = Scope::named(line.scope.as_deref().unwrap_or("read"))?;
    Some(Use { now: moment(&line.now)?, ip, scope })
}

fn judged(stored: &Stored) -> Option<StoredApiKey> {
    let expires_at = match &stored.expires_at {
        Value::Null => None,
        time => Some(moment(time)?),
    };
    Some(StoredApiKey {
        is_active: stored.active,
        expires_at,
        scopes: Scopes::parse(stored.permissions.iter().map(String::as_str)).unwrap_or_default(),
        networks: Networks::parse(stored.allowed_ips.iter().map(String::as_str)).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proofs::api_key::ApiKeyKind;
    use serde_json::json;

    #[test]
    fn a_key_is_judged_as_the_server_does() {
        let key = ApiKeyMaker::derive(b"s").draw(ApiKeyKind::User, &|room: &mut [u8]| room.fill(3));
        let stored = json!({"hash": key.hash(), "permissions": ["read"], "expires_at": 200});
        let line = |stored: Value, scope: &str, now: i64| {
            api_key(
                &json!({"key": key.text(), "secret": "s", "stored": stored, "scope": scope, "now": now})
                    .to_string(),
            )
        };
        assert_eq!(line(stored.clone(), "read", 199), "accept");
        assert_eq!(line(stored.clone(), "read", 200), "reject:expired");
        assert_eq!(line(stored.clone(), "write", 1), "reject:scope_missing");
        assert_eq!(line(Value::Null, "read", 1), "reject:unknown");
        assert_eq!(line(json!({"hash": "00"}), "read", 1), "reject:unknown");
        let alone = |secret: &str| api_key(&json!({"key": key.text(), "secret": secret}).to_string());
        assert_eq!((alone("s"), alone("t")), ("accept".to_owned(), "reject:bad_check".to_owned()));
    }

    #[test]
    fn a_line_that_cannot_be_read_is_refused_and_never_panics() {
        for bad in ["", "{}", "null", "[1]", "\0", r#"{"key":1,"secret":"s"}"#] {
            assert_eq!(api_key(bad), "reject:bad_line", "{bad}");
        }
        assert_eq!(api_key(r#"{"key":"usr_\u00e9","secret":"s"}"#), "reject:malformed");
    }
}
