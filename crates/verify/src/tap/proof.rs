//! The shape of a proof. The order of the fields is the order of the keys in the file.

use serde::{Deserialize, Serialize};

/// The whole file. Money in cents, prices in cents, rates in hundredths, times in Unix milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proof {
    pub format: String,
    pub rule_version: i64,
    pub bet: Bet,
    pub signed: Signed,
    pub quote: Quote,
    pub rules: Rules,
    pub evidence: Evidence,
    pub blocks: Vec<Block>,
    pub chain_head: ChainHead,
    pub outcome: Outcome,
    pub seal: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bet {
    pub bet_id: String,
    pub wallet: String,
    pub cell_id: String,
    pub epoch: i64,
    pub column: i64,
    pub width_ms: i64,
    pub low: i64,
    pub high: i64,
    pub t0_ms: i64,
    pub t1_ms: i64,
    pub amount: i64,
    pub rate: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_seen: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_rate: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote_seen: Option<i64>,
    pub payout: i64,
    pub nonce: String,
    pub placed_at_ms: i64,
    pub status: String,
    pub payout_amount: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Signed {
    pub scheme: Scheme,
    pub key: String,
    pub text: String,
    pub signature: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Scheme {
    #[serde(rename = "secp256k1")]
    Secp256k1,
    #[serde(rename = "ed25519")]
    Ed25519,
    #[serde(rename = "hmac-sha256")]
    HmacSha256,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Quote {
    pub quote_seq: i64,
    pub tick_seq: i64,
    pub at_ms: i64,
    pub price: i64,
    pub sigma_ppb: i64,
    pub from_ms: i64,
    pub until_ms: i64,
    pub edge_bp: i64,
    pub crossing: Crossing,
    pub calibrator_version: i64,
    pub p_ppb: i64,
    pub rate: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Crossing {
    /// A tick in the band.
    Tick,
    /// Also the way between two ticks.
    Segment,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rules {
    pub touch_grace_columns: i64,
    pub crossing: Crossing,
    pub carry_max_ms: i64,
    pub gap_max_ms: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Evidence {
    pub epoch: i64,
    pub c: i64,
    pub t0_ms: i64,
    pub t1_ms: i64,
    pub first_seq: Option<i64>,
    pub last_seq: Option<i64>,
    pub n_ticks: i64,
    pub min: Option<i64>,
    pub max: Option<i64>,
    pub carry_in_price: Option<i64>,
    pub max_gap_ms: i64,
    pub verdict: ColumnVerdict,
    pub rule_version: i64,
    /// Runs of one price in order of visit: the price, how many ticks.
    pub prices: Vec<(i64, i64)>,
    pub block_minutes: Vec<i64>,
    pub block_hashes: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ColumnVerdict {
    Valid,
    Void,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Block {
    pub minute: i64,
    pub prev_hash: String,
    pub hash: String,
    pub ticks: Vec<Tick>,
}

/// `[seq, ts_ms, price, n, flags]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(i64, i64, i64, u8, u8)", into = "(i64, i64, i64, u8, u8)")]
pub(crate) struct Tick {
    pub seq: i64,
    pub ts_ms: i64,
    pub price: i64,
    /// Sources behind the price.
    pub n: u8,
    /// 1 carried, 2 backfilled, 4 degraded.
    pub flags: u8,
}

impl From<(i64, i64, i64, u8, u8)> for Tick {
    fn from((seq, ts_ms, price, n, flags): (i64, i64, i64, u8, u8)) -> Self {
        Self { seq, ts_ms, price, n, flags }
    }
}

impl From<Tick> for (i64, i64, i64, u8, u8) {
    fn from(tick: Tick) -> Self {
        (tick.seq, tick.ts_ms, tick.price, tick.n, tick.flags)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChainHead {
    pub minute: i64,
    pub hash: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    Won,
    Lost,
    Void,
}

impl Outcome {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Void => "void",
        }
    }
}

impl Bet {
    /// The rate that was seen: the booked one where the file names no other.
    pub fn rate_seen(&self) -> i64 {
        self.rate_seen.unwrap_or(self.rate)
    }
}

impl Proof {
    /// The number of the quote that was seen.
    pub fn quote_seen(&self) -> i64 {
        self.bet.quote_seen.unwrap_or(self.quote.quote_seq)
    }

    /// The end of the window that decides, exclusive: the column's, and its columns of grace.
    pub fn end_ms(&self) -> i64 {
        self.bet.t1_ms + self.rules.touch_grace_columns * self.bet.width_ms
    }

    /// Whether a hole, or a time without a quorum, that reaches past the window's end counts in full: since version 9.
    pub fn counts_past_end(&self) -> bool {
        self.rule_version >= 9
    }

    /// The tick behind which nothing changes what the column was: at or behind the window's last point, and with a quorum
    /// or too late for one.
    pub fn closing_tick(&self) -> Option<&Tick> {
        let (last_point, too_late) = (self.end_ms() - 100, self.end_ms() + self.rules.gap_max_ms);
        let has_quorum = |tick: &&Tick| tick.flags & 4 == 0;
        self.ticks().find(|tick| tick.ts_ms >= last_point && (has_quorum(tick) || tick.ts_ms >= too_late))
    }

    /// From when a tick may be the column's carry-in.
    pub fn carry_from_ms(&self) -> i64 {
        self.bet.t0_ms - self.rules.carry_max_ms
    }

    /// Every tick of the file, in order.
    pub fn ticks(&self) -> impl Iterator<Item = &Tick> {
        self.blocks.iter().flat_map(|block| &block.ticks)
    }
}
