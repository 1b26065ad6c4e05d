//! Charging a payment, the first time or again after a decline: as the API does it with a card or without, and as a checkout
//! page does it, opening the payment if nobody has.

use super::payment_charge::{self, Keyed, Opened, own};
use crate::app::App;
use crate::domain::ids::{BookingId, PaymentId};
use crate::domain::payment_card::Card;
use kernel::{Actor, Refusal};
use std::sync::Arc;
use store::Tx;
use store::keyed::{Answer, Attempt};

/// The status that is recorded for an attempt whose outcome its page looks up: done, and nothing to show.
const NO_CONTENT: u16 = 204;

/// Charges the caller's payment, with `card` if one was sent, else with the one it was opened with.
pub async fn run(
    app: &Arc<App>,
    actor: Actor,
    id: PaymentId,
    card: Option<Card>,
    keyed: Keyed,
) -> Result<Answer, Refusal> {
    let open = move |tx: &mut Tx<'_>, _| {
        let (booking, payment) = own(tx, actor, BookingId(id.0))?;
        Ok(Opened { booking, payment, card: card.clone() })
    };
    payment_charge::run(app, keyed, open).await
}

/// Charges the caller's booking with `card`, once per attempt. What came of it is read with `payment_view::of_booking`.
/// Errors: as for processing a payment; a second click meets 409 `REQUEST_IN_PROGRESS` or the first one's outcome.
pub async fn pay(
    app: &Arc<App>,
    actor: Actor,
    booking: BookingId,
    card: Card,
    attempt: Attempt,
) -> Result<(), Refusal> {
    let keyed = Keyed { attempt, render: Arc::new(|_| Ok((NO_CONTENT, Vec::new()))) };
    run(app, actor, PaymentId(booking.0), Some(card), keyed).await.map(drop)
}
