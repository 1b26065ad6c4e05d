//! How a pot is shared. Pari-mutuel: winners get their stakes back and share what losers staked, less the house's rake, which is
//! taken from losers only; what no division can share goes to the account of rounding.

use super::event::{Kind, Tally};
use kernel::Timestamp;

/// Parts of a whole in which rakes are given.
const BASIS_POINTS: i128 = 10_000;

/// What was reported of an event's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// This choice won.
    Won(usize),
    /// The votes decide: a poll.
    Votes,
    /// It counts for nothing, and why.
    Void(RefundReason),
}

/// Why every stake goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundReason {
    /// Nobody staked on what won.
    NoWinner,
    /// Everybody staked on what won.
    OneSided,
    /// Two choices of a poll have the most votes.
    Tie,
    /// Somebody, or the worker, said so.
    Void,
    /// It was cancelled while it was open.
    Cancelled,
    /// Nobody reported a result in time.
    Unresolved,
}

impl RefundReason {
    /// As written in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoWinner => "no_winner",
            Self::OneSided => "one_sided",
            Self::Tie => "tie",
            Self::Void => "void",
            Self::Cancelled => "cancelled",
            Self::Unresolved => "unresolved",
        }
    }

    /// The reason of this word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::NoWinner, Self::OneSided, Self::Tie, Self::Void, Self::Cancelled, Self::Unresolved]
            .into_iter()
            .find(|reason| reason.as_str() == text)
    }
}

/// What is to be done with the stakes that count: those accepted at or before the moment it was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// The pot is shared.
    Share {
        /// Which choice won.
        option: usize,
        /// Stakes on it.
        winning: i64,
        /// Stakes on the others.
        losing: i64,
        /// The house's.
        rake: i64,
    },
    /// Every stake goes back.
    Refund {
        /// Why.
        reason: RefundReason,
        /// Which choice won all the same, if any.
        option: Option<usize>,
    },
}

/// A vote as its payment sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stake {
    /// For which choice.
    pub option: usize,
    /// How much.
    pub amount: i64,
    /// When it was accepted.
    pub accepted_at: Timestamp,
}

/// What becomes of a vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoteOutcome {
    /// It gets its stake and its share.
    Won,
    /// It gets nothing.
    Lost,
    /// It gets its stake.
    Refunded,
}

impl VoteOutcome {
    /// As written in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Refunded => "refunded",
        }
    }

    /// The outcome of this word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Won, Self::Lost, Self::Refunded].into_iter().find(|outcome| outcome.as_str() == text)
    }
}

/// Whether a vote counts: it was accepted before what it predicts was known.
#[must_use]
pub fn counts(stake: &Stake, decided_at: Timestamp) -> bool {
    stake.accepted_at <= decided_at
}

/// What is to be done with the stakes that count, of which `tallies` are the sums by choice. Events without stakes have winners too.
#[must_use]
pub fn split(kind: Kind, verdict: Verdict, tallies: &[Tally], rake_bps: i64) -> Split {
    let refund = |reason, option| Split::Refund { reason, option };
    let option = match verdict {
        Verdict::Void(reason) => return refund(reason, None),
        Verdict::Won(option) => option,
        Verdict::Votes => match plurality(tallies) {
            Some(option) => option,
            None => return refund(RefundReason::Tie, None),
        },
    };
    let stakes: i64 = tallies.iter().map(|tally| tally.stake).sum();
    let Some(winning) = tallies.get(option).map(|tally| tally.stake) else {
        return refund(RefundReason::Void, None);
    };
    let losing = stakes - winning;
    match (stakes, winning, losing) {
        (0, ..) if kind == Kind::Poll || tallies.iter().any(|tally| tally.votes > 0) => {
            Split::Share { option, winning: 0, losing: 0, rake: 0 }
        }
        (_, 0, _) => refund(RefundReason::NoWinner, Some(option)),
        (_, _, 0) => refund(RefundReason::OneSided, Some(option)),
        _ => Split::Share { option, winning, losing, rake: rake_of(losing, rake_bps) },
    }
}

/// The choice with the most votes; none where two have as many.
fn plurality(tallies: &[Tally]) -> Option<usize> {
    let most = tallies.iter().map(|tally| tally.votes).max()?;
    let mut of_most = tallies.iter().enumerate().filter(|(_, tally)| tally.votes == most);
    let first = of_most.next().map(|(at, _)| at);
    if of_most.next().is_some() { None } else { first }
}

