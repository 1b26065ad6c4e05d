//! Every few seconds: reminders of shows that are near begin, and rounds of mails go on.

use crate::app::App;
use crate::usecase::mail_rounds;
use futures_util::FutureExt;
use stall::{Scope, TimedJob};
use std::time::Duration;

pub(super) fn job() -> TimedJob<App> {
    TimedJob {
        name: "mail_rounds",
        every: Duration::from_secs(5),
        scope: Scope::OneNode,
        run: |app| {
            async move { Ok(mail_rounds::remind(&app).await? + mail_rounds::step(&app).await?) }.boxed()
        },
    }
}
