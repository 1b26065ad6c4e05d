//! The words of `load tap`.

use super::mix::TapMix;
use crate::args::CommonArgs;

/// Most players of one run: each is a user, a wallet, an account and a session in the server's memory.
const PLAYERS_MAX: i64 = 400_000;
/// Most sockets: the server takes no more.
const SOCKETS_MAX: i64 = 5_000;
/// Most bets to be stacked on one column: it can be tapped for less than two minutes.
const SETTLE_MAX: i64 = 500_000;

/// How to put load on Tap.
#[derive(Debug, Clone, clap::Args)]
pub struct TapArgs {
    /// What every stall is asked.
    #[command(flatten)]
    pub common: CommonArgs,
    /// How the players' session keys sign.
    #[arg(long, value_enum, default_value_t = Scheme::Hmac)]
    pub scheme: Scheme,
    /// `bets`, `mixed` (20 % bets, 60 % reads, 20 % prices and grid), or weights; kinds left out get none.
    #[arg(long, default_value_t = TapMix::default(), value_parser = TapMix::parse, value_name = "bets|mixed|KIND=WEIGHT,...")]
    pub mix: TapMix,
    /// Players with money and a session each. A wallet may place 120 bets a minute: many bets need many players.
    #[arg(long, default_value_t = 50_000, value_parser = clap::value_parser!(u32).range(1..=PLAYERS_MAX))]
    pub players: u32,
    /// WebSockets that watch the price meanwhile.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=SOCKETS_MAX))]
    pub sockets: u32,
    /// First stacks this many bets on one column, and measures while it is settled.
    #[arg(long, value_name = "N", conflicts_with = "ceiling", value_parser = clap::value_parser!(u32).range(1..=SETTLE_MAX))]
    pub settle: Option<u32>,
}

/// A signature scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Scheme {
    /// HMAC-SHA-256 under a key that the server tells.
    Hmac,
    /// Ed25519.
    Ed25519,
    /// ECDSA over secp256k1, as wallets sign.
    Secp256k1,
}

impl Scheme {
    /// The word of the report.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hmac => "hmac-sha256",
            Self::Ed25519 => "ed25519",
            Self::Secp256k1 => "secp256k1",
        }
    }
}