fn rake_of(losing: i64, rake_bps: i64) -> i64 {
    narrow(i128::from(losing) * i128::from(rake_bps) / BASIS_POINTS)
}

/// What becomes of one vote, and what it gets.
#[must_use]
pub fn pays(split: &Split, stake: &Stake, decided_at: Timestamp) -> (VoteOutcome, i64) {
    match *split {
        Split::Refund { .. } => (VoteOutcome::Refunded, stake.amount),
        Split::Share { .. } if !counts(stake, decided_at) => (VoteOutcome::Refunded, stake.amount),
        Split::Share { option, .. } if stake.option != option => (VoteOutcome::Lost, 0),
        Split::Share { winning, losing, rake, .. } => {
            (VoteOutcome::Won, stake.amount + share(stake.amount, losing - rake, winning))
        }
    }
}

/// A winner's part of what is shared, rounded down.
fn share(stake: i64, shared: i64, winning: i64) -> i64 {
    if winning == 0 {
        return 0;
    }
    narrow(i128::from(stake) * i128::from(shared) / i128::from(winning))
}

/// A part of a sum that fits: it is no larger than the sum it was taken of.
fn narrow(part: i128) -> i64 {
    i64::try_from(part).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DECIDED: Timestamp = Timestamp::from_secs(1_000);

    fn tallies(rows: &[(i64, i64)]) -> Vec<Tally> {
        rows.iter().map(|(votes, stake)| Tally { votes: *votes, stake: *stake }).collect()
    }

    fn vote(option: usize, amount: i64) -> Stake {
        Stake { option, amount, accepted_at: DECIDED }
    }

    #[test]
    fn the_published_example_is_paid_as_published() {
        let found = split(Kind::Prediction, Verdict::Won(0), &tallies(&[(3, 300), (5, 500)]), 500);
        assert_eq!(found, Split::Share { option: 0, winning: 300, losing: 500, rake: 25 });
        assert_eq!(pays(&found, &vote(0, 100), DECIDED), (VoteOutcome::Won, 258));
        assert_eq!(pays(&found, &vote(1, 100), DECIDED), (VoteOutcome::Lost, 0));
        assert_eq!(800 - 25 - 3 * 258, 1, "rounding");
        let late = Stake { accepted_at: DECIDED.plus_secs(1), ..vote(0, 100) };
        assert_eq!(pays(&found, &late, DECIDED), (VoteOutcome::Refunded, 100));
    }

    #[test]
    fn what_cannot_be_shared_goes_back() {
        let of = |verdict, rows: &[(i64, i64)]| match split(Kind::Prediction, verdict, &tallies(rows), 500) {
            Split::Refund { reason, .. } => Some(reason),
            Split::Share { .. } => None,
        };
        assert_eq!(of(Verdict::Won(0), &[(0, 0), (5, 500)]), Some(RefundReason::NoWinner));
        assert_eq!(of(Verdict::Won(0), &[(5, 500), (0, 0)]), Some(RefundReason::OneSided));
        assert_eq!(of(Verdict::Won(0), &[(0, 0), (0, 0)]), Some(RefundReason::NoWinner));
        assert_eq!(
            of(Verdict::Void(RefundReason::Unresolved), &[(1, 100), (1, 100)]),
            Some(RefundReason::Unresolved)
        );
        assert_eq!(of(Verdict::Votes, &[(2, 200), (2, 200)]), Some(RefundReason::Tie));
        assert_eq!(of(Verdict::Won(7), &[(1, 100), (1, 100)]), Some(RefundReason::Void));
        assert_eq!(of(Verdict::Votes, &[(3, 300), (2, 200)]), None);
    }

    #[test]
    fn votes_that_cost_nothing_win_and_lose_all_the_same() {
        let found = split(Kind::Prediction, Verdict::Won(1), &tallies(&[(3, 0), (5, 0)]), 500);
        assert_eq!(pays(&found, &vote(1, 0), DECIDED), (VoteOutcome::Won, 0));
        assert_eq!(pays(&found, &vote(0, 0), DECIDED), (VoteOutcome::Lost, 0));
    }
}
