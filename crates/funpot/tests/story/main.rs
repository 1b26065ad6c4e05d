//! The stall's stories, through HTTP, on both databases.

mod catalogue;
mod config;
mod correcting;
mod harness;
mod live;
mod reporting;
mod settling;
mod socket;
mod sockets;
mod votes;
mod workers;
