//! The bets that the server acknowledged, and whether it still knows them.

use super::control::{Became, TapControl};
use crate::journal::{EXAMPLES_MAX, QUESTION_MAX, VERIFIED_MAX, sample};
use crate::results::Verified;
use crate::server::ControlError;
use crate::wire::uuid_text;

/// One acknowledged bet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The public id, as 16 bytes.
    pub bet: [u8; 16],
    /// Its cell's column.
    pub column: i64,
    /// Cents staked, as answered.
    pub amount: i64,
    /// Cents it would pay, as answered.
    pub payout: i64,
}

impl Entry {
    fn is_kept_by(&self, became: &Became) -> bool {
        let live = ["confirmed", "won", "lost", "void"].contains(&became.status.as_str());
        live && became.amount == self.amount && became.payout == self.payout
    }
}

/// Asks for all acknowledged bets, or for a sample of them.
pub async fn verify(
    control: &mut TapControl,
    entries: Vec<Entry>,
    seed: u64,
) -> Result<Verified, ControlError> {
    let mut found = Verified { acknowledged: entries.len() as u64, ..Verified::default() };
    for question in sample(entries, VERIFIED_MAX, seed).chunks(QUESTION_MAX) {
        let ids: Vec<_> = question.iter().map(|entry| entry.bet).collect();
        let became = control.statuses(&ids).await?;
        for (at, entry) in question.iter().enumerate() {
            judge(entry, became.get(at).and_then(Option::as_ref), &mut found);
        }
    }
    Ok(found)
}

fn judge(entry: &Entry, became: Option<&Became>, found: &mut Verified) {
    found.verified += 1;
    if became.is_some_and(|became| entry.is_kept_by(became)) {
        return;
    }
    found.lost += 1;
    if found.examples.len() < EXAMPLES_MAX {
        let (bet, Entry { amount, payout, .. }) = (uuid_text(&entry.bet), entry);
        let now = became.map_or_else(
            || "missing".to_owned(),
            |became| format!("{} {} for {}", became.status, became.amount, became.payout),
        );
        found.examples.push(format!("{bet} was acknowledged as {amount} for {payout} and is {now}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bet_is_lost_when_it_is_missing_or_differs_in_a_cent() {
        let entry = Entry { bet: [1; 16], column: 2, amount: 100, payout: 235 };
        let became = |status: &str, amount, payout| {
            Some(Became { status: status.to_owned(), amount, payout, resolved_at_ms: None })
        };
        let lost = |became: Option<Became>| {
            let mut found = Verified::default();
            judge(&entry, became.as_ref(), &mut found);
            found.lost
        };
        assert_eq!((lost(became("confirmed", 100, 235)), lost(became("won", 100, 235))), (0, 0));
        for bad in
            [None, became("insufficient_funds", 100, 235), became("lost", 101, 235), became("won", 100, 234)]
        {
            assert_eq!(lost(bad.clone()), 1, "{bad:?}");
        }
    }
}
