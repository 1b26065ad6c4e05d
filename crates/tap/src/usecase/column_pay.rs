//! Paying a decided column: its bets get their outcomes in small transactions, so that new bets hardly wait; the last one
//! settles the column, whose account is then empty to the cent.
//!
//! Every step is guarded by the bet's own status, and a payout's locator exists once: two payers at once harm nobody.

use super::column_faults::Faults;
use crate::app::App;
use crate::domain::bet::{Bet, BetStatus};
use crate::domain::bet_event::{self, Resolved};
use crate::domain::cell::CellId;
use crate::domain::column::{ColumnRow, ColumnState};
use crate::domain::evidence::{Evidence, Rules};
use crate::domain::money::{locator_kind, transfer_code};
use crate::domain::outcome::{Band, Outcome, decide};
use crate::stop::{self, Point};
use crate::store::bets::{self, Resolution};
use crate::store::columns;
use crate::store::evidence;
use kernel::{Event, IdSource, PublicIds, Timestamp};
use ledger::{Book, Transfer};
use std::sync::Arc;
use store::locator::Locators;
use store::sequence::Sequences;
use store::{StoreError, Tx, outbox};

/// Bets paid in one transaction: about five milliseconds of the writer.
const CHUNK: i64 = 250;

/// Pays every decided column to its end; how many bets. A column that cannot be paid keeps none of the others waiting: the
/// first such fault comes back when all have been tried.
pub async fn run(app: &App) -> Result<usize, StoreError> {
    let open = app.store.read(columns::unsettled).await?;
    let (mut paid, mut faults) = (0, Faults::default());
    for row in open.into_iter().filter(|row| row.state == ColumnState::Paying) {
        // Nothing is added to a decided column, and what was found was paid: nobody at or below the mark waits any more.
        let mut mark = 0;
        while let Some((some, last)) = faults.unless_corrupt(step(app, row.id, mark).await)?.flatten() {
            metrics::counter!("bets_resolved_total").increment(some as u64);
            paid += some;
            mark = last;
        }
    }
    faults.first(paid)
}

/// One transaction: some bets above `mark`, or the end of the column. How many, and the last of them; `None`: it was settled.
pub async fn step(app: &App, column: i64, mark: i64) -> Result<Option<(usize, i64)>, StoreError> {
    let now = app.clock.now();
    let (ids, public) = (Arc::clone(&app.ids), app.public.clone());
    let paid = app.store.write(move |tx| pay_some(tx, (column, mark), (&ids, &public), now)).await?;
    stop::reach(if paid.is_some() { Point::PayCommitted } else { Point::SettleCommitted });
    Ok(paid)
}

/// What a chunk pays from and with.
struct Payer<'p> {
    row: ColumnRow,
    rules: Rules,
    evidence: Evidence,
    ids: &'p IdSource,
    public: &'p PublicIds,
    now: Timestamp,
    book: Book,
    sequences: Sequences,
    resolutions: Vec<Resolution>,
    events: Vec<Event>,
    paid: Locators,
}

fn pay_some(
    tx: &mut Tx<'_>,
    (column, mark): (i64, i64),
    (ids, public): (&IdSource, &PublicIds),
    now: Timestamp,
) -> Result<Option<(usize, i64)>, StoreError> {
    let row = columns::lock(tx, column)?.filter(|row| row.state == ColumnState::Paying);
    let Some(row) = row else { return Ok(None) };
    let waiting = bets::waiting(tx, column, mark, CHUNK)?;
    let Some(last) = waiting.last().map(|bet| bet.id.0) else {
        columns::settle(tx, column, now)?;
        stop::reach(Point::SettleSaved);
        return Ok(None);
    };
    let mut accounts: Vec<_> = waiting.iter().map(|bet| bet.user.0).collect();
    accounts.push(column);
    // The players' accounts are locked first: whoever changes a player's numbers holds that lock.
    let book = Book::load(tx, &accounts)?;
    let mut payer = Payer {
        rules: Rules::of_version(row.rule_version)
            .ok_or_else(|| StoreError::Corrupt(format!("rule version {}", row.rule_version)))?,
        evidence: load_evidence(tx, column)?,
        row,
        ids,
        public,
        now,
        book,
        sequences: Sequences::load(tx, locator_kind::SEQUENCE, waiting.iter().map(|bet| bet.user.0))?,
        resolutions: Vec::with_capacity(waiting.len()),
        events: Vec::with_capacity(waiting.len()),
        paid: Locators::default(),
    };
    stop::reach(Point::PayLoaded);
    waiting.iter().try_for_each(|bet| payer.pay(bet))?;
    payer.save(tx)?;
    stop::reach(Point::PaySaved);
    Ok(Some((waiting.len(), last)))
}

impl Payer<'_> {
    fn pay(&mut self, bet: &Bet) -> Result<(), StoreError> {
        let outcome = decide(Band { low: bet.low, high: bet.high }, &self.evidence, &self.rules);
        let amount = outcome.pays(bet.amount, bet.payout);
        let by = (amount > 0).then(|| self.ids.next(self.now));
        if let Some(by) = by {
            let code = if outcome == Outcome::Won { transfer_code::PAYOUT } else { transfer_code::REFUND };
            let transfer = Transfer::single(by, self.row.id, bet.user.0, amount, code);
            self.book.transfer(&transfer, self.now).map_err(|refusal| {
                StoreError::Corrupt(format!("bet {} cannot be paid {amount}: {refusal}", bet.id.0))
            })?;
            self.paid.add(bet.user.0, locator_kind::PAYOUT, bet.id.0, by);
        }
        let status = status_of(outcome);
        self.resolutions.push(Resolution { bet: bet.id.0, status, paid: amount, by });
        self.enqueue_outcome(bet, status, amount)
    }

    fn enqueue_outcome(&mut self, bet: &Bet, status: BetStatus, payout: i64) -> Result<(), StoreError> {
        let cell = CellId::new(self.row.epoch, self.row.col, bet.low, bet.high)
            .ok_or_else(|| StoreError::Corrupt(format!("bet {} is on no cell", bet.id.0)))?;
        let balance = self.book.account(bet.user.0).map_or(0, |account| account.balances.available());
        let resolved = Resolved {
            bet: bet.id,
            user: bet.user,
            cell: cell.to_string(),
            outcome: status.as_str(),
            payout,
            balance,
            seq: self.sequences.advance(bet.user.0),
        };
        self.events.push(bet_event::resolved(self.ids.next(self.now), self.public, &resolved, self.now));
        Ok(())
    }

    fn save(mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        self.book.save(tx)?;
        bets::resolve(tx, &self.resolutions, self.now)?;
        self.paid.insert(tx)?;
        self.sequences.save(tx)?;
        outbox::append(tx, &self.events)
    }
}

fn status_of(outcome: Outcome) -> BetStatus {
    match outcome {
        Outcome::Won => BetStatus::Won,
        Outcome::Lost => BetStatus::Lost,
        Outcome::Void => BetStatus::Void,
    }
}

fn load_evidence(tx: &mut Tx<'_>, column: i64) -> Result<Evidence, StoreError> {
    let kept = evidence::by_id(tx, column)?;
    let kept = kept.ok_or_else(|| StoreError::Corrupt(format!("column {column} has no evidence")))?;
    serde_json::from_str(&kept.body)
        .map_err(|error| StoreError::Corrupt(format!("evidence of column {column}: {error}")))
}
