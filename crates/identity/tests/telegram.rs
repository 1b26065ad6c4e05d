//! Init data of Telegram: the published vectors, our own, and everything altered.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use ed25519_dalek::{Signer as _, SigningKey};
use hmac::{Hmac, KeyInit as _, Mac as _};
use identity::proofs::telegram::{
    InitData, InitDataFault, PRODUCTION_PUBLIC_KEY, TEST_PUBLIC_KEY, ThirdPartyKey, USER_ID_MAX, WebAppKey,
    verify, verify_third_party,
};
use kernel::Timestamp;
use sha2::Sha256;
use std::fmt::Write as _;

const DAY_S: i64 = 86_400;
const TOKEN: &str = "123456:FUNPOT-TEST";
const NOW_S: i64 = 1_760_000_000;
const OWN: &str = "auth_date=1760000000&chat_instance=77&query_id=AAF&signature=c2ln&start_param=ref_ABCDEFGHJK&user=%7B%22id%22%3A42%2C%22first_name%22%3A%22A%2BB%20%26%20%C3%A9%22%2C%22language_code%22%3A%22en%22%7D&hash=4fc08225fc61ba2f6d6e9e067e7cc69dbb8a498969f63d01752d8fe8c1048e5d";

/// Published with the documentation of the Mini Apps kit, `signature` included.
const PUBLISHED: &str = "user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladislav%20%2B%20-%20%3F%20%5C%2F%22%2C%22last_name%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22language_code%22%3A%22ru%22%2C%22is_premium%22%3Atrue%2C%22allows_write_to_pm%22%3Atrue%2C%22photo_url%22%3A%22https%3A%5C%2F%5C%2Ft.me%5C%2Fi%5C%2Fuserpic%5C%2F320%5C%2F4FPEE4tmP3ATHa57u6MqTDih13LTOiMoKoLDRG4PnSA.svg%22%7D&chat_instance=8134722200314281151&chat_type=private&auth_date=1733584787&hash=2174df5b000556d044f3f020384e879c8efcab55ddea2ced4eb752e93e7080d6&signature=zL-ucjNyREiHDE8aihFwpfR9aggP2xiAo3NSpfe-p7IbCisNlDKlo7Kb6G4D0Ao2mBrSgEk4maLSdv6MLIlADQ";
const PUBLISHED_TOKEN: &str = "7342037359:AAFZehRPBRs8Seg40oDjTMIW8uTGPuW1zfQ";
const PUBLISHED_BOT: i64 = 7_342_037_359;
const PUBLISHED_AT: i64 = 1_733_584_787;

fn at(raw: &str, token: &str, now_s: i64) -> Result<InitData, InitDataFault> {
    verify(raw, &WebAppKey::of_token(token), Timestamp::from_secs(now_s), DAY_S)
}

fn third_party(raw: &str, bot_id: i64, key: &str) -> Result<InitData, InitDataFault> {
    let now = Timestamp::from_secs(PUBLISHED_AT);
    verify_third_party(raw, bot_id, &ThirdPartyKey::parse(key).unwrap(), now, DAY_S)
}

fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mac: Hmac<Sha256> = Hmac::new_from_slice(key).unwrap();
    mac.chain_update(message).finalize().into_bytes().to_vec()
}

fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut all, byte| {
        write!(all, "%{byte:02X}").unwrap();
        all
    })
}

/// Signs pairs as Telegram does, without the code under test.
fn signed(pairs: &[(&str, &str)]) -> String {
    let mut sorted = pairs.to_vec();
    sorted.sort_unstable();
    let lines: Vec<_> = sorted.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let hash = hmac(&hmac(b"WebAppData", TOKEN.as_bytes()), lines.join("\n").as_bytes());
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let raw: Vec<_> = pairs.iter().map(|(key, value)| format!("{key}={}", escaped(value))).collect();
    format!("{}&hash={hash}", raw.join("&"))
}

