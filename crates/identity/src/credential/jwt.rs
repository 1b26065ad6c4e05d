//! `fairground credential jwt`: the server's own reading of access tokens, open to anybody's tests.

use super::moment;
use crate::token::{ClaimsBuffer, Expected, ISSUER, Keyring, SigningKey, TokenFault};
use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::Value;

/// What the door takes and answers, for `--help`.
pub const JWT_HELP: &str = r#"One JSON object a line: {"input": TOKEN, "keys": KEYS, "now": TIME}.
  input  the token
  keys   {"kid": KEY, ...}, the first signs today; or a JWKS {"keys":[{"kty":"oct","kid":..,"k":..}]};
         or one KEY, whatever the token calls it. KEY is hex (at least 64 digits), else its very bytes.
  now    seconds since 1970, or RFC 3339
  issuer, audience   optional; "fairground" and the first stall unless given
Answers accept, or reject: and the first check that fails: bad_line, too_long, malformed, algorithm_not_allowed,
unknown_key, bad_signature, bad_claims, wrong_issuer, wrong_audience, lifetime_too_long, not_yet_valid, expired."#;

/// The longest line that is looked at.
const LINE_BYTES_MAX: usize = 64 * 1024;
/// Hex digits from which a key is read as hex: 32 bytes, the shortest key the server takes.
const HEX_DIGITS_MIN: usize = 64;

#[derive(Deserialize)]
struct Line {
    input: String,
    keys: Value,
    now: Value,
    issuer: Option<String>,
    audience: Option<String>,
}

/// Answers one line: `accept` or `reject:<reason>`. See [`JWT_HELP`]. `audience` counts where the line names none.
#[must_use]
pub fn jwt(line: &str, audience: &str) -> String {
    match verify_line(line, audience) {
        None => "reject:bad_line".to_owned(),
        Some(Ok(())) => "accept".to_owned(),
        Some(Err(fault)) => format!("reject:{}", fault.as_str()),
    }
}

fn verify_line(line: &str, audience: &str) -> Option<Result<(), TokenFault>> {
    if line.len() > LINE_BYTES_MAX {
        return None;
    }
    let line: Line = serde_json::from_str(line).ok()?;
    let keyring = keyring(&line.keys, &line.input)?;
    let now = moment(&line.now)?;
    let expected = Expected {
        issuer: line.issuer.as_deref().unwrap_or(ISSUER),
        audience: line.audience.as_deref().unwrap_or(audience),
    };
    Some(keyring.read(&line.input, now, expected, &mut ClaimsBuffer::default()).map(|_| ()))
}

fn keyring(keys: &Value, token: &str) -> Option<Keyring> {
    let mut keys = match keys {
        Value::String(only) => vec![key(&kid_of(token), only)?],
        Value::Object(map) if map.get("keys").is_some_and(Value::is_array) => {
            map["keys"].as_array()?.iter().map(jwk).collect::<Option<Vec<_>>>()?
        }
        Value::Object(map) => {
            map.iter().map(|(kid, text)| key(kid, text.as_str()?)).collect::<Option<Vec<_>>>()?
        }
        _ => return None,
    };
    let current = (!keys.is_empty()).then(|| keys.remove(0))?;
    Keyring::new(current, keys).ok()
}

fn key(kid: &str, text: &str) -> Option<SigningKey> {
    let bytes = hex(text).unwrap_or_else(|| text.as_bytes().to_vec());
    Some(SigningKey::foreign(kid, &bytes))
}

fn jwk(jwk: &Value) -> Option<SigningKey> {
    let text = jwk.get("k")?.as_str()?;
    let bytes = URL_SAFE_NO_PAD.decode(text).or_else(|_| URL_SAFE.decode(text)).ok()?;
    Some(SigningKey::foreign(jwk.get("kid")?.as_str()?, &bytes))
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.len() >= HEX_DIGITS_MIN
        && text.len().is_multiple_of(2)
        && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let pair = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).ok();
    digits.then(|| (0..text.len()).step_by(2).map(pair).collect()).flatten()
}

/// What the token calls its key, as far as that can be read; the reading itself judges the header.
fn kid_of(token: &str) -> String {
    let header = token.split('.').next().and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let header: Option<Value> = header.and_then(|text| serde_json::from_slice(&text).ok());
    let kid = header.and_then(|header| header.get("kid")?.as_str().map(str::to_owned));
    kid.unwrap_or_else(|| "only".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::Claims;
    use std::borrow::Cow;

    const KEY: &str = "a key of at least thirty-two bytes";

    fn token(kid: &str) -> String {
        let ring = Keyring::new(SigningKey::new(kid, KEY.as_bytes()).unwrap(), Vec::new()).unwrap();
        ring.mint(&Claims {
            iss: "fairground",
            aud: "shop",
            sub: "u",
            user_id: "u",
            email: Cow::Borrowed("a@b.co"),
            role: "customer",
            tenant_id: None,
            iat: 1_800_000_000,
            exp: 1_800_000_900,
            nbf: None,
            sid: None,
            jti: None,
            ep: 0,
        })
    }

    fn answer(keys: &Value, now: &Value) -> String {
        jwt(&serde_json::json!({ "input": token("k1"), "keys": keys, "now": now }).to_string(), "shop")
    }

    #[test]
    fn keys_and_times_are_read_in_every_form_the_help_names() {
        let now = serde_json::json!(1_800_000_000);
        let encoded = URL_SAFE_NO_PAD.encode(KEY);
        let hex: String = KEY.bytes().map(|byte| format!("{byte:02x}")).collect();
        for keys in [
            serde_json::json!({ "k1": KEY }),
            serde_json::json!({ "k0": "another", "k1": hex }),
            serde_json::json!({ "keys": [{ "kty": "oct", "kid": "k1", "k": encoded }] }),
            serde_json::json!(KEY),
        ] {
            assert_eq!(answer(&keys, &now), "accept", "{keys}");
        }
        assert_eq!(answer(&serde_json::json!(KEY), &serde_json::json!("2027-01-15T08:00:00Z")), "accept");
    }

    #[test]
    fn the_first_failing_check_is_named() {
        let (keys, now) = (serde_json::json!({ "k1": KEY }), serde_json::json!(1_800_000_000));
        assert_eq!(answer(&serde_json::json!({ "k2": KEY }), &now), "reject:unknown_key");
        // Whatever a line calls its keys, it is the token that is judged.
        for other in ["k".repeat(33), "a key".into(), String::new(), "\u{e9}\"".into()] {
            assert_eq!(answer(&serde_json::json!({ other: KEY }), &now), "reject:unknown_key");
        }
        assert_eq!(answer(&serde_json::json!({ "k1": "not this one" }), &now), "reject:bad_signature");
        assert_eq!(answer(&keys, &serde_json::json!(1_800_000_900)), "reject:expired");
        let foreign =
            serde_json::json!({ "input": token("k1"), "keys": keys, "now": now, "audience": "casino" });
        assert_eq!(jwt(&foreign.to_string(), "shop"), "reject:wrong_audience");
    }

    #[test]
    fn a_line_that_cannot_be_read_is_refused_and_never_panics() {
        let huge = format!(r#"{{"input":"{}"}}"#, "x".repeat(LINE_BYTES_MAX));
        for line in ["", "{}", "null", "[1]", "\0", r#"{"input":1,"keys":{},"now":0}"#, huge.as_str()] {
            assert_eq!(jwt(line, "shop"), "reject:bad_line", "{line:.40}");
        }
        assert_eq!(jwt(r#"{"input":"é.é.é","keys":"k","now":0}"#, "shop"), "reject:malformed");
    }
}
