//! Every minute: sessions, reset links, failures and mails that are over are deleted.

use super::TimedJob;
use crate::usecase::auth_sweep;
use futures_util::FutureExt;
use std::time::Duration;

pub(super) fn job() -> TimedJob {
    TimedJob {
        name: "sweep_accounts",
        every: Duration::from_secs(60),
        run: |app| {
            async move { auth_sweep::run(&app).await.map(|rows| usize::try_from(rows).unwrap_or(usize::MAX)) }
                .boxed()
        },
    }
}
