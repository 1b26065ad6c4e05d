//! A bet and its states.

use super::ids::BetId;
use kernel::{Timestamp, UserId};

/// Where a bet stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BetStatus {
    /// On disk, its stake taken, its column not decided yet.
    Confirmed,
    /// The price was in its band: paid.
    Won,
    /// It was not.
    Lost,
    /// The column could not be decided: refunded.
    Void,
    /// Refused because the balance was too small; recorded, nothing was taken.
    InsufficientFunds,
}

impl BetStatus {
    /// As written in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Void => "void",
            Self::InsufficientFunds => "insufficient_funds",
        }
    }

    /// Reads a status; `None` for a word that is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "confirmed" => Self::Confirmed,
            "won" => Self::Won,
            "lost" => Self::Lost,
            "void" => Self::Void,
            "insufficient_funds" => Self::InsufficientFunds,
            _ => return None,
        })
    }
}

/// Proof that the player asked for it: what was signed, by which key, how. Debug shows none of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Signed {
    /// The nonce, a UUID in lower case.
    pub nonce: String,
    /// The rate that was seen, hundredths.
    pub rate_seen: u32,
    /// The least acceptable rate, hundredths; `None` in texts that name none.
    pub min_rate: Option<u32>,
    /// The quote that was seen.
    pub quote_seen: i64,
    /// The player's clock, Unix milliseconds.
    pub signed_at_ms: i64,
    /// The domain in the text.
    pub domain: String,
    /// The chain in the text.
    pub chain_id: i64,
    /// The scheme's number.
    pub scheme: i64,
    /// The public key; empty where the scheme has none.
    pub key: Vec<u8>,
    /// The signature's bytes.
    pub signature: Vec<u8>,
}

impl std::fmt::Debug for Signed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signed(hidden)")
    }
}

/// A bet as it lies in its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bet {
    /// Its id; the stake's transfer has the same.
    pub id: BetId,
    /// Whose.
    pub user: UserId,
    /// The column's number (see `money::column_id`).
    pub column: i64,
    /// Lower bound of its band, cents, inclusive.
    pub low: i64,
    /// Upper bound, cents, inclusive.
    pub high: i64,
    /// The stake in cents.
    pub amount: i64,
    /// The rate it is booked at, hundredths: what was seen, or less down to what was accepted.
    pub rate: u32,
    /// What it pays if it wins, cents, stake included.
    pub payout: i64,
    /// The quote it is booked at: the one that was seen, or a later one.
    pub quote_seq: i64,
    /// The edge in that quote, basis points.
    pub edge_bp: i64,
    /// The probability in that quote, billionths.
    pub p_ppb: i64,
    /// Where it stands.
    pub status: BetStatus,
    /// What the player signed.
    pub signed: Signed,
    /// Hash of everything asked for, to tell a repetition from a change.
    pub request_hash: i64,
    /// When it was decided.
    pub placed_at: Timestamp,
    /// The number of the event that told the user.
    pub seq: i64,
    /// The player's balance right after it, cents.
    pub balance_after: i64,
    /// When its column was decided.
    pub resolved_at: Option<Timestamp>,
    /// What was paid, cents.
    pub payout_amount: Option<i64>,
    /// The transfer that paid.
    pub payout_transfer: Option<i64>,
}
