//! Answering somebody who is about to pay: Telegram waits ten seconds, we take two at most.

use crate::app::App;
use crate::domain::live_config::Flag;
use crate::domain::payment::{CheckoutRefusal, Payment, Purchase, checkout};
use crate::domain::user::{User, UserStatus};
use crate::store::{payments, users};
use kernel::Refusal;
use std::time::Duration;
use store::{StoreError, Tx};

/// How often the answer is sent until Telegram has it.
const TRIES: u32 = 3;
/// Between two of them.
const PAUSE: Duration = Duration::from_millis(150);

/// Decides and answers. Errors: the database or Telegram did not answer; Telegram asks again.
pub async fn run(app: &App, query: &str, purchase: Purchase) -> Result<(), Refusal> {
    let (now, is_on) = (app.clock.now(), app.config.load().is_on(Flag::Payments));
    let payload = purchase.payload.clone();
    let found: Result<Option<(Payment, User)>, StoreError> =
        app.store.read(move |tx| find(tx, &payload)).await;
    let found = found?;
    let owned = found
        .as_ref()
        .map(|(payment, owner)| (payment, owner.tg_user_id, owner.status == UserStatus::Active));
    let judged = checkout(owned, &purchase, is_on, now);
    answer(app, query, judged).await
}

fn find(tx: &mut Tx<'_>, payload: &str) -> Result<Option<(Payment, User)>, StoreError> {
    let Some(payment) = payments::by_payload(tx, payload)? else { return Ok(None) };
    Ok(users::by_id(tx, payment.user)?.map(|owner| (payment, owner)))
}

async fn answer(app: &App, query: &str, judged: Result<(), CheckoutRefusal>) -> Result<(), Refusal> {
    let judged = judged.map_err(CheckoutRefusal::text);
    let mut tried = 0;
    loop {
        tried += 1;
        match app.bot.answer_pre_checkout(query, judged).await {
            Ok(()) => return Ok(()),
            Err(fault) if fault.is_passing() && tried < TRIES => tokio::time::sleep(PAUSE).await,
            Err(fault) if fault.is_passing() => return Err(Refusal::unavailable(fault)),
            // Answered before, or too late: nothing more can be done about this query.
            Err(fault) => {
                tracing::warn!(error = %fault, "an answer to a purchase came too late");
                return Ok(());
            }
        }
    }
}
