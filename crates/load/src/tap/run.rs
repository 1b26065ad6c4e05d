//! A run against Tap from its players to its audit.

use super::args::TapArgs;
use super::caller::{Players, Scene, Seeds};
use super::control::TapControl;
use super::grid::{self, Wall};
use super::journal::{self, Entry};
use super::mix::{TapKind, TapMix};
use super::players;
use super::sockets::Sockets;
use super::stack::{self, Settled, Stacked};
use crate::args::Common;
use crate::error::LoadError;
use crate::execute::execute;
use crate::keys::SigningKeys;
use crate::results::{Done, Own, Verified, percentiles};
use crate::run::{Tempo, Worker, run_phase};
use crate::server::{Check, ControlError, Metrics};
use crate::stall::{Goal, Stall};
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
    execute(&args.common, TapRun::prepare(&args))
}

/// A run against Tap.
pub struct TapRun {
    args: TapArgs,
    control: TapControl,
    scene: Arc<Scene>,
    seeds: Seeds,
    began: Instant,
    following: JoinHandle<()>,
    sockets: Option<Arc<Sockets>>,
    /// Resident bytes of the server without and with the sockets.
    memory: [Option<f64>; 2],
    /// Bets acknowledged before the run proper.
    earlier: Vec<Entry>,
    stacked: Option<Stacked>,
    settled: Option<Settled>,
}

impl TapRun {
    /// Makes the players, waits for quotes, fills and stacks if asked to. Errors: the server did not.
    pub async fn prepare(args: &TapArgs) -> Result<Self, LoadError> {
        let nonce = SystemClock.now().as_micros().cast_unsigned();
        let target = &args.common.url;
        let mut control = TapControl::new(target.address, &target.host);
        let crowd = Arc::new(players::gather(&mut control, args.players, args.scheme, nonce).await?);
        let wall = Arc::new(Wall::default());
        let (host, address) = (target.host.clone(), target.address);
        let following = tokio::spawn(grid::follow(Arc::clone(&wall), Arc::clone(&crowd), address, host));
        if !grid::wait_for_offers(&wall).await {
            return Err(LoadError::Stage("nothing was offered for a minute".to_owned()));
        }
        let seeds = Seeds { choices: args.common.seed, nonces: nonce };
        let mut run = Self {
            args: args.clone(),
            control,
            scene: Arc::new(Scene { crowd, wall, column: None }),
            seeds,
            began: Instant::now(),
            following,
            sockets: None,
            memory: [None; 2],
            earlier: Vec::new(),
            stacked: None,
            settled: None,
        };
        run.fill().await?;
        run.open_sockets().await?;
        run.stack().await?;
        Ok(run)
    }

    fn workers(&self, scene: &Arc<Scene>, mix: TapMix, seeds: Seeds) -> Vec<Worker<Players>> {
        let (count, target) = (self.args.common.connections, &self.args.common.url);
        let caller = |number| Players::new(number, count, Arc::clone(scene), mix, seeds);
        let worker = |caller| Worker::new(caller, target.address, &target.host, self.began);
        (0..count).map(caller).map(worker).collect()
    }

    /// `--fill`: bets of the run's own players over HTTP, through every rule there is.
    async fn fill(&mut self) -> Result<(), LoadError> {
        let Some(wanted) = self.args.common.fill else { return Ok(()) };
        let mut reached = self.control.bets().await?;
        let seeds = Seeds { choices: self.seeds.choices ^ 0xf111, nonces: self.seeds.nonces ^ 0xf111 };
        let mut workers = self.workers(&self.scene, TapMix::default(), seeds);
        while reached < wanted {
            eprintln!("filling: {reached} of {wanted} bets");
            run_phase(&mut workers, Goal::Mix, Tempo::Saturated, FILL_STRETCH).await;
            let now = self.control.bets().await?;
            if now == reached {
                return Err(LoadError::FillStopped { reached, wanted });
            }
            reached = now;
        }
        self.remember(workers);
        Ok(())
    }

    fn remember(&mut self, workers: Vec<Worker<Players>>) {
        self.earlier.extend(workers.into_iter().flat_map(|worker| worker.caller.memory.journal));
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
        self.memory = [before, self.control.metrics().await?.resident_bytes];
        self.sockets = Some(sockets);
        Ok(())
    }

    async fn stack(&mut self) -> Result<(), LoadError> {
        let Some(wanted) = self.args.settle else { return Ok(()) };
        let column = stack::choose(&self.scene.wall.look(), wanted, SystemClock.now());
        let column =
            column.ok_or_else(|| LoadError::Stage("no column is open for long enough".to_owned()))?;
        let scene = |only| {
            let (crowd, wall) = (Arc::clone(&self.scene.crowd), Arc::clone(&self.scene.wall));
            Arc::new(Scene { crowd, wall, column: Some((column, only)) })
        };
        let (stacking, playing) = (scene(true), scene(false));
        eprintln!("stacking {wanted} bets on column {column}");
        let seeds = Seeds { choices: self.seeds.choices ^ 0x57ac, nonces: self.seeds.nonces ^ 0x57ac };
        let mut workers = self.workers(&stacking, stack::mix(), seeds);
        let stacked = stack::stack(&mut workers, column, wanted).await;
        let ends_ms = (column + 1) * self.scene.wall.look().width_ms;
        self.scene = playing;
        stack::wait_for_end(ends_ms, Duration::from_secs(self.args.common.duration)).await;
        self.stacked = Some(Stacked { column, ends_ms, bets: stacked });
        self.remember(workers);
        Ok(())
    }

