//! A whole small stall, and a program that serves nothing else: a dispenser of numbers, of which there are so many and no more.
//!
//! It is what docs/how-to.md means by "a stall": its rooms in short, one hot verb (taking a number), one page, one job, one event with
//! its subscriber, and one row in a table. `tests/counter` serves, loads, checks, migrates, dumps and documents it on both databases.

mod app;
mod config;
mod domain;
mod events;
mod http;
mod jobs;
mod manifest;
mod pages;
mod store;
mod usecase;

use std::process::ExitCode;

fn main() -> ExitCode {
    static TABLE: &[&stall::Manifest] = &[&manifest::MANIFEST];
    fairground::run(TABLE)
}
