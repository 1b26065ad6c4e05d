//! One attempt to settle an event: what it pays by, and how far it is.

use super::event::{PotEvent, Tally};
use super::ids::EventId;
use super::split::{RefundReason, Split, Verdict, split};
use kernel::Timestamp;

/// How far an attempt is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Votes are being paid.
    Paying,
    /// All of it is done.
    Done,
    /// What was paid is being taken back.
    Reversing,
    /// All of it was taken back; another attempt follows.
    Reversed,
}

impl Phase {
    /// As written in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Paying => "paying",
            Self::Done => "done",
            Self::Reversing => "reversing",
            Self::Reversed => "reversed",
        }
    }

    /// The phase of this word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Paying, Self::Done, Self::Reversing, Self::Reversed]
            .into_iter()
            .find(|phase| phase.as_str() == text)
    }
}

/// An attempt as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Of what.
    pub event: EventId,
    /// 1, 2, 3 …
    pub number: i64,
    /// By which result; none: by the votes, or by the clock.
    pub result: Option<i64>,
    /// Why every stake goes back, if it does.
    pub reason: Option<RefundReason>,
    /// Which choice won.
    pub option: Option<usize>,
    /// Votes accepted later do not count.
    pub decided_at: Timestamp,
    /// The house's share, basis points.
    pub rake_bps: i64,
    /// All stakes of the event.
    pub stakes: i64,
    /// Stakes that count on what won.
    pub winning: i64,
    /// Stakes that count on the others.
    pub losing: i64,
    /// The house's.
    pub rake: i64,
    /// What no division could share; known when all are paid.
    pub rounding: i64,
    /// Paid to voters so far.
    pub paid: i64,
    /// How far it is.
    pub phase: Phase,
    /// The number of the last vote that was paid, or taken back.
    pub cursor: i64,
    /// The first and the last of its transfers.
    pub transfers: Option<(i64, i64)>,
    /// Who ordered it.
    pub ordered_by: String,
    /// When.
    pub started_at: Timestamp,
}

/// By what an attempt begins.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    /// The result.
    pub result: Option<i64>,
    /// What it says.
    pub verdict: Verdict,
    /// When it happened.
    pub decided_at: Timestamp,
}

impl Attempt {
    /// The attempt number `number` of `event`; `tallies` are of the votes that count.
    #[must_use]
    pub fn begin(
        event: &PotEvent,
        number: i64,
        order: Order,
        tallies: &[Tally],
        (ordered_by, now): (String, Timestamp),
    ) -> Self {
        let found = split(event.kind, order.verdict, tallies, event.rake_bps);
        let (reason, option, winning, losing, rake) = match found {
            Split::Refund { reason, option } => (Some(reason), option, 0, 0, 0),
            Split::Share { option, winning, losing, rake } => (None, Some(option), winning, losing, rake),
        };
        Self {
            event: event.id,
            number,
            result: order.result,
            reason,
            option,
            decided_at: order.decided_at,
            rake_bps: event.rake_bps,
            stakes: event.stakes,
            winning,
            losing,
            rake,
            rounding: 0,
            paid: 0,
            phase: Phase::Paying,
            cursor: 0,
            transfers: None,
            ordered_by,
            started_at: now,
        }
    }

    /// What it pays by.
    #[must_use]
    pub fn split(&self) -> Split {
        match (self.reason, self.option) {
            (None, Some(option)) => {
                Split::Share { option, winning: self.winning, losing: self.losing, rake: self.rake }
            }
            (reason, option) => Split::Refund { reason: reason.unwrap_or(RefundReason::Void), option },
        }
    }

    /// `settled` or `voided`.
    #[must_use]
    pub const fn outcome(&self) -> &'static str {
        if self.reason.is_some() { "voided" } else { "settled" }
    }

    /// Keeps a transfer of it in mind.
    pub fn track(&mut self, transfer: i64) {
        self.transfers = Some(
            self.transfers
                .map_or((transfer, transfer), |(first, last)| (first.min(transfer), last.max(transfer))),
        );
    }
}
