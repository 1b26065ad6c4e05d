//! What gateways told, in rows.

use kernel::{TenantId, Timestamp};
use store::{StoreError, Tx, params};

/// Notes that an event arrived. False: it arrived before, and nothing was written.
pub fn first_time(
    tx: &mut Tx<'_>,
    id: i64,
    (gateway, event, kind): (&str, &str, &str),
    body: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let inserted = tx.execute(
        "INSERT INTO webhook_events (id, gateway, event_id, kind, body, outcome, received_at)
         VALUES ($1, $2, $3, $4, $5, 'stored', $6) ON CONFLICT (gateway, event_id) DO NOTHING",
        params![id, gateway, event, kind, body, now],
    )?;
    Ok(inserted == 1)
}

/// Records what an event came to and whom it was about.
pub fn record_outcome(
    tx: &mut Tx<'_>,
    id: i64,
    outcome: &str,
    about: Option<(TenantId, i64)>,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE webhook_events SET outcome = $2, tenant_id = $3, payment_id = $4 WHERE id = $1",
        params![id, outcome, about.map(|(tenant, _)| tenant.0), about.map(|(_, payment)| payment)],
    )?;
    Ok(())
}
