//! Rush: tickets of flash-sale events, through a waiting room, never oversold.
//!
//! Rooms: `domain` decides (pure), `usecase` is one verb a file and the only place that opens a transaction, `store` is
//! SQL, a file per noun, `http` and `pages` are the two doors, `jobs` is timed work, `events` are subscribers.
//! `http, pages, jobs, events -> usecase -> store, domain`; nothing points back. See docs/how-to.md to add a verb.

pub mod app;
pub mod availability;
pub mod catalogue;
pub mod config;
pub mod demo;
pub mod domain;
pub mod events;
pub mod gateway;
pub mod http;
pub mod jobs;
pub mod manifest;
pub mod open;
pub mod pages;
pub mod rates;
pub mod refusals;
pub mod store;
pub mod usecase;
pub mod waiting;

pub use manifest::MANIFEST;
