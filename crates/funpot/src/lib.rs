//! FunPot: a live pot on a stream. Viewers put credit on what happens next, a worker that watches the stream opens events and
//! reports how they ended, winners share the pot, and a receipt lets anybody recompute the split.
//!
//! Rooms: `domain` decides (pure), `usecase` is one verb a file and the only place that opens a transaction, `store` is
//! SQL, a file per noun, `http` is the API, `pages` is the Mini App, `jobs` is timed work, `events` acts on what was committed. Beside
//! them: `tokens` reads and mints access tokens, `live` has the events that take votes in memory.
//!
//! # How a verb is added
//! `domain/NOUN_VERB.rs` decides, `store/NOUNs.rs` loads and saves, `usecase/NOUN_VERB.rs` opens the transaction, and
//! `http/NOUNs.rs` has the handler in its `routes()`, which `http::api` merges. Refusals get code, status and text in `refusals`.
//! A route that the API's document does not describe (a webhook, a socket, a load run's) is merged in `http::plain`.

pub mod app;
pub mod config;
pub mod demo;
pub mod dialect;
pub mod domain;
pub mod events;
pub mod gateway;
pub mod http;
pub mod jobs;
pub mod limits;
pub mod live;
pub mod manifest;
pub mod open;
pub mod outbox_tail;
pub mod pages;
mod publish;
pub mod rates;
pub mod refusals;
pub mod settings;
pub mod store;
pub mod tokens;
pub mod usecase;

pub use manifest::MANIFEST;
