//! What players were sent: one, two, three … for each.

use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::source::Source;
use std::collections::HashMap;

pub(super) fn claim(source: &mut Source) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("what each player was told is numbered without a gap");
    let mut last: HashMap<i64, i64> = HashMap::new();
    source.for_each("SELECT key, payload FROM outbox WHERE topic = 'tap-bets' ORDER BY seq", |row| {
        let (user, payload) = (row.int(0)?, row.text(1)?);
        let number = payload.strip_prefix("{\"seq\":").and_then(|rest| rest.split(',').next()?.parse().ok());
        let seq = number.unwrap_or(i64::MIN);
        let before = last.insert(user, seq);
        claim.check(before.map_or(seq >= 1, |before| seq == before + 1), || {
            format!("user {user} was told {seq} after {before:?}")
        });
        Ok(())
    })?;
    Ok(claim)
}
