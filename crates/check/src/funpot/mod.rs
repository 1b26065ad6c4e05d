//! What FunPot adds: each stake lies in its event's pot, each pot is shared as its attempt says, computed here once more from the votes.

mod events;
mod payments;
mod votes;

use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::ledger::Ledger;
use crate::observer::{Observer, StallChecks};
use crate::source::Source;

/// FunPot's row.
pub(crate) const CHECKS: StallChecks = StallChecks {
    name: "funpot",
    observer: || Box::new(FunpotObserver),
    dumped: &[
        ("streamers", "streamer"),
        ("games", "game"),
        ("events", "event"),
        ("votes", "vote"),
        ("results", "result"),
        ("settlements", "settlement"),
        ("receipts", "receipt"),
        ("reviews", "review"),
        ("withdrawals", "withdrawal"),
    ],
};

/// FunPot's part of a check; it joins its tables with the transfers and need not watch them.
struct FunpotObserver;

impl Observer for FunpotObserver {
    fn claims(self: Box<Self>, source: &mut Source, ledger: &Ledger) -> Result<Vec<Claim>, CheckFault> {
        let events = events::read(source)?;
        Ok(vec![
            votes::stakes(source)?,
            votes::once(source)?,
            events::counts(source, &events)?,
            events::pots(&ledger.accounts, &events),
            events::payouts(source, &events)?,
            events::wallets(&ledger.accounts),
            payments::charges(source)?,
            payments::stars(source)?,
            payments::bonuses(source)?,
            payments::withdrawals(source)?,
        ])
    }
}
