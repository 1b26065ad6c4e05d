//! An update of Telegram: its effect, once, committed before we say that we have it.

use super::payment_checkout;
use super::payment_credit::{self, Crediting};
use super::payment_reverse::{self, Reversed};
use crate::app::App;
use crate::domain::telegram_update::{PaidUpdate, Update};
use crate::limits::TELEGRAM;
use crate::store::{bot_calls, charges};
use kernel::{Meaning, Refusal};
use serde_json::json;
use std::sync::Arc;
use store::{StoreError, Tx};

/// Takes an update. Errors: 503, too many at once, or it could not be committed: Telegram sends it again.
pub async fn run(app: &App, number: i64, update: Update) -> Result<(), Refusal> {
    let now = app.clock.now();
    app.limits.take(TELEGRAM, &app.config.load(), 0_i64, now).map_err(try_again)?;
    match update {
        Update::PreCheckout { query, purchase } => payment_checkout::run(app, &query, purchase).await,
        Update::Paid(paid) => Ok(credit(app, number, paid).await?),
        Update::Refunded { charge } => Ok(refunded(app, number, charge).await?),
        Update::Command { chat, command } => {
            let text = command.reply(&app.settings.telegram_app_url);
            let body = json!({ "chat_id": chat, "text": text }).to_string();
            Ok(reply(app, number, body).await?)
        }
        Update::Other => Ok(()),
    }
}

/// Over the limit is not lost: Telegram keeps what gets a 503.
fn try_again(refusal: Refusal) -> Refusal {
    Refusal { meaning: Meaning::Unavailable, code: "SERVICE_UNAVAILABLE", ..refusal }
}

async fn credit(app: &App, number: i64, paid: PaidUpdate) -> Result<(), StoreError> {
    let (ids, public, now) = (Arc::clone(&app.ids), app.public.clone(), app.clock.now());
    let config = app.config.load_full();
    app.store
        .write(move |tx| {
            let with = Crediting { ids: &ids, public: &public, config: &config, now };
            // The charge decides, not the update's number: two updates may tell of one charge.
            charges::first_time(tx, number, now)?;
            payment_credit::run(tx, &with, &paid).map(drop)
        })
        .await
}

async fn refunded(app: &App, number: i64, charge: String) -> Result<(), StoreError> {
    let (ids, now) = (Arc::clone(&app.ids), app.clock.now());
    let name = charge.clone();
    let done = app.store.write(move |tx| {
        charges::first_time(tx, number, now)?;
        payment_reverse::run(tx, &ids, &name, now)
    });
    if done.await? == Reversed::Unknown {
        tracing::error!(%charge, "Telegram refunded a charge that we do not know");
    }
    Ok(())
}

async fn reply(app: &App, number: i64, body: String) -> Result<(), StoreError> {
    let (id, now) = (app.ids.next(app.clock.now()), app.clock.now());
    app.store
        .write(move |tx: &mut Tx<'_>| {
            if charges::first_time(tx, number, now)? {
                bot_calls::enqueue(tx, id, ("sendMessage", &body), None, now)?;
            }
            Ok(())
        })
        .await
}
