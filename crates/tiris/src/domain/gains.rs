//! Gains by first in, first out: each sale names the lots it consumes. Exact; what division leaves over is kept, never lost.
//!
//! A lot is what a buy or a deposit brought. Its cost is taken from it in proportion, rounded down, and the last unit takes what
//! is left: so the costs of all sales and of what remains add up to what was paid, to the last unit.

use super::decimal::{product, ratio};
use super::ids::TradingLogId;
use kernel::{AssetCode, Timestamp};
use std::collections::{BTreeMap, VecDeque};

/// One log's part in the gains of one asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// The log.
    pub log: TradingLogId,
    /// When it happened.
    pub at: Timestamp,
    /// Which asset.
    pub asset: AssetCode,
    /// What it did.
    pub kind: MovementKind,
}

/// What a log did with an asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MovementKind {
    /// So much came, and cost so much of the quote with its fee; nothing is known of the cost of a deposit.
    Came {
        /// Units of the asset.
        quantity: i64,
        /// Units of the quote.
        cost: Option<i64>,
    },
    /// So much was sold for so much of the quote, the fee taken off.
    Sold {
        /// Units of the asset.
        quantity: i64,
        /// Units of the quote.
        proceeds: i64,
    },
    /// So much left without a price: a withdrawal, or a fee in the asset itself.
    Left {
        /// Units of the asset.
        quantity: i64,
    },
}

/// A part of a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LotPart {
    /// The log that brought it.
    pub log: TradingLogId,
    /// Units of the asset.
    pub quantity: i64,
    /// Units of the quote; none when the lot's cost is unknown.
    pub cost: Option<i64>,
    /// Units of the quote for one whole of the asset, rounded.
    pub unit_cost: Option<i64>,
    /// What rounding the unit cost leaves over, units of the quote.
    pub residue: i64,
}

/// A sale and what it consumed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    /// The log.
    pub log: TradingLogId,
    /// When it happened.
    pub at: Timestamp,
    /// Which asset.
    pub asset: AssetCode,
    /// Units of the asset.
    pub quantity: i64,
    /// Units of the quote.
    pub proceeds: i64,
    /// Units of the quote, of those lots whose cost is known.
    pub cost: i64,
    /// Proceeds less cost; none when the cost of a consumed lot is unknown.
    pub gain: Option<i64>,
    /// In the order in which they came.
    pub lots: Vec<LotPart>,
}

/// What all movements come to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gains {
    /// In the order of events.
    pub sales: Vec<Sale>,
    /// The sum of the gains that are known.
    pub realised: i64,
    /// What is left of each asset's lots, oldest first.
    pub open: BTreeMap<AssetCode, Vec<LotPart>>,
}

#[derive(Debug)]
struct Lot {
    log: TradingLogId,
    quantity: i64,
    cost: Option<i64>,
}

/// Matches sales with lots. `movements` are in the order of events.
#[must_use]
pub fn first_in_first_out(movements: &[Movement]) -> Gains {
    let mut lots: BTreeMap<AssetCode, VecDeque<Lot>> = BTreeMap::new();
    let mut gains = Gains::default();
    for movement in movements {
        let queue = lots.entry(movement.asset).or_default();
        match movement.kind {
            MovementKind::Came { quantity, cost } => {
                queue.push_back(Lot { log: movement.log, quantity, cost });
            }
            MovementKind::Left { quantity } => drop(consume(queue, quantity)),
            MovementKind::Sold { quantity, proceeds } => {
                let sale = sale(movement, (quantity, proceeds), consume(queue, quantity));
                gains.realised = gains.realised.saturating_add(sale.gain.unwrap_or(0));
                gains.sales.push(sale);
            }
        }
    }
    gains.open = lots
        .into_iter()
        .map(|(asset, queue)| {
            (asset, queue.into_iter().map(|lot| part(lot.log, lot.quantity, lot.cost)).collect())
        })
        .filter(|(_, parts): &(_, Vec<_>)| !parts.is_empty())
        .collect();
    gains
}

fn sale(movement: &Movement, (quantity, proceeds): (i64, i64), lots: Vec<LotPart>) -> Sale {
    let cost = lots.iter().filter_map(|lot| lot.cost).sum::<i64>();
    let matched: i64 = lots.iter().map(|lot| lot.quantity).sum();
    let is_known = matched == quantity && lots.iter().all(|lot| lot.cost.is_some());
    Sale {
        log: movement.log,
        at: movement.at,
        asset: movement.asset,
        quantity,
        proceeds,
        cost,
        gain: is_known.then(|| proceeds.saturating_sub(cost)),
        lots,
    }
}

