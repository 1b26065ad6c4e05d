//! A statement: a trading's whole journal up to a moment, what it comes to, and for the last entry of each sub-account the proof
//! that its transfer is in a sealed block of the ledger.

use super::gains::{GainsView, gains};
use super::reader::Reader;
use crate::app::App;
use crate::domain::ids::{SubAccountId, TradingId};
use crate::domain::trading::Trading;
use crate::refusals;
use crate::store::entries;
pub use crate::store::entries::JournalEntry as Entry;
use crate::store::tradings;
use kernel::{AssetCode, Refusal, Timestamp};
use std::collections::{BTreeMap, HashSet};
use store::Tx;

/// What a statement is made of.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The trading.
    pub trading: Trading,
    /// From when its opening balances are.
    pub from: Option<Timestamp>,
    /// Until when it goes, by when entries were written.
    pub to: Timestamp,
    /// In the order of writing, from the first.
    pub entries: Vec<Entry>,
    /// Logs that were undone, and those that undo them.
    pub undone: HashSet<i64>,
    /// What lay in each sub-account: before `from`, and at the end.
    pub accounts: BTreeMap<SubAccountId, AccountLine>,
    /// What was gained.
    pub gains: GainsView,
    /// The last entry of each sub-account, with the proof that its transfer is sealed.
    pub seals: Vec<(i64, serde_json::Value)>,
}

/// One sub-account of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountLine {
    /// What it holds.
    pub symbol: AssetCode,
    /// Units before the beginning.
    pub opening: i64,
    /// Units at the end.
    pub closing: i64,
}

/// The statement of a trading of the reader's.
pub async fn view(
    app: &App,
    reader: Reader,
    id: TradingId,
    (from, to): (Option<Timestamp>, Option<Timestamp>),
) -> Result<Statement, Refusal> {
    let to = to.unwrap_or_else(|| app.clock.now());
    let work = move |tx: &mut Tx<'_>| {
        let found = tradings::find(tx, id)?.filter(|trading| reader.may_read(trading.user));
        let trading = found.ok_or_else(refusals::trading_not_found)?;
        // Gains follow the order of events, balances that of writing.
        let mut entries = entries::of_trading(tx, trading.user, id)?;
        entries.retain(|entry| entry.timestamp <= to);
        let undone = entries::undone(tx, id)?;
        let gains = gains(&entries, &undone);
        entries.sort_by_key(|entry| entry.id);
        let accounts = accounts(&entries, from);
        let last: BTreeMap<SubAccountId, i64> =
            entries.iter().map(|entry| (entry.sub_account, entry.id.0)).collect();
        let mut seals = Vec::new();
        for transfer in last.into_values() {
            let found = ledger::seal::inclusion(tx, transfer)?;
            seals.extend(found.map(|found| (transfer, ledger::seal::json::inclusion(&found))));
        }
        Ok::<_, Refusal>(Statement { trading, from, to, entries, undone, accounts, gains, seals })
    };
    app.store.read(work).await
}

fn accounts(entries: &[Entry], from: Option<Timestamp>) -> BTreeMap<SubAccountId, AccountLine> {
    let mut accounts = BTreeMap::new();
    for entry in entries {
        let fresh = AccountLine { symbol: entry.symbol, opening: 0, closing: 0 };
        let line = accounts.entry(entry.sub_account).or_insert(fresh);
        line.closing = entry.closing;
        if from.is_some_and(|from| entry.timestamp < from) {
            line.opening = entry.closing;
        }
    }
    accounts
}
