//! A run against Tap from its players to its audit.

use super::args::TapArgs;
use super::caller::{Game, Players, Seeds};
use super::control::TapControl;
use super::grid::{self, LiveGrid};
use super::journal::{self, Entry};
use super::mix::{TapKind, TapMix};
use super::players;
use super::sockets::Sockets;
use super::stack::{self, SettlementFigures, StackedColumn};
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
use tokio::task::JoinHandle;

/// Bets of a fill are placed in stretches so long, between which they are counted.
const FILL_STRETCH: Duration = Duration::from_secs(2);

/// Runs `load tap` to its end; blocks. True when nothing was wrong. Errors: the run was impossible.
pub fn run(matches: &ArgMatches, _: &SigningKeys) -> Result<bool, LoadError> {
    let args = TapArgs::from_arg_matches(matches)?;
    if let Some(path) = &args.common.audit {
        let target = &args.common.url;
        return journal_file::audit(path, TapRun::COMMAND, async |entries| {
            let mut control = TapControl::new(target.address, &target.host);
            journal::verify(&mut control, entries, args.common.seed).await
        });
    }
    execute(&args.common, TapRun::prepare(&args))
}

/// A run against Tap.
pub struct TapRun {
    args: TapArgs,
    control: TapControl,
    game: Arc<Game>,
    seeds: Seeds,
    began: Instant,
    polling: JoinHandle<()>,
    sockets: Option<Arc<Sockets>>,
    /// Resident bytes of the server without and with the sockets.
    resident_bytes: [Option<f64>; 2],
    /// Bets acknowledged before the run proper.
    earlier: Vec<Entry>,
    stacked: Option<StackedColumn>,
    settled: Option<SettlementFigures>,
}

impl TapRun {
    /// Makes the players, waits for quotes, fills and stacks if asked to. Errors: the server did not.
    pub async fn prepare(args: &TapArgs) -> Result<Self, LoadError> {
        let nonce = SystemClock.now().as_micros().cast_unsigned();
        let target = &args.common.url;
        let mut control = TapControl::new(target.address, &target.host);
        let players = Arc::new(players::create(&mut control, args.players, args.scheme, nonce).await?);
        let grid = Arc::new(LiveGrid::default());
        let (host, address) = (target.host.clone(), target.address);
        let polling = tokio::spawn(grid::poll(Arc::clone(&grid), Arc::clone(&players), address, host));
        if !grid::wait_for_offers(&grid).await {
            return Err(LoadError::Setup("nothing was offered for a minute".to_owned()));
        }
        let seeds = Seeds { choices: args.common.seed, nonces: nonce };
        let mut run = Self {
            args: args.clone(),
            control,
            game: Arc::new(Game { players, grid, column: None }),
            seeds,
            began: Instant::now(),
            polling,
            sockets: None,
            resident_bytes: [None; 2],
            earlier: Vec::new(),
            stacked: None,
            settled: None,
        };
        run.fill().await?;
        run.open_sockets().await?;
        run.stack().await?;
        Ok(run)
    }

    fn workers(&self, game: &Arc<Game>, mix: TapMix, seeds: Seeds) -> Vec<Worker<Players>> {
        let (count, target) = (self.args.common.connections, &self.args.common.url);
        let caller = |number| Players::new(number, count, Arc::clone(game), mix, seeds);
        let worker = |caller| Worker::new(caller, target.address, &target.host, self.began);
        (0..count).map(caller).map(worker).collect()
    }

    /// `--fill`: bets of the run's own players over HTTP, through every rule there is.
    async fn fill(&mut self) -> Result<(), LoadError> {
        let Some(wanted) = self.args.common.fill else { return Ok(()) };
        let mut reached = self.control.bets().await?;
        let seeds = Seeds { choices: self.seeds.choices ^ 0xf111, nonces: self.seeds.nonces ^ 0xf111 };
        let mut workers = self.workers(&self.game, TapMix::default(), seeds);
        while reached < wanted {
            eprintln!("filling: {reached} of {wanted} bets");
            run_phase(&mut workers, Workload::Mix, LoadModel::Closed, FILL_STRETCH).await;
            let now = self.control.bets().await?;
            if now == reached {
                return Err(LoadError::FillStopped { reached, wanted });
            }
            reached = now;
        }
        self.keep_journals(workers);
        Ok(())
    }

    fn keep_journals(&mut self, workers: Vec<Worker<Players>>) {
        self.earlier.extend(workers.into_iter().flat_map(|worker| worker.caller.history.journal));
    }

    async fn open_sockets(&mut self) -> Result<(), LoadError> {
        if self.args.sockets == 0 {
            return Ok(());
        }
        let target = self.args.common.url.clone();
        eprintln!("opening {} sockets", self.args.sockets);
        let before = self.control.metrics().await?.resident_bytes;
        let sockets = Sockets::open(self.args.sockets, target.address, &target.host).await;
        // Their first messages are buffered by now.
        tokio::time::sleep(Duration::from_secs(1)).await;
        self.resident_bytes = [before, self.control.metrics().await?.resident_bytes];
        self.sockets = Some(sockets);
        Ok(())
    }

