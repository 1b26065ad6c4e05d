//! Reversing a log: a counter-log moves every leg back, newest first. Nothing is erased.

use super::ids::TradingLogId;
use super::legs::Leg;
use super::log_post::{Loaded, LogRefusal, Numbers, Posted, post_legs};
use super::log_type::Source;
use super::trading_log::TradingLog;
use super::transaction::Transaction;
use kernel::{Timestamp, UserId};
use ledger::Declined;
use ledger::rules::State;

/// The type of a counter-log, and the reason of its transactions.
pub const REVERSAL: &str = "reversal";

/// A reversal that somebody wants.
#[derive(Debug, Clone)]
pub struct ReverseRequest {
    /// Whose log.
    pub user: UserId,
    /// Which.
    pub log: TradingLogId,
    /// Who asks.
    pub source: Source,
    /// Why, for people.
    pub message: String,
}

/// A log that is to be reversed, as it is stored.
#[derive(Debug, Clone)]
pub struct Reversible {
    /// The log.
    pub log: TradingLog,
    /// What it moved, in the order of its legs.
    pub transactions: Vec<Transaction>,
    /// The log that reverses it already.
    pub reversed_by: Option<TradingLogId>,
}

/// Writes the counter-log of `found` and moves everything back, or says why not.
pub fn reverse(
    loaded: &mut Loaded,
    ledger: &mut State,
    (request, found): (&ReverseRequest, Option<&Reversible>),
    numbers: Numbers<'_>,
    now: Timestamp,
) -> Result<Posted, Declined<LogRefusal>> {
    let found = reversible(loaded, request, found).map_err(Declined::Refused)?;
    let legs: Vec<Leg> = found.transactions.iter().rev().map(counter_leg).collect();
    let missing = legs.iter().find(|leg| {
        loaded.sub_accounts.get(&leg.account.0).is_none_or(|account| account.deleted_at.is_some())
    });
    if let Some(leg) = missing {
        return Err(Declined::Refused(LogRefusal::SubAccountIsUnknown(leg.account)));
    }
    let trading = loaded.tradings.get(&found.log.trading.0).copied();
    let Some(trading) = trading.filter(|trading| trading.is_live) else {
        return Err(Declined::Refused(LogRefusal::TradingIsUnknown));
    };
    let log = TradingLog {
        id: TradingLogId((numbers.next_id)()),
        user: found.log.user,
        seq: numbers.log_seq,
        trading: found.log.trading,
        sub_account: found.log.sub_account,
        transaction: None,
        timestamp: now,
        event_time: None,
        kind: REVERSAL.to_owned(),
        source: request.source,
        message: request.message.clone(),
        info: "{}".to_owned(),
        transactions: found.log.transactions,
        reverses: Some(found.log.id),
        request_hash: 0,
    };
    post_legs(loaded, ledger, (log, trading.kind), &legs, numbers)
}

fn reversible<'f>(
    loaded: &Loaded,
    request: &ReverseRequest,
    found: Option<&'f Reversible>,
) -> Result<&'f Reversible, LogRefusal> {
    let found = found.filter(|found| found.log.user == request.user).ok_or(LogRefusal::LogIsUnknown)?;
    if loaded.users.get(&request.user.0) != Some(&true) {
        return Err(LogRefusal::UserIsNotActive);
    }
    if let Some(by) = found.reversed_by {
        return Err(LogRefusal::LogWasReversed(by));
    }
    // A reversal stands: who reversed by mistake reports the trade again.
    if found.transactions.is_empty() || found.log.reverses.is_some() {
        return Err(LogRefusal::LogMovesNoMoney);
    }
    Ok(found)
}

fn counter_leg(transaction: &Transaction) -> Leg {
    Leg {
        account: transaction.sub_account,
        symbol: None,
        direction: transaction.direction.reversed(),
        amount: transaction.amount,
        reason: REVERSAL.to_owned(),
        price: transaction.price,
        quote: transaction.quote,
    }
}
