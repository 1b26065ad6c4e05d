//! One transaction of an attempt: some votes are paid, or what they got is taken back, and the cursor moves with them.

use crate::domain::credit::{self, Movement};
use crate::domain::event::{PotEvent, Settlement};
use crate::domain::money::{RAKE, ROUNDING, debt_of, pot_account, transfer_code};
use crate::domain::pot_event::{self, PaidVoter, VotesPaid};
use crate::domain::settlement::{Attempt, Phase};
use crate::domain::split::{Stake, VoteOutcome, pays};
use crate::domain::vote::Vote;
use crate::store::votes::{self, Resolution};
use crate::store::{events, settlements};
use kernel::{IdSource, Timestamp};
use ledger::{Book, Transfer};
use store::{StoreError, Tx, outbox};

/// Votes in one transaction: a few milliseconds of the writer.
const CHUNK: i64 = 250;

/// What a step came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chunk {
    /// Some votes were paid, or taken back; there may be more.
    More,
    /// Every vote is paid and the pot is empty.
    AllPaid,
    /// All of it was taken back.
    Reversed,
    /// No attempt runs.
    Nothing,
}

/// What a step works with.
struct Payer<'p> {
    attempt: Attempt,
    ids: &'p IdSource,
    now: Timestamp,
    book: Book,
    resolutions: Vec<Resolution>,
    voters: Vec<PaidVoter>,
}

/// Pays the next votes of an attempt that is locked; after the last one, empties the pot.
pub fn pay_some(
    tx: &mut Tx<'_>,
    attempt: Option<Attempt>,
    ids: &IdSource,
    now: Timestamp,
) -> Result<Chunk, StoreError> {
    let Some(attempt) = attempt else { return Ok(Chunk::Nothing) };
    let waiting = votes::of_event(tx, attempt.event, attempt.cursor, CHUNK)?;
    let mut payer = Payer::load(tx, attempt, &waiting, ids, now)?;
    if waiting.is_empty() {
        payer.empty_pot()?;
        payer.book.save(tx)?;
        settlements::save(tx, &payer.attempt, now)?;
        return Ok(Chunk::AllPaid);
    }
    waiting.iter().try_for_each(|vote| payer.pay(vote))?;
    payer.attempt.cursor = waiting.last().map_or(payer.attempt.cursor, |vote| vote.seq);
    payer.save(tx)?;
    Ok(Chunk::More)
}

/// Takes back what the next votes of an attempt got; after the last one, puts the house's shares back and lets the event wait for its
/// next attempt.
pub fn reverse_some(
    tx: &mut Tx<'_>,
    attempt: Option<Attempt>,
    ids: &IdSource,
    now: Timestamp,
) -> Result<Chunk, StoreError> {
    let Some(attempt) = attempt else { return Ok(Chunk::Nothing) };
    let event = events::lock_one(tx, attempt.event)?;
    let event = event.ok_or_else(|| StoreError::Corrupt(format!("event {} is gone", attempt.event.0)))?;
    let waiting = votes::of_event(tx, attempt.event, attempt.cursor, CHUNK)?;
    let mut payer = Payer::load(tx, attempt, &waiting, ids, now)?;
    if waiting.is_empty() {
        payer.refill_pot()?;
        payer.attempt.phase = Phase::Reversed;
        payer.book.save(tx)?;
        settlements::save(tx, &payer.attempt, now)?;
        reopen(tx, event, now)?;
        return Ok(Chunk::Reversed);
    }
    waiting.iter().try_for_each(|vote| payer.take_back(vote))?;
    payer.attempt.cursor = waiting.last().map_or(payer.attempt.cursor, |vote| vote.seq);
    payer.save(tx)?;
    Ok(Chunk::More)
}

/// The event waits for its next attempt, which is due.
fn reopen(tx: &mut Tx<'_>, mut event: PotEvent, now: Timestamp) -> Result<(), StoreError> {
    event.settlement = Settlement::Proposed;
    event.settle_at = Some(now);
    events::save_state(tx, &event, now)
}

impl<'p> Payer<'p> {
    fn load(
        tx: &mut Tx<'_>,
        attempt: Attempt,
        waiting: &[Vote],
        ids: &'p IdSource,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let mut accounts = vec![attempt.event.0, RAKE, ROUNDING];
        if waiting.iter().any(|vote| vote.cost > 0) {
            accounts.extend(waiting.iter().flat_map(|vote| [vote.user.0, debt_of(vote.user)]));
        }
        let book = Book::load(tx, &accounts)?;
        let resolutions = Vec::with_capacity(waiting.len());
        Ok(Self { attempt, ids, now, book, resolutions, voters: Vec::with_capacity(waiting.len()) })
    }

