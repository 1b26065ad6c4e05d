//! Facts about bets, as they leave through the outbox. Every byte is written with every bet: they are short.

use super::bet::Bet;
use super::ids::BetId;
use kernel::{Event, PublicIds, Timestamp, UserId};
use serde_json::json;

/// Where they are published.
pub const TOPIC: &str = "tap-bets";
/// A bet is on disk.
pub const CONFIRMED: &str = "bet.confirmed";
/// A bet was recorded and refused.
pub const FAILED: &str = "bet.failed";
/// A bet has its outcome.
pub const RESOLVED: &str = "bet.resolved";
/// A balance changed for another reason.
pub const BALANCE: &str = "balance.update";

/// What happened to whom, with the user's gapless number; the payload is `{"seq":n,"data":{...}}`.
fn event(id: i64, kind: &str, user: UserId, seq: i64, at: Timestamp, data: &impl std::fmt::Display) -> Event {
    Event {
        id,
        topic: TOPIC.to_owned(),
        kind: kind.to_owned(),
        key: user.0,
        occurred_at: at,
        payload: format!("{{\"seq\":{seq},\"data\":{data}}}"),
    }
}

/// The bet is on disk.
#[must_use]
pub fn confirmed(id: i64, public: &PublicIds, bet: &Bet, cell: &str) -> Event {
    // Written by hand, because every bet does it on the writer: ids and states need no escapes.
    let data = format!(
        r#"{{"bet_id":"{}","cell_id":"{cell}","status":"{}","rate":{},"amount":{},"payout":{},"new_balance":{}}}"#,
        public.encode(bet.id),
        bet.status.as_str(),
        bet.rate,
        bet.amount,
        bet.payout,
        bet.balance_after
    );
    event(id, CONFIRMED, bet.user, bet.seq, bet.placed_at, &data)
}

/// The bet was refused; nothing was taken.
#[must_use]
pub fn failed(id: i64, public: &PublicIds, bet: &Bet, cell: &str) -> Event {
    let data = json!({ "bet_id": public.encode(bet.id), "cell_id": cell, "reason": bet.status.as_str() });
    event(id, FAILED, bet.user, bet.seq, bet.placed_at, &data)
}

/// What a bet became.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// The bet.
    pub bet: BetId,
    /// Whose.
    pub user: UserId,
    /// The cell's id.
    pub cell: String,
    /// `won`, `lost` or `void`.
    pub outcome: &'static str,
    /// What was paid, cents.
    pub payout: i64,
    /// The balance afterwards, cents.
    pub balance: i64,
    /// The user's number of this event.
    pub seq: i64,
}

/// The bet has its outcome.
#[must_use]
pub fn resolved(id: i64, public: &PublicIds, what: &Resolved, at: Timestamp) -> Event {
    let data = json!({
        "bet_id": public.encode(what.bet), "cell_id": what.cell, "outcome": what.outcome, "payout": what.payout,
        "new_balance": what.balance,
    });
    event(id, RESOLVED, what.user, what.seq, at, &data)
}

/// The balance changed: a deposit.
#[must_use]
pub fn balance(id: i64, user: UserId, seq: i64, balance: i64, at: Timestamp) -> Event {
    event(id, BALANCE, user, seq, at, &json!({ "balance": balance }))
}