#[test]
fn the_vectors_are_accepted_with_the_signature_field_in_the_signed_text() {
    let data = at(OWN, TOKEN, NOW_S).unwrap();
    assert_eq!((data.user.id, data.user.first_name.as_deref()), (42, Some("A+B & é")));
    assert_eq!((data.start_param.as_deref(), data.user.is_bot), (Some("ref_ABCDEFGHJK"), false));
    assert_eq!(data.auth_date, Timestamp::from_secs(NOW_S));
    assert_eq!(at(PUBLISHED, PUBLISHED_TOKEN, PUBLISHED_AT).unwrap().user.id, 279_058_397);
    assert!(!format!("{data:?}").contains("A+B"), "names stay out of logs");
}

#[test]
fn the_published_third_party_vector_is_accepted_for_its_bot_and_key_alone() {
    let data = third_party(PUBLISHED, PUBLISHED_BOT, PRODUCTION_PUBLIC_KEY).unwrap();
    assert_eq!(data.user.username.as_deref(), Some("vdkfrost"));
    let padded = format!("{PUBLISHED}==");
    assert!(third_party(&padded, PUBLISHED_BOT, PRODUCTION_PUBLIC_KEY).is_ok());
    let wrong = Err(InitDataFault::SignatureIsWrong);
    assert_eq!(third_party(PUBLISHED, PUBLISHED_BOT + 1, PRODUCTION_PUBLIC_KEY), wrong);
    assert_eq!(third_party(PUBLISHED, PUBLISHED_BOT, TEST_PUBLIC_KEY), wrong);
    let (other_hash, no_hash) =
        (PUBLISHED.replace("hash=2174", "hash=3174"), PUBLISHED.replace("&hash=", "&unsigned="));
    assert!(third_party(&other_hash, PUBLISHED_BOT, PRODUCTION_PUBLIC_KEY).is_ok(), "the hash is the bot's");
    assert_eq!(third_party(&no_hash, PUBLISHED_BOT, PRODUCTION_PUBLIC_KEY), wrong);
    let cut = PUBLISHED.replace("signature=zL-ucjN", "signature=");
    let fault = third_party(&cut, PUBLISHED_BOT, PRODUCTION_PUBLIC_KEY);
    assert_eq!(fault, Err(InitDataFault::SignatureIsMalformed));
    assert_eq!(third_party("auth_date=1", 1, TEST_PUBLIC_KEY), Err(InitDataFault::SignatureIsMissing));
}

#[test]
fn a_third_partys_own_key_is_believed() {
    let key = SigningKey::from_bytes(&[7; 32]);
    let public: String = key.verifying_key().as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let text = format!("5:WebAppData\nauth_date={PUBLISHED_AT}\nuser={{\"id\":9}}");
    let signature = key.sign(text.as_bytes()).to_bytes();
    let signature = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, signature);
    let raw = format!("auth_date={PUBLISHED_AT}&user=%7B%22id%22%3A9%7D&signature={signature}&hash=00");
    assert_eq!(third_party(&raw, 5, &public).unwrap().user.id, 9);
    assert_eq!(third_party(&raw, 6, &public), Err(InitDataFault::SignatureIsWrong));
}

#[test]
fn every_altered_byte_is_refused() {
    for (raw, token, now_s) in [(OWN, TOKEN, NOW_S), (PUBLISHED, PUBLISHED_TOKEN, PUBLISHED_AT)] {
        let accepted = at(raw, token, now_s);
        for position in 0..raw.len() {
            for replacement in [b'0', b'1', b'a', b'&', b'%', b'=', b'Z'] {
                let mut other = raw.as_bytes().to_vec();
                if other[position] == replacement {
                    continue;
                }
                other[position] = replacement;
                let other = String::from_utf8(other).unwrap();
                let judged = at(&other, token, now_s);
                // A hexadecimal digit has two cases, of an escape and of the hash.
                assert!(judged.is_err() || other.eq_ignore_ascii_case(raw), "byte {position}: {other}");
                if judged.is_ok() {
                    assert_eq!(judged, accepted);
                }
            }
        }
        for cut in 0..raw.len() {
            assert!(at(&raw[..cut], token, now_s).is_err(), "cut at {cut}");
        }
    }
}

