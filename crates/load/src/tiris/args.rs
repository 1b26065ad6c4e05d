//! The words of `load tiris`.

use super::mix::TirisMix;
use crate::args::CommonArgs;

/// Most bots of one run: each is a user, a trading and two sub-accounts.
const BOTS_MAX: i64 = 100_000;
/// Most logs of a batch: the server takes no more.
const BATCH_MAX: i64 = 500;

/// How to put load on Tiris.
#[derive(Debug, Clone, clap::Args)]
pub struct TirisArgs {
    /// What every stall is asked.
    #[command(flatten)]
    pub common: CommonArgs,
    /// `logs`, `mixed` (20 % logs, 80 % reads of one's own), or weights; kinds left out get none.
    #[arg(long, default_value_t = TirisMix::default(), value_parser = TirisMix::parse, value_name = "logs|mixed|KIND=WEIGHT,...")]
    pub mix: TirisMix,
    /// Bots with money, a trading and two sub-accounts each. A user may write 600 logs an hour: many logs need many bots.
    #[arg(long, default_value_t = 4_000, value_parser = clap::value_parser!(u32).range(1..=BOTS_MAX))]
    pub bots: u32,
    /// Sends new logs in batches of this many.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=BATCH_MAX))]
    pub batch: Option<u32>,
}
