//! The proof of a bet (docs/proof.md): everything a stranger needs to compute rate and outcome again, in one exact text.

use super::chain::MINUTE_MS;
use super::evidence::{CARRY_MAX_MS, Evidence, GAP_MAX_MS};
use super::tick::Tick;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The name of the format of bets that were booked at what was seen, and whose text names no least rate.
pub const FORMAT: &str = "fairground-tap-proof-1";
/// The name of the format of bets whose text names the least acceptable rate.
pub const FORMAT_WITH_LEAST_RATE: &str = "fairground-tap-proof-2";

/// The bet's own facts.
#[derive(Debug, Clone, Serialize)]
pub struct BetFacts {
    /// Public id.
    pub bet_id: String,
    /// Lower-case address.
    pub wallet: String,
    /// `epoch:column:low:high`.
    pub cell_id: String,
    /// The epoch.
    pub epoch: i64,
    /// The column.
    pub column: i64,
    /// Its width, ms.
    pub width_ms: i64,
    /// Lower bound, cents.
    pub low: i64,
    /// Upper bound, cents.
    pub high: i64,
    /// Start, Unix ms.
    pub t0_ms: i64,
    /// End without grace, Unix ms.
    pub t1_ms: i64,
    /// Stake, cents.
    pub amount: i64,
    /// The booked rate, hundredths.
    pub rate: u32,
    /// What was seen and accepted; written in the second format alone.
    #[serde(flatten)]
    pub accepted: Option<AcceptedRates>,
    /// What it pays if it wins, cents.
    pub payout: i64,
    /// The nonce.
    pub nonce: String,
    /// When it was decided, Unix ms.
    pub placed_at_ms: i64,
    /// won, lost or void.
    pub status: &'static str,
    /// What was paid, cents.
    pub payout_amount: i64,
}

/// The rates that a player saw and accepts.
#[derive(Debug, Clone, Serialize)]
pub struct AcceptedRates {
    /// What the quote showed, hundredths.
    pub rate_seen: u32,
    /// The least that is acceptable, hundredths.
    pub min_rate: u32,
    /// The number of the quote that was seen.
    pub quote_seen: i64,
}

/// What the player signed.
#[derive(Debug, Clone, Serialize)]
pub struct SignedFacts {
    /// The scheme.
    pub scheme: &'static str,
    /// The public key, hex; empty where the scheme has none.
    pub key: String,
    /// The text.
    pub text: String,
    /// Over it, hex.
    pub signature: String,
}

/// The quote.
#[derive(Debug, Clone, Serialize)]
pub struct QuoteProof {
    /// Its number.
    pub quote_seq: i64,
    /// The tick it was made from.
    pub tick_seq: i64,
    /// When, Unix ms.
    pub at_ms: i64,
    /// That tick's price, cents.
    pub price: i64,
    /// Volatility per square root of a second, ppb.
    pub sigma_ppb: i64,
    /// From then to the column's start, ms.
    pub from_ms: i64,
    /// From then to the window's end, ms.
    pub until_ms: i64,
    /// Edge, basis points.
    pub edge_bp: i64,
    /// tick or segment.
    pub crossing: &'static str,
    /// The calibrator's version.
    pub calibrator_version: i64,
    /// Probability, ppb.
    pub p_ppb: i64,
    /// Hundredths.
    pub rate: u32,
}

/// The rules' numbers.
#[derive(Debug, Clone, Serialize)]
pub struct RuleFacts {
    /// Columns of grace.
    pub touch_grace_columns: u32,
    /// tick or segment.
    pub crossing: &'static str,
    /// How long a price is carried, ms.
    pub carry_max_ms: i64,
    /// Longer gaps make a column void, ms.
    pub gap_max_ms: i64,
}

/// A sealed minute with its ticks as `[seq, ts_ms, price, n, flags]`.
#[derive(Debug, Clone, Serialize)]
pub struct BlockProof {
    /// Unix minute.
    pub minute: i64,
    /// The hash before it, hex.
    pub prev_hash: String,
    /// Its hash, hex.
    pub hash: String,
    /// Its ticks.
    pub ticks: Vec<[i64; 5]>,
}

/// The newest sealed minute when the proof was made.
#[derive(Debug, Clone, Serialize)]
pub struct HeadProof {
    /// Unix minute.
    pub minute: i64,
    /// Hex.
    pub hash: String,
}

/// A whole proof but for its seal; fields in the order of the format.
#[derive(Debug, Clone, Serialize)]
pub struct Proof {
    /// [`FORMAT`].
    pub format: &'static str,
    /// Names the rules.
    pub rule_version: u32,
    /// The bet.
    pub bet: BetFacts,
    /// What was signed.
    pub signed: SignedFacts,
    /// The quote.
    pub quote: QuoteProof,
    /// The rules' numbers.
    pub rules: RuleFacts,
    /// What the column was.
    pub evidence: Evidence,
    /// The ticks it was made from.
    pub blocks: Vec<BlockProof>,
    /// The chain's head.
    pub chain_head: HeadProof,
    /// won, lost or void.
    pub outcome: &'static str,
}

impl RuleFacts {
    /// The numbers of these rules.
    #[must_use]
    pub fn of(rules: super::evidence::Rules) -> Self {
        Self {
            touch_grace_columns: rules.touch_grace_columns,
            crossing: rules.crossing.as_str(),
            carry_max_ms: CARRY_MAX_MS,
            gap_max_ms: GAP_MAX_MS,
        }
    }
}

/// A tick as it stands in a block.
#[must_use]
pub fn tick_row(tick: &Tick) -> [i64; 5] {
    [tick.seq, tick.ts_ms, tick.price, i64::from(tick.n_sources), i64::from(tick.flags.0)]
}

/// The minutes whose blocks a proof needs: from the carry-in to the window's last moment.
#[must_use]
pub const fn minutes(t0_ms: i64, window_end_ms: i64) -> (i64, i64) {
    ((t0_ms - CARRY_MAX_MS).div_euclid(MINUTE_MS), (window_end_ms - 1).div_euclid(MINUTE_MS))
}

impl Proof {
    /// The exact text, sealed: compact, keys in order, the SHA-256 of all before it at its end.
    ///
    /// Errors: never for values that this program makes; a JSON fault otherwise.
    pub fn sealed(&self) -> Result<String, serde_json::Error> {
        let open = serde_json::to_string(self)?;
        let digest = Sha256::digest(open.as_bytes());
        let mut seal = String::with_capacity(64);
        for byte in digest {
            // Writing into a `String` cannot fail.
            let _ = write!(seal, "{byte:02x}");
        }
        let body = open.strip_suffix('}').unwrap_or(&open);
        Ok(format!("{body},\"seal\":\"{seal}\"}}"))
    }
}
