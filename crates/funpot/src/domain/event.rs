//! An event that viewers vote on: its frozen terms, where it stands, and its tallies.

use super::ids::{EventId, GameId, StreamerId};
use kernel::Timestamp;
use serde::{Deserialize, Serialize};

/// What decides an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What happens in the stream.
    Prediction,
    /// The votes themselves: the most of them win.
    Poll,
}

impl Kind {
    /// As written in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prediction => "prediction",
            Self::Poll => "poll",
        }
    }

    /// The kind of this word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Prediction, Self::Poll].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Whether an event takes votes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It does, before it closes.
    Live,
    /// No longer.
    Closed,
    /// No longer, and it will be void.
    Cancelled,
}

impl State {
    /// As written in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of this word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Live, Self::Closed, Self::Cancelled].into_iter().find(|state| state.as_str() == text)
    }
}

/// How far the money is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// Votes are still taken.
    None,
    /// Closed, without a result.
    Pending,
    /// There is a result that can still be contradicted, or that is being paid.
    Proposed,
    /// The pot was shared.
    Settled,
    /// Every stake went back.
    Voided,
}

impl Settlement {
    /// As written in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Pending => "pending",
            Self::Proposed => "proposed",
            Self::Settled => "settled",
            Self::Voided => "voided",
        }
    }

    /// The settlement of this word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::None, Self::Pending, Self::Proposed, Self::Settled, Self::Voided]
            .into_iter()
            .find(|settlement| settlement.as_str() == text)
    }

    /// Whether the money has moved for good.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Settled | Self::Voided)
    }
}

/// One thing that can be voted for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Its name in its event.
    pub id: String,
    /// As viewers read it.
    pub label: String,
}

/// The votes of one choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// How many.
    pub votes: i64,
    /// Their stakes.
    pub stake: i64,
}

/// An event as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PotEvent {
    /// Its number, which is also its pot's.
    pub id: EventId,
    /// Whose stream.
    pub streamer: StreamerId,
    /// Of which game.
    pub game: Option<GameId>,
    /// What its reporter calls it; unique for a streamer.
    pub external_id: String,
    /// As viewers read it.
    pub title: String,
    /// What decides it.
    pub kind: Kind,
    /// What can be voted for, two or more.
    pub options: Vec<Choice>,
    /// What a vote costs; 0: nothing.
    pub cost: i64,
    /// The house's share of what losers staked, basis points.
    pub rake_bps: i64,
    /// For so many seconds before closing totals are not shown.
    pub blind_s: i64,
    /// From which the salts of its voters are derived.
    pub salt: Vec<u8>,
    /// Whether it takes votes.
    pub state: State,
    /// How far the money is.
    pub settlement: Settlement,
    /// From when on it takes votes.
    pub opens_at: Timestamp,
    /// From when on it takes none.
    pub closes_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// How many votes it has, which is also the number of the last.
    pub votes: i64,
    /// Their stakes.
    pub stakes: i64,
    /// The same by choice.
    pub tallies: Vec<Tally>,
    /// The result that is proposed or was carried out.
    pub result: Option<i64>,
    /// When a proposed result is carried out.
    pub settle_at: Option<Timestamp>,
    /// How it ended: `settled`, or why every stake went back.
    pub outcome: Option<String>,
    /// Which choice won.
    pub result_option: Option<usize>,
    /// When what was predicted happened.
    pub decided_at: Option<Timestamp>,
    /// Who opened it: `worker:NAME`, `user:NUMBER`.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
}

impl PotEvent {
    /// Whether it takes votes at `now`.
    #[must_use]
    pub fn takes_votes(&self, now: Timestamp) -> bool {
        self.state == State::Live && self.opens_at <= now && now < self.closes_at
    }

    /// The place of a choice.
    #[must_use]
    pub fn option(&self, id: &str) -> Option<usize> {
        self.options.iter().position(|choice| choice.id == id)
    }

    /// The name of a choice.
    #[must_use]
    pub fn option_id(&self, at: usize) -> Option<&str> {
        self.options.get(at).map(|choice| choice.id.as_str())
    }

    /// Counts one vote more.
    pub fn count(&mut self, option: usize) {
        self.votes += 1;
        self.stakes += self.cost;
        if let Some(tally) = self.tallies.get_mut(option) {
            tally.votes += 1;
            tally.stake += self.cost;
        }
    }

    /// Whether totals are hidden at `now`.
    #[must_use]
    pub fn is_blind(&self, now: Timestamp) -> bool {
        self.state == State::Live && self.blind_s > 0 && self.closes_at.plus_secs(-self.blind_s) <= now
    }
}

/// Tallies as they are stored: `[[votes,stake],...]`.
#[must_use]
pub fn tallies_json(tallies: &[Tally]) -> String {
    let rows: Vec<String> =
        tallies.iter().map(|tally| format!("[{},{}]", tally.votes, tally.stake)).collect();
    format!("[{}]", rows.join(","))
}

/// Reads what [`tallies_json`] wrote.
#[must_use]
pub fn tallies_from(text: &str) -> Option<Vec<Tally>> {
    let rows: Vec<[i64; 2]> = serde_json::from_str(text).ok()?;
    Some(rows.into_iter().map(|[votes, stake]| Tally { votes, stake }).collect())
}
