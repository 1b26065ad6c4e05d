//! Values that were computed elsewhere. The two proofs were made by a program in another language, with its own hashes,
//! elliptic curve and quadrature, from what docs/proof.md says.

use crate::claim::Verdict;
use crate::command::print;
use crate::tap::proof::{Block, Tick};
use crate::tap::{blocks, session_key};
use crate::{hex, verify};

#[test]
fn proofs_that_were_made_elsewhere_hold() {
    for text in [include_str!("secp256k1.json"), include_str!("ed25519.json")] {
        let at = text.rfind("\"chain_head\"").unwrap();
        let start = at + text[at..].find("\"hash\":\"").unwrap() + "\"hash\":\"".len();
        let claims = verify(text, Some(&text[start..start + 64]));
        assert!(claims.iter().all(|claim| claim.verdict == Verdict::Ok), "{}", print(&claims));
    }
}

#[test]
fn a_block_hashes_to_the_known_value() {
    let minute: i64 = 29_927_620;
    let tick = |seq: i64, at, price, n, flags| Tick {
        seq: 1_000 + seq,
        ts_ms: minute * 60_000 + at,
        price,
        n,
        flags,
    };
    let ticks = vec![tick(0, 0, 6_000_123, 3, 0), tick(1, 100, 6_000_124, 1, 5)];
    let block = Block { minute, prev_hash: String::new(), hash: String::new(), ticks };
    let prev_hash: [u8; 32] = std::array::from_fn(|at| u8::try_from(at).unwrap());
    let known = "079a89145942a73300732a50d6dd2ac24e0d766e422c68d59bce1eba0e81cd46";
    assert_eq!(hex::print(&blocks::hash(&block, &prev_hash)), known);
}

/// From the documentation of a widely used wallet library.
#[test]
fn a_message_hashes_as_wallets_hash_it() {
    let known = "a1de988600a42c4b4ab089b619297c17d53cffae5d5120d82d8a92d0bb3b78f2";
    assert_eq!(hex::print(&session_key::eip191("Hello World")), known);
}

#[test]
fn hexadecimal_has_one_spelling() {
    assert_eq!(hex::bytes::<2>("00ff"), Some([0, 255]));
    for text in ["00fF", "00f", "00ff0", "0xff", "00g0", "", "00\u{e9}"] {
        assert_eq!(hex::bytes::<2>(text), None, "{text:?}");
    }
    assert_eq!((hex::prefixed::<1>("0x7f"), hex::prefixed::<1>("7f")), (Some([127]), None));
}
