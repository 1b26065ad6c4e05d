//! Bets against their columns: sums, what was paid, and every outcome decided once more.

use super::columns::{Column, Columns};
use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::source::{Row, Source};
use std::collections::HashMap;

/// What the bets of a column add up to.
#[derive(Debug, Default)]
struct Sums {
    stakes: i64,
    count: i64,
    /// Still to be paid to bets without an outcome.
    unpaid: i64,
}

struct Bet<'r> {
    id: i64,
    column: i64,
    low: i64,
    high: i64,
    amount: i64,
    rate: i64,
    payout: i64,
    status: &'r str,
    paid: Option<i64>,
}

/// The pass over all bets.
struct Pass<'c> {
    columns: &'c Columns,
    outcomes: Claim,
    paid: Claim,
    sums: HashMap<i64, Sums>,
}

/// The claims about each bet and about each column's bets.
pub(super) fn claims(source: &mut Source, columns: &Columns) -> Result<Vec<Claim>, CheckFault> {
    let mut pass = Pass {
        columns,
        outcomes: Claim::new("every outcome follows from its column's evidence"),
        paid: Claim::new("every bet was paid what its outcome says, to the cent"),
        sums: HashMap::new(),
    };
    let sql =
        "SELECT id, column_id, low, high, amount, rate, payout, status, payout_amount FROM bets ORDER BY id";
    source.for_each(sql, |row| {
        pass.check(&Bet::read(row)?);
        Ok(())
    })?;
    Ok(vec![pass.outcomes, pass.paid, compare(columns, pass.sums)])
}

impl<'r> Bet<'r> {
    fn read(row: &'r Row<'_>) -> Result<Self, CheckFault> {
        Ok(Self {
            id: row.int(0)?,
            column: row.int(1)?,
            low: row.int(2)?,
            high: row.int(3)?,
            amount: row.int(4)?,
            rate: row.int(5)?,
            payout: row.int(6)?,
            status: row.text(7)?,
            paid: row.opt_int(8)?,
        })
    }

    /// What it gets with this outcome; `None` before there is one.
    fn due(&self, outcome: &str) -> Option<i64> {
        match outcome {
            "won" => Some(self.payout),
            "void" => Some(self.amount),
            "lost" => Some(0),
            _ => None,
        }
    }

    fn is_priced(&self) -> bool {
        i128::from(self.amount) * i128::from(self.rate) / 100 == i128::from(self.payout)
    }
}

impl Pass<'_> {
    fn check(&mut self, bet: &Bet<'_>) {
        let Bet { id, status, paid, .. } = *bet;
        let due = bet.due(status);
        self.paid.check(paid == due && bet.is_priced(), || {
            format!("bet {id} is {status} and got {paid:?} of {due:?}")
        });
        if status == "insufficient_funds" {
            return;
        }
        let sums = self.sums.entry(bet.column).or_default();
        sums.stakes = sums.stakes.wrapping_add(bet.amount);
        sums.count += 1;
        let outcome = self.columns.get(&bet.column).and_then(|column| column.outcome(bet.low, bet.high));
        let is_open = status == "confirmed";
        if is_open {
            sums.unpaid += outcome.and_then(|outcome| bet.due(outcome)).unwrap_or(0);
        }
        self.outcomes.check(is_open || outcome == Some(status), || {
            format!("bet {id} is {status}, its column says {outcome:?}")
        });
    }
}

fn compare(columns: &Columns, mut sums: HashMap<i64, Sums>) -> Claim {
    let mut claim = Claim::new("every column's stakes and bets are those of its bets");
    for (id, column) in columns {
        let Column { stakes, bet_count, is_settled, .. } = column;
        let sums = sums.remove(id).unwrap_or_default();
        let is_same = (*stakes, *bet_count) == (sums.stakes, sums.count);
        claim.check(is_same && !(*is_settled && sums.unpaid != 0), || {
            format!(
                "column {id} says {stakes} in {bet_count} bets, they say {} in {}",
                sums.stakes, sums.count
            )
        });
    }
    for (id, sums) in sums {
        claim.add_wrong(|| format!("{} bets are on column {id}, which is not there", sums.count));
    }
    claim
}
