//! Wraps data keys anew after the master key changed.

use crate::app::App;
use crate::usecase::key_rewrap;
use futures_util::FutureExt as _;
use stall::{Scope, TimedJob};
use std::time::Duration;

/// Looks every minute; a run that wrapped some is followed by the next at once.
pub const JOB: TimedJob<App> = TimedJob {
    name: "tiris_key_rewrap",
    every: Duration::from_secs(60),
    scope: Scope::OneNode,
    run: |app| async move { key_rewrap::run(&app).await }.boxed(),
};
