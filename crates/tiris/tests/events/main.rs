//! A bot's events, posted over HTTP and published at NATS: each counts once, and money moves by the ledger's rules alone.

#[path = "../story/harness.rs"]
mod harness;
mod http;
mod nats;
