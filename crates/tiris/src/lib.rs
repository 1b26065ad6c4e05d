//! Tiris: slices of exchange accounts for trading bots, and the truth about where the money went.
//!
//! Rooms: `domain` decides (pure), `usecase` is one verb a file and the only place that opens a transaction, `store` is
//! SQL, a file per noun, `http` is the API, `jobs` is timed work, `events` are subscribers. Beside them: `outside` has identity
//! providers, the vault and the makers of API keys, `streams` what is declared at NATS, `tokens` says whom an access token
//! speaks for, `candle_source` where prices come from, `exchange` what is
//! asked of exchanges in the name of keys' owners.

pub mod app;
pub mod candle_source;
pub mod config;
pub mod demo;
pub mod domain;
pub mod events;
pub mod exchange;
pub mod http;
pub mod jobs;
pub mod mails;
pub mod manifest;
pub mod open;
pub mod outside;
pub mod pages;
pub mod rates;
pub mod refusals;
pub mod settings;
pub mod store;
pub mod streams;
pub mod tokens;
pub mod usecase;

pub use manifest::MANIFEST;
