//! `fairground credential siwe`: the server's own reading of log-ins by wallet, open to anybody's tests.

use super::moment;
use crate::proofs::wallet::login::{self, named_key, signed_by_its_wallet};
use crate::proofs::wallet::{Rules, Siwe, SiweRefusal, checksummed};
use kernel::{Timestamp, WalletAddress};
use serde::Deserialize;
use serde_json::Value;

/// What the door takes and answers, for `--help`.
pub const SIWE_HELP: &str = r#"One JSON object a line: {"message": TEXT, "signature": HEX, "domain": HOST, "uri": URI,
"chain_ids": [1], "statement": TEXT, "now": TIME}.
  message    the text of EIP-4361, byte for byte
  signature  0x and 65 bytes, r || s || v
  domain     host[:port] of the site
  uri        any address of the site; its origin counts
  chain_ids  the chains that are allowed; [1] unless given
  statement  what the message must say, word for word
  now        seconds since 1970, or RFC 3339
  nonce      optional: what the message must carry (the server itself gives out 22 letters and digits)
  key_urn    optional: the first resource must then name a session key, KEY_URN:0x..., KEY_URN:ed25519:0x... or
             KEY_URN:hmac-sha256
The same may stand as {"input": {message, signature}, "keys": {domain, uri, ...}, "now": TIME}.
Answers accept and the address, or reject: and the first check that fails: bad_line, too_long, malformed, wrong_domain,
wrong_uri, wrong_statement, wrong_chain, wrong_nonce, issued_in_the_future, issued_too_long_ago, expired, not_yet_valid,
no_session_key, malformed_signature, contract_wallet_unsupported, unknown_recovery_id, scalar_out_of_range, high_s,
invalid_signature."#;

/// The longest line that is looked at.
const LINE_BYTES_MAX: usize = 64 * 1024;
/// The one chain that is allowed unless the line says otherwise.
const MAINNET: u64 = 1;

#[derive(Deserialize)]
struct Line {
    message: String,
    signature: String,
    domain: String,
    uri: String,
    chain_ids: Option<Vec<u64>>,
    statement: String,
    now: Value,
    nonce: Option<String>,
    key_urn: Option<String>,
}

/// Answers one line: `accept 0x…` or `reject:<reason>`. See [`SIWE_HELP`].
#[must_use]
pub fn siwe(line: &str) -> String {
    match read(line).map(|(line, now)| verify_line(line, now)) {
        None => "reject:bad_line".to_owned(),
        Some(Ok(address)) => format!("accept {}", checksummed(address)),
        Some(Err(refusal)) => format!("reject:{}", refusal.as_str()),
    }
}

fn read(line: &str) -> Option<(Line, Timestamp)> {
    if line.len() > LINE_BYTES_MAX {
        return None;
    }
    let line: Line = serde_json::from_value(flat(serde_json::from_str(line).ok()?)).ok()?;
    let now = moment(&line.now)?;
    Some((line, now))
}

/// What stands in `input` and `keys`, lifted beside them.
fn flat(mut line: Value) -> Value {
    for part in ["input", "keys"] {
        let inner = line.get_mut(part).and_then(Value::as_object_mut).map(std::mem::take);
        if let (Some(inner), Some(outer)) = (inner, line.as_object_mut()) {
            outer.extend(inner);
        }
    }
    line
}

