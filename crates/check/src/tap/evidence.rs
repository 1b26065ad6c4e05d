//! Tap's evidence against the ticks it was made from, for as long as those are kept: one pass over the ticks, each column
//! read once more by the rules.

use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::source::Source;
use serde_json::Value;

/// A price is carried into a column for so long, and a column has no longer hole, ms.
const CARRY_MAX_MS: i64 = 3_000;
const GAP_MAX_MS: i64 = 3_000;
/// Between two points at which there may be a tick, ms.
const STEP_MS: i64 = 100;
/// The flag of a tick without a quorum.
const DEGRADED: i64 = 4;

/// What evidence says, or what ticks say.
#[derive(Debug, Default, PartialEq, Eq)]
struct Facts {
    first_seq: Option<i64>,
    last_seq: Option<i64>,
    n_ticks: i64,
    carry: Option<i64>,
    max_gap_ms: i64,
    is_void: bool,
    prices: Vec<(i64, i64)>,
}

/// A column with its evidence, and what its ticks so far add up to.
struct Column {
    id: i64,
    t0_ms: i64,
    t1_ms: i64,
    recorded: Facts,
    recomputed: Facts,
    /// The end of what is known.
    known_ms: i64,
    degraded_ms: Option<i64>,
    longest_degraded_ms: i64,
    /// Whether what reaches past the end counts in full: since rule version 9.
    counts_past_end: bool,
}

/// The claim. Columns whose ticks are gone in part or whole are passed over.
pub(super) fn claim(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every column's evidence is what its ticks say");
    let mut waiting = columns(source)?;
    // The earliest last, to be taken from the end.
    waiting.sort_by_key(|column| std::cmp::Reverse(column.t0_ms));
    let (mut open, mut oldest_ms): (Vec<Column>, Option<i64>) = (Vec::new(), None);
    source.for_each("SELECT seq, ts_ms, price, flags FROM ticks ORDER BY seq", |row| {
        let (seq, ts_ms, price, flags) = (row.int(0)?, row.int(1)?, row.int(2)?, row.int(3)?);
        let oldest_ms = *oldest_ms.get_or_insert(ts_ms);
        while waiting.last().is_some_and(|column| column.t0_ms - CARRY_MAX_MS <= ts_ms) {
            open.extend(waiting.pop().filter(|column| column.t0_ms - CARRY_MAX_MS >= oldest_ms));
        }
        let is_degraded = flags & DEGRADED != 0;
        for column in open.extract_if(.., |column| column.is_over(ts_ms, is_degraded)) {
            column.compare(ts_ms, &mut claim);
        }
        open.iter_mut().for_each(|column| column.add_tick(seq, ts_ms, price, is_degraded));
        Ok(())
    })?;
    // Where there are ticks there is one at the end of every decided column.
    let early = open.iter().chain(waiting.iter().filter(|_| oldest_ms.is_some()));
    early.for_each(|column| {
        claim.add_wrong(|| format!("column {} was decided before its last tick", column.id))
    });
    Ok(claim)
}

fn columns(source: &mut Source) -> Result<Vec<Column>, CheckFault> {
    let mut columns = Vec::new();
    source.for_each("SELECT id, body FROM evidence", |row| {
        let id = row.int(0)?;
        let body = serde_json::from_str::<Value>(row.text(1)?).ok();
        let column = body.and_then(|body| Column::read(id, &body));
        columns.push(column.ok_or_else(|| CheckFault::Unreadable(format!("the evidence of column {id}")))?);
        Ok(())
    })?;
    Ok(columns)
}

impl Column {
    fn read(id: i64, body: &Value) -> Option<Self> {
        let number = |name: &str| body[name].as_i64();
        let run = |entry: &Value| Some((entry[0].as_i64()?, entry[1].as_i64()?));
        let recorded = Facts {
            first_seq: number("first_seq"),
            last_seq: number("last_seq"),
            n_ticks: number("n_ticks")?,
            carry: number("carry_in_price"),
            max_gap_ms: number("max_gap_ms")?,
            is_void: body["verdict"].as_str()? == "void",
            prices: body["prices"].as_array()?.iter().map(run).collect::<Option<_>>()?,
        };
        let (t0_ms, t1_ms) = (number("t0_ms")?, number("t1_ms")?);
        let known_ms = t0_ms - CARRY_MAX_MS;
        let recomputed = Facts::default();
        Some(Self {
            id,
            t0_ms,
            t1_ms,
            recorded,
            recomputed,
            known_ms,
            degraded_ms: None,
            longest_degraded_ms: 0,
            counts_past_end: number("rule_version")? >= 9,
        })
    }

    /// Whether the tick at `ts_ms`, which comes behind the column, ends everything that the column depends on.
    fn is_over(&self, ts_ms: i64, is_degraded: bool) -> bool {
        let goes_on = self.counts_past_end
            && self.degraded_ms.is_some()
            && is_degraded
            && ts_ms < self.t1_ms + GAP_MAX_MS;
        self.t1_ms <= ts_ms && !goes_on
    }

    fn add_tick(&mut self, seq: i64, ts_ms: i64, price: i64, is_degraded: bool) {
        if ts_ms >= self.t1_ms {
            return self.end_gap_behind(ts_ms);
        }
        if is_degraded {
            self.degraded_ms.get_or_insert(ts_ms);
        } else {
            self.end_degraded(ts_ms);
        }
        if ts_ms < self.t0_ms {
            self.recomputed.carry = Some(price);
        } else {
            self.end_gap(ts_ms);
            self.recomputed.first_seq = self.recomputed.first_seq.or(Some(seq));
            self.recomputed.last_seq = Some(seq);
            self.recomputed.n_ticks += 1;
            match self.recomputed.prices.last_mut() {
                Some((last, count)) if *last == price => *count += 1,
                _ => self.recomputed.prices.push((price, 1)),
            }
        }
        self.known_ms = ts_ms;
    }

    fn end_gap(&mut self, until_ms: i64) {
        self.recomputed.max_gap_ms = self.recomputed.max_gap_ms.max(until_ms - self.known_ms);
    }

    /// Ends the gap at the column's end with the first tick behind it; where the last point has a tick there is none.
    fn end_gap_behind(&mut self, ts_ms: i64) {
        let last_is_known = self.known_ms >= self.t1_ms - STEP_MS;
        self.end_gap(if last_is_known || !self.counts_past_end { self.t1_ms } else { ts_ms });
        self.known_ms = self.known_ms.max(self.t1_ms);
    }

    fn end_degraded(&mut self, end_ms: i64) {
        if let Some(since) = self.degraded_ms.take() {
            self.longest_degraded_ms = self.longest_degraded_ms.max(end_ms - since);
        }
    }

    /// A column that is void by its own ticks may be valid by a venue's history, which is not in the tables.
    fn compare(mut self, closing_ms: i64, claim: &mut Claim) {
        self.end_gap_behind(closing_ms);
        self.end_degraded(if self.counts_past_end { closing_ms } else { self.t1_ms });
        self.recomputed.is_void =
            self.recomputed.max_gap_ms > GAP_MAX_MS || self.longest_degraded_ms > GAP_MAX_MS;
        let is_repaired = self.recomputed.is_void && !self.recorded.is_void;
        claim.check(is_repaired || self.recomputed == self.recorded, || {
            format!("column {} says {:?}, its ticks {:?}", self.id, self.recorded, self.recomputed)
        });
    }
}
