//! A run against Tiris from its bots to its audit.

use super::args::TirisArgs;
use super::bots;
use super::caller::{Bots, Seeds};
use super::control::{Bot, TirisControl};
use super::journal::{self, Entry};
use super::mix::{TirisKind, TirisMix};
use crate::args::CommonArgs;
use crate::error::LoadError;
use crate::execute::execute;
use crate::journal_file;
use crate::keys::SigningKeys;
use crate::results::{JournalAudit, PhaseResult, ReportRow, StallFigures, percentiles, request_fields};
use crate::run::{LoadModel, Worker, run_phase};
use crate::server::{CheckReport, ControlError, Metrics};
use crate::stall::{Stall, Workload};
use clap::{ArgMatches, FromArgMatches as _};
use kernel::{Clock as _, SystemClock};
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Logs of a fill are written in stretches so long, between which they are counted.
const FILL_STRETCH: Duration = Duration::from_secs(2);
/// Logs of a batch while filling.
const FILL_BATCH: u32 = 200;

/// Runs `load tiris` to its end; blocks. True when nothing was wrong. Errors: the run was impossible.
pub fn run(matches: &ArgMatches, _: &SigningKeys) -> Result<bool, LoadError> {
    let args = TirisArgs::from_arg_matches(matches)?;
    if let Some(path) = &args.common.audit {
        let target = &args.common.url;
        return journal_file::audit(path, TirisRun::COMMAND, async |entries| {
            let mut control = TirisControl::new(target.address, &target.host);
            journal::verify(&mut control, entries, args.common.seed).await
        });
    }
    execute(&args.common, TirisRun::prepare(&args))
}

/// A run against Tiris.
pub struct TirisRun {
    args: TirisArgs,
    control: TirisControl,
    bots: Arc<Vec<Bot>>,
    seeds: Seeds,
    began: Instant,
    /// Logs acknowledged before the run proper.
    earlier: Vec<Entry>,
}

impl TirisRun {
    /// Makes the bots, fills if asked to. Errors: the server did not.
    pub async fn prepare(args: &TirisArgs) -> Result<Self, LoadError> {
        let nonce = SystemClock.now().as_micros().cast_unsigned();
        let target = &args.common.url;
        let mut control = TirisControl::new(target.address, &target.host);
        let bots = Arc::new(bots::create(&mut control, args.bots, nonce).await?);
        let seeds = Seeds { choices: args.common.seed, keys: nonce };
        let mut run =
            Self { args: args.clone(), control, bots, seeds, began: Instant::now(), earlier: Vec::new() };
        run.fill().await?;
        Ok(run)
    }

    fn callers_with(&self, mix: TirisMix, batch: u32, seeds: Seeds) -> Vec<Bots> {
        let count = self.args.common.connections;
        (0..count)
            .map(|number| Bots::new(number, count, Arc::clone(&self.bots), (mix, batch), seeds))
            .collect()
    }

    /// `--fill`: logs of the run's own bots over HTTP, through every rule there is.
    async fn fill(&mut self) -> Result<(), LoadError> {
        let Some(wanted) = self.args.common.fill else { return Ok(()) };
        let mut reached = self.control.logs().await?;
        let seeds = Seeds { choices: self.seeds.choices ^ 0xf111, keys: self.seeds.keys ^ 0xf111 };
        let target = self.args.common.url.clone();
        let callers = self.callers_with(TirisMix::only(TirisKind::Log), FILL_BATCH, seeds);
        let worker = |caller| Worker::new(caller, target.address, &target.host, self.began);
        let mut workers: Vec<_> = callers.into_iter().map(worker).collect();
        while reached < wanted {
            eprintln!("filling: {reached} of {wanted} logs");
            run_phase(&mut workers, Workload::Mix, LoadModel::Closed, FILL_STRETCH).await;
            let now = self.control.logs().await?;
            if now == reached {
                return Err(LoadError::FillStopped { reached, wanted });
            }
            reached = now;
        }
        self.earlier.extend(workers.into_iter().flat_map(|worker| worker.caller.history.journal));
        Ok(())
    }
}

impl Stall for TirisRun {
    type Caller = Bots;
    type Entry = Entry;
    const COMMAND: &'static str = "load tiris";
    const ENTRIES: &'static str = "logs";

    fn common(&self) -> &CommonArgs {
        &self.args.common
    }

    fn mix(&self) -> String {
        self.args.mix.to_string()
    }

    fn began(&self) -> Instant {
        self.began
    }

    fn callers(&self) -> Vec<Bots> {
        self.callers_with(self.args.mix, self.args.batch.unwrap_or(0), self.seeds)
    }

    async fn metrics(&mut self) -> Result<Metrics, ControlError> {
        self.control.metrics().await
    }

    async fn count_entries(&mut self) -> Option<u64> {
        self.control.logs().await.ok()
    }

    fn journal(&mut self, callers: &[&Bots]) -> Vec<Entry> {
        let journals = callers.iter().flat_map(|caller| &caller.history.journal).copied();
        self.earlier.iter().copied().chain(journals).collect()
    }

    async fn verify(&mut self, entries: Vec<Entry>) -> Result<JournalAudit, ControlError> {
        journal::verify(&mut self.control, entries, self.args.common.seed).await
    }

    async fn check(&mut self) -> Result<CheckReport, ControlError> {
        self.control.check().await
    }

    fn figures(&self, measured: &PhaseResult<TirisKind>, [before, after]: [Option<u64>; 2]) -> StallFigures {
        let mut figures = StallFigures::default();
        let requests = measured.tally.of(TirisKind::Log);
        let each = u64::from(self.args.batch.unwrap_or(1));
        let (rps, latency) = (measured.per_second(requests.accepted * each), percentiles(&requests.latency));
        figures.fields.insert("bots".to_owned(), json!(self.args.bots));
        figures.fields.insert("batch".to_owned(), json!(self.args.batch));
        figures.fields.insert("logs_before".to_owned(), json!(before));
        figures.fields.insert("logs_after".to_owned(), json!(after));
        let fields = request_fields(rps, requests.accepted * each, requests.refused, &latency);
        figures.fields.insert("logs".to_owned(), fields);
        figures.rows.push(ReportRow::count("logs before", before));
        figures.rows.push(ReportRow::count("logs after", after));
        figures.rows.push(ReportRow::new("durable logs, /s", rps, 0));
        figures
    }
}
