//! Comparing Telegram's transactions with ours: what was paid and never reported is credited, what went back is taken back.

use super::payment_credit::{self, Credited, Crediting};
use super::payment_reverse::{self, Reversed};
use crate::app::App;
use crate::domain::payment::Purchase;
use crate::domain::telegram_update::PaidUpdate;
use crate::gateway::telegram::{StarTransaction, TRANSACTIONS_MAX, TransactionKind};
use crate::store::reconciliations;
use std::sync::Arc;
use store::StoreError;

/// Transactions that are looked at again: an entry may become visible after a later one.
const OVERLAP: i64 = 100;

/// Runs when it is due; how much was missing. Telegram's silence is no error of ours: it is compared next time.
pub async fn run(app: &App) -> Result<usize, StoreError> {
    let now = app.clock.now();
    let last = app.store.read(reconciliations::last).await?;
    let due = last.is_none_or(|last| now >= last.at.plus_secs(app.settings.reconcile_s));
    if !due {
        return Ok(0);
    }
    let mut offset = last.map_or(0, |last| (last.seen - OVERLAP).max(0));
    let mut missing = 0;
    loop {
        let page = match app.bot.star_transactions(offset).await {
            Ok(page) => page,
            Err(fault) => {
                tracing::warn!(error = %fault, "Telegram's transactions cannot be read");
                return Ok(missing);
            }
        };
        let count = page.len();
        for transaction in page {
            missing += usize::from(compare(app, transaction).await?);
        }
        offset += i64::try_from(count).unwrap_or(0);
        if count < TRANSACTIONS_MAX {
            break;
        }
    }
    app.store.write(move |tx| reconciliations::put(tx, offset, now)).await?;
    Ok(missing)
}

/// Whether it was missing here.
async fn compare(app: &App, transaction: StarTransaction) -> Result<bool, StoreError> {
    let StarTransaction { charge, stars, date, kind } = transaction;
    match kind {
        TransactionKind::Paid { tg_user_id, payload } => {
            let purchase = Purchase { tg_user_id, currency: "XTR".to_owned(), stars, payload };
            credit(app, PaidUpdate { purchase, charge, date }).await
        }
        TransactionKind::Refunded => take_back(app, charge).await,
        TransactionKind::Other => {
            tracing::info!(%charge, stars, "a transaction of Telegram is no purchase");
            Ok(false)
        }
    }
}

async fn credit(app: &App, paid: PaidUpdate) -> Result<bool, StoreError> {
    let (ids, public, now) = (Arc::clone(&app.ids), app.public.clone(), app.clock.now());
    let (config, charge) = (app.config.load_full(), paid.charge.clone());
    let credited = app
        .store
        .write(move |tx| {
            let with = Crediting { ids: &ids, public: &public, config: &config, now };
            payment_credit::run(tx, &with, &paid)
        })
        .await?;
    if credited == Credited::Before {
        return Ok(false);
    }
    tracing::warn!(%charge, "a purchase was never reported; it is credited now");
    Ok(true)
}

async fn take_back(app: &App, charge: String) -> Result<bool, StoreError> {
    let (ids, now, name) = (Arc::clone(&app.ids), app.clock.now(), charge.clone());
    let reversed = app.store.write(move |tx| payment_reverse::run(tx, &ids, &name, now)).await?;
    match reversed {
        Reversed::Before => Ok(false),
        Reversed::Now => {
            tracing::warn!(%charge, "a refund was never reported; it is taken back now");
            Ok(true)
        }
        Reversed::Unknown => {
            tracing::error!(%charge, "Telegram refunded a charge that we do not know");
            Ok(false)
        }
    }
}
