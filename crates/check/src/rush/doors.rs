//! Tickets and doors: a ticket is its booking's, admits once, and the counts are what was recorded.

use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::source::{Row, Source};
use std::collections::BTreeMap;

/// The claims about doors.
pub(super) fn claims(source: &mut Source) -> Result<Vec<Claim>, CheckFault> {
    Ok(vec![tickets(source)?, admissions(source)?, counts(source)?])
}

/// What a ticket and its booking have in common.
fn place(row: &Row<'_>, first: usize) -> Result<[Option<i64>; 4], CheckFault> {
    Ok([row.opt_int(first)?, row.opt_int(first + 1)?, row.opt_int(first + 2)?, row.opt_int(first + 3)?])
}

fn tickets(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every ticket is its booking's, and inside by a check-in that stands");
    let sql = "SELECT t.booking_id, t.seat, t.generation, t.tenant_id, t.event_id, t.show_id, t.zone_id,
                 b.tenant_id, b.event_id, b.show_id, b.zone_id, b.quantity,
                 t.check_in_id, c.booking_id, c.seat, c.generation, c.undone_at
               FROM tickets t LEFT JOIN bookings b ON b.id = t.booking_id LEFT JOIN check_ins c ON c.id = t.check_in_id
               ORDER BY t.booking_id, t.seat";
    source.for_each(sql, |row| {
        let (booking, seat, generation) = (row.int(0)?, row.int(1)?, row.int(2)?);
        let is_its =
            place(row, 3)? == place(row, 7)? && row.opt_int(11)?.is_some_and(|quantity| seat <= quantity);
        let check_in = [row.opt_int(13)?, row.opt_int(14)?, row.opt_int(15)?, row.opt_int(16)?];
        let stands =
            row.opt_int(12)?.is_none() || check_in == [Some(booking), Some(seat), Some(generation), None];
        claim.check(is_its && stands, || format!("ticket {seat} of booking {booking}"));
        Ok(())
    })?;
    Ok(claim)
}

fn admissions(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("nobody is inside twice by one ticket");
    let sql = "SELECT c.id, t.check_in_id FROM check_ins c
               LEFT JOIN tickets t ON t.booking_id = c.booking_id AND t.seat = c.seat WHERE c.undone_at IS NULL ORDER BY c.id";
    source.for_each(sql, |row| {
        let (id, of_ticket) = (row.int(0)?, row.opt_int(1)?);
        claim.check(of_ticket == Some(id), || format!("check-in {id} stands beside {of_ticket:?}"));
        Ok(())
    })?;
    Ok(claim)
}

fn counts(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("the counts at the doors are the check-ins that stand");
    let mut inside = BTreeMap::new();
    source.for_each("SELECT zone_id FROM check_ins WHERE undone_at IS NULL", |row| {
        *inside.entry(row.int(0)?).or_insert(0_i64) += 1;
        Ok(())
    })?;
    source.for_each("SELECT zone_id, inside FROM door_counts ORDER BY zone_id", |row| {
        let (zone, counted) = (row.int(0)?, row.int(1)?);
        let recorded = inside.remove(&zone).unwrap_or(0);
        claim.check(counted == recorded, || format!("zone {zone} counts {counted}, {recorded} are recorded"));
        Ok(())
    })?;
    for (zone, recorded) in inside {
        claim.add_wrong(|| format!("zone {zone} has no count, {recorded} are recorded"));
    }
    Ok(claim)
}
