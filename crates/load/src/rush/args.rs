//! The arguments of `load rush`.

use super::mix::Mix;
use crate::args::CommonArgs;

/// How to put load on Rush.
#[derive(Debug, Clone, clap::Args)]
pub struct RushArgs {
    /// What every stall is asked.
    #[command(flatten)]
    pub common: CommonArgs,
    /// Weights of the kinds of requests; kinds left out get none.
    #[arg(long, default_value_t = Mix::default(), value_parser = Mix::parse, value_name = "KIND=WEIGHT,...")]
    pub mix: Mix,
    /// Zones of the event on sale, a tenth of them (at least one) sold out.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(2..=1000))]
    pub zones: u32,
    /// Events the zones are spread over.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub events: u32,
    /// Instead of buying at once, so many people join a waiting room, watch their place on a stream each, and buy with their pass.
    #[arg(long, value_name = "PEOPLE", value_parser = clap::value_parser!(u32).range(1..=200_000))]
    pub queue: Option<u32>,
    /// Passes a batch of the waiting room's.
    #[arg(long, default_value_t = 500, requires = "queue", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub queue_batch: u32,
    /// Buyers who bought before, scattered over all of them: those of a first `--fill`. Without: buyers whose numbers lie together.
    #[arg(long, requires = "fill")]
    pub scattered: bool,
}
