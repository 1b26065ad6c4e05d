//! What one verification costs in each scheme of session keys, and a log-in's recovery beside it:
//! `cargo run --release -p identity --example session_key_cost`. Figures only; nothing is asserted about time.
#![expect(clippy::print_stdout, reason = "an example talks to its user on stdout")]

use ed25519_dalek::Signer as _;
use hmac::{Hmac, KeyInit, Mac};
use identity::proofs::wallet::{SessionKey, WalletSignature, eip191_hash};
use k256::ecdsa::SigningKey;
use k256::ecdsa::signature::hazmat::PrehashVerifier as _;
use std::hint::black_box;
use std::time::Instant;

/// A text as long as a bet's.
const TEXT: &str = "Fair act\nAction: place_bet\nDomain: 127.0.0.1:8080\nCell: 1:357923400:6000000:6001000\nAmount: 500\n\
    Rate: 235\nQuoteSeq: 123\nNonce: 6f1c1f0e-8a53-4f6e-9d6e-0d2f4f0c9f11\nTimestamp: 1795657200000\nChain: 1\nVersion: 1";
/// Rounds of each measurement, of which the best counts: short ones, so that some are not interrupted by other programs.
const ROUNDS: usize = 300;
/// Calls in a round.
const CALLS: u32 = 20;

fn main() {
    let curve = SigningKey::from_slice(&[7; 32]).expect("a number below the curve's order");
    let edwards = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
    let hash = eip191_hash(TEXT.as_bytes());
    let (scalars, id) = curve.sign_prehash_recoverable(&hash);
    let recoverable = format!("0x{}{:02x}", hex(&scalars.to_bytes()), 27 + id.to_byte());
    let compressed = curve.verifying_key().to_sec1_point(true);
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&[9; 32]).expect("HMAC takes keys of every length");
    mac.update(TEXT.as_bytes());

    let schemes = [
        (SessionKey::secp256k1(compressed.as_bytes()), recoverable.clone()),
        (
            SessionKey::ed25519(edwards.verifying_key().as_bytes()),
            hex(&edwards.sign(TEXT.as_bytes()).to_bytes()),
        ),
        (Some(SessionKey::hmac_sha256(&[9; 32])), hex(&mac.finalize().into_bytes())),
    ];
    for (key, signature) in &schemes {
        let key = key.as_ref().expect("a sound key");
        measure(key.scheme().as_str(), || key.verify(black_box(TEXT), black_box(signature)).is_ok());
    }
    measure("log-in: parse, hash and recover", || {
        let hash = eip191_hash(black_box(TEXT).as_bytes());
        WalletSignature::parse(&recoverable).and_then(|signature| signature.address(&hash)).is_ok()
    });
    measure("k256's own verification, without v", || {
        curve.verifying_key().verify_prehash(black_box(&hash), &scalars).is_ok()
    });
}

fn measure(what: &str, call: impl Fn() -> bool) {
    let round = || {
        let start = Instant::now();
        assert!((0..CALLS).all(|_| call()), "{what}: a good signature was refused");
        start.elapsed() / CALLS
    };
    let best = (0..ROUNDS).map(|_| round()).min().unwrap_or_default();
    println!("{what:<36} {:>8.2} microseconds", best.as_secs_f64() * 1e6);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
