//! Access tokens against an oracle that shares no code (`jsonwebtoken`), and against every forgery we could think of.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use identity::{Claims, ClaimsBuffer, Expected, Keyring, SigningKey, TOKEN_BYTES_MAX, TokenFault, dev_keys};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use kernel::Timestamp;
use serde_json::{Value, json};
use std::borrow::Cow;

const KEY: &[u8; 32] = b"0123456789abcdef0123456789abcdef";
const OLDER: &[u8; 32] = b"older-key-older-key-older-key-00";
const NOW: i64 = 1_800_000_000;

fn ring() -> Keyring {
    let older = SigningKey::new("older", OLDER).unwrap();
    Keyring::new(SigningKey::new("now", KEY).unwrap(), vec![older]).unwrap()
}

fn claims(email: &str) -> Claims<'_> {
    Claims {
        iss: "fairground",
        aud: "shop",
        sub: "00000000-0000-8000-8000-000000000001",
        user_id: "00000000-0000-8000-8000-000000000001",
        email: Cow::Borrowed(email),
        role: "customer",
        tenant_id: Some("00000000-0000-8000-8000-000000000002"),
        iat: NOW,
        exp: NOW + 900,
        nbf: None,
        sid: None,
        jti: Some("a-name"),
        ep: 3,
    }
}

fn body() -> Value {
    serde_json::to_value(claims("ann@example.com")).unwrap()
}

fn read_at(token: &str, now_s: i64) -> Result<(), TokenFault> {
    let now = Timestamp::from_secs(now_s);
    ring().read(token, now, Expected::of("shop"), &mut ClaimsBuffer::default()).map(|_| ())
}

fn read(token: &str) -> Result<(), TokenFault> {
    read_at(token, NOW)
}

/// Signs any two texts as the oracle does.
fn signed(header: &str, claims: &str, key: &[u8]) -> String {
    let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let key = EncodingKey::from_secret(key);
    let signature = jsonwebtoken::crypto::sign(text.as_bytes(), &key, Algorithm::HS256).unwrap();
    format!("{text}.{signature}")
}

