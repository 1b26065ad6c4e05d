//! A run against FunPot from its audience to its audit.

use super::args::FunpotArgs;
use super::audience::{self, Audience, COST};
use super::caller::{Seeds, Voters};
use super::control::FunpotControl;
use super::journal::{self, Entry, PlacedEntry};
use super::mix::{FunpotKind, FunpotMix};
use super::pot::{self, FullPot, SettlementFigures};
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

/// Votes of a fill are cast in stretches so long, between which they are counted.
const FILL_STRETCH: Duration = Duration::from_secs(2);
/// Seconds for which the event that is settled may be filled.
const POT_OPEN_S: u64 = 1_800;

/// Runs `load funpot` to its end; blocks. True when nothing was wrong. Errors: the run was impossible.
pub fn run(matches: &ArgMatches, _: &SigningKeys) -> Result<bool, LoadError> {
    let args = FunpotArgs::from_arg_matches(matches)?;
    if let Some(path) = &args.common.audit {
        let target = &args.common.url;
        return journal_file::audit(path, FunpotRun::COMMAND, async |entries| {
            let mut control = FunpotControl::new(target.address, &target.host);
            journal::verify(&mut control, entries, args.common.seed).await
        });
    }
    execute(&args.common, FunpotRun::prepare(&args))
}

/// A run against FunPot.
pub struct FunpotRun {
    args: FunpotArgs,
    control: FunpotControl,
    audience: Arc<Audience>,
    seeds: Seeds,
    began: Instant,
    /// Votes acknowledged before the run proper, with those whose they are.
    earlier: Vec<(Arc<Audience>, Vec<Entry>)>,
    /// The event that is settled, its audience and its votes.
    pot: Option<(Arc<Audience>, FullPot)>,
    settled: Option<SettlementFigures>,
}

impl FunpotRun {
    /// Makes voters and events, fills if asked to. Errors: the server did not.
    pub async fn prepare(args: &FunpotArgs) -> Result<Self, LoadError> {
        let nonce = SystemClock.now().as_micros().cast_unsigned();
        let target = &args.common.url;
        let mut control = FunpotControl::new(target.address, &target.host);
        let audience = Arc::new(audience::create(&mut control, args.voters, args.events, nonce).await?);
        let seeds = Seeds { choices: args.common.seed, keys: nonce };
        let began = Instant::now();
        let mut run = Self {
            args: args.clone(),
            control,
            audience,
            seeds,
            began,
            earlier: Vec::new(),
            pot: None,
            settled: None,
        };
        run.fill().await?;
        run.fill_pot(nonce).await?;
        Ok(run)
    }

    fn workers(&self, audience: &Arc<Audience>, mix: FunpotMix, seeds: Seeds) -> Vec<Worker<Voters>> {
        let (count, target) = (self.args.common.connections, &self.args.common.url);
        let caller = |number| Voters::new(number, count, Arc::clone(audience), mix, seeds);
        let worker = |caller| Worker::new(caller, target.address, &target.host, self.began);
        (0..count).map(caller).map(worker).collect()
    }

    fn keep_journals(&mut self, audience: &Arc<Audience>, workers: Vec<Worker<Voters>>) {
        let entries = workers.into_iter().flat_map(|worker| worker.caller.history.journal).collect();
        self.earlier.push((Arc::clone(audience), entries));
    }

    /// `--fill`: votes of voters and events of its own over HTTP, through every rule there is.
    async fn fill(&mut self) -> Result<(), LoadError> {
        let Some(wanted) = self.args.common.fill else { return Ok(()) };
        let mut reached = self.control.votes().await?;
        while reached < wanted {
            let nonce = SystemClock.now().as_micros().cast_unsigned();
            let (voters, events) = (self.args.voters, self.args.events);
            let audience = Arc::new(audience::create(&mut self.control, voters, events, nonce).await?);
            let seeds = Seeds { choices: self.seeds.choices ^ 0xf111, keys: nonce ^ 0xf111 };
            let mut workers = self.workers(&audience, FunpotMix::default(), seeds);
            reached = self.fill_audience(&mut workers, wanted).await?;
            self.keep_journals(&audience, workers);
        }
        Ok(())
    }

    /// Votes of one audience until there are enough or it has cast them all; how many there are.
    async fn fill_audience(
        &mut self,
        workers: &mut Vec<Worker<Voters>>,
        wanted: u64,
    ) -> Result<u64, LoadError> {
        let (mut reached, before) = (self.control.votes().await?, self.control.votes().await?);
        loop {
            eprintln!("filling: {reached} of {wanted} votes");
            run_phase(workers, Workload::Mix, LoadModel::Closed, FILL_STRETCH).await;
            let now = self.control.votes().await?;
            if now >= wanted || (now == reached && now > before) {
                return Ok(now);
            }
            if now == reached {
                return Err(LoadError::FillStopped { reached, wanted });
            }
            reached = now;
        }
    }