    async fn stack(&mut self) -> Result<(), LoadError> {
        let Some(wanted) = self.args.settle else { return Ok(()) };
        let column = stack::choose_column(&self.game.grid.latest(), wanted, SystemClock.now());
        let column =
            column.ok_or_else(|| LoadError::Setup("no column is open for long enough".to_owned()))?;
        let game = |only| {
            let (players, grid) = (Arc::clone(&self.game.players), Arc::clone(&self.game.grid));
            Arc::new(Game { players, grid, column: Some((column, only)) })
        };
        let (stacking, playing) = (game(true), game(false));
        eprintln!("stacking {wanted} bets on column {column}");
        let seeds = Seeds { choices: self.seeds.choices ^ 0x57ac, nonces: self.seeds.nonces ^ 0x57ac };
        let mut workers = self.workers(&stacking, stack::mix(), seeds);
        let stacked = stack::stack(&mut workers, column, wanted).await;
        let ends_ms = (column + 1) * self.game.grid.latest().width_ms;
        self.game = playing;
        stack::wait_for_end(ends_ms, Duration::from_secs(self.args.common.duration)).await;
        self.stacked = Some(StackedColumn { column, ends_ms, bets: stacked });
        self.keep_journals(workers);
        Ok(())
    }

    fn add_bets(&self, measured: &PhaseResult<TapKind>, figures: &mut StallFigures) {
        let bets = measured.tally.of(TapKind::Bet);
        let rps = measured.per_second(bets.accepted);
        let latency = percentiles(&bets.latency);
        let refused = bets.refused;
        figures.rows.push(ReportRow::new("durable bets, /s", rps, 0));
        figures.rows.push(ReportRow::new("new bets refused", refused as f64, 0));
        let fields = request_fields(rps, bets.accepted, refused, &latency);
        figures.fields.insert("bets".to_owned(), fields);
    }

    fn add_sockets(&self, figures: &mut StallFigures) {
        let Some(sockets) = &self.sockets else { return };
        let seen = sockets.figures();
        let ages = percentiles(&seen.ages);
        let each = self.resident_bytes[0].zip(self.resident_bytes[1]).map(|(before, after)| after - before);
        let each_kb = each.map(|bytes| bytes / 1e3 / f64::from(self.args.sockets));
        figures.rows.push(ReportRow::new("sockets open", seen.open as f64, 0));
        figures.rows.push(ReportRow::new("prices delivered", ages.count as f64, 0));
        figures.rows.push(ReportRow::new("age of a price p50, ms", ages.p50_ms, 1));
        figures.rows.push(ReportRow::new("age of a price p99, ms", ages.p99_ms, 1));
        figures.rows.push(ReportRow { name: "server memory a socket, kB", value: each_kb, digits: 1 });
        figures.fields.insert(
            "sockets".to_owned(),
            json!({ "asked": self.args.sockets, "open": seen.open, "broken": seen.broken, "prices": ages.count,
                "p50_ms": ages.p50_ms, "p95_ms": ages.p95_ms, "p99_ms": ages.p99_ms, "p999_ms": ages.p999_ms,
                "max_ms": ages.max_ms, "memory_kb_each": each_kb }),
        );
    }

    fn add_settlement(&self, figures: &mut StallFigures) {
        let Some(settled) = &self.settled else { return };
        figures.rows.push(ReportRow::new("bets stacked on one column", settled.bets as f64, 0));
        figures.rows.push(ReportRow::new("of them with an outcome", settled.resolved as f64, 0));
        let last_ms = settled.last_ms.map(|ms| ms as f64);
        figures.rows.push(ReportRow { name: "column's end to last outcome, ms", value: last_ms, digits: 0 });
        figures.fields.insert("settled".to_owned(), json!(settled));
    }
}

impl Drop for TapRun {
    fn drop(&mut self) {
        self.polling.abort();
    }
}

impl Stall for TapRun {
    type Caller = Players;
    type Entry = Entry;
    const COMMAND: &'static str = "load tap";
    const ENTRIES: &'static str = "bets";

    fn common(&self) -> &CommonArgs {
        &self.args.common
    }

    fn mix(&self) -> String {
        self.args.mix.to_string()
    }

    fn began(&self) -> Instant {
        self.began
    }

    fn callers(&self) -> Vec<Players> {
        let count = self.args.common.connections;
        (0..count)
            .map(|number| Players::new(number, count, Arc::clone(&self.game), self.args.mix, self.seeds))
            .collect()
    }

    async fn metrics(&mut self) -> Result<Metrics, ControlError> {
        self.control.metrics().await
    }

    async fn before_measuring(&mut self) {
        self.sockets.iter().for_each(|sockets| sockets.start_counting());
    }

    async fn after_measuring(&mut self) {
        self.sockets.iter().for_each(|sockets| sockets.stop_counting());
    }

    async fn count_entries(&mut self) -> Option<u64> {
        self.control.bets().await.ok()
    }

    fn journal(&mut self, callers: &[&Players]) -> Vec<Entry> {
        let journals = callers.iter().flat_map(|caller| &caller.history.journal).copied();
        self.earlier.iter().copied().chain(journals).collect()
    }

    async fn verify(&mut self, entries: Vec<Entry>) -> Result<JournalAudit, ControlError> {
        if let Some(stacked) = &self.stacked {
            self.settled = Some(stack::wait_for_outcomes(&mut self.control, stacked).await?);
        }
        journal::verify(&mut self.control, entries, self.args.common.seed).await
    }

    async fn check(&mut self) -> Result<CheckReport, ControlError> {
        self.control.check().await
    }

    fn figures(&self, measured: &PhaseResult<TapKind>, [before, after]: [Option<u64>; 2]) -> StallFigures {
        let mut figures = StallFigures::default();
        figures.fields.insert("scheme".to_owned(), json!(self.args.scheme.name()));
        figures.fields.insert("players".to_owned(), json!(self.args.players));
        figures.fields.insert("bets_before".to_owned(), json!(before));
        figures.fields.insert("bets_after".to_owned(), json!(after));
        figures.rows.push(ReportRow::count("bets before", before));
        figures.rows.push(ReportRow::count("bets after", after));
        self.add_bets(measured, &mut figures);
        self.add_sockets(&mut figures);
        self.add_settlement(&mut figures);
        figures
    }
}
