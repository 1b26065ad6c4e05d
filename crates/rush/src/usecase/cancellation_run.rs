//! Cancellation: every booking of a cancelled event or show is refunded whole, in the background. A run keeps where it is with
//! what it did in one commit, so it goes on there after a crash; a booking that was refunded has no seats left, so looking at it
//! again does nothing.

use super::audit_record::{self, Acting, Done};
use super::refund_context::RefundContext;
use super::refund_move;
use crate::app::App;
use crate::availability::Seats;
use crate::domain::booking::{Booking, BookingStatus};
use crate::domain::ids::{BookingId, RefundId};
use crate::domain::refund::{self, RefundCause};
use crate::domain::refund_event;
use crate::domain::refund_status::RefundStatus;
use crate::store::bookings::{self, BookingHead};
use crate::store::cancellation_runs::{self, CancellationRun};
use crate::store::refunds;
use kernel::IdSource;
use serde_json::json;
use store::{StoreError, Tx, outbox};

/// Bookings that one read looks at.
const LOOK_MAX: i64 = 5_000;
/// Bookings that one transaction refunds, so that buyers of other events are not kept waiting.
const TOGETHER_MAX: usize = 100;
/// Seconds after the cancellation at which everything is looked at once more: a payment that was being settled while the event
/// was cancelled is done by then.
const AGAIN_AFTER_S: i64 = 60;
/// Times that everything is looked at.
const PASSES: i64 = 2;

/// Goes on with what is due; how many bookings were looked at.
pub async fn run(app: &App) -> Result<usize, StoreError> {
    let now = app.clock.now();
    let mut looked = 0;
    for run in app.store.read(move |tx| cancellation_runs::due(tx, now)).await? {
        looked += go_on(app, run).await?;
    }
    Ok(looked)
}

async fn go_on(app: &App, run: CancellationRun) -> Result<usize, StoreError> {
    let window = (run.cursor, last_of(&run));
    let heads = app.store.read(move |tx| bookings::range(tx, window, LOOK_MAX)).await?;
    let Some(end) = heads.last().map(|head| head.id) else {
        end_pass(app, run).await?;
        return Ok(0);
    };
    let mut paid: Vec<_> = heads.iter().filter(|head| is_due(head, &run)).map(|head| head.id).collect();
    let rest = paid.split_off(paid.len().min(TOGETHER_MAX));
    let cursor = if rest.is_empty() { end } else { *paid.last().unwrap_or(&end) };
    refund_some(app, run, paid, cursor).await?;
    Ok(heads.len())
}

/// The highest number that a booking of the run can have.
fn last_of(run: &CancellationRun) -> i64 {
    IdSource::first_of(run.started_at.plus_secs(AGAIN_AFTER_S))
}

/// Whether a run gives the booking back.
pub(super) fn is_due(head: &BookingHead, run: &CancellationRun) -> bool {
    head.status == BookingStatus::Confirmed
        && head.event == run.event
        && run.show.is_none_or(|show| show == head.show)
}

async fn refund_some(
    app: &App,
    run: CancellationRun,
    paid: Vec<BookingId>,
    cursor: BookingId,
) -> Result<(), StoreError> {
    let ctx = RefundContext::of(app);
    let refunded = app.store.write(move |tx| {
        let Some(mut run) = still_at(tx, &run)? else { return Ok(Vec::new()) };
        let mut seats = Vec::new();
        for id in &paid {
            seats.extend(refund_one(tx, &ctx, &run, *id)?);
        }
        run.cursor = cursor.0;
        cancellation_runs::save(tx, &run)?;
        Ok::<_, StoreError>(seats)
    });
    app.availability.publish(refunded.await?);
    Ok(())
}

/// The run, locked, if nobody else has gone on with it meanwhile.
fn still_at(tx: &mut Tx<'_>, run: &CancellationRun) -> Result<Option<CancellationRun>, StoreError> {
    let now = cancellation_runs::lock(tx, run.id)?;
    Ok(now.filter(|now| (now.cursor, now.passes, now.is_done) == (run.cursor, run.passes, false)))
}

fn refund_one(
    tx: &mut Tx<'_>,
    ctx: &RefundContext,
    run: &CancellationRun,
    id: BookingId,
) -> Result<Option<Seats>, StoreError> {
    let Some(mut booking) = bookings::lock(tx, id)? else { return Ok(None) };
    let cause = if run.show.is_some() { RefundCause::ShowCancelled } else { RefundCause::EventCancelled };
    let id = RefundId(ctx.next());
    let Some(mut refund) = refund::of_cancellation(id, &booking, (cause, run.started_by), ctx.now) else {
        return Ok(None);
    };
    close_open_request(tx, ctx, &booking)?;
    let moved = refund_move::approve(tx, ctx, &mut booking, &mut refund, None)?;
    let seats =
        moved.map_err(|refusal| StoreError::Corrupt(format!("booking {}: {refusal}", booking.id.0)))?;
    let details = json!({ "booking": booking.id.0, "cause": cause.as_str(), "quantity": refund.quantity,
        "amount": refund.amount_minor });
    let done = Done { action: "refund.approve", noun: "refund", id: refund.id.0, details };
    audit_record::append(tx, &Acting::job("cancellation"), Some(run.tenant), done, ctx.now)?;
    Ok(seats)
}

/// What the buyer asked for before is less than what they get now.
fn close_open_request(tx: &mut Tx<'_>, ctx: &RefundContext, booking: &Booking) -> Result<(), StoreError> {
    let open = refunds::of_booking(tx, booking.id)?;
    for mut refund in open.into_iter().filter(|refund| refund.status == RefundStatus::Requested) {
        refund.go(RefundStatus::Rejected).map_err(|refusal| StoreError::Corrupt(refusal.to_string()))?;
        refund.decided_at = Some(ctx.now);
        refund.decision_note = Some("Cancelled by the organizer: all of it comes back instead.".to_owned());
        refunds::save(tx, &refund)?;
        let event = refund_event::of(ctx.next(), refund_event::REJECTED, &refund, ctx.now);
        outbox::append(tx, &[event])?;
    }
    Ok(())
}

async fn end_pass(app: &App, run: CancellationRun) -> Result<(), StoreError> {
    let now = app.clock.now();
    let ended = app.store.write(move |tx| {
        let Some(mut run) = still_at(tx, &run)? else { return Ok(()) };
        run.passes += 1;
        run.cursor = run.event.0;
        run.is_done = run.passes >= PASSES;
        run.finished_at = run.is_done.then_some(now);
        run.next_at = run.started_at.plus_secs(AGAIN_AFTER_S);
        cancellation_runs::save(tx, &run)
    });
    ended.await
}