fn verify_line(line: Line, now: Timestamp) -> Result<WalletAddress, SiweRefusal> {
    let Line { message: text, signature, nonce, key_urn, .. } = &line;
    let rules = Rules {
        domain: line.domain.clone(),
        uri: line.uri.clone(),
        statement: line.statement.clone(),
        chain_ids: line.chain_ids.clone().unwrap_or_else(|| vec![MAINNET]),
        key_urn: key_urn.clone().unwrap_or_default(),
    };
    let message = Siwe::parse(text).map_err(SiweRefusal::MessageIsMalformed)?;
    login::check(&message, &rules, now)?;
    if nonce.as_deref().is_some_and(|nonce| nonce != message.nonce) {
        return Err(SiweRefusal::NonceIsNotOurs);
    }
    if key_urn.is_some() {
        named_key(&message, &rules)?;
    }
    signed_by_its_wallet(&message, text, signature)?;
    Ok(message.address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proofs::wallet::{NamedKey, address_of_key, eip191_hash};
    use k256::ecdsa::SigningKey;
    use serde_json::json;

    const NOW_S: i64 = 1_893_456_000;
    const NONCE: &str = "abcdefgh123456789";

    fn key() -> SigningKey {
        SigningKey::from_slice(&[7; 32]).unwrap()
    }

    fn address() -> WalletAddress {
        address_of_key(key().verifying_key())
    }

    fn line() -> Value {
        let rules = Rules {
            domain: "fair.example".into(),
            uri: "https://fair.example/shop".into(),
            statement: "Sign in.".into(),
            chain_ids: vec![1],
            key_urn: "urn:fair:key".into(),
        };
        let now = Timestamp::from_secs(NOW_S);
        let message = login::message_for(&rules, address(), NONCE, NamedKey::HmacSha256, now);
        json!({
            "message": message, "signature": sign(&message), "domain": "fair.example",
            "uri": "https://fair.example", "chain_ids": [1], "statement": "Sign in.", "now": NOW_S,
        })
    }

    fn sign(text: &str) -> String {
        let (signature, id) = key().sign_prehash_recoverable(&eip191_hash(text.as_bytes()));
        let bytes: String = signature.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("0x{bytes}{:02x}", 27 + id.to_byte())
    }

    fn with(field: &str, value: Value) -> String {
        let mut line = line();
        line[field] = value;
        siwe(&line.to_string())
    }

    #[test]
    fn a_good_log_in_is_accepted_with_its_address_in_every_form_of_the_line() {
        let accepted = format!("accept {}", checksummed(address()));
        assert_eq!(siwe(&line().to_string()), accepted);
        assert_eq!(with("now", json!("2030-01-01T00:00:30Z")), accepted);
        assert_eq!(with("nonce", json!(NONCE)), accepted);
        assert_eq!(with("key_urn", json!("urn:fair:key")), accepted);
        assert_eq!(with("chain_ids", Value::Null), accepted);
        let line = line();
        let nested = json!({
            "input": { "message": line["message"], "signature": line["signature"] },
            "keys": { "domain": "fair.example", "uri": "https://fair.example", "statement": "Sign in." },
            "now": NOW_S,
        });
        assert_eq!(siwe(&nested.to_string()), accepted);
    }

    #[test]
    fn the_first_failing_check_is_named() {
        assert_eq!(with("domain", json!("evil.example")), "reject:wrong_domain");
        assert_eq!(with("uri", json!("http://fair.example")), "reject:wrong_uri");
        assert_eq!(with("uri", json!("no address")), "reject:wrong_uri");
        assert_eq!(with("statement", json!("Sign in")), "reject:wrong_statement");
        assert_eq!(with("chain_ids", json!([5])), "reject:wrong_chain");
        assert_eq!(with("nonce", json!(NONCE[..16])), "reject:wrong_nonce");
        assert_eq!(
            with("now", json!(NOW_S + crate::proofs::wallet::NONCE_LIFETIME_S + 1)),
            "reject:issued_too_long_ago"
        );
        assert_eq!(with("now", json!(NOW_S - 6)), "reject:issued_in_the_future");
        assert_eq!(with("key_urn", json!("urn:other:key")), "reject:no_session_key");
        assert_eq!(with("signature", json!(sign("another text"))), "reject:invalid_signature");
        assert_eq!(with("signature", json!("0x00")), "reject:malformed_signature");
        let long = format!("0x{}", "00".repeat(66));
        assert_eq!(with("signature", json!(long)), "reject:contract_wallet_unsupported");
        let crlf = line()["message"].as_str().unwrap().replace('\n', "\r\n");
        assert_eq!(with("message", json!(crlf)), "reject:malformed");
        assert_eq!(with("message", json!("x".repeat(4097))), "reject:too_long");
    }

    #[test]
    fn a_line_that_cannot_be_read_is_refused_and_never_panics() {
        let huge = format!(r#"{{"message":"{}"}}"#, "x".repeat(LINE_BYTES_MAX));
        for bad in
            ["", "{}", "null", "[1]", "\0", r#"{"input":1}"#, r#"{"input":{"input":{}}}"#, huge.as_str()]
        {
            assert_eq!(siwe(bad), "reject:bad_line", "{bad:.40}");
        }
        for (field, value) in [("chain_ids", json!([-1])), ("now", json!(1.5)), ("now", json!("soon"))] {
            assert_eq!(with(field, value), "reject:bad_line", "{field}");
        }
    }
}
