//! The end of an attempt: its receipt is computed beside the writer and signed, and the event is settled with it in one transaction.

use crate::app::App;
use crate::domain::event::{PotEvent, Settlement};
use crate::domain::ids::{EventId, ResultId};
use crate::domain::pot_event::{self, EventSettled};
use crate::domain::receipt::{self, ReceiptParts, body_text, digest, header, hex, vote_entry};
use crate::domain::settlement::{Attempt, Phase};
use crate::store::receipts::{self, ReceiptRow};
use crate::store::{events, results, settlements, votes};
use ed25519_dalek::Signer as _;
use kernel::{IdSource, PublicIds, Timestamp};
use serde_json::Value;
use std::sync::Arc;
use store::{StoreError, Tx, outbox};

/// Votes read at a time.
const PAGE: i64 = 2_000;

/// Signs the receipt of an attempt that is paid, and says that the event is settled. Twice is the same as once.
pub async fn finish(app: &App, id: EventId) -> Result<(), StoreError> {
    let public = app.public.clone();
    let Some((head, hash)) = app.store.read(move |tx| compute(tx, id, &public)).await? else { return Ok(()) };
    let row = ReceiptRow {
        event: id,
        attempt: head.attempt.number,
        hash: hex(&hash),
        header: head.header.to_string(),
        signature: hex(&app.receipt_key.sign(&hash).to_bytes()),
        public_key: hex(app.receipt_key.verifying_key().as_bytes()),
        created_at: app.clock.now(),
    };
    let (ids, now) = (Arc::clone(&app.ids), app.clock.now());
    app.store.write(move |tx| save(tx, &ids, &row, now)).await
}

/// An attempt whose receipt is computed.
struct Computed {
    attempt: Attempt,
    header: Value,
}

fn compute(
    tx: &mut Tx<'_>,
    id: EventId,
    public: &PublicIds,
) -> Result<Option<(Computed, [u8; 32])>, StoreError> {
    let Some(event) = events::by_id(tx, id)? else { return Ok(None) };
    let attempts = settlements::of_event(tx, id)?;
    let Some(attempt) = attempts.last().filter(|attempt| attempt.phase == Phase::Paying).cloned() else {
        return Ok(None);
    };
    let result = attempt.result.map(|id| results::by_id(tx, ResultId(id))).transpose()?.flatten();
    let head = ledger::seal::head(tx)?;
    let parts = ReceiptParts {
        event: &event,
        attempt: &attempt,
        result: result.as_ref(),
        chain_head: head.map(|block| (block.height, hex(block.hash.as_slice()))),
        previous: receipts::of_event(tx, id)?.pop().map(|row| row.hash),
    };
    let header = header(&parts, public);
    let body = body_text(&header, entries(tx, &event, &attempt, public)?);
    let hash = digest(&body);
    Ok(Some((Computed { attempt, header }, hash)))
}

/// Every vote of an event as it stands in the receipt of `attempt`.
pub fn entries(
    tx: &mut Tx<'_>,
    event: &PotEvent,
    attempt: &Attempt,
    public: &PublicIds,
) -> Result<Vec<Value>, StoreError> {
    let mut entries = Vec::with_capacity(usize::try_from(event.votes).unwrap_or(0));
    let mut after = 0;
    loop {
        let page = votes::of_event(tx, event.id, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(entries) };
        after = last.seq;
        entries.extend(page.iter().map(|vote| vote_entry(event, attempt, vote, public)));
    }
}

fn save(tx: &mut Tx<'_>, ids: &IdSource, row: &ReceiptRow, now: Timestamp) -> Result<(), StoreError> {
    let attempt = settlements::lock_newest(tx, row.event)?;
    let paying = |attempt: &Attempt| attempt.phase == Phase::Paying && attempt.number == row.attempt;
    let Some(mut attempt) = attempt.filter(paying) else { return Ok(()) };
    let event = events::lock_one(tx, row.event)?;
    let mut event = event.ok_or_else(|| StoreError::Corrupt(format!("event {} is gone", row.event.0)))?;
    receipts::insert(tx, row)?;
    attempt.phase = Phase::Done;
    settlements::save(tx, &attempt, now)?;
    event.settlement = if attempt.reason.is_some() { Settlement::Voided } else { Settlement::Settled };
    let reason = attempt.reason.map_or("settled", crate::domain::split::RefundReason::as_str);
    event.outcome = Some(reason.to_owned());
    event.result_option = attempt.option;
    event.decided_at = Some(attempt.decided_at);
    events::save_state(tx, &event, now)?;
    let payload = EventSettled {
        of: pot_event::reference(&event),
        outcome: attempt.outcome().to_owned(),
        option: attempt.option.and_then(|option| event.option_id(option)).map(str::to_owned),
        pool: attempt.stakes,
        rake: attempt.rake,
        receipt_hash: Some(row.hash.clone()),
    };
    outbox::append(tx, &[pot_event::fact(ids.next(now), pot_event::EVENT_SETTLED, event.id.0, &payload, now)])
}

/// The parts of a stored receipt with its votes, and whether they are what was signed.
#[must_use]
pub fn rebuilt(row: &ReceiptRow, votes: Vec<Value>) -> Option<String> {
    let header = receipt::json_of(&row.header);
    let body = body_text(&header, votes);
    (hex(&digest(&body)) == row.hash).then_some(body)
}
