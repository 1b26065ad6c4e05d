//! What the verbs of refunds need besides their rows.

use crate::app::App;
use crate::catalogue::Catalogue;
use kernel::{IdSource, Timestamp};
use std::sync::Arc;

/// The kind of the job that has the gateway send an approved refund's money; its payload is the refund's number.
pub(super) const PROCESS: &str = "refund.process";

/// Ids, the present and the catalogue.
#[derive(Clone)]
pub(super) struct RefundContext {
    pub ids: Arc<IdSource>,
    pub now: Timestamp,
    pub catalogue: Arc<Catalogue>,
}

impl RefundContext {
    /// The context of this moment.
    pub fn of(app: &App) -> Self {
        Self { ids: Arc::clone(&app.ids), now: app.clock.now(), catalogue: Arc::clone(&app.catalogue) }
    }

    /// A new number.
    pub fn next(&self) -> i64 {
        self.ids.next(self.now)
    }
}
