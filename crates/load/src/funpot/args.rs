//! The words of `load funpot`.

use super::mix::FunpotMix;
use crate::args::CommonArgs;

/// Most voters of one run: each is a user, an account and a token in this program's memory.
const VOTERS_MAX: i64 = 400_000;
/// Most events: five are open at once for a streamer, and each streamer is a row of its own.
const EVENTS_MAX: i64 = 1_000;
/// Most votes on one event.
const SETTLE_MAX: i64 = 400_000;

/// How to put load on FunPot.
#[derive(Debug, Clone, clap::Args)]
pub struct FunpotArgs {
    /// What every stall is asked.
    #[command(flatten)]
    pub common: CommonArgs,
    /// `votes`, `mixed` (20 % votes, 60 % live events, 20 % reads of one's own), or weights; kinds left out get none.
    #[arg(long, default_value_t = FunpotMix::default(), value_parser = FunpotMix::parse, value_name = "votes|mixed|KIND=WEIGHT,...")]
    pub mix: FunpotMix,
    /// Voters with credits and a token each. A voter has one vote an event, and thirty a minute at one streamer.
    #[arg(long, default_value_t = 50_000, value_parser = clap::value_parser!(u32).range(1..=VOTERS_MAX))]
    pub voters: u32,
    /// Events that are open for the whole run, five at each streamer.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=EVENTS_MAX))]
    pub events: u32,
    /// First puts this many votes on one event, then closes it, names its winner and measures while it is settled.
    #[arg(long, value_name = "N", conflicts_with = "ceiling", value_parser = clap::value_parser!(u32).range(1..=SETTLE_MAX))]
    pub settle: Option<u32>,
}
