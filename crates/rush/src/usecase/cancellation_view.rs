//! What cancelling an event or show would give back, and how far giving it back has come.

use super::cancellation_run::is_due;
use crate::app::App;
use crate::domain::catalogue_refusal::{CatalogueRefusal, Noun};
use crate::domain::event::may_create;
use crate::domain::ids::{EventId, ShowId};
use crate::domain::refund_list::RefundSum;
use crate::store::bookings;
use crate::store::cancellation_runs::{self, CancellationRun};
use crate::store::refunds;
use kernel::{Actor, Currency, Refusal, TenantId, Timestamp};
use store::{StoreError, Tx};

/// Bookings that one read looks at.
const LOOK_MAX: i64 = 5_000;

/// Bookings in one currency that would be given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueSum {
    /// The currency.
    pub currency: Currency,
    /// How many bookings.
    pub bookings: i64,
    /// Their seats.
    pub tickets: i64,
    /// Their money, minor units.
    pub amount_minor: i64,
}

/// What a cancellation would do, or has done so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancellationView {
    /// The run; none: it is not cancelled.
    pub run: Option<CancellationRun>,
    /// What is still to be given back; before a cancellation the dry run.
    pub due: Vec<DueSum>,
    /// The refunds that the cancellation has made, by state and currency.
    pub made: Vec<RefundSum>,
}

/// The cancellation of an event, for those who may cancel it.
pub async fn of_event(app: &App, actor: Actor, id: EventId) -> Result<CancellationView, Refusal> {
    let snapshot = app.catalogue.current();
    let event = snapshot.event(id).ok_or(CatalogueRefusal::ThereIsNoSuch(Noun::Event))?;
    may_see(actor, event)?;
    view(app, actor, (event.tenant, id), None).await
}

/// The cancellation of one show.
pub async fn of_show(app: &App, actor: Actor, id: ShowId) -> Result<CancellationView, Refusal> {
    const NO_SHOW: CatalogueRefusal = CatalogueRefusal::ThereIsNoSuch(Noun::Show);
    let snapshot = app.catalogue.current();
    let show = snapshot.show(id).ok_or(NO_SHOW)?;
    let event = snapshot.event(show.event).ok_or(NO_SHOW)?;
    may_see(actor, event)?;
    view(app, actor, (event.tenant, show.event), Some(id)).await
}

fn may_see(actor: Actor, event: &crate::domain::event::Event) -> Result<(), Refusal> {
    let tenant = may_create(actor)?;
    if tenant != event.tenant {
        return Err(CatalogueRefusal::ThereIsNoSuch(Noun::Event).into());
    }
    Ok(event.may_be_changed_by(actor)?)
}

async fn view(
    app: &App,
    actor: Actor,
    (tenant, event): (TenantId, EventId),
    show: Option<ShowId>,
) -> Result<CancellationView, Refusal> {
    let now = app.clock.now();
    let number = show.map_or(event.0, |show| show.0);
    let read = app.store.read(move |tx| {
        let run = cancellation_runs::by_id(tx, number)?;
        Ok::<_, StoreError>((run, refunds::sums_of_cancellation(tx, event, show)?))
    });
    let (run, made) = read.await?;
    let whole = run.clone().unwrap_or_else(|| imagined(actor, (tenant, event), show, now));
    let mut walk = Walk { at: event.0, due: Vec::new() };
    while !run.as_ref().is_some_and(|run| run.is_done) {
        let (next, over) = step(app, walk, whole.clone()).await?;
        walk = next;
        if over {
            break;
        }
    }
    Ok(CancellationView { run, due: walk.due, made })
}

/// The run that cancelling would begin.
fn imagined(
    actor: Actor,
    (tenant, event): (TenantId, EventId),
    show: Option<ShowId>,
    now: Timestamp,
) -> CancellationRun {
    CancellationRun {
        id: 0,
        tenant,
        event,
        show,
        is_done: false,
        passes: 0,
        cursor: event.0,
        next_at: now,
        started_by: actor.user,
        started_at: now,
        finished_at: None,
    }
}

/// A walk over the bookings: where it is, and what it found.
struct Walk {
    at: i64,
    due: Vec<DueSum>,
}

/// Looks at the next bookings; whether those were the last.
async fn step(app: &App, walk: Walk, run: CancellationRun) -> Result<(Walk, bool), StoreError> {
    let looked = app.store.read(move |tx| {
        let mut next = Walk { at: walk.at, due: walk.due.clone() };
        let is_over = look(tx, &run, &mut next)?;
        Ok::<_, StoreError>((next, is_over))
    });
    looked.await
}

fn look(tx: &mut Tx<'_>, run: &CancellationRun, walk: &mut Walk) -> Result<bool, StoreError> {
    let heads = bookings::range(tx, (walk.at, i64::MAX), LOOK_MAX)?;
    let Some(end) = heads.last().map(|head| head.id.0) else { return Ok(true) };
    walk.at = end;
    let due: Vec<_> = heads.iter().filter(|head| is_due(head, run)).map(|head| head.id.0).collect();
    for booking in bookings::by_ids(tx, &due)?.into_iter().filter(|booking| booking.seats_owned() > 0) {
        let seats = booking.seats_owned();
        let at = walk.due.iter().position(|sum| sum.currency == booking.currency);
        let at = at.unwrap_or_else(|| {
            let none = DueSum { currency: booking.currency, bookings: 0, tickets: 0, amount_minor: 0 };
            walk.due.push(none);
            walk.due.len() - 1
        });
        let sum = &mut walk.due[at];
        sum.bookings += 1;
        sum.tickets += seats;
        sum.amount_minor = sum.amount_minor.saturating_add(booking.unit_price_minor.saturating_mul(seats));
    }
    Ok(false)
}
