//! Pure types and decisions. No I/O, no clock, no chance, no waiting: time and randomness are arguments.
//! Money is `i64` cents, prices are `i64` cents, rates are hundredths (2.35 is 235). Floats live in `pricing` alone.

pub mod bet_message;
pub mod breaker;
pub mod calibrator;
pub mod cell;
pub mod chain;
pub mod evidence;
pub mod grid;
pub mod lattice;
pub mod market;
pub mod outcome;
pub mod pricing;
pub mod tick;
pub mod venue_update;
pub mod volatility;