fn signed_claims(claims: &str) -> String {
    signed(r#"{"alg":"HS256","typ":"JWT","kid":"now"}"#, claims, KEY)
}

fn with(change: impl FnOnce(&mut Value)) -> String {
    let mut body = body();
    change(&mut body);
    signed_claims(&body.to_string())
}

#[test]
fn the_oracle_believes_what_we_mint() {
    for email in ["ann@example.com", "o'neil+\"x\\y\"@example.com", "ü@example.com"] {
        let token = ring().mint(&claims(email));
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_exp = false;
        validation.set_audience(&["shop"]);
        validation.set_issuer(&["fairground"]);
        let read =
            jsonwebtoken::decode::<Value>(&token, &DecodingKey::from_secret(KEY), &validation).unwrap();
        assert_eq!(read.header.kid.as_deref(), Some("now"));
        assert_eq!(read.claims, serde_json::to_value(claims(email)).unwrap());
    }
}

#[test]
fn we_believe_what_the_oracle_mints_with_either_key() {
    for (kid, key) in [("now", KEY), ("older", OLDER)] {
        let header = Header { kid: Some(kid.to_owned()), ..Header::new(Algorithm::HS256) };
        let token = jsonwebtoken::encode(&header, &body(), &EncodingKey::from_secret(key)).unwrap();
        let mut room = ClaimsBuffer::default();
        let ring = ring();
        let read = ring.read(&token, Timestamp::from_secs(NOW), Expected::of("shop"), &mut room);
        assert_eq!(read, Ok(claims("ann@example.com")));
    }
}

#[test]
fn a_token_is_over_at_the_very_second_it_says() {
    let token = ring().mint(&claims("ann@example.com"));
    assert_eq!(read_at(&token, NOW + 899), Ok(()));
    assert_eq!(read_at(&token, NOW + 900), Err(TokenFault::TokenIsExpired));
    let later = with(|body| body["nbf"] = json!(NOW + 5));
    assert_eq!(read_at(&later, NOW + 4), Err(TokenFault::TokenIsNotYetValid));
    assert_eq!(read_at(&later, NOW + 5), Ok(()));
}

#[test]
fn a_header_that_asks_for_anything_but_our_algorithm_is_refused_whatever_signs_it() {
    let claims = body().to_string();
    for alg in ["none", "None", "NONE", "RS256", "HS384", "HS512", "ES256", "hs256", ""] {
        let token = signed(&json!({ "alg": alg, "typ": "JWT", "kid": "now" }).to_string(), &claims, KEY);
        assert_eq!(read(&token), Err(TokenFault::AlgorithmIsNotAllowed), "{alg}");
        let (text, _) = token.rsplit_once('.').unwrap();
        assert_eq!(read(&format!("{text}.")), Err(TokenFault::AlgorithmIsNotAllowed), "{alg} unsigned");
    }
}

#[test]
fn a_header_with_anything_unusual_is_malformed() {
    let claims = body().to_string();
    for header in [
        r#"{"alg":"HS256","kid":"now","jwk":{"kty":"oct","k":"AAAA"}}"#,
        r#"{"alg":"HS256","kid":"now","jku":"https://evil.example/keys"}"#,
        r#"{"alg":"HS256","kid":"now","crit":["exp"],"exp":1}"#,
        r#"{"alg":"none","alg":"HS256","kid":"now"}"#,
        r#"{"alg":"HS256","kid":"other","kid":"now"}"#,
        r#"{"alg":"HS256","typ":"JWE","kid":"now"}"#,
        r#"{"alg":["HS256"],"kid":"now"}"#,
        r#"["HS256","JWT","now"]"#,
        r#"{"alg":"HS256","kid":"now"}x"#,
        r#"{"kid":"now"}"#,
        "",
    ] {
        assert_eq!(read(&signed(header, &claims, KEY)), Err(TokenFault::TokenIsMalformed), "{header}");
    }
}

#[test]
fn a_key_that_is_not_ours_is_unknown_and_one_of_ours_signs_for_itself_alone() {
    let claims = body().to_string();
    for kid in ["never", "", "now ", "../../dev/null", "now' OR 1=1 --"] {
        let header = json!({ "alg": "HS256", "kid": kid }).to_string();
        assert_eq!(read(&signed(&header, &claims, KEY)), Err(TokenFault::KeyIsUnknown), "{kid}");
    }
    assert_eq!(read(&signed(r#"{"alg":"HS256"}"#, &claims, KEY)), Err(TokenFault::KeyIsUnknown));
    let crossed = signed(r#"{"alg":"HS256","kid":"older"}"#, &claims, KEY);
    assert_eq!(read(&crossed), Err(TokenFault::SignatureIsWrong));
    let development = signed(r#"{"alg":"HS256","typ":"JWT","kid":"now"}"#, &claims, &dev_keys().signing_key);
    assert_eq!(read(&development), Err(TokenFault::SignatureIsWrong));
}

#[test]
fn every_single_altered_character_is_noticed() {
    let token = ring().mint(&claims("ann@example.com"));
    for at in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        assert!(read(std::str::from_utf8(&bytes).unwrap()).is_err(), "character {at}");
    }
}

#[test]
fn every_truncation_and_every_odd_text_is_refused() {
    let token = ring().mint(&claims("ann@example.com"));
    for length in 0..token.len() {
        assert!(read(&token[..length]).is_err(), "{length} characters");
    }
    let (text, signature) = token.rsplit_once('.').unwrap();
    for odd in [
        String::new(),
        ".".into(),
        "..".into(),
        "...".into(),
        "\0".into(),
        format!("{token}\0"),
        format!("{token}."),
        format!("{token}="),
        format!("{text}.{signature}{signature}"),
        format!(" {token}"),
        format!("{text}.é"),
        "é.é.é".into(),
    ] {
        assert!(read(&odd).is_err(), "{odd:?}");
    }
    assert_eq!(read(&format!("{token}{}", "A".repeat(TOKEN_BYTES_MAX))), Err(TokenFault::TokenIsTooLong));
    assert!(read(&"a.".repeat(TOKEN_BYTES_MAX / 2)).is_err());
}

#[test]
fn claims_of_another_issuer_audience_or_lifetime_are_refused_by_name() {
    let cases: [(&str, Value, TokenFault); 9] = [
        ("iss", json!("elsewhere"), TokenFault::IssuerIsWrong),
        ("aud", json!("casino"), TokenFault::AudienceIsWrong),
        ("aud", json!(["shop"]), TokenFault::ClaimsAreMalformed),
        ("exp", json!(NOW + 25 * 3600), TokenFault::LifetimeIsTooLong),
        ("exp", json!(i64::MAX), TokenFault::LifetimeIsTooLong),
        ("iat", json!(i64::MIN), TokenFault::LifetimeIsTooLong),
        ("exp", json!(NOW), TokenFault::TokenIsExpired),
        ("exp", json!(-1), TokenFault::TokenIsExpired),
        ("sub", json!("somebody else"), TokenFault::ClaimsAreMalformed),
    ];
    for (claim, value, fault) in cases {
        assert_eq!(read(&with(|body| body[claim] = value.clone())), Err(fault), "{claim} = {value}");
    }
}

#[test]
fn claims_that_are_missing_doubled_or_of_a_wrong_type_are_refused() {
    for claim in ["iss", "aud", "sub", "user_id", "email", "role", "iat", "exp"] {
        let token = with(|body| drop(body.as_object_mut().unwrap().remove(claim)));
        assert_eq!(read(&token), Err(TokenFault::ClaimsAreMalformed), "without {claim}");
    }
    for (claim, value) in [
        ("exp", json!(1.9e18)),
        ("exp", json!("1900000000")),
        ("exp", json!(NOW as f64 + 900.5)),
        ("exp", Value::Null),
        ("ep", json!(-1)),
        ("role", json!(["admin"])),
        ("user_id", json!(1)),
        ("tenant_id", json!(7)),
    ] {
        let token = with(|body| body[claim] = value.clone());
        assert_eq!(read(&token), Err(TokenFault::ClaimsAreMalformed), "{claim} = {value}");
    }
    let plain = body().to_string();
    for doubled in [r#""role":"admin","#, r#""exp":9999999999,"#, r#""user_id":"x","#] {
        let token = signed_claims(&plain.replacen('{', &format!("{{{doubled}"), 1));
        assert_eq!(read(&token), Err(TokenFault::ClaimsAreMalformed), "{doubled}");
    }
    for shape in ["[]", "null", "", "{", &format!("{plain}{plain}"), &format!("[{plain}]")] {
        assert_eq!(read(&signed_claims(shape)), Err(TokenFault::ClaimsAreMalformed), "{shape}");
    }
}

#[test]
fn keys_that_are_short_or_badly_named_make_no_ring() {
    assert!(SigningKey::new("k", &KEY[..31]).is_err());
    for kid in ["", "a\"b", "ключ", &"k".repeat(33)] {
        assert!(SigningKey::new(kid, KEY).is_err(), "{kid}");
    }
    let twice = vec![SigningKey::new("now", OLDER).unwrap()];
    assert!(Keyring::new(SigningKey::new("now", KEY).unwrap(), twice).is_err());
    assert_eq!(SigningKey::named_by_itself(&dev_keys().signing_key).unwrap().kid(), "dev");
    assert_eq!(SigningKey::named_by_itself(KEY).unwrap().kid().len(), 8);
    assert!(!format!("{:?}", ring()).contains("0123"));
}
