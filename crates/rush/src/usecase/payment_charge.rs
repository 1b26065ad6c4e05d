//! A charge from its first commit to its last: mark it processing and commit, call the gateway with no transaction open,
//! settle and commit. A crash in between leaves a job that asks the gateway by the charge's key.

use super::payment_settle::{self, SettleContext};
use super::payment_view::{PaymentView, lock_own};
use crate::app::App;
use crate::availability::Seats;
use crate::domain::booking::Booking;
use crate::domain::gateway_answer::{ChargeAnswer, ChargeRequest};
use crate::domain::ids::{BookingId, PaymentId};
use crate::domain::payment::Payment;
use crate::domain::payment_card::Card;
use crate::domain::payment_process;
use crate::domain::payment_status::PaymentStatus;
use crate::refusals;
use crate::store::{bookings, payments};
use kernel::{Actor, PublicIds, Refusal, Timestamp};
use std::sync::Arc;
use store::keyed::{self, Answer, Attempt, Begin, Ticket};
use store::{StoreError, Tx};

/// Seconds after which a charge whose caller never settled it is asked about; longer than a gateway may take.
const CRASHED_AFTER_S: i64 = 30;

/// How an outcome is written for the caller: the status and the body that are recorded with it.
pub type Render = Arc<dyn Fn(&PaymentView) -> Result<(u16, Vec<u8>), Refusal> + Send + Sync>;

/// A caller's attempt under its Idempotency-Key, and how its outcome is written.
#[derive(Clone)]
pub struct Keyed {
    /// Whose key, and what was requested.
    pub attempt: Attempt,
    /// The answer to give and to repeat.
    pub render: Render,
}

impl Keyed {
    /// Does `effect` once for the attempt, in the caller's transaction; the answer is what it shows, recorded with it.
    pub(super) fn answer(
        &self,
        tx: &mut Tx<'_>,
        now: Timestamp,
        effect: impl FnOnce(&mut Tx<'_>) -> Result<PaymentView, Refusal>,
    ) -> Result<Answer, Refusal> {
        keyed::answer(tx, &self.attempt, now, |tx| (self.render)(&effect(tx)?))
    }
}

/// What is about to be charged.
pub(super) struct Opened {
    pub booking: Booking,
    pub payment: Payment,
    pub card: Option<Card>,
}

enum Begun {
    Before(Answer),
    Now { ticket: Ticket, booking: BookingId, request: ChargeRequest },
}

/// Charges what `open` opens, once per key. Once begun it runs to its end even when the caller goes away.
pub(super) async fn run<F>(app: &Arc<App>, keyed: Keyed, open: F) -> Result<Answer, Refusal>
where
    F: Fn(&mut Tx<'_>, Timestamp) -> Result<Opened, Refusal> + Send + 'static,
{
    let (ctx, public, attempt) = (SettleContext::of(app), app.public.clone(), keyed.attempt.clone());
    let begun = app.store.write(move |tx| begin(tx, &ctx, &public, &attempt, &open));
    match begun.await? {
        Begun::Before(answer) => Ok(answer),
        Begun::Now { ticket, booking, request } => {
            let app = Arc::clone(app);
            let rest = async move {
                let answer = app.payments.charge(request).await;
                settle_and_record(&app, booking, answer, keyed, ticket).await
            };
            let settled = tokio::spawn(rest).await;
            settled.map_err(refusals::payment::outcome_unknown)?.map_err(|refusal| {
                let cause = refusal.internal.unwrap_or_else(|| refusal.code.to_owned());
                refusals::payment::outcome_unknown(cause)
            })
        }
    }
}

fn begin<F>(
    tx: &mut Tx<'_>,
    ctx: &SettleContext,
    public: &PublicIds,
    attempt: &Attempt,
    open: &F,
) -> Result<Begun, Refusal>
where
    F: Fn(&mut Tx<'_>, Timestamp) -> Result<Opened, Refusal>,
{
    let ticket = match keyed::begin(tx, attempt, ctx.now)? {
        Begin::New(ticket) => ticket,
        Begin::Same(answer) => return Ok(Begun::Before(answer)),
        Begin::Changed => return Err(refusals::payment::key_reused()),
        Begin::Running => return Err(refusals::payment::in_progress()),
    };
    let Opened { booking, mut payment, card } = open(tx, ctx.now)?;
    let request = start(tx, ctx, public, (&booking, &mut payment), card)?;
    Ok(Begun::Now { ticket, booking: booking.id, request })
}

/// Marks the next charge as under way and has it followed, should this process end before it is settled.
pub(super) fn start(
    tx: &mut Tx<'_>,
    ctx: &SettleContext,
    public: &PublicIds,
    (booking, payment): (&Booking, &mut Payment),
    card: Option<Card>,
) -> Result<ChargeRequest, Refusal> {
    payment_process::begin(payment, booking, card, ctx.now).map_err(refusals::of_payment)?;
    payment_settle::follow(tx, ctx, payment, ctx.now.plus_secs(CRASHED_AFTER_S))?;
    payment_settle::save(tx, ctx, payment, None)?;
    Ok(payment.charge_request(public.encode(payment.id)))
}

async fn settle_and_record(
    app: &App,
    booking: BookingId,
    answer: ChargeAnswer,
    keyed: Keyed,
    ticket: Ticket,
) -> Result<Answer, Refusal> {
    let ctx = SettleContext::of(app);
    let settled = app.store.write(move |tx| {
        let (seen, seats) = settle(tx, &ctx, booking, &answer)?;
        let (status, body) = (keyed.render)(&seen)?;
        let recorded = Answer { status, body, replayed: false };
        keyed::finish(tx, &keyed.attempt, ticket, &recorded, ctx.now)?;
        Ok::<_, Refusal>((recorded, seen.payment.status, seats))
    });
    let (recorded, status, seats) = settled.await?;
    count(app, status);
    app.availability.publish(seats);
    Ok(recorded)
}

/// Counts what a charge came to, after its commit.
pub(super) fn count(app: &App, status: PaymentStatus) {
    let labels = [("gateway", app.payments.gateway().name()), ("status", status.as_str())];
    metrics::counter!("payment_processed_total", &labels).increment(1);
}

/// Applies an answer to the payment of `booking`.
pub(super) fn settle(
    tx: &mut Tx<'_>,
    ctx: &SettleContext,
    booking: BookingId,
    answer: &ChargeAnswer,
) -> Result<(PaymentView, Vec<Seats>), StoreError> {
    let gone = || StoreError::Corrupt(format!("booking {} or its payment is gone", booking.0));
    let mut booking = bookings::lock(tx, booking)?.ok_or_else(gone)?;
    let mut payment = payments::by_id(tx, PaymentId(booking.id.0))?.ok_or_else(gone)?;
    let seats = payment_settle::answer(tx, ctx, &mut booking, &mut payment, answer)?;
    Ok((PaymentView::new(booking, Some(payment), ctx.now), seats))
}

/// The caller's own booking with the payment that is to be charged, derived if nobody touched it.
pub(super) fn own(tx: &mut Tx<'_>, actor: Actor, id: BookingId) -> Result<(Booking, Payment), Refusal> {
    let (booking, stored) = lock_own(tx, actor, id)?;
    let payment = stored.unwrap_or_else(|| super::payment_view::derived(&booking));
    Ok((booking, payment))
}
