//! The stall's stories, through HTTP, on both databases.

mod catalogue;
mod classifier;
mod classifying;
mod config;
mod correcting;
mod corrupted;
mod harness;
mod live;
mod nodes;
mod operating;
mod people;
mod reporting;
mod settling;
mod socket;
mod sockets;
mod votes;
mod workers;