    fn pay(&mut self, vote: &Vote) -> Result<(), StoreError> {
        let stake = Stake { option: vote.option, amount: vote.cost, accepted_at: vote.accepted_at };
        let (outcome, payout) = pays(&self.attempt.split(), &stake, self.attempt.decided_at);
        if payout > 0 {
            let code =
                if outcome == VoteOutcome::Won { transfer_code::REWARD } else { transfer_code::VOTE_REFUND };
            let (id, ids, now) = (self.ids.next(self.now), self.ids, self.now);
            let movement = Movement { user: vote.user, other: self.attempt.event.0, amount: payout, code };
            credit::credit(self.book.rules(), movement, id, &mut || ids.next(now), now)?;
            self.attempt.track(id);
            self.attempt.paid += payout;
        }
        self.record(vote, outcome, payout);
        Ok(())
    }

    fn take_back(&mut self, vote: &Vote) -> Result<(), StoreError> {
        let payout = vote.payout.unwrap_or(0);
        if payout > 0 {
            let (id, ids, now) = (self.ids.next(self.now), self.ids, self.now);
            let code = transfer_code::CORRECTION;
            let movement = Movement { user: vote.user, other: self.attempt.event.0, amount: payout, code };
            credit::reverse(self.book.rules(), movement, id, &mut || ids.next(now), now)?;
            self.attempt.paid -= payout;
        }
        self.record(vote, vote.outcome.unwrap_or(VoteOutcome::Refunded), 0);
        Ok(())
    }

    fn record(&mut self, vote: &Vote, outcome: VoteOutcome, payout: i64) {
        self.resolutions.push(Resolution { seq: vote.seq, outcome, payout });
        if vote.cost > 0 {
            let wallet = self.book.account(vote.user.0);
            let balance = wallet.map_or(0, |wallet| wallet.balances.available());
            self.voters.push(PaidVoter { user: vote.user.0, payout, balance });
        }
    }

    fn save(mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        self.book.save(tx)?;
        votes::resolve(tx, self.attempt.event, self.attempt.number, &self.resolutions)?;
        settlements::save(tx, &self.attempt, self.now)?;
        if self.voters.is_empty() {
            return Ok(());
        }
        let event = self.attempt.event.0;
        let payload = VotesPaid { event, voters: self.voters };
        let fact = pot_event::fact(self.ids.next(self.now), pot_event::VOTES_PAID, event, &payload, self.now);
        outbox::append(tx, &[fact])
    }

    /// The house's share, and what no division could share. Once the pot is empty this does nothing more.
    fn empty_pot(&mut self) -> Result<(), StoreError> {
        let pot = self.attempt.event.0;
        self.attempt.rounding = self.attempt.stakes - self.attempt.rake - self.attempt.paid;
        let left = self.book.account(pot).map_or(0, |account| account.balances.posted());
        if left == 0 {
            return Ok(());
        }
        if left != self.attempt.rake + self.attempt.rounding || self.attempt.rounding < 0 {
            return Err(StoreError::Corrupt(format!(
                "the pot of event {pot} holds {left} when all are paid"
            )));
        }
        let shares = [
            (RAKE, self.attempt.rake, transfer_code::RAKE),
            (ROUNDING, self.attempt.rounding, transfer_code::ROUNDING),
        ];
        for (to, amount, code) in shares.into_iter().filter(|(_, amount, _)| *amount > 0) {
            let transfer = Transfer::single(self.ids.next(self.now), pot, to, amount, code);
            self.transfer(&transfer)?;
            self.attempt.track(transfer.id);
        }
        Ok(())
    }

    /// What the house had of the pot goes back into it.
    fn refill_pot(&mut self) -> Result<(), StoreError> {
        let pot = self.attempt.event.0;
        self.book.open(pot_account(pot));
        let shares = [(RAKE, self.attempt.rake), (ROUNDING, self.attempt.rounding)];
        for (from, amount) in shares.into_iter().filter(|(_, amount)| *amount > 0) {
            let id = self.ids.next(self.now);
            self.transfer(&Transfer::single(id, from, pot, amount, transfer_code::CORRECTION))?;
        }
        Ok(())
    }

    fn transfer(&mut self, transfer: &Transfer) -> Result<(), StoreError> {
        let done = self.book.transfer(transfer, self.now);
        done.map(|_| ())
            .map_err(|refusal| StoreError::Corrupt(format!("transfer {}: {refusal}", transfer.id)))
    }
}
