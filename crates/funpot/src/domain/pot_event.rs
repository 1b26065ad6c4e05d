//! The facts that leave through the outbox: their names and what they carry. Numbers are inside numbers; whoever shows them
//! outside encodes them.

use super::event::{PotEvent, Tally};
use super::vote::Vote;
use kernel::{Event, Timestamp};
use serde::{Deserialize, Serialize};

/// Where all of them are published.
pub const TOPIC: &str = "funpot-events";
/// A number or a switch was changed while running.
pub const CONFIG_CHANGED: &str = "config.changed";
/// An event takes votes.
pub const EVENT_OPENED: &str = "event.opened";
/// An event's closing was moved.
pub const EVENT_MOVED: &str = "event.moved";
/// A vote was accepted.
pub const VOTE_ACCEPTED: &str = "vote.accepted";
/// An event takes no votes any more.
pub const EVENT_CLOSED: &str = "event.closed";
/// Some voters of an event were paid, or what they got was taken back.
pub const VOTES_PAID: &str = "votes.paid";
/// All of an event's money has moved.
pub const EVENT_SETTLED: &str = "event.settled";
/// A user's balance changed for another reason.
pub const BALANCE_CHANGED: &str = "balance.changed";
/// The classifier said something about a stream.
pub const LLM_STAGE: &str = "llm.stage";

/// Something that whoever watches should know.
pub const NOTICE: &str = "notice";
/// Which streamers are watched by which worker has changed.
pub const ASSIGNMENTS_CHANGED: &str = "assignments.changed";

/// What is to be known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SystemNotice {
    /// `maintenance`, `flag_changed`, `config_changed`, `rate_limited`.
    pub code: String,
    /// A sentence, or the key that changed.
    pub message: String,
}

/// What the classifier said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageLabelled {
    /// Of whose stream.
    pub streamer: i64,
    /// `stage_a` to `stage_d`.
    pub stage: String,
    /// The label.
    pub label: String,
    /// Basis points.
    pub confidence_bp: i64,
    /// When, microseconds since 1970.
    pub at: i64,
}

/// Which configuration changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigChanged {
    /// Its key.
    pub key: String,
}

/// Which event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfEvent {
    /// Its number.
    pub event: i64,
    /// Its streamer's.
    pub streamer: i64,
    /// Its game's.
    pub game: Option<i64>,
}

/// A vote, and the tallies of its event after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoteAccepted {
    /// On what.
    pub event: i64,
    /// Its number there: of two facts the one with the larger number has the newer tallies.
    pub seq: i64,
    /// Whose.
    pub user: i64,
    /// For which choice.
    pub option: usize,
    /// What it cost.
    pub cost: i64,
    /// What the user could spend afterwards.
    pub balance: i64,
    /// `[votes, stakes]` by choice.
    pub tallies: Vec<[i64; 2]>,
}

/// A payment to one voter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaidVoter {
    /// Whose.
    pub user: i64,
    /// What the vote got.
    pub payout: i64,
    /// What the user can spend afterwards.
    pub balance: i64,
}

/// Payments of one commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VotesPaid {
    /// Of which event.
    pub event: i64,
    /// To whom.
    pub voters: Vec<PaidVoter>,
}

/// An event that is settled or void.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventSettled {
    /// Which, of whom.
    #[serde(flatten)]
    pub of: OfEvent,
    /// `settled` or `voided`.
    pub outcome: String,
    /// Which choice won.
    pub option: Option<String>,
    /// All stakes.
    pub pool: i64,
    /// The house's share.
    pub rake: i64,
    /// The hash of its receipt.
    pub receipt_hash: Option<String>,
}

/// A balance that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BalanceChanged {
    /// Whose.
    pub user: i64,
    /// What the user can spend.
    pub balance: i64,
}

/// A fact about `key`.
///
/// # Panics
/// When `payload` cannot be written as JSON: they are texts, numbers and lists of them.
#[must_use]
pub fn fact<P: Serialize>(id: i64, kind: &str, key: i64, payload: &P, now: Timestamp) -> Event {
    Event {
        id,
        topic: TOPIC.to_owned(),
        kind: kind.to_owned(),
        key,
        occurred_at: now,
        payload: serde_json::to_string(payload).expect("texts, numbers and lists of them are JSON"),
    }
}

/// The configuration changed.
#[must_use]
pub fn config_changed(id: i64, key: &str, now: Timestamp) -> Event {
    fact(id, CONFIG_CHANGED, 0, &ConfigChanged { key: key.to_owned() }, now)
}

/// Something happened to an event, which its row says.
#[must_use]
pub fn of_event(id: i64, kind: &str, event: &PotEvent, now: Timestamp) -> Event {
    fact(id, kind, event.id.0, &reference(event), now)
}

/// Which event, of whom.
#[must_use]
pub fn reference(event: &PotEvent) -> OfEvent {
    OfEvent { event: event.id.0, streamer: event.streamer.0, game: event.game.map(|game| game.0) }
}

/// A vote was accepted, after which its event's tallies are these.
#[must_use]
pub fn vote_accepted(id: i64, vote: &Vote, tallies: &[Tally], now: Timestamp) -> Event {
    let payload = VoteAccepted {
        event: vote.event.0,
        seq: vote.seq,
        user: vote.user.0,
        option: vote.option,
        cost: vote.cost,
        balance: vote.balance_after,
        tallies: tallies.iter().map(|tally| [tally.votes, tally.stake]).collect(),
    };
    fact(id, VOTE_ACCEPTED, vote.event.0, &payload, now)
}

/// A user's balance changed.
#[must_use]
pub fn balance_changed(id: i64, user: i64, balance: i64, now: Timestamp) -> Event {
    fact(id, BALANCE_CHANGED, user, &BalanceChanged { user, balance }, now)
}
