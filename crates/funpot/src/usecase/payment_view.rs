//! One invoice as its owner sees it: the truth, whatever the client was told.

use crate::app::App;
use crate::domain::ids::PaymentId;
use crate::domain::payment::Payment;
use crate::store::payments;
use kernel::{Refusal, UserId};

/// The invoice. Errors: 404, absent or another's.
pub async fn run(app: &App, user: UserId, id: PaymentId) -> Result<Payment, Refusal> {
    let found = app.store.read(move |tx| payments::by_id(tx, id)).await?;
    found.filter(|payment| payment.user == user).ok_or_else(|| Refusal::not_found("invoice"))
}
