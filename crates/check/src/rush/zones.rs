//! Zones: their seats against the ledger and the bookings.

use super::bookings::Totals;
use crate::accounts::Accounts;
use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::source::Source;

pub(super) fn claim(source: &mut Source, accounts: &Accounts, totals: &Totals) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every zone's seats are sold, held or free, and no more than there are");
    let sql = "SELECT id, total_seats FROM seat_zones WHERE deleted_at IS NULL ORDER BY id";
    source.for_each(sql, |row| {
        let (zone, capacity) = (row.int(0)?, row.int(1)?);
        let free = accounts.find(zone).map_or(0, |index| accounts.get(index).sums.available());
        let seats = totals.zones.get(&zone).copied().unwrap_or_default();
        let is_whole = free >= 0 && seats.sold.wrapping_add(seats.held).wrapping_add(free) == capacity;
        claim.check(is_whole, || format!("zone {zone} of {capacity} seats: {seats:?}, free {free}"));
        Ok(())
    })?;
    Ok(claim)
}
