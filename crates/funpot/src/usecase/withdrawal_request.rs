//! Asking for money: it is held at once, and cannot be spent any more.

use super::{balance_event, wallet_entry};
use crate::app::App;
use crate::domain::ids::WithdrawalId;
use crate::domain::live_config::NumberKey;
use crate::domain::money::{PAYOUT, debt_of, transfer_code};
use crate::domain::withdrawal::{
    Standing, Withdrawal, WithdrawalRefusal, WithdrawalStatus, WithdrawalTerms, check,
};
use crate::limits::WITHDRAW;
use crate::refusals;
use crate::store::{charges, users, withdrawals};
use kernel::{IdSource, Refusal, Timestamp, UserId};
use ledger::{Book, Transfer};
use std::sync::Arc;
use store::{StoreError, Tx};

/// A hold that somebody ends, never the clock.
const NEVER: Timestamp = Timestamp::from_micros(i64::MAX);
/// Seconds of a day.
const DAY_S: i64 = 86_400;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct WithdrawalRequest {
    /// Who asks.
    pub user: UserId,
    /// Units.
    pub amount: i64,
    /// The client's name for it.
    pub key: String,
}

/// The request, and whether this call made it. Errors: 402, 403 not eligible, 422 the key was used, 429.
pub async fn run(app: &App, request: WithdrawalRequest) -> Result<(Withdrawal, bool), Refusal> {
    let (user, key) = (request.user, request.key.clone());
    let known = app.store.read(move |tx| withdrawals::by_key(tx, user, &key)).await?;
    if let Some(known) = known {
        return same(known, request.amount);
    }
    let (config, now) = (app.config.load(), app.clock.now());
    let terms = WithdrawalTerms {
        least: config.number(NumberKey::WithdrawMin),
        account_days: config.number(NumberKey::WithdrawAccountDays),
    };
    let fresh_since = now.plus_secs(-config.number(NumberKey::WithdrawHoldDays) * DAY_S);
    let (ids, limits, config) = (Arc::clone(&app.ids), Arc::clone(&app.limits), app.config.load_full());
    app.store
        .write(move |tx| {
            let allowed = || limits.take(WITHDRAW, &config, user.0, now);
            find_or_hold(tx, &ids, &request, (&terms, fresh_since, &allowed), now)
        })
        .await
}

fn same(known: Withdrawal, amount: i64) -> Result<(Withdrawal, bool), Refusal> {
    if known.amount == amount {
        Ok((known, false))
    } else {
        Err(refusals::of_withdrawal(WithdrawalRefusal::KeyWasUsed))
    }
}

fn find_or_hold(
    tx: &mut Tx<'_>,
    ids: &IdSource,
    request: &WithdrawalRequest,
    (terms, fresh_since, allowed): (&WithdrawalTerms, Timestamp, &dyn Fn() -> Result<(), Refusal>),
    now: Timestamp,
) -> Result<(Withdrawal, bool), Refusal> {
    let user = request.user;
    // The wallet is locked first: two requests of one key come one after the other.
    let mut book = Book::load(tx, &[PAYOUT, user.0, debt_of(user)])?;
    if let Some(known) = withdrawals::by_key(tx, user, &request.key)? {
        return same(known, request.amount);
    }
    // Only a new request costs a token, however many come at once under one key.
    allowed()?;
    let standing = standing(tx, &book, user, fresh_since)?;
    check(request.amount, &standing, terms, now).map_err(refusals::of_withdrawal)?;
    let withdrawal = Withdrawal {
        id: WithdrawalId(ids.next(now)),
        user,
        amount: request.amount,
        status: WithdrawalStatus::Pending,
        rail: None,
        reason: None,
        external_ref: None,
        decided_by: None,
        created_at: now,
        updated_at: now,
    };
    let (id, amount) = (withdrawal.id.0, withdrawal.amount);
    let hold = Transfer::pending(id, (user.0, PAYOUT), amount, NEVER, transfer_code::WITHDRAW);
    let held = book.transfer(&hold, now);
    held.map_err(|refusal| StoreError::Corrupt(format!("withdrawal {id}: {refusal}")))?;
    book.save(tx)?;
    withdrawals::insert(tx, &withdrawal, &request.key)?;
    wallet_entry::append(tx, user, id)?;
    balance_event::enqueue(tx, ids, &book, user, now)?;
    Ok((withdrawal, true))
}

fn standing(tx: &mut Tx<'_>, book: &Book, user: UserId, fresh_since: Timestamp) -> Result<Standing, Refusal> {
    let row = users::by_id(tx, user)?.ok_or_else(|| Refusal::not_found("user"))?;
    Ok(Standing {
        available: book.account(user.0).map_or(0, |wallet| wallet.balances.available()),
        debt: book.account(debt_of(user)).map_or(0, |debt| -debt.balances.posted()),
        fresh: charges::bought_since(tx, user, fresh_since)?,
        since: row.created_at,
    })
}
