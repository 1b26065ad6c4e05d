//! Gains once more: each unit that was bought stands in a line, and sales take from its front.

use super::file::{Entry, Sale, Statement, units};
use crate::claim::{Finding, RuleResult, ensure};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A lot: its log, how much of it is left, what that cost (none: nobody knows).
type Lot<'s> = (&'s str, i128, Option<i128>);

/// The entries of one log.
type Legs<'s> = Vec<&'s Entry>;

/// Each sale consumes the oldest lots, its gain is its proceeds less their cost, and all gains come to the sum.
pub(super) fn verify(statement: &Statement) -> RuleResult {
    let quotes: BTreeSet<&str> =
        standing(statement).filter(|entry| is_trade(entry)).filter_map(quote_of).collect();
    let mut lots: BTreeMap<&str, VecDeque<Lot<'_>>> = BTreeMap::new();
    let mut sales = statement.gains.sales.iter();
    let mut realised = 0;
    for legs in logs(statement) {
        if !is_trade(legs[0]) {
            for leg in legs.iter().filter(|leg| !quotes.contains(leg.symbol.as_str())) {
                moved(&mut lots, leg)?;
            }
            continue;
        }
        if let Some(sale) = trade(&mut lots, &legs, &mut sales, &quotes)? {
            realised += sale;
        }
    }
    ensure(sales.next().is_none(), || "a sale is listed that no entry shows".to_owned())?;
    let says = units(&statement.gains.realised)?;
    ensure(realised == says, || format!("the gains come to another sum than {}", statement.gains.realised))?;
    let count = statement.gains.sales.len();
    Ok(Finding::Proven(format!("{count} sales realised {}", statement.gains.realised)))
}

fn standing(statement: &Statement) -> impl Iterator<Item = &Entry> {
    statement.entries.iter().filter(|entry| !entry.undone)
}

fn is_trade(entry: &Entry) -> bool {
    matches!(entry.kind.as_str(), "long" | "short" | "stop_loss")
}

fn quote_of(entry: &Entry) -> Option<&str> {
    entry.quote.as_deref()
}

/// The logs in the order in which they happened; those at one moment in the order in which they were written.
fn logs(statement: &Statement) -> Vec<Legs<'_>> {
    let mut of_log: Vec<(&str, Legs<'_>)> = Vec::new();
    for entry in standing(statement) {
        match of_log.last_mut().filter(|(log, _)| *log == entry.log) {
            Some((_, legs)) => legs.push(entry),
            None => of_log.push((&entry.log, vec![entry])),
        }
    }
    let key = |legs: &Legs<'_>| {
        let (seconds, fraction) = legs[0]
            .event_time
            .trim_end_matches('Z')
            .split_once('.')
            .unwrap_or((legs[0].event_time.trim_end_matches('Z'), ""));
        (seconds.to_owned(), format!("{fraction:0<9}"))
    };
    let mut legs: Vec<Legs<'_>> = of_log.into_iter().map(|(_, legs)| legs).collect();
    legs.sort_by_key(key);
    legs
}

/// Money of no trade: a deposit of an asset has a cost that nobody knows.
fn moved<'s>(lots: &mut BTreeMap<&'s str, VecDeque<Lot<'s>>>, leg: &'s Entry) -> Result<(), String> {
    let queue = lots.entry(&leg.symbol).or_default();
    let amount = units(&leg.amount)?;
    if leg.direction == "credit" {
        queue.push_back((&leg.log, amount, None));
    } else {
        take(queue, amount);
    }
    Ok(())
}

/// A buy adds a lot; a sale is compared with the next of the file. The gain, where it is known.
fn trade<'s>(
    lots: &mut BTreeMap<&'s str, VecDeque<Lot<'s>>>,
    legs: &Legs<'s>,
    sales: &mut impl Iterator<Item = &'s Sale>,
    quotes: &BTreeSet<&str>,
) -> Result<Option<i128>, String> {
    let is_fee = |leg: &&&Entry| leg.reason == "fee";
    let main = |leg: &&&Entry| leg.reason != "fee";
    let is_quote = |leg: &&&Entry| Some(leg.symbol.as_str()) == quote_of(leg);
    let broken = || format!("log {} has no two sides", legs[0].log);
    let currency = legs.iter().filter(main).find(is_quote).ok_or_else(broken)?;
    let stock = legs.iter().filter(main).find(|leg| !is_quote(leg)).ok_or_else(broken)?;
    let paid = units(&currency.amount)?;
    let mut own_fee = 0;
    for fee in legs.iter().filter(is_fee) {
        if fee.symbol == stock.symbol {
            own_fee += units(&fee.amount)?;
        } else if !quotes.contains(fee.symbol.as_str()) {
            take(lots.entry(&fee.symbol).or_default(), units(&fee.amount)?);
        }
    }
    let (quantity, queue) = (units(&stock.amount)?, lots.entry(&stock.symbol).or_default());
    if stock.direction == "credit" {
        queue.push_back((&stock.log, quantity - own_fee, Some(paid)));
        return Ok(None);
    }
    let parts = take(queue, quantity);
    take(queue, own_fee);
    let sale = sales.next().ok_or_else(|| format!("the sale of log {} is not listed", stock.log))?;
    compare(sale, (stock, quantity, paid), &parts)
}

fn compare(
    sale: &Sale,
    (stock, quantity, paid): (&Entry, i128, i128),
    parts: &[Lot<'_>],
) -> Result<Option<i128>, String> {
    let wrong = |what: &str| format!("the sale of log {} says another {what}", stock.log);
    ensure(sale.log == stock.log, || wrong("log"))?;
    ensure(units(&sale.proceeds)? == paid, || wrong("amount of proceeds"))?;
    let lots: Result<Vec<(&str, i128)>, String> =
        sale.lots.iter().map(|lot| Ok((lot.log.as_str(), units(&lot.quantity)?))).collect();
    ensure(lots? == parts.iter().map(|part| (part.0, part.1)).collect::<Vec<_>>(), || wrong("list of lots"))?;
    let cost: i128 = parts.iter().filter_map(|part| part.2).sum();
    ensure(units(&sale.cost)? == cost, || wrong("cost"))?;
    let is_known = parts.iter().all(|part| part.2.is_some())
        && parts.iter().map(|part| part.1).sum::<i128>() == quantity;
    let gain = is_known.then_some(paid - cost);
    let says = sale.gain.as_deref().map(units).transpose()?;
    ensure(gain == says, || wrong("gain"))?;
    Ok(gain)
}

/// Takes from the front. A part of a lot costs its share rounded down; the last part costs what is left.
fn take<'s>(queue: &mut VecDeque<Lot<'s>>, mut quantity: i128) -> Vec<Lot<'s>> {
    let mut parts = Vec::new();
    while quantity > 0 {
        let Some((log, left, cost)) = queue.pop_front() else { break };
        if left <= quantity {
            quantity -= left;
            parts.push((log, left, cost));
            continue;
        }
        let share = cost.map(|cost| cost * quantity / left);
        parts.push((log, quantity, share));
        let rest = cost.zip(share).map(|(cost, share)| cost - share);
        queue.push_front((log, left - quantity, rest));
        quantity = 0;
    }
    parts
}
