//! Tap: tapping cells of a time and price grid over the live BTC price.
//!
//! Rooms: `domain` decides (pure), `usecase` is one verb a file and the only place that opens a transaction, `store` is
//! SQL, a file per noun, `http` and `pages` are the doors, `jobs` is timed work. Beside them: `feeds` brings the venues'
//! frames in.

pub mod app;
pub mod config;
pub mod demo;
pub mod domain;
pub mod engine;
pub mod feeds;
pub mod http;
pub mod jobs;
pub mod manifest;
pub mod market_state;
pub mod open;
pub mod outbox_tail;
pub mod pages;
mod prices;
pub mod rates;
pub mod refusals;
pub mod settings;
pub mod stop;
pub mod store;
pub mod usecase;

pub use manifest::MANIFEST;