    async fn fill_pot(&mut self, nonce: u64) -> Result<(), LoadError> {
        let Some(wanted) = self.args.settle else { return Ok(()) };
        if wanted > self.args.voters {
            return Err(LoadError::Setup(
                "each vote on one event needs a voter: give as many --voters".to_owned(),
            ));
        }
        eprintln!("casting {wanted} votes on one event");
        let events = self.control.create_events(nonce ^ 0x907, 1, COST, POT_OPEN_S).await?;
        let audience = Arc::new(Audience { voters: self.audience.voters.clone(), events });
        let seeds = Seeds { choices: self.seeds.choices ^ 0x907, keys: self.seeds.keys ^ 0x907 };
        let mut workers = self.workers(&audience, FunpotMix::only(FunpotKind::Vote), seeds);
        let voters = pot::fill(&mut workers, wanted as usize).await;
        self.keep_journals(&audience, workers);
        let pot = pot::decide(&mut self.control, &audience, voters).await?;
        self.pot = Some((audience, pot));
        Ok(())
    }

    fn add_votes(&self, measured: &PhaseResult<FunpotKind>, figures: &mut StallFigures) {
        let votes = measured.tally.of(FunpotKind::Vote);
        let (rps, latency) = (measured.per_second(votes.accepted), percentiles(&votes.latency));
        figures.rows.push(ReportRow::new("durable votes, /s", rps, 0));
        figures.rows.push(ReportRow::new("new votes refused", votes.refused as f64, 0));
        let fields = request_fields(rps, votes.accepted, votes.refused, &latency);
        figures.fields.insert("votes".to_owned(), fields);
    }

    fn add_settlement(&self, figures: &mut StallFigures) {
        let Some(settled) = &self.settled else { return };
        figures.rows.push(ReportRow::new("votes on one event", settled.votes as f64, 0));
        figures.rows.push(ReportRow::new("of them settled", settled.settled as f64, 0));
        let last_ms = settled.last_ms.map(|ms| ms as f64);
        figures.rows.push(ReportRow { name: "winner named to last payout, ms", value: last_ms, digits: 0 });
        figures.fields.insert("settled".to_owned(), json!(settled));
    }
}

impl Stall for FunpotRun {
    type Caller = Voters;
    type Entry = PlacedEntry;
    const COMMAND: &'static str = "load funpot";
    const ENTRIES: &'static str = "votes";

    fn common(&self) -> &CommonArgs {
        &self.args.common
    }

    fn mix(&self) -> String {
        self.args.mix.to_string()
    }

    fn began(&self) -> Instant {
        self.began
    }

    fn callers(&self) -> Vec<Voters> {
        let count = self.args.common.connections;
        (0..count)
            .map(|number| Voters::new(number, count, Arc::clone(&self.audience), self.args.mix, self.seeds))
            .collect()
    }

    async fn metrics(&mut self) -> Result<Metrics, ControlError> {
        self.control.metrics().await
    }

    async fn count_entries(&mut self) -> Option<u64> {
        self.control.votes().await.ok()
    }

    fn journal(&mut self, callers: &[&Voters]) -> Vec<PlacedEntry> {
        let own = callers.iter().flat_map(|caller| caller.history.journal.iter());
        let own = own.map(|entry| entry.placed(&self.audience));
        let earlier = self
            .earlier
            .iter()
            .flat_map(|(audience, entries)| entries.iter().map(|entry| entry.placed(audience)));
        own.chain(earlier).collect()
    }

    async fn verify(&mut self, entries: Vec<PlacedEntry>) -> Result<JournalAudit, ControlError> {
        if let Some((audience, pot)) = &self.pot {
            self.settled = Some(pot::wait_for_outcomes(&mut self.control, audience, pot).await?);
        }
        journal::verify(&mut self.control, entries, self.args.common.seed).await
    }

    async fn check(&mut self) -> Result<CheckReport, ControlError> {
        self.control.check().await
    }

    fn figures(&self, measured: &PhaseResult<FunpotKind>, [before, after]: [Option<u64>; 2]) -> StallFigures {
        let mut figures = StallFigures::default();
        figures.fields.insert("voters".to_owned(), json!(self.args.voters));
        figures.fields.insert("votes_before".to_owned(), json!(before));
        figures.fields.insert("votes_after".to_owned(), json!(after));
        figures.rows.push(ReportRow::count("votes before", before));
        figures.rows.push(ReportRow::count("votes after", after));
        self.add_votes(measured, &mut figures);
        self.add_settlement(&mut figures);
        figures
    }
}
