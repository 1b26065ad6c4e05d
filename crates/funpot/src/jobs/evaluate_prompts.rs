//! Takes back versions of prompts that are tried and do worse than what is in use.

use crate::app::App;
use crate::usecase::prompt_admin;
use stall::{Scope, TimedJob};
use std::time::Duration;

/// Once a minute.
pub(super) fn job() -> TimedJob<App> {
    TimedJob {
        name: "evaluate_prompts",
        every: Duration::from_secs(60),
        scope: Scope::OneNode,
        run: |app| Box::pin(async move { prompt_admin::evaluate(&app).await }),
    }
}
