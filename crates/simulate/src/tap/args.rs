//! The arguments of `simulate tap`, and the plan they make.

use std::path::PathBuf;
use tap::domain::quote::TOLERANCE_DEFAULT_PERCENT;
use tap::domain::tick::STEP_MS;

/// Longest run: a week, which is millions of bets.
const HOURS_MAX: f64 = 168.0;
/// Above 400 % a year betting is halted, so there is nothing to see.
const VOLATILITY_MAX: f64 = 400.0;
/// Players of one run: all of them may tap in one step.
const PLAYERS_MAX: i64 = 5_000;
/// So often venues may fall silent in an hour: each time takes half a minute until all is as before.
const OUTAGES_MAX: i64 = 60;
/// A recording is short: minutes, not hours.
const WARM_UP_OF_RECORDINGS_S: i64 = 20;
const RECOVERY_OF_RECORDINGS_S: i64 = 5;
/// The longest way from a tap to the server: a phone's on a poor day.
const DELAY_MS: i64 = 300;

/// How to play Tap.
#[derive(Debug, Clone, clap::Args)]
pub struct TapArgs {
    /// Decides prices and players: the same seed gives the same bets and outcomes.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Hours of betting, after the warm-up.
    #[arg(long, default_value_t = 1.0)]
    hours: f64,
    /// Volatility of a year, percent; of synthetic prices.
    #[arg(long, default_value_t = 50.0, value_name = "PERCENT")]
    volatility: f64,
    /// Players, each of whom taps every seven seconds or so.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=PLAYERS_MAX))]
    players: u32,
    /// How they choose.
    #[arg(long, default_value = "near")]
    strategy: Strategy,
    /// Prices of a recording of Binance's frames (.gz) or trades (.csv), once from begin to end.
    #[arg(long, value_name = "FILE")]
    recording: Option<PathBuf>,
    /// So many times in an hour all synthetic venues fall silent for eight seconds.
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=OUTAGES_MAX))]
    outages: u32,
    /// Lets the nightly calibrator learn, too; it needs some five hours of bets.
    #[arg(long)]
    calibrate: bool,
    /// By how much less than the rate that was seen players accept to be booked, percent.
    #[arg(long, default_value_t = TOLERANCE_DEFAULT_PERCENT, value_name = "PERCENT", value_parser = clap::value_parser!(u32).range(0..=100))]
    tolerance: u32,
    /// Players say nothing of a least rate, as texts of before: what moved by more than 3 % is refused.
    #[arg(long, conflicts_with = "tolerance")]
    no_least_rate: bool,
    /// Between two grids that a player is shown, ms; a multiple of 100.
    #[arg(long, default_value_t = STEP_MS, value_name = "MS", value_parser = clap::value_parser!(i64).range(STEP_MS..=2_000))]
    rhythm_ms: i64,
    /// The longest way from a tap to the server, ms; each tap takes some part of it.
    #[arg(long, default_value_t = DELAY_MS, value_name = "MS", value_parser = clap::value_parser!(i64).range(0..=5_000))]
    delay_ms: i64,
    /// Synthetic venues stray from the common price as those of the mock do, so that ticks jitter.
    #[arg(long)]
    stray: bool,
    /// Also writes the report as JSON to this file.
    #[arg(long, value_name = "FILE")]
    pub(super) json: Option<PathBuf>,
}

/// How players choose a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Strategy {
    /// Any that is offered.
    Even,
    /// Near the price and soon, as people do.
    Near,
    /// With the pricer's own formula, without its safety margins, on the newest price: the best of many at the oldest quotes
    /// that are still taken.
    Sharp,
}

/// What is played.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub seed: u64,
    pub hours: f64,
    /// Percent a year.
    pub volatility: f64,
    pub players: u32,
    pub strategy: Strategy,
    pub recording: Option<PathBuf>,
    pub outages_per_hour: u32,
    /// `None`: nothing is said of it.
    pub tolerance_percent: Option<u32>,
    pub rhythm_ms: i64,
    pub delay_ms: i64,
    pub strays: bool,
    pub is_calibrated: bool,
    pub warm_up_s: i64,
    pub recovery_s: i64,
}

impl TapArgs {
    /// Errors: a number that cannot be meant.
    pub(super) fn check(&self) -> Result<(), String> {
        if !(self.hours > 0.0 && self.hours <= HOURS_MAX) {
            return Err(format!("--hours must be above 0 and at most {HOURS_MAX}"));
        }
        if !(self.volatility > 0.0 && self.volatility <= VOLATILITY_MAX) {
            return Err(format!("--volatility must be above 0 and at most {VOLATILITY_MAX} percent"));
        }
        if self.rhythm_ms % STEP_MS != 0 {
            return Err(format!("--rhythm-ms must be a multiple of {STEP_MS}"));
        }
        Ok(())
    }

    pub(super) fn plan(&self) -> Plan {
        let usual = tap::settings::Settings::default();
        let (warm_up_s, recovery_s) = match self.recording {
            Some(_) => (WARM_UP_OF_RECORDINGS_S, RECOVERY_OF_RECORDINGS_S),
            None => (usual.warm_up_s, usual.recovery_s),
        };
        Plan {
            seed: self.seed,
            hours: self.hours,
            volatility: self.volatility,
            players: self.players,
            strategy: self.strategy,
            recording: self.recording.clone(),
            outages_per_hour: self.outages,
            tolerance_percent: (!self.no_least_rate).then_some(self.tolerance),
            rhythm_ms: self.rhythm_ms,
            delay_ms: self.delay_ms,
            strays: self.stray,
            is_calibrated: self.calibrate,
            warm_up_s,
            recovery_s,
        }
    }
}
