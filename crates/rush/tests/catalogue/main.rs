//! The catalogue's story, on both databases: what can be written, what is refused, what is seen at once.

mod events;
#[path = "../harness/mod.rs"]
mod harness;
mod shop;
mod snapshot;
mod zones;
