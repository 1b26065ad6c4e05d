//! The arguments that every stall takes, checked before anything is sent.

use super::spike::{RATE_MAX, Spike};
use super::target::Target;
use std::path::PathBuf;

/// Most connections of one run: well below the usual limit of open files on both sides.
const CONNECTIONS_MAX: i64 = 512;
/// Longest run in seconds: tokens are minted for one day.
const DURATION_S_MAX: u64 = 12 * 3600;

/// How to put load on a stall, whichever.
#[derive(Debug, Clone, clap::Args)]
pub struct CommonArgs {
    /// The server, e.g. http://127.0.0.1:8080 (loopback only; started with `--profile load`).
    #[arg(long, value_parser = Target::parse)]
    pub url: Target,
    /// Seconds to measure, after a warm-up of at most 2 seconds.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=DURATION_S_MAX))]
    pub duration: u64,
    /// Keep-alive connections, each with one request in flight.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=CONNECTIONS_MAX))]
    pub connections: u32,
    /// Requests a second on a fixed timetable (open loop); without it every connection sends as soon as it can.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=RATE_MAX))]
    pub rate: Option<u64>,
    /// After the measurement the timetable climbs from nothing to RPS within SECONDS, and falls back to `--rate`: how long until
    /// p99 is what it was.
    #[arg(long, value_name = "RPS,SECONDS", requires = "rate", value_parser = Spike::parse)]
    pub spike: Option<Spike>,
    /// Also writes the report as JSON to this file.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Also measures, before and after, an endpoint that only authenticates, parses and answers: the ceiling.
    #[arg(long)]
    pub ceiling: bool,
    /// First brings the database to this many bookings or bets, through the server's own rules.
    #[arg(long, value_name = "N")]
    pub fill: Option<u64>,
    /// Sends nothing, and looks up what the journal of an earlier run says was acknowledged.
    #[arg(long, value_name = "FILE")]
    pub audit: Option<PathBuf>,
    /// Where the journal is kept when a run is cut short or cannot be verified; by default in the working directory.
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,
    /// Decides what is drawn: who, what, which kinds of requests. The same seed draws the same.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}
