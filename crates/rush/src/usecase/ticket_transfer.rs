//! Pass a ticket on to another account: from this commit on the old code is dead. No seat moves; the stock is not touched.

use super::ticket_name::lock;
use crate::app::App;
use crate::domain::booking::Booking;
use crate::domain::ids::BookingId;
use crate::domain::ticket::{Ticket, TicketRefusal, passed_on};
use crate::refusals::door::of_ticket;
use crate::store::tickets;
use identity::users;
use kernel::{Actor, Refusal, Timestamp, UserId};
use serde_json::json;
use store::Tx;
use store::audit::{self, Act, Level, Origin};
use store::keyed::{self, Attempt};

/// What a transfer answers; the record keeps no more of it.
const DONE: u16 = 200;

/// Passes the ticket on to whoever has an account with this address here, once for `attempt`. Errors: not the caller's, not good, used;
/// an unknown receiver.
pub async fn once(
    app: &App,
    actor: Actor,
    attempt: Option<Attempt>,
    (id, seat, email): (BookingId, i64, String),
) -> Result<(), Refusal> {
    let now = app.clock.now();
    app.store
        .write(move |tx| {
            let Some(attempt) = &attempt else { return transfer(tx, actor, (id, seat, &email), now) };
            keyed::answer(tx, attempt, now, |tx| {
                transfer(tx, actor, (id, seat, &email), now)?;
                Ok::<_, Refusal>((DONE, Vec::new()))
            })?;
            Ok(())
        })
        .await
}

fn transfer(
    tx: &mut Tx<'_>,
    actor: Actor,
    (id, seat, email): (BookingId, i64, &str),
    now: Timestamp,
) -> Result<(), Refusal> {
    let (booking, ticket) = lock(tx, actor, id, seat)?;
    let receiver = users::by_email(tx, Some(booking.tenant), &identity::email::key(email.trim()))?;
    let receiver = receiver.filter(|user| user.is_active).map(|user| user.id);
    let receiver = receiver.ok_or_else(|| of_ticket(TicketRefusal::ReceiverUnknown))?;
    let ticket = passed_on(&booking, ticket, receiver).map_err(of_ticket)?;
    tickets::save(tx, &booking, &ticket)?;
    audit::append(tx, &act(actor, receiver, (&booking, &ticket), now))?;
    Ok(())
}

fn act(actor: Actor, receiver: UserId, (booking, ticket): (&Booking, &Ticket), now: Timestamp) -> Act {
    Act {
        at: now,
        scope: booking.tenant.0,
        actor: format!("user:{}", actor.user.0),
        action: "ticket.transfer",
        target: format!("booking:{}", booking.id.0),
        level: Level::Info,
        origin: Origin::default(),
        details: json!({ "seat": ticket.seat, "to": receiver.0, "generation": ticket.generation }),
    }
}
