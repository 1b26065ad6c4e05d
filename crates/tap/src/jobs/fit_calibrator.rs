//! Every hour: a new calibrator, if the last one is a day old.

use crate::app::App;
use crate::usecase::calibration_fit;
use stall::{Scope, TimedJob};
use std::time::Duration;

pub(super) fn job() -> TimedJob<App> {
    TimedJob {
        name: "fit_calibrator",
        every: Duration::from_secs(3_600),
        scope: Scope::OneNode,
        run: |app| Box::pin(async move { Ok(usize::from(calibration_fit::run(&app).await?.is_some())) }),
    }
}
