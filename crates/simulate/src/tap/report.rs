//! What a run came to, as numbers: the JSON report, and what the table prints.

use super::args::{Plan, Strategy};
use super::bets::DecidedBet;
use super::proofs::ProofResults;
use super::tally::Sums;
use super::world::Played;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use tap::domain::bet::BetStatus;

/// Upper bounds of the buckets of quoted probability, percent: narrow where a small error is a large part.
const BUCKETS: [i64; 8] = [3, 6, 12, 25, 40, 60, 75, 100];
const PERCENT_PPB: i64 = 10_000_000;

/// The report. Money in cents, shares of one.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub seed: u64,
    /// `synthetic`, or the recording's file name.
    pub prices: String,
    pub volatility_percent: Option<f64>,
    pub players: u32,
    pub strategy: Strategy,
    pub outages_per_hour: u32,
    pub betting_s: f64,
    pub simulated_s: f64,
    pub took_s: f64,
    /// Simulated time over real time.
    pub speed: f64,
    pub ticks: u64,
    pub first_price: Option<i64>,
    pub last_price: Option<i64>,
    pub row_heights: Vec<i64>,
    pub calibrators: Vec<u32>,
    pub bets: u64,
    pub outcomes: BTreeMap<&'static str, u64>,
    /// Stakes of void bets, which went back.
    pub refunds: i64,
    /// Of all that were won or lost.
    pub house: Option<Sums>,
    /// Of those that were booked at the present rate, below what was seen.
    pub booked_fresh: Option<Sums>,
    pub tolerance_percent: Option<u32>,
    pub rhythm_ms: i64,
    pub delay_ms: i64,
    pub strays: bool,
    pub buckets: Vec<Bucket>,
    pub taps: u64,
    pub refused: BTreeMap<&'static str, u64>,
    pub proofs: ProofResults,
    /// SHA-256 over all bets and their outcomes.
    pub fingerprint: String,
}

/// Bets that were quoted alike.
#[derive(Debug, Serialize)]
pub(super) struct Bucket {
    pub from_percent: i64,
    pub below_percent: i64,
    #[serde(flatten)]
    pub sums: Sums,
}

impl Report {
    pub fn of(plan: &Plan, played: &Played, bets: &[DecidedBet], proofs: ProofResults) -> Self {
        let count = |status: BetStatus| bets.iter().filter(|bet| bet.status == status).count() as u64;
        let outcomes = [BetStatus::Won, BetStatus::Lost, BetStatus::Void];
        let voided = bets.iter().filter(|bet| bet.status == BetStatus::Void);
        let seconds = |ms: i64| ms as f64 / 1_000.0;
        let took_s = played.took.as_secs_f64();
        Self {
            seed: plan.seed,
            prices: prices_of(plan),
            volatility_percent: plan.recording.is_none().then_some(plan.volatility),
            players: plan.players,
            strategy: plan.strategy,
            outages_per_hour: plan.outages_per_hour,
            betting_s: seconds(played.betting_ms),
            simulated_s: seconds(played.simulated_ms),
            took_s,
            speed: seconds(played.simulated_ms) / took_s.max(1e-9),
            ticks: played.ticks,
            first_price: played.prices.map(|(first, _)| first),
            last_price: played.prices.map(|(_, last)| last),
            row_heights: played.heights.clone(),
            calibrators: played.calibrators.clone(),
            bets: bets.len() as u64,
            outcomes: outcomes.map(|status| (status.as_str(), count(status))).into_iter().collect(),
            refunds: voided.map(|bet| bet.paid).sum(),
            house: Sums::of(bets.iter()),
            booked_fresh: Sums::of(bets.iter().filter(|bet| bet.placed.is_fresh)),
            tolerance_percent: plan.tolerance_percent,
            rhythm_ms: plan.rhythm_ms,
            delay_ms: plan.delay_ms,
            strays: plan.strays,
            buckets: buckets(bets),
            taps: bets.len() as u64 + played.refused.values().sum::<u64>(),
            refused: played.refused.clone(),
            proofs,
            fingerprint: fingerprint(bets),
        }
    }
}

fn prices_of(plan: &Plan) -> String {
    let name = plan.recording.as_ref().and_then(|path| path.file_name());
    name.map_or_else(|| "synthetic".to_owned(), |name| name.to_string_lossy().into_owned())
}

fn buckets(bets: &[DecidedBet]) -> Vec<Bucket> {
    let from = std::iter::once(0).chain(BUCKETS);
    let bucket = |(from_percent, below_percent): (i64, i64)| {
        let range = from_percent * PERCENT_PPB..below_percent * PERCENT_PPB;
        let sums = Sums::of(bets.iter().filter(|bet| range.contains(&bet.placed.p_ppb)))?;
        Some(Bucket { from_percent, below_percent, sums })
    };
    from.zip(BUCKETS).filter_map(bucket).collect()
}

fn fingerprint(bets: &[DecidedBet]) -> String {
    let mut hasher = Sha256::new();
    for bet in bets {
        let (placed, paid) = (&bet.placed, bet.paid.unsigned_abs());
        // Not the id: how bets fell into batches, which is the machine's business, moves the numbers between them.
        let numbers = [placed.cell, placed.amount.unsigned_abs(), u64::from(placed.rate), paid];
        numbers.iter().for_each(|number| hasher.update(number.to_be_bytes()));
        hasher.update(bet.status.as_str());
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
