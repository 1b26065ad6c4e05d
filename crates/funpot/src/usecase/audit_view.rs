//! The audit as operators read it.

use crate::app::App;
use store::StoreError;
use store::audit::{self, Filter};

pub use store::audit::{Entry, Filter as AuditFilter};

/// Entries that fit, newest first.
pub async fn run(app: &App, filter: Filter, limit: i64) -> Result<Vec<Entry>, StoreError> {
    app.store.read(move |tx| audit::page(tx, &filter, limit)).await
}
