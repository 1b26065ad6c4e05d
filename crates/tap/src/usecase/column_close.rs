//! Deciding a column: its evidence is built from the ticks on disk and kept for ever, the reserve goes back, and the
//! column's account is brought to exactly what is due. One transaction; afterwards `column_pay` pays the bets.
//!
//! Deterministic and resumable: killed at any point, the next run does what is missing, once.

use super::column_faults::Faults;
use crate::app::App;
use crate::domain::column::{ColumnRow, ColumnState};
use crate::domain::evidence::{Built, EvidenceBuilder, Rules, Window, repair};
use crate::domain::money::{HOUSE, reserve_of, transfer_code};
use crate::domain::outcome::{Band, decide};
use crate::domain::tick::Tick;
use crate::stop::{self, Point};
use crate::store::columns;
use crate::store::evidence::{self, EvidenceRow};
use crate::store::ticks;
use kernel::Timestamp;
use ledger::{Book, Transfer};
use store::{StoreError, Tx};

/// Decides every column whose ticks are all on disk; how many. A column that cannot be decided keeps none of the others
/// waiting: the first such fault comes back when all have been tried.
pub async fn run(app: &App) -> Result<usize, StoreError> {
    if !app.market_state.view().resolves {
        return Ok(0);
    }
    let watermark = app.market_state.watermark_ms();
    let open = app.store.read(columns::unsettled).await?;
    let due = open.into_iter().filter(|row| {
        row.state == ColumnState::Open && window_of(row).is_none_or(|window| window.t1_ms() <= watermark)
    });
    let (mut closed, mut faults) = (0, Faults::default());
    for row in due {
        closed += usize::from(faults.unless_corrupt(close_one(app, &row).await)?.unwrap_or(false));
    }
    faults.first(closed)
}

/// How many columns are not settled; for health pages.
pub async fn unsettled(app: &App) -> Result<usize, StoreError> {
    Ok(app.store.read(columns::unsettled).await?.len())
}

/// Decides one column, unless what comes behind its end still matters, or it is void and may still be repaired. False: not
/// yet.
async fn close_one(app: &App, row: &ColumnRow) -> Result<bool, StoreError> {
    let Some(window) = window_of(row) else {
        return Err(StoreError::Corrupt(format!("column {} has rules of another program", row.id)));
    };
    let now = app.clock.now();
    let now_ms = now.as_micros().div_euclid(1_000);
    let final_ms = app.market_state.watermark_ms().saturating_add(1);
    let all =
        app.store.read(move |tx| ticks::between(tx, window.from_ms(), final_ms, window.ticks_max())).await?;
    if !all.iter().any(|tick| window.is_closed_by(tick)) {
        return Ok(false);
    }
    let built = EvidenceBuilder::from_ticks(window, &all);
    let built =
        if built.void.is_some() { repaired(app, window, &all, now_ms).unwrap_or(built) } else { built };
    if built.void.is_some() && now.as_micros() < repaired_until(app, window) {
        return Ok(false);
    }
    let (id, numbers) = (row.id, [app.ids.next(now), app.ids.next(now)]);
    stop::reach(Point::CloseBuilt);
    let closed = app.store.write(move |tx| close(tx, id, &built, numbers, now)).await?;
    stop::reach(Point::CloseCommitted);
    app.market_state.forget_load(id);
    if closed {
        let (column, bets, stakes) = (row.col, row.bets, row.stakes);
        tracing::info!(target: "tap::columns", column, bets, stakes, "a column is decided");
    }
    Ok(closed)
}

/// Until when a void column may still be repaired, in microseconds like the clock.
fn repaired_until(app: &App, window: Window) -> i64 {
    let wait = i64::try_from(app.settings.repair.as_micros()).unwrap_or(i64::MAX);
    window.t1_ms().saturating_mul(1_000).saturating_add(wait)
}

/// The evidence with a venue's history, if one proves what the ticks lack.
fn repaired(app: &App, window: Window, all: &[Tick], now_ms: i64) -> Option<Built> {
    let holes = app.holes.lock();
    let mut built = holes.iter().filter_map(|hole| repair(window, all, hole, now_ms).ok());
    let built = built.rfind(|built| built.void.is_none());
    if built.is_some() {
        metrics::counter!("tap_columns_repaired_total").increment(1);
    }
    built
}

/// The window of a column, grace included; `None` for rules that this program does not know.
#[must_use]
pub fn window_of(row: &ColumnRow) -> Option<Window> {
    let rules = Rules::of_version(row.rule_version)?;
    Some(Window { epoch: row.epoch, column: row.col, width_ms: row.width_ms, rules })
}

fn close(
    tx: &mut Tx<'_>,
    id: i64,
    built: &Built,
    numbers: [i64; 2],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let row = columns::lock(tx, id)?.filter(|row| row.state == ColumnState::Open);
    let Some(row) = row else { return Ok(false) };
    let due = due_of(&row, built)?;
    let mut book = Book::load(tx, &[HOUSE, id, reserve_of(id)])?;
    for transfer in transfers(&book, &row, due, numbers) {
        book.transfer(&transfer, now)
            .map_err(|refusal| StoreError::Corrupt(format!("column {id} cannot be decided: {refusal}")))?;
    }
    book.save(tx)?;
    stop::reach(Point::CloseMoved);
    evidence::keep(tx, &row_of(&row, built)?, now)?;
    columns::close(tx, id, due, now)?;
    stop::reach(Point::CloseSaved);
    Ok(true)
}

/// What the column owes its players, cents.
fn due_of(row: &ColumnRow, built: &Built) -> Result<i64, StoreError> {
    let rules = Rules::of_version(row.rule_version)
        .ok_or_else(|| StoreError::Corrupt(format!("rule version {}", row.rule_version)))?;
    let owed = row.book.rows().map(|(low, sums)| {
        let band = Band { low, high: low + row.height };
        decide(band, &built.evidence, &rules).pays(sums.stake, sums.payout)
    });
    Ok(owed.sum())
}

/// The reserve goes back whole; then the stakes are topped up to what is due, or what is not due goes to the house.
fn transfers(book: &Book, row: &ColumnRow, due: i64, [release, settle]: [i64; 2]) -> Vec<Transfer> {
    let posted = |id| book.account(id).map_or(0, |account| account.balances.posted());
    let (reserved, stakes) = (posted(reserve_of(row.id)), posted(row.id));
    let mut all = Vec::with_capacity(2);
    if reserved > 0 {
        all.push(Transfer::single(release, reserve_of(row.id), HOUSE, reserved, transfer_code::RELEASE));
    }
    match due - stakes {
        0 => {}
        more @ 1.. => all.push(Transfer::single(settle, HOUSE, row.id, more, transfer_code::HOUSE_PAYS)),
        less => all.push(Transfer::single(settle, row.id, HOUSE, -less, transfer_code::HOUSE_WINS)),
    }
    all
}

fn row_of(row: &ColumnRow, built: &Built) -> Result<EvidenceRow, StoreError> {
    let body =
        serde_json::to_string(&built.evidence).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    Ok(EvidenceRow {
        id: row.id,
        col: row.col,
        t0_ms: row.t0_ms,
        verdict: if built.void.is_some() { "void" } else { "valid" }.to_owned(),
        reason: built.void.map(|reason| reason.as_str().to_owned()),
        body,
    })
}
