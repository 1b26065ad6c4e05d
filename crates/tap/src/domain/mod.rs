//! Pure types and decisions. No I/O, no clock, no chance, no waiting: time and randomness are arguments.
//! Money is `i64` cents, prices are `i64` cents, rates are hundredths (2.35 is 235). Floats live in `pricing` alone.

pub mod bet;
pub mod bet_event;
pub mod bet_message;
pub mod bet_place;
pub mod bet_table;
pub mod breaker;
pub mod calibration;
pub mod calibrator;
pub mod cell;
pub mod chain;
pub mod column;
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
pub mod quote_facts;
pub mod scheme;
pub mod tick;
pub mod venue_update;
pub mod volatility;
pub mod withdrawal;
