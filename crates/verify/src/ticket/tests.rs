//! A ticket that holds, and the forgeries that break it.

use crate::{Verdict, hex, verify};
use ed25519_dalek::{Signer as _, SigningKey};

const SAID: &str =
    "0a52c1a6-2b2f-8d51-9c9e-3d2b1f0a9e11:1b52c1a6-2b2f-8d51-9c9e-3d2b1f0a9e12:BK-20261121-7F3K9Q:2:1";

fn letters(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
    let groups = bits.as_bytes().chunks(6).map(|group| {
        let group = format!("{:0<6}", std::str::from_utf8(group).unwrap());
        char::from(LETTERS[usize::from_str_radix(&group, 2).unwrap()])
    });
    groups.collect()
}

fn file(context: &str) -> (String, String) {
    let key = SigningKey::from_bytes(&[7; 32]);
    let signature = letters(&key.sign(format!("{context}{SAID}").as_bytes()).to_bytes());
    let public = hex::print(key.verifying_key().as_bytes());
    (
        format!(
            "{{\"format\":\"fairground-ticket-2\",\"key\":\"{public}\",\"code\":\"{SAID}:{signature}\"}}"
        ),
        public,
    )
}

fn failed(text: &str, key: Option<&str>) -> Vec<&'static str> {
    verify(text, key).iter().filter(|claim| claim.failed()).map(|claim| claim.name).collect()
}

#[test]
fn a_signed_ticket_holds_and_its_key_is_open_until_it_is_compared() {
    let (text, key) = file("fairground rush ticket 2\n");
    let open = |key| -> Vec<_> {
        verify(&text, key)
            .into_iter()
            .filter(|claim| claim.verdict != Verdict::Ok)
            .map(|claim| claim.name)
            .collect()
    };
    assert_eq!(open(None), ["signature", "good"]);
    assert_eq!(open(Some(&key)), ["good"]);
    assert_eq!(failed(&text, Some(&"0".repeat(64))), ["signature"]);
}

#[test]
fn a_changed_code_is_not_signed_and_a_crooked_one_is_none() {
    let (text, _) = file("fairground rush ticket 2\n");
    for forged in
        [text.replace(":2:1:", ":3:1:"), text.replace(":2:1:", ":2:0:"), file("another context\n").0]
    {
        assert_eq!(failed(&forged, None), ["signature"], "{forged}");
    }
    for crooked in
        [text.replace(":2:1:", ":02:1:"), text.replace(":2:1:", ":2:"), text.replace("\"}", "A\"}")]
    {
        assert_eq!(failed(&crooked, None), ["text"], "{crooked}");
    }
}