#[test]
fn another_token_is_refused() {
    for token in ["", "123456:FUNPOT-TEST ", "123457:FUNPOT-TEST", "123456:funpot-test"] {
        assert_eq!(at(OWN, token, NOW_S), Err(InitDataFault::HashIsWrong), "{token}");
    }
}

#[test]
fn the_age_is_judged_to_the_second_and_after_the_hash() {
    for (now_s, expected) in [
        (NOW_S + DAY_S, None),
        (NOW_S + DAY_S + 1, Some(InitDataFault::AuthDateIsTooOld)),
        (NOW_S - 60, None),
        (NOW_S - 61, Some(InitDataFault::AuthDateIsInTheFuture)),
    ] {
        assert_eq!(at(OWN, TOKEN, now_s).err(), expected, "{now_s}");
    }
    assert_eq!(at(OWN, "other", NOW_S + 2 * DAY_S), Err(InitDataFault::HashIsWrong));
}

#[test]
fn what_is_missing_or_malformed_is_named() {
    let user = r#"{"id":42}"#;
    let date = "1760000000";
    let of = |pairs: &[(&str, &str)]| at(&signed(pairs), TOKEN, NOW_S).map(drop);
    assert_eq!(of(&[("auth_date", date), ("user", user)]), Ok(()));
    assert_eq!(of(&[("user", user)]), Err(InitDataFault::AuthDateIsMissing));
    assert_eq!(of(&[("auth_date", date)]), Err(InitDataFault::UserIsMissing));
    for date in ["soon", "1760000000.5", "-1", "+1760000000", "0x10", " 1760000000", "99999999999999999999"] {
        let fault = of(&[("auth_date", date), ("user", user)]);
        assert_eq!(fault, Err(InitDataFault::AuthDateIsMalformed), "{date}");
    }
    let too_large = format!(r#"{{"id":{}}}"#, USER_ID_MAX + 1);
    for user in [
        "42",
        "null",
        "[42]",
        "{}",
        r#"{"id":"42"}"#,
        r#"{"id":4.5}"#,
        r#"{"id":0}"#,
        r#"{"id":-1}"#,
        r#"{"id":42,"id":43}"#,
        r#"{"id":42"#,
        &too_large,
    ] {
        let fault = of(&[("auth_date", date), ("user", user)]);
        assert_eq!(fault, Err(InitDataFault::UserIsMalformed), "{user}");
    }
    let sound = signed(&[("auth_date", date), ("user", user)]);
    assert_eq!(at("", TOKEN, NOW_S), Err(InitDataFault::HashIsMissing));
    assert_eq!(at(&sound.replace("hash=", "hash=0"), TOKEN, NOW_S), Err(InitDataFault::HashIsMalformed));
    assert_eq!(at(&format!("{sound}&user=1"), TOKEN, NOW_S), Err(InitDataFault::KeyIsDuplicated));
    assert_eq!(at(&format!("{sound}&x=%"), TOKEN, NOW_S), Err(InitDataFault::InitDataIsMalformed));
    assert_eq!(at(&format!("{sound}&x=1"), TOKEN, NOW_S), Err(InitDataFault::HashIsWrong));
}

#[test]
fn plus_and_percent_both_mean_a_space() {
    let raw = signed(&[("auth_date", "1760000000"), ("user", r#"{"id":42,"first_name":"A B"}"#)]);
    let plus = raw.replace("%20", "+");
    assert_ne!(plus, raw);
    assert_eq!(at(&plus, TOKEN, NOW_S).unwrap().user.first_name.as_deref(), Some("A B"));
}
