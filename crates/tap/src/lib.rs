//! Tap: tapping cells of a time and price grid over the live BTC price.
//!
//! Rooms: `domain` decides (pure), `usecase` is one verb a file and the only place that opens a transaction, `store` is
//! SQL, a file per noun, `http` and `pages` are the doors, `jobs` is timed work. Beside them: `feeds` brings the venues'
//! frames in, `venues` pretends to be those venues, on loopback.

pub mod domain;
pub mod feeds;
pub mod pages;
pub mod venues;
