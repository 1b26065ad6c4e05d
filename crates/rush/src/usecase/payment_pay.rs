//! Pay: what a checkout page does, open the payment if nobody has and charge it, in one go.

use super::payment_charge::Keyed;
use super::payment_process;
use crate::app::App;
use crate::domain::ids::{BookingId, PaymentId};
use crate::domain::payment_card::Card;
use axum::http::StatusCode;
use kernel::{Actor, Refusal};
use std::sync::Arc;
use web::idempotency::Attempt;

/// Charges the caller's booking with `card`, once per attempt. What came of it is read with `payment_view::of_booking`.
/// Errors: as for processing a payment; a second click meets 409 `REQUEST_IN_PROGRESS` or the first one's outcome.
pub async fn run(
    app: &Arc<App>,
    actor: Actor,
    booking: BookingId,
    card: Card,
    attempt: Attempt,
) -> Result<(), Refusal> {
    let keyed = Keyed { attempt, tell: Arc::new(|_| Ok((StatusCode::NO_CONTENT, Vec::new()))) };
    payment_process::run(app, actor, PaymentId(booking.0), Some(card), keyed).await.map(drop)
}
