//! Process: charges a payment, the first time or again after a decline.

use super::payment_charge::{self, Keyed, Opened, own};
use crate::app::App;
use crate::domain::ids::{BookingId, PaymentId};
use crate::domain::payment_card::Card;
use kernel::{Actor, Refusal};
use std::sync::Arc;
use web::idempotency::Answer;

/// Charges the caller's payment, with `card` if one was sent, else with the one it was opened with.
pub async fn run(
    app: &Arc<App>,
    actor: Actor,
    id: PaymentId,
    card: Option<Card>,
    keyed: Keyed,
) -> Result<Answer, Refusal> {
    let open = move |tx: &mut store::Tx<'_>, _| {
        let (booking, payment) = own(tx, actor, BookingId(id.0))?;
        Ok(Opened { booking, payment, card: card.clone() })
    };
    payment_charge::run(app, keyed, open).await
}
