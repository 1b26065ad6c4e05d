//! No byte of a proof can be changed, taken out or put in; and nothing that is read makes us panic.

use super::sample::Sample;
use crate::claim::Claim;
use crate::claims;
use crate::tap::proof::Scheme;

fn is_rejected(bytes: &[u8]) -> bool {
    // What is no text is refused before it is verified.
    std::str::from_utf8(bytes).map_or(true, |text| claims(text, None).any(|claim| Claim::failed(&claim)))
}

fn every_change_is_rejected(text: &str) {
    let bytes = text.as_bytes();
    let rejected = |at: usize, what: &str, changed: &[u8]| {
        assert!(is_rejected(changed), "{what} byte {at} of {:?}", &text[at.saturating_sub(20)..at]);
    };
    for at in 0..bytes.len() {
        let mut changed = bytes.to_vec();
        // The last digit, another kind of letter, its case, and out of ASCII.
        for mask in [0x01, 0x10, 0x20, 0x80] {
            changed[at] = bytes[at] ^ mask;
            rejected(at, "flipping", &changed);
        }
        changed.remove(at);
        rejected(at, "deleting", &changed);
        for new in [bytes[at], b'0', b' '] {
            let mut changed = bytes.to_vec();
            changed.insert(at, new);
            rejected(at, "inserting before", &changed);
        }
    }
}

/// A sample with a tick in half a second, so that there are fewer bytes to try.
fn small(mut sample: Sample) -> Sample {
    sample.ticks.retain(|(at, _, _)| at % 500 == 0);
    sample
}

#[test]
fn no_byte_of_a_won_bet_can_be_changed() {
    every_change_is_rejected(&small(Sample { scheme: Scheme::Secp256k1, ..Sample::won() }).text());
}

#[test]
fn no_byte_of_a_lost_bet_can_be_changed() {
    every_change_is_rejected(&small(Sample::lost()).text());
}

#[test]
fn no_byte_of_a_void_bet_without_ticks_can_be_changed() {
    let mut proof = Sample { scheme: Scheme::HmacSha256, ..Sample::void() }.proof();
    proof.blocks.clear();
    every_change_is_rejected(&super::sample::sealed(proof));
}

#[test]
fn nothing_may_follow_but_one_line_feed() {
    let text = small(Sample::lost()).text();
    for tail in ["\n\n", " ", "\r\n", "{}", "\0", &text] {
        assert!(is_rejected(format!("{text}{tail}").as_bytes()), "{tail:?}");
    }
    for end in 0..text.len() {
        assert!(is_rejected(&text.as_bytes()[..end]), "cut at {end}");
    }
}

#[test]
fn wild_numbers_are_refused_without_a_panic() {
    let text = small(Sample::won()).text();
    let wild = [
        "-1",
        "0",
        "9223372036854775807",
        "-9223372036854775808",
        "99999999999999999999",
        "1e3",
        "1.0",
        "null",
        "true",
    ];
    let is_number = |byte: u8| byte.is_ascii_digit();
    let mut starts: Vec<usize> = Vec::new();
    for (at, pair) in text.as_bytes().windows(2).enumerate() {
        // A quote's tick outside the blocks has nothing to be compared with.
        let is_free = text[..=at].ends_with("\"tick_seq\":");
        if matches!(pair[0], b':' | b',' | b'[') && is_number(pair[1]) && !is_free {
            starts.push(at + 1);
        }
    }
    for start in starts {
        let end = start + text[start..].bytes().take_while(|byte| is_number(*byte)).count();
        for new in wild {
            let changed = format!("{}{new}{}", &text[..start], &text[end..]);
            assert!(changed == text || is_rejected(&reseal(&changed)), "{new} at {start}");
        }
    }
}

/// The same with a seal that fits, so that the rules behind it see the number.
fn reseal(text: &str) -> Vec<u8> {
    let body = &text[..text.rfind(",\"seal\":").unwrap()];
    format!("{body},\"seal\":\"{}\"}}", crate::tap::seal::of(body)).into_bytes()
}
