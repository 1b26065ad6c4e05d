//! What a trading has gained: each sale with the lots it consumed, and what is left at the last known price.

use super::reader::Reader;
use crate::app::App;
use crate::domain::decimal::product;
use crate::domain::gains::{Gains, Movement, MovementKind, first_in_first_out};
use crate::domain::ids::{TradingId, TradingLogId};
use crate::domain::legs::FEE;
use crate::domain::log_type::BusinessType;
use crate::domain::transaction::Direction;
use crate::refusals;
use crate::store::entries::{self, JournalEntry};
use crate::store::tradings;
use kernel::{AssetCode, Refusal};
use std::collections::{BTreeMap, HashMap, HashSet};
use store::Tx;

/// Gains, and what is known of the price of what is left.
#[derive(Debug, Clone)]
pub struct GainsView {
    /// What was matched.
    pub gains: Gains,
    /// The price of the last trade in each asset, units of the quote.
    pub prices: BTreeMap<AssetCode, i64>,
    /// What is left at those prices less what it cost, units of the quote; lots whose cost is unknown are left out.
    pub unrealised: i64,
    /// Fees that were taken in another asset than the quote, by asset.
    pub fees: BTreeMap<AssetCode, i64>,
}

/// The gains of a trading that the reader may see.
pub async fn view(app: &App, reader: Reader, id: TradingId) -> Result<GainsView, Refusal> {
    let work = move |tx: &mut Tx<'_>| {
        let found = tradings::find(tx, id)?.filter(|trading| reader.may_see(trading));
        let trading = found.ok_or_else(refusals::trading_not_found)?;
        let journal = entries::of_trading(tx, trading.user, id)?;
        let undone = entries::undone(tx, id)?;
        Ok::<_, Refusal>(gains(&journal, &undone))
    };
    app.store.read(work).await
}

/// The gains of a journal in the order of events; logs that were undone count as if they had never been.
pub(super) fn gains(journal: &[JournalEntry], undone: &HashSet<i64>) -> GainsView {
    let standing: Vec<&JournalEntry> =
        journal.iter().filter(|entry| !undone.contains(&entry.log.0)).collect();
    let quotes: HashSet<AssetCode> =
        standing.iter().filter(|entry| is_trade(entry)).filter_map(|entry| entry.quote).collect();
    let mut legs: HashMap<TradingLogId, Vec<&JournalEntry>> = HashMap::new();
    let mut order = Vec::new();
    for entry in &standing {
        let of_log = legs.entry(entry.log).or_default();
        if of_log.is_empty() {
            order.push(entry.log);
        }
        of_log.push(entry);
    }
    let movements: Vec<Movement> = order.iter().flat_map(|log| movements(&legs[log], &quotes)).collect();
    let gains = first_in_first_out(&movements);
    let mut prices = BTreeMap::new();
    let mut fees: BTreeMap<AssetCode, i64> = BTreeMap::new();
    for entry in standing.iter().filter(|entry| is_trade(entry)) {
        if Some(entry.symbol) != entry.quote && entry.reason != FEE {
            prices.extend(entry.price.map(|price| (entry.symbol, price)));
        }
        if entry.reason == FEE {
            let sum = fees.entry(entry.symbol).or_default();
            *sum = sum.saturating_add(entry.amount);
        }
    }
    let unrealised = unrealised(&gains, &prices);
    GainsView { gains, prices, unrealised, fees }
}

fn is_trade(entry: &JournalEntry) -> bool {
    let kind = BusinessType::parse(&entry.log_kind);
    matches!(kind, Some(BusinessType::Long | BusinessType::Short | BusinessType::StopLoss))
}

/// What one log did with the assets that are not money.
fn movements(legs: &[&JournalEntry], quotes: &HashSet<AssetCode>) -> Vec<Movement> {
    let Some(first) = legs.first() else { return Vec::new() };
    let movement =
        |leg: &JournalEntry, kind| Movement { log: leg.log, at: leg.event_time, asset: leg.symbol, kind };
    if !is_trade(first) {
        let moved = legs.iter().filter(|leg| !quotes.contains(&leg.symbol));
        return moved.map(|leg| movement(leg, moved_kind(leg))).collect();
    }
    let currency = legs.iter().find(|leg| leg.reason != FEE && Some(leg.symbol) == leg.quote);
    let paid = currency.map_or(0, |leg| leg.amount);
    let of_stock = |leg: &&JournalEntry| leg.reason != FEE && Some(leg.symbol) != leg.quote;
    let fee_of = |asset: AssetCode| -> i64 {
        legs.iter().filter(|leg| leg.reason == FEE && leg.symbol == asset).map(|leg| leg.amount).sum()
    };
    let mut found: Vec<Movement> = Vec::new();
    for leg in legs.iter().copied().filter(of_stock) {
        let fee = fee_of(leg.symbol);
        found.push(match leg.direction {
            // A fee in the asset itself makes each unit that stays dearer.
            Direction::Credit => {
                movement(leg, MovementKind::Came { quantity: leg.amount - fee, cost: Some(paid) })
            }
            Direction::Debit => movement(leg, MovementKind::Sold { quantity: leg.amount, proceeds: paid }),
        });
        if leg.direction == Direction::Debit && fee > 0 {
            found.push(movement(leg, MovementKind::Left { quantity: fee }));
        }
    }
    let bought: Vec<AssetCode> = found.iter().map(|one| one.asset).collect();
    let third = legs
        .iter()
        .filter(|leg| leg.reason == FEE && !bought.contains(&leg.symbol) && !quotes.contains(&leg.symbol));
    found.extend(third.map(|leg| movement(leg, MovementKind::Left { quantity: leg.amount })));
    found
}

fn moved_kind(leg: &JournalEntry) -> MovementKind {
    match leg.direction {
        Direction::Credit => MovementKind::Came { quantity: leg.amount, cost: None },
        Direction::Debit => MovementKind::Left { quantity: leg.amount },
    }
}

fn unrealised(gains: &Gains, prices: &BTreeMap<AssetCode, i64>) -> i64 {
    let of_part = |asset: &AssetCode, quantity: i64, cost: Option<i64>| {
        let value = prices.get(asset).and_then(|price| product(*price, quantity))?;
        Some(value.saturating_sub(cost?))
    };
    let parts = gains.open.iter().flat_map(|(asset, parts)| parts.iter().map(move |part| (asset, part)));
    parts.filter_map(|(asset, part)| of_part(asset, part.quantity, part.cost)).fold(0, i64::saturating_add)
}
