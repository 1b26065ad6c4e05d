//! Rounds of mails to everybody with tickets: begun by what happens or by the clock, done a piece at a time.

use super::booking_mail;
use crate::app::App;
use crate::domain::catalogue::Snapshot;
use crate::domain::event_status::EventStatus;
use crate::domain::ids::BookingId;
use crate::domain::mail_cause::MailCause;
use crate::domain::mail_round::{REMIND_S, Round, RoundKind};
use crate::store::bookings;
use crate::store::mail::rounds;
use kernel::Timestamp;
use std::sync::Arc;
use store::{StoreError, Tx};

/// Bookings that one step looks at.
const LOOK_MAX: i64 = 5_000;
/// Mails that one step writes: short enough that a hot verb behind it in the queue does not notice.
const WRITE_MAX: usize = 200;

/// Begins a round in the transaction of its cause; twice is the same as once.
pub fn begin(tx: &mut Tx<'_>, round: &Round, now: Timestamp) -> Result<(), StoreError> {
    rounds::begin(tx, round, now).map(drop)
}

/// Begins the rounds of shows that are near; how many there are new.
pub async fn remind(app: &App) -> Result<usize, StoreError> {
    let now = app.clock.now();
    let near = reminders(&app.catalogue.current(), now);
    if near.is_empty() {
        return Ok(0);
    }
    let new = app.store.read(move |tx| {
        let mut new = Vec::new();
        for round in near {
            if !rounds::is_begun(tx, &round)? {
                new.push(round);
            }
        }
        Ok::<_, StoreError>(new)
    });
    let new = new.await?;
    if new.is_empty() {
        return Ok(0);
    }
    let count = new.len();
    app.store
        .write(move |tx| new.iter().try_for_each(|round| rounds::begin(tx, round, now).map(drop)))
        .await
        .map(|()| count)
}

/// The reminders that are due: shows that begin within a day.
fn reminders(catalogue: &Snapshot, now: Timestamp) -> Vec<Round> {
    let mut found = Vec::new();
    for tenant in catalogue.tenants() {
        let events =
            catalogue.events(tenant.id).iter().filter(|event| event.status == EventStatus::Published);
        for show in events.flat_map(|event| catalogue.shows(event.id)).filter(|show| !show.is_cancelled) {
            let starts_at = show.fields.starts_at;
            if now < starts_at && starts_at <= now.plus_secs(REMIND_S) {
                let (subject, occasion) = (show.id.0, starts_at.as_secs());
                found.push(Round { kind: RoundKind::Reminder, subject, occasion, cursor: subject });
            }
        }
    }
    found
}

/// One step of the oldest round; how many bookings it looked at. Run it until it says 0.
pub async fn step(app: &Arc<App>) -> Result<usize, StoreError> {
    let found = app.store.read(|tx| {
        let Some(round) = rounds::oldest_open(tx)? else { return Ok(None) };
        let looked = rounds::bookings_after(tx, round.cursor, LOOK_MAX)?;
        Ok::<_, StoreError>(Some((round, looked)))
    });
    let Some((mut round, looked)) = found.await? else { return Ok(0) };
    let now = app.clock.now();
    let is_last = looked.len() < usize::try_from(LOOK_MAX).unwrap_or(usize::MAX);
    let mut holders = Vec::new();
    let mut count = 0;
    for row in &looked {
        count += 1;
        round.cursor = row.id;
        if row.has_tickets && round.is_for(row.show, row.event) {
            holders.push(BookingId(row.id));
        }
        if holders.len() == WRITE_MAX {
            break;
        }
    }
    let done = (is_last && count == looked.len()).then_some(now);
    let app = Arc::clone(app);
    let store = app.store.clone();
    store.write(move |tx| write(&app, tx, &round, (&holders, done), now)).await?;
    Ok(count.max(1))
}

fn write(
    app: &App,
    tx: &mut Tx<'_>,
    round: &Round,
    (holders, done): (&[BookingId], Option<Timestamp>),
    now: Timestamp,
) -> Result<(), StoreError> {
    for id in holders {
        let Some(booking) = bookings::by_id(tx, *id)? else { continue };
        let about = round.about(id.0);
        let cause = MailCause { kind: round.kind.mail(), about, reason: None, refund_minor: None };
        booking_mail::to_buyer(app, tx, &booking, &cause, now)?;
    }
    rounds::save(tx, round, done)
}
