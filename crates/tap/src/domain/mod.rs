//! Pure types and decisions. No I/O, no clock, no chance, no waiting: time and randomness are arguments.
//! Money is `i64` cents, prices are `i64` cents, rates are hundredths (2.35 is 235). Floats live in `pricing` alone.

pub mod bet;
pub mod bet_event;
pub mod bet_message;
pub mod bet_place;
pub mod breaker;
pub mod calibration;
pub mod calibrator;
pub mod cell;
pub mod chain;
pub mod column_book;
pub mod evidence;
pub mod grid;
pub mod ids;
pub mod lattice;
pub mod limits;
pub mod market;
pub mod money;
pub mod outcome;
pub mod price_engine;
pub mod pricing;
pub mod proof;
pub mod quote;
pub mod scheme;
pub mod tick;
pub mod venue_update;
pub mod volatility;
pub mod withdrawal;

use sha2::{Digest, Sha256};

/// The first 63 bits of a SHA-256: what is stored of a nonce and of a request.
#[must_use]
pub fn hash63(parts: &[&[u8]]) -> i64 {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    let digest = hasher.finalize();
    let first = digest.iter().take(8).fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    (first >> 1).cast_signed()
}
