//! Tokens with a stall's own claims, against the oracle `jsonwebtoken` and against forgeries.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use identity::{Registered, StallClaims, TokenCodec, TokenFault, TokenRules};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const SECRET: &str = "a secret of at least thirty-two bytes";
const OLDER: &str = "an older secret of thirty-two bytes!";
const NOW: i64 = 1_800_000_000;
const RULES: TokenRules = TokenRules { issuer: "pot", audience: Some("pot"), lifetime_max_s: 600 };

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct PotClaims {
    sub: String,
    tid: i64,
    roles: Vec<String>,
    iss: String,
    aud: String,
    iat: i64,
    exp: i64,
}

impl StallClaims for PotClaims {
    fn registered(&self) -> Registered<'_> {
        Registered { issuer: &self.iss, audience: Some(&self.aud), issued_at: self.iat, expires_at: self.exp }
    }
}

fn claims() -> PotClaims {
    PotClaims {
        sub: "u-1".into(),
        tid: 42,
        roles: vec!["user".into()],
        iss: "pot".into(),
        aud: "pot".into(),
        iat: NOW,
        exp: NOW + 600,
    }
}

fn codec(current: &str, older: Option<&str>) -> TokenCodec<PotClaims> {
    TokenCodec::new(current, older, RULES).unwrap()
}

fn read(token: &str) -> Result<PotClaims, TokenFault> {
    codec(SECRET, Some(OLDER)).read(token, Timestamp::from_secs(NOW))
}

fn signed(header: &str, claims: &str, key: &str) -> String {
    let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let key = EncodingKey::from_secret(key.as_bytes());
    format!("{text}.{}", jsonwebtoken::crypto::sign(text.as_bytes(), &key, Algorithm::HS256).unwrap())
}

fn with(change: impl FnOnce(&mut Value)) -> String {
    let mut body = serde_json::to_value(claims()).unwrap();
    change(&mut body);
    signed(r#"{"alg":"HS256","typ":"JWT"}"#, &body.to_string(), SECRET)
}

#[test]
fn the_oracle_believes_what_is_minted_and_its_tokens_are_read() {
    let token = codec(SECRET, None).mint(&claims());
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    validation.set_audience(&["pot"]);
    let key = DecodingKey::from_secret(SECRET.as_bytes());
    let theirs = jsonwebtoken::decode::<PotClaims>(&token, &key, &validation).unwrap();
    assert_eq!(theirs.claims, claims());
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some("theirs".into());
    assert_eq!(read(&jsonwebtoken::encode(&header, &claims(), &key).unwrap()), Ok(claims()));
}

#[test]
fn two_keys_are_believed_while_they_rotate_and_no_third() {
    let of = |secret| codec(secret, None).mint(&claims());
    assert_eq!(read(&of(SECRET)), Ok(claims()));
    assert_eq!(read(&of(OLDER)), Ok(claims()));
    assert_eq!(read(&of("some other secret of thirty-two bytes")), Err(TokenFault::SignatureIsWrong));
    assert_eq!(codec(SECRET, Some(OLDER)).mint(&claims()), of(SECRET), "the first one signs");
}

#[test]
fn no_other_algorithm_is_believed_whoever_signed() {
    let body = serde_json::to_string(&claims()).unwrap();
    for alg in ["none", "None", "HS384", "HS512", "RS256", "ES256", ""] {
        let token = signed(&format!(r#"{{"alg":"{alg}","typ":"JWT"}}"#), &body, SECRET);
        assert_eq!(read(&token), Err(TokenFault::AlgorithmIsNotAllowed), "{alg}");
    }
    let plain = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let unsigned = format!("{}.{}.", plain(r#"{"alg":"none"}"#), plain(&body));
    assert_eq!(read(&unsigned), Err(TokenFault::AlgorithmIsNotAllowed));
    for header in [r#"{"alg":"HS256","jwk":{}}"#, r#"{"typ":"JWT"}"#, "[]", r#"{"alg":"HS256","alg":"none"}"#]
    {
        assert_eq!(read(&signed(header, &body, SECRET)), Err(TokenFault::TokenIsMalformed), "{header}");
    }
}

#[test]
fn claims_are_judged_in_their_order() {
    assert_eq!(read(&with(|body| body["iss"] = json!("other"))), Err(TokenFault::IssuerIsWrong));
    assert_eq!(read(&with(|body| body["aud"] = json!("other"))), Err(TokenFault::AudienceIsWrong));
    assert_eq!(read(&with(|body| body["exp"] = json!(NOW + 601))), Err(TokenFault::LifetimeIsTooLong));
    assert_eq!(read(&with(|body| body["iat"] = json!(i64::MIN))), Err(TokenFault::LifetimeIsTooLong));
    assert_eq!(read(&with(|body| body["exp"] = json!(NOW))), Err(TokenFault::TokenIsExpired));
    assert_eq!(read(&with(|body| body["tid"] = json!("42"))), Err(TokenFault::ClaimsAreMalformed));
    let twice = serde_json::to_string(&claims()).unwrap().replacen('{', r#"{"tid":1,"#, 1);
    let twice = signed(r#"{"alg":"HS256"}"#, &twice, SECRET);
    assert_eq!(read(&twice), Err(TokenFault::ClaimsAreMalformed));
}

#[test]
fn every_altered_sign_of_a_token_is_refused() {
    let token = codec(SECRET, None).mint(&claims());
    for at in 0..token.len() {
        let mut other = token.clone().into_bytes();
        other[at] = if other[at] == b'A' { b'B' } else { b'A' };
        let other = String::from_utf8(other).unwrap();
        assert!(read(&other).is_err(), "sign {at} of {token}");
    }
    for bad in ["", ".", "..", "...", "a.b.c", &format!("{token}."), &"a".repeat(3000)] {
        assert!(read(bad).is_err(), "{bad:.40}");
    }
}
