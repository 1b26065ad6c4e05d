//! Reconcile: the seats that memory shows are compared with the zones' accounts. The accounts are the truth; what differs
//! is corrected and counted.

use crate::app::App;
use crate::availability::Seats;
use crate::domain::ids::ZoneId;
use kernel::IdSource;
use store::{BulkSql, Column, StoreError};

/// A commit may be this long between drawing its stamp and being visible; what is newer than that is left alone, and
/// the next run looks at it again.
const UNDER_WAY_SECS: i64 = 1;

const ZONES: BulkSql = BulkSql {
    sqlite: "SELECT id, credits_posted - debits_posted - debits_pending, debits_pending FROM accounts WHERE id = $1",
    postgres: "SELECT u.at, a.* FROM UNNEST($1::bigint[]) WITH ORDINALITY AS u(id, at)
               CROSS JOIN LATERAL (SELECT id, credits_posted - debits_posted - debits_pending, debits_pending
                 FROM accounts WHERE id = u.id OFFSET 0) a",
};

/// Brings what is shown in line with the accounts; how many zones were shown wrongly.
pub async fn run(app: &App) -> Result<usize, StoreError> {
    let stamp = IdSource::first_of(app.clock.now().plus_secs(-UNDER_WAY_SECS));
    let zones: Vec<_> = app.catalogue.current().all_zones().map(|zone| zone.id.0).collect();
    let truth = app.store.read(move |tx| {
        let mut truth = Vec::with_capacity(zones.len());
        tx.bulk_query(ZONES, &[Column::Int(&zones)], |_, row, first| {
            let (available, held) = (row.int(first + 1)?, row.int(first + 2)?);
            truth.push(Seats { zone: ZoneId(row.int(first)?), available, held, stamp });
            Ok(())
        })?;
        Ok::<_, StoreError>(truth)
    });
    let truth = truth.await?;
    let wrong = |seats: &&Seats| {
        let shown = app.availability.of(seats.zone);
        shown.is_some_and(|shown| {
            shown.stamp < seats.stamp && (shown.available, shown.held) != (seats.available, seats.held)
        })
    };
    let drifted = truth.iter().filter(wrong).count();
    metrics::gauge!("inventory_drift_zones").set(drifted as f64);
    if drifted > 0 {
        tracing::warn!(
            drifted,
            "zones were shown with a wrong number of seats; corrected from their accounts"
        );
    }
    app.availability.publish(truth);
    Ok(drifted)
}
