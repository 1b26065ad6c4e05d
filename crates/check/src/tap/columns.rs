//! Columns: what their rows and their evidence say, and what their accounts hold.

use crate::accounts::Accounts;
use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::source::Source;
use serde_json::Value;
use std::collections::HashMap;

/// Codes of accounts, as written in tables.
const HOUSE: i64 = 2;
const STAKES: i64 = 4;
const RESERVE: i64 = 5;

/// A column as its row and its evidence say.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) is_settled: bool,
    is_paying: bool,
    pub(super) stakes: i64,
    reserved: i64,
    pub(super) bet_count: i64,
    /// Whether the way from one price to the next touches as well.
    is_by_segment: bool,
    evidence: Option<Evidence>,
}

#[derive(Debug)]
struct Evidence {
    /// The carry-in first.
    prices: Vec<i64>,
    is_valid: bool,
}

/// Every column by its number.
pub(super) type Columns = HashMap<i64, Column>;

/// Reads all columns and their evidence.
pub(super) fn read(source: &mut Source) -> Result<Columns, CheckFault> {
    let mut columns = HashMap::new();
    source.for_each("SELECT id, state, stakes, reserved, bets, rule_version FROM columns", |row| {
        let state = row.text(1)?;
        let column = Column {
            is_settled: state == "settled",
            is_paying: state == "paying",
            stakes: row.int(2)?,
            reserved: row.int(3)?,
            bet_count: row.int(4)?,
            // 5 to 8, and 13 to 16: from 9 on the same choices come again, with another rule at a column's end.
            is_by_segment: (row.int(5)? - 1) % 8 > 3,
            evidence: None,
        };
        columns.insert(row.int(0)?, column);
        Ok(())
    })?;
    source.for_each("SELECT id, verdict, body FROM evidence", |row| {
        let (is_valid, prices) = (row.text(1)? == "valid", prices(row.text(2)?)?);
        if let Some(column) = columns.get_mut(&row.int(0)?) {
            column.evidence = Some(Evidence { prices, is_valid });
        }
        Ok(())
    })?;
    Ok(columns)
}

/// The carry-in and every price visited, in order.
fn prices(body: &str) -> Result<Vec<i64>, CheckFault> {
    let unreadable = || CheckFault::Unreadable("the evidence of a column".to_owned());
    let body: Value = serde_json::from_str(body).map_err(|_| unreadable())?;
    let carry = body.get("carry_in_price").and_then(Value::as_i64);
    let visited = body.get("prices").and_then(Value::as_array).ok_or_else(unreadable)?;
    let price = |entry: &Value| entry.get(0).and_then(Value::as_i64);
    let visited = visited.iter().map(price).collect::<Option<Vec<_>>>().ok_or_else(unreadable)?;
    Ok(carry.into_iter().chain(visited).collect())
}

impl Column {
    /// What a bet on `low..=high` got, by the rules and nothing else; `None` while there is no evidence.
    pub(super) fn outcome(&self, low: i64, high: i64) -> Option<&'static str> {
        let Evidence { prices, is_valid } = self.evidence.as_ref()?;
        let is_inside = prices.iter().any(|price| (low..=high).contains(price));
        let is_across = |pair: &[i64]| pair[0].min(pair[1]) <= high && pair[0].max(pair[1]) >= low;
        let is_touched = is_inside || (self.is_by_segment && prices.windows(2).any(is_across));
        Some(match (is_touched, is_valid) {
            (true, _) => "won",
            (false, true) => "lost",
            (false, false) => "void",
        })
    }

    /// What the stakes' account must hold; `None` while it is being paid out.
    fn due_stakes(&self) -> Option<i64> {
        match (self.is_settled, self.is_paying) {
            (true, _) => Some(0),
            (false, true) => None,
            (false, false) => Some(self.stakes),
        }
    }
}

/// An open column holds its stakes and reserve, a settled one nothing.
pub(super) fn money(accounts: &Accounts, columns: &Columns) -> Claim {
    let mut claim =
        Claim::new("every column's accounts hold its stakes and its reserve, and nothing once it is settled");
    for (_, account, code) in accounts.iter() {
        let has = account.sums.posted();
        let due = match code {
            STAKES => columns.get(&account.id).map(Column::due_stakes),
            RESERVE => columns.get(&(account.id - 1)).map(|column| Some(column.reserved)),
            _ => continue,
        };
        // A bet without money opens an account and leaves it empty.
        let fits = match due {
            None => has == 0,
            Some(Some(due)) => has == due,
            Some(None) => has >= 0,
        };
        claim.check(fits, || format!("account {} holds {has}, its column says {due:?}", account.id));
    }
    claim
}

pub(super) fn house(accounts: &Accounts) -> Claim {
    let mut claim = Claim::new("the house can pay what it owes");
    for (_, account) in accounts.of_code(HOUSE) {
        let has = account.sums.posted();
        claim.check(has >= 0, || format!("the house has {has}"));
    }
    claim
}