/// Takes `quantity` from the oldest lots; less where less is there, as when entries are late.
fn consume(queue: &mut VecDeque<Lot>, mut quantity: i64) -> Vec<LotPart> {
    let mut parts = Vec::new();
    while quantity > 0 {
        let Some(lot) = queue.front_mut() else { break };
        let taken = quantity.min(lot.quantity);
        let cost =
            lot.cost.map(|cost| if taken == lot.quantity { cost } else { share(cost, taken, lot.quantity) });
        parts.push(part(lot.log, taken, cost));
        lot.quantity -= taken;
        lot.cost = lot.cost.zip(cost).map(|(all, taken)| all - taken);
        quantity -= taken;
        if lot.quantity == 0 {
            queue.pop_front();
        }
    }
    parts
}

/// The part of `cost` that falls on `taken` of `all`, rounded down; neither is negative.
fn share(cost: i64, taken: i64, all: i64) -> i64 {
    let share = i128::from(cost) * i128::from(taken) / i128::from(all.max(1));
    i64::try_from(share).unwrap_or(cost)
}

fn part(log: TradingLogId, quantity: i64, cost: Option<i64>) -> LotPart {
    let one = i128::from(super::decimal::ONE);
    let unit_cost = cost.and_then(|cost| ratio(i128::from(cost) * one, i128::from(quantity)));
    let priced = unit_cost.and_then(|unit_cost| product(unit_cost, quantity));
    let residue = cost.zip(priced).map_or(0, |(cost, priced)| cost.saturating_sub(priced));
    LotPart { log, quantity, cost, unit_cost, residue }
}

#[cfg(test)]
mod tests {
    use super::super::decimal::ONE;
    use super::*;

    fn movement(log: i64, kind: MovementKind) -> Movement {
        let asset = AssetCode::new("ETH").expect("a code");
        Movement { log: TradingLogId(log), at: Timestamp::from_secs(log), asset, kind }
    }

    #[test]
    fn the_worked_chain_realises_minus_273_5() {
        let gains = first_in_first_out(&[
            movement(2, MovementKind::Came { quantity: 2 * ONE, cost: Some(6_012 * ONE) }),
            movement(3, MovementKind::Sold { quantity: 3 * ONE / 2, proceeds: 4_491 * ONE }),
            movement(4, MovementKind::Sold { quantity: ONE / 2, proceeds: 1_247 * ONE + ONE / 2 }),
        ]);
        let of: Vec<_> = gains.sales.iter().map(|sale| sale.gain).collect();
        assert_eq!(of, [Some(-18 * ONE), Some(-255 * ONE - ONE / 2)]);
        assert_eq!(gains.realised, -273 * ONE - ONE / 2);
        assert_eq!(gains.sales[0].lots[0].unit_cost, Some(3_006 * ONE));
        assert!(gains.open.is_empty());
    }

    #[test]
    fn what_division_leaves_over_stays_with_the_lot() {
        let third = ONE / 3;
        let mut moves = vec![movement(1, MovementKind::Came { quantity: ONE, cost: Some(10) })];
        moves.extend((2..5).map(|log| {
            let quantity = if log == 4 { ONE - 2 * third } else { third };
            movement(log, MovementKind::Sold { quantity, proceeds: 0 })
        }));
        let gains = first_in_first_out(&moves);
        let costs: Vec<_> = gains.sales.iter().map(|sale| sale.cost).collect();
        assert_eq!((costs.iter().sum::<i64>(), costs), (10, vec![3, 3, 4]));
    }

    #[test]
    fn a_sale_takes_the_oldest_lots_first_and_says_when_a_cost_is_unknown() {
        let gains = first_in_first_out(&[
            movement(1, MovementKind::Came { quantity: 2, cost: None }),
            movement(2, MovementKind::Came { quantity: 3, cost: Some(30) }),
            movement(3, MovementKind::Left { quantity: 1 }),
            movement(4, MovementKind::Sold { quantity: 2, proceeds: 40 }),
            movement(5, MovementKind::Sold { quantity: 1, proceeds: 40 }),
            movement(6, MovementKind::Sold { quantity: 5, proceeds: 40 }),
        ]);
        let lots =
            |at: usize| gains.sales[at].lots.iter().map(|lot| (lot.log.0, lot.quantity)).collect::<Vec<_>>();
        assert_eq!((lots(0), gains.sales[0].gain), (vec![(1, 1), (2, 1)], None));
        assert_eq!((lots(1), gains.sales[1].gain), (vec![(2, 1)], Some(30)));
        assert_eq!((lots(2), gains.sales[2].gain), (vec![(2, 1)], None), "more was sold than there was");
        assert_eq!(gains.realised, 30);
    }
}