    fn own_bets(&self, measured: &Done<TapKind>, own: &mut Own) {
        let bets = measured.tally.class(TapKind::Bet);
        let rps = measured.per_second(bets.accepted);
        let latency = percentiles(&bets.latency);
        let refused = bets.refused;
        own.lines.push(("durable bets, /s", Some(rps), 0));
        own.lines.push(("new bets refused", Some(refused as f64), 0));
        own.fields.insert(
            "bets".to_owned(),
            json!({ "rps": rps, "accepted": bets.accepted, "refused": refused, "p50_ms": latency.p50_ms,
                "p95_ms": latency.p95_ms, "p99_ms": latency.p99_ms, "p999_ms": latency.p999_ms }),
        );
    }

    fn own_sockets(&self, own: &mut Own) {
        let Some(sockets) = &self.sockets else { return };
        let seen = sockets.seen();
        let ages = percentiles(&seen.ages);
        let each = self.memory[0].zip(self.memory[1]).map(|(before, after)| after - before);
        let each_kb = each.map(|bytes| bytes / 1e3 / f64::from(self.args.sockets));
        own.lines.push(("sockets open", Some(seen.open as f64), 0));
        own.lines.push(("prices delivered", Some(ages.count as f64), 0));
        own.lines.push(("age of a price p50, ms", Some(ages.p50_ms), 1));
        own.lines.push(("age of a price p99, ms", Some(ages.p99_ms), 1));
        own.lines.push(("server memory a socket, kB", each_kb, 1));
        own.fields.insert(
            "sockets".to_owned(),
            json!({ "asked": self.args.sockets, "open": seen.open, "broken": seen.broken, "prices": ages.count,
                "p50_ms": ages.p50_ms, "p95_ms": ages.p95_ms, "p99_ms": ages.p99_ms, "p999_ms": ages.p999_ms,
                "max_ms": ages.max_ms, "memory_kb_each": each_kb }),
        );
    }

    fn own_settled(&self, own: &mut Own) {
        let Some(settled) = &self.settled else { return };
        own.lines.push(("bets stacked on one column", Some(settled.bets as f64), 0));
        own.lines.push(("of them with an outcome", Some(settled.resolved as f64), 0));
        own.lines.push(("column's end to last outcome, ms", settled.last_ms.map(|ms| ms as f64), 0));
        own.fields.insert("settled".to_owned(), json!(settled));
    }
}

impl Drop for TapRun {
    fn drop(&mut self) {
        self.following.abort();
    }
}

impl Stall for TapRun {
    type Caller = Players;
    const COMMAND: &'static str = "load tap";
    const THINGS: &'static str = "bets";

    fn common(&self) -> &Common {
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
            .map(|number| Players::new(number, count, Arc::clone(&self.scene), self.args.mix, self.seeds))
            .collect()
    }

    async fn metrics(&mut self) -> Result<Metrics, ControlError> {
        self.control.metrics().await
    }

    async fn before_measuring(&mut self) {
        self.sockets.iter().for_each(|sockets| sockets.count(true));
    }

    async fn after_measuring(&mut self) {
        self.sockets.iter().for_each(|sockets| sockets.count(false));
    }

    async fn things(&mut self) -> Option<u64> {
        self.control.bets().await.ok()
    }

    async fn verify(&mut self, callers: &[&Players]) -> Result<Verified, ControlError> {
        if let Some(stacked) = &self.stacked {
            self.settled = Some(stack::settled(&mut self.control, stacked).await?);
        }
        let journals = callers.iter().flat_map(|caller| &caller.memory.journal).copied();
        let entries = self.earlier.iter().copied().chain(journals).collect();
        journal::verify(&mut self.control, entries, self.args.common.seed).await
    }

    async fn check(&mut self) -> Result<Check, ControlError> {
        self.control.check().await
    }

    fn own(&self, measured: &Done<TapKind>, [before, after]: [Option<u64>; 2]) -> Own {
        let mut own = Own::default();
        own.fields.insert("scheme".to_owned(), json!(self.args.scheme.name()));
        own.fields.insert("players".to_owned(), json!(self.args.players));
        own.fields.insert("bets_before".to_owned(), json!(before));
        own.fields.insert("bets_after".to_owned(), json!(after));
        own.lines.push(("bets before", before.map(|count| count as f64), 0));
        own.lines.push(("bets after", after.map(|count| count as f64), 0));
        self.own_bets(measured, &mut own);
        self.own_sockets(&mut own);
        self.own_settled(&mut own);
        own
    }
}
