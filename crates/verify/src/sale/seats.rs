//! Seats: replayed from the transfers alone, and compared with the balances that each of them carries.

use super::file::{Leaf, Sale, Transfer};
use crate::claim::{Finding, RuleResult, ensure};
use std::collections::{BTreeMap, HashMap};

/// How a zone stands.
#[derive(Clone, Copy, Default)]
struct Zone {
    issued: i64,
    sold: i64,
    held: i64,
}

/// Who stands opposite a zone: its tenant's stock issues seats, buyers take them.
fn is_buyer(sale: &Sale) -> impl Fn(i64) -> bool {
    let buyers: std::collections::HashSet<i64> = sale.buyers.iter().map(|(account, _)| *account).collect();
    move |account| buyers.contains(&account)
}

/// Replays the transfers block by block: at the end of each, sold + held + free are the seats there are, and none of them is below 0; at the end
/// nothing is held, and what is sold is what the bookings say.
pub(super) fn every_block(sale: &Sale) -> RuleResult {
    let is_buyer = is_buyer(sale);
    let mut zones: BTreeMap<i64, Zone> =
        sale.zones.iter().map(|zone| (zone.account, Zone::default())).collect();
    let mut looks = 0;
    for block in &sale.blocks {
        for leaf in block.leaves.iter().flatten() {
            if let Leaf::Own(transfer) = leaf {
                apply(&mut zones, transfer, &is_buyer)?;
            }
        }
        for (account, zone) in &zones {
            let free = zone.issued - zone.sold - zone.held;
            let sound = zone.sold >= 0 && zone.held >= 0 && free >= 0;
            ensure(sound, || {
                format!(
                    "zone {account} has {} sold, {} held, {free} free after block {}",
                    zone.sold, zone.held, block.header.height
                )
            })?;
            looks += 1;
        }
    }
    at_the_end(sale, &zones)?;
    Ok(Finding::Proven(format!("sold + held + free = total in every zone after every block, {looks} times")))
}

fn apply(
    zones: &mut BTreeMap<i64, Zone>,
    transfer: &Transfer,
    is_buyer: &impl Fn(i64) -> bool,
) -> Result<(), String> {
    let (debit, credit, amount) = (transfer.debit(), transfer.credit(), transfer.amount());
    ensure(amount > 0, || format!("transfer {} moves nothing", transfer.id()))?;
    if let Some(zone) = zones.get_mut(&debit) {
        match (transfer.kind(), is_buyer(credit)) {
            (1, true) => zone.sold += amount,
            (1, false) => zone.issued -= amount,
            (2, true) => zone.held += amount,
            (3, true) => {
                zone.held -= amount;
                zone.sold += amount;
            }
            (4, true) => zone.held -= amount,
            _ => return Err(format!("transfer {} is of no kind that sells", transfer.id())),
        }
        return Ok(());
    }
    let zone = zones.get_mut(&credit).ok_or_else(|| format!("transfer {} is of no zone", transfer.id()))?;
    match (transfer.kind(), is_buyer(debit)) {
        (1, true) => zone.sold -= amount,
        (1, false) => zone.issued += amount,
        _ => return Err(format!("transfer {} is of no kind that sells", transfer.id())),
    }
    Ok(())
}

fn at_the_end(sale: &Sale, zones: &BTreeMap<i64, Zone>) -> Result<(), String> {
    let mut booked: HashMap<i64, i64> = HashMap::new();
    for booking in &sale.bookings {
        *booked.entry(booking.zone).or_default() += booking.quantity - booking.returned;
    }
    for zone in &sale.zones {
        let state = zones[&zone.account];
        let booked = booked.remove(&zone.account).unwrap_or(0);
        ensure(state.held == 0, || format!("{} seats of {} are still held", state.held, zone.name))?;
        ensure(state.issued == zone.total, || {
            format!("{} has {} seats, {} were issued", zone.name, zone.total, state.issued)
        })?;
        ensure(state.sold == booked, || {
            format!("{} sold {} seats, its bookings say {booked}", zone.name, state.sold)
        })?;
    }
    ensure(booked.is_empty(), || "a booking is of another zone".to_owned())
}

/// The balances that the transfers carry follow from one another: in each account every state but the first and the last is where one transfer
/// ended and the next began. A transfer that is left out, or changed, breaks this.
pub(super) fn states(sale: &Sale) -> RuleResult {
    let zones: std::collections::HashSet<i64> = sale.zones.iter().map(|zone| zone.account).collect();
    let mut open: HashMap<(i64, i64, i64), i64> = HashMap::new();
    let mut count = 0;
    for transfer in sale.transfers() {
        for (side, (account, posted, pending)) in transfer.after().into_iter().enumerate() {
            if !zones.contains(&account) {
                continue;
            }
            let (posted_by, pending_by) = effect(transfer, side);
            *open.entry((account, posted, pending)).or_default() += 1;
            *open.entry((account, posted - posted_by, pending - pending_by)).or_default() -= 1;
            count += 1;
        }
    }
    for zone in &sale.zones {
        let loose: Vec<_> =
            open.iter().filter(|((account, ..), times)| *account == zone.account && **times != 0).collect();
        let begins =
            loose.iter().any(|((_, posted, pending), times)| (*posted, *pending, **times) == (0, 0, -1));
        let is_path = loose.is_empty() || (loose.len() == 2 && begins);
        ensure(is_path, || format!("the balances of {} do not follow from one another", zone.name))?;
    }
    Ok(Finding::Proven(format!("{count} balances follow from one another, from nothing on")))
}

/// What a transfer adds to the posted and the pending balance of its debit (side 0) or credit account.
fn effect(transfer: &Transfer, side: usize) -> (i64, i64) {
    let amount = if side == 0 { -transfer.amount() } else { transfer.amount() };
    match transfer.kind() {
        1 => (amount, 0),
        2 => (0, amount),
        3 => (amount, -amount),
        _ => (0, -amount),
    }
}

/// No buyer ever had more than their cap, held and owned, by the balances that the transfers carry.
pub(super) fn caps(sale: &Sale) -> RuleResult {
    let caps: HashMap<i64, i64> = sale.buyers.iter().copied().collect();
    for transfer in sale.transfers() {
        for (account, posted, pending) in transfer.after() {
            let Some(cap) = caps.get(&account) else { continue };
            let has = posted + pending.max(0);
            ensure(has <= *cap && posted >= 0, || {
                format!("account {account} had {has} of at most {cap} seats")
            })?;
        }
    }
    Ok(Finding::Proven(format!("{} buyers stayed within their caps", caps.len())))
}
