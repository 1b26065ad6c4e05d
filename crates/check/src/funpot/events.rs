//! Events: what their rows say, what their pots hold, and the split computed once more.

use crate::accounts::Accounts;
use crate::claim::Claim;
use crate::fault::CheckFault;
use crate::source::Source;
use std::collections::HashMap;

/// Codes of accounts, as written in tables.
const WALLET: i64 = 7;
const DEBT: i64 = 8;
const POT: i64 = 9;
/// Parts of a whole in which rakes are given.
const BASIS_POINTS: i128 = 10_000;

/// An event as its row and its newest attempt say.
#[derive(Debug, Default)]
pub(super) struct Event {
    is_final: bool,
    votes: i64,
    stakes: i64,
    /// Whether an attempt pays or takes back at this moment.
    is_moving: bool,
    attempt: Option<Attempt>,
}

#[derive(Debug)]
struct Attempt {
    is_done: bool,
    /// Every stake goes back.
    is_refund: bool,
    option: i64,
    decided_at: i64,
    rake_bps: i64,
    rake: i64,
    rounding: i64,
    // Counted here, from the votes.
    winning: i128,
    losing: i128,
    paid: i128,
}

/// Every event by its number.
pub(super) type Events = HashMap<i64, Event>;

/// Reads all events and the newest attempt of each.
pub(super) fn read(source: &mut Source) -> Result<Events, CheckFault> {
    let mut events = Events::new();
    source.for_each("SELECT id, settlement, votes, stakes FROM events", |row| {
        let is_final = matches!(row.text(1)?, "settled" | "voided");
        let event = Event { is_final, votes: row.int(2)?, stakes: row.int(3)?, ..Event::default() };
        events.insert(row.int(0)?, event);
        Ok(())
    })?;
    let sql = "SELECT event_id, phase, reason, option, decided_at, rake_bps, rake, rounding FROM settlements
               ORDER BY event_id, attempt";
    source.for_each(sql, |row| {
        let phase = row.text(1)?.to_owned();
        let attempt = Attempt {
            is_done: phase == "done",
            is_refund: row.opt_text(2)?.is_some(),
            option: row.opt_int(3)?.unwrap_or(-1),
            decided_at: row.int(4)?,
            rake_bps: row.int(5)?,
            rake: row.int(6)?,
            rounding: row.int(7)?,
            winning: 0,
            losing: 0,
            paid: 0,
        };
        if let Some(event) = events.get_mut(&row.int(0)?) {
            event.is_moving = matches!(phase.as_str(), "paying" | "reversing" | "reversed");
            event.attempt = Some(attempt);
        }
        Ok(())
    })?;
    source.for_each("SELECT event_id, option, cost, accepted_at, payout FROM votes", |row| {
        let attempt = events.get_mut(&row.int(0)?).and_then(|event| event.attempt.as_mut());
        let Some(attempt) = attempt else { return Ok(()) };
        let cost = i128::from(row.int(2)?);
        if row.int(3)? <= attempt.decided_at {
            let side = if row.int(1)? == attempt.option { &mut attempt.winning } else { &mut attempt.losing };
            *side += cost;
        }
        attempt.paid += i128::from(row.opt_int(4)?.unwrap_or(0));
        Ok(())
    })?;
    Ok(events)
}

/// The counts of an event are those of its votes.
pub(super) fn counts(source: &mut Source, events: &Events) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every event counts its votes, numbered without a gap");
    let mut counted: HashMap<i64, (i64, i64, i64)> = HashMap::new();
    source.for_each("SELECT event_id, seq, cost FROM votes", |row| {
        let count = counted.entry(row.int(0)?).or_default();
        *count = (count.0 + 1, count.1 + row.int(2)?, count.2.max(row.int(1)?));
        Ok(())
    })?;
    for (id, event) in events {
        let (votes, stakes, last) = counted.get(id).copied().unwrap_or_default();
        let fits = (event.votes, event.stakes, event.votes) == (votes, stakes, last);
        claim.check(fits, || {
            format!("event {id} says {} votes and {}, it has {votes} and {stakes}", event.votes, event.stakes)
        });
    }
    Ok(claim)
}

/// A pot holds the stakes of its event until they are shared, and nothing afterwards.
pub(super) fn pots(accounts: &Accounts, events: &Events) -> Claim {
    let mut claim = Claim::new("every pot holds its event's stakes, and nothing once the event is settled");
    for (_, account) in accounts.of_code(POT) {
        let has = account.sums.posted();
        let fits = match events.get(&account.id) {
            None => false,
            Some(event) if event.is_final => has == 0,
            Some(event) if event.is_moving => (0..=event.stakes).contains(&has),
            Some(event) => has == event.stakes,
        };
        claim.check(fits, || format!("the pot of event {} holds {has}", account.id));
    }
    claim
}

/// Rake, payouts and rounding of a finished attempt are what its votes give.
pub(super) fn payouts(source: &mut Source, events: &Events) -> Result<Claim, CheckFault> {
    let mut claim = Claim::new("every settled vote got what the split gives it, and the shares are the pot");
    source.for_each("SELECT event_id, seq, option, cost, accepted_at, payout FROM votes", |row| {
        let (event, seq) = (row.int(0)?, row.int(1)?);
        let attempt = events.get(&event).and_then(|event| event.attempt.as_ref());
        let Some(attempt) = attempt.filter(|attempt| attempt.is_done) else { return Ok(()) };
        let due = attempt.due(row.int(2)?, i128::from(row.int(3)?), row.int(4)?);
        let got = row.opt_int(5)?.map(i128::from);
        claim.check(got == Some(due), || format!("vote {seq} of event {event} is due {due} and got {got:?}"));
        Ok(())
    })?;
    for (id, event) in events {
        let Some(attempt) = event.attempt.as_ref().filter(|attempt| attempt.is_done) else { continue };
        let all = attempt.paid + i128::from(attempt.rake) + i128::from(attempt.rounding);
        let fits = i128::from(attempt.rake) == attempt.due_rake() && all == i128::from(event.stakes);
        claim.check(fits, || format!("event {id} shares {all} of {}", event.stakes));
    }
    Ok(claim)
}

impl Attempt {
    fn due_rake(&self) -> i128 {
        if self.is_refund { 0 } else { self.losing * i128::from(self.rake_bps) / BASIS_POINTS }
    }

    fn due(&self, option: i64, cost: i128, accepted_at: i64) -> i128 {
        if self.is_refund || accepted_at > self.decided_at {
            return cost;
        }
        match (option == self.option, self.winning) {
            (false, _) => 0,
            (true, 0) => cost,
            (true, winning) => cost + cost * (self.losing - self.due_rake()) / winning,
        }
    }
}

/// Nobody has less than nothing, and nobody is owed by a debt.
pub(super) fn wallets(accounts: &Accounts) -> Claim {
    let mut claim = Claim::new("no wallet is below zero and no debt above it");
    for (_, account) in accounts.of_code(WALLET) {
        let has = account.sums.available();
        claim.check(has >= 0, || format!("wallet {} holds {has}", account.id));
    }
    for (_, account) in accounts.of_code(DEBT) {
        let owes = account.sums.posted();
        claim.check(owes <= 0, || format!("the debt {} is {owes}", account.id));
    }
    claim
}
