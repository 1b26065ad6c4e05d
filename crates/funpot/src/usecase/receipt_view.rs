//! The receipt of an event, put together again from its header and the votes; what does not have the hash that was signed is no
//! receipt.

use super::receipt_make::{entries, rebuilt};
use crate::app::App;
use crate::domain::ids::EventId;
use crate::domain::live_config::Flag;
use crate::domain::receipt::RECEIPT_FORMAT;
use crate::refusals;
use crate::store::{events, receipts, settlements};
use kernel::{PublicIds, Refusal};
use store::{StoreError, Tx};

/// The receipt of the newest finished attempt, or of number `attempt`, as JSON text. Errors: 404 before settlement.
pub async fn run(app: &App, id: EventId, attempt: Option<i64>) -> Result<String, Refusal> {
    if !app.config.load().is_on(Flag::Receipts) {
        return Err(refusals::feature_disabled(Flag::Receipts));
    }
    let public = app.public.clone();
    let found = app.store.read(move |tx| find(tx, id, attempt, &public)).await?;
    found.ok_or_else(|| Refusal::not_found("receipt"))
}

fn find(
    tx: &mut Tx<'_>,
    id: EventId,
    attempt: Option<i64>,
    public: &PublicIds,
) -> Result<Option<String>, StoreError> {
    let Some(event) = events::by_id(tx, id)? else { return Ok(None) };
    let rows = receipts::of_event(tx, id)?;
    let row = rows.into_iter().rfind(|row| attempt.is_none_or(|number| row.attempt == number));
    let Some(row) = row else { return Ok(None) };
    let attempts = settlements::of_event(tx, id)?;
    let attempt = attempts.iter().find(|attempt| attempt.number == row.attempt);
    let attempt =
        attempt.ok_or_else(|| StoreError::Corrupt(format!("a receipt of no attempt of event {}", id.0)))?;
    let body = rebuilt(&row, entries(tx, &event, attempt, public)?);
    let body = body
        .ok_or_else(|| StoreError::Corrupt(format!("the votes of event {} are not what was signed", id.0)))?;
    Ok(Some(format!(
        r#"{{"format":"{RECEIPT_FORMAT}","body":{body},"hash":"{}","publicKey":"{}","signature":"{}"}}"#,
        row.hash, row.public_key, row.signature
    )))
}
