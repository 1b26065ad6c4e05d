//! Invented users, and init data signed for them as Telegram signs it. Written here anew: a server that signs wrongly is not
//! agreed with.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::fmt::Write as _;

/// Ids of invented users begin here, as large as ids of late users are.
pub const FIRST_USER: i64 = 7_100_000_001;

/// First name, public name, language.
const PEOPLE: [(&str, &str, &str); 8] = [
    ("Ada", "ada_watches", "en"),
    ("Bruno", "bruno_b", "pt"),
    ("Chidi", "chidi_k", "en"),
    ("Dana", "dana_live", "de"),
    ("Elif", "elif_on_air", "tr"),
    ("Farid", "farid_clutch", "fr"),
    ("Grace & Co <3", "grace_h", "en"),
    ("Håkon", "hakon_n", "no"),
];

/// The ids of those who have names.
pub(super) fn known_ids() -> impl Iterator<Item = i64> {
    (FIRST_USER..).take(PEOPLE.len())
}

/// A user as the Bot API and init data describe them.
pub(super) fn user(id: i64) -> Value {
    let at = id.checked_sub(FIRST_USER).and_then(|at| usize::try_from(at).ok());
    match at.and_then(|at| PEOPLE.get(at)) {
        Some((name, username, language)) => json!({
            "id": id, "is_bot": false, "first_name": name, "username": username, "language_code": language,
        }),
        None => {
            json!({ "id": id, "is_bot": false, "first_name": format!("Viewer {id}"), "language_code": "en" })
        }
    }
}

/// Signed init data for `user`. `auth_date` is in seconds since 1970.
pub(super) fn init_data(token: &str, user: &Value, auth_date: i64, start_param: Option<&str>) -> String {
    let mut pairs = vec![
        ("auth_date", auth_date.to_string()),
        ("chat_instance", "-3788475317572404878".to_owned()),
        ("chat_type", "private".to_owned()),
        // Telegram's own signature for third parties; only Telegram can make a real one.
        ("signature", "c2ltdWxhdGVk".to_owned()),
        ("user", user.to_string()),
    ];
    pairs.extend(start_param.map(|param| ("start_param", param.to_owned())));
    pairs.sort_unstable();
    let lines: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let hash = mac(&mac(b"WebAppData", token.as_bytes()), lines.join("\n").as_bytes());
    pairs.push(("hash", hex(&hash)));
    let encoded: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}={}", escaped(value))).collect();
    encoded.join("&")
}

fn mac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mac: Hmac<Sha256> = Hmac::new_from_slice(key).expect("HMAC takes keys of every length");
    mac.chain_update(message).finalize().into_bytes().to_vec()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut all, byte| {
        // Writing into a `String` cannot fail.
        let _ = write!(all, "{byte:02x}");
        all
    })
}

/// Percent-encoded, but for what needs no escape.
pub(super) fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut all, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            all.push(char::from(byte));
        } else {
            // Writing into a `String` cannot fail.
            let _ = write!(all, "%{byte:02X}");
        }
        all
    })
}
