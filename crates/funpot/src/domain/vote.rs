//! Casting a vote: what it needs, and why it is refused.

use super::event::PotEvent;
use super::ids::{EventId, VoteId};
use super::money::{pot_account, transfer_code};
use super::split::VoteOutcome;
use kernel::{Timestamp, UserId};
use ledger::rules::State as Accounts;
use ledger::{Declined, LedgerFault, Transfer, TransferRefusal};

/// What a user wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoteRequest {
    /// Who.
    pub user: UserId,
    /// On what.
    pub event: EventId,
    /// For which choice.
    pub option: String,
    /// What the user was told it costs.
    pub cost: Option<i64>,
    /// The user's name of this attempt.
    pub key: String,
    /// Its hash.
    pub key_hash: i64,
    /// The hash of event, choice and cost.
    pub request_hash: i64,
}

/// A vote as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// Its number; of a paid one also its transfer's.
    pub id: VoteId,
    /// On what.
    pub event: EventId,
    /// Its number in its event: 1, 2, 3 …
    pub seq: i64,
    /// Whose.
    pub user: UserId,
    /// For which choice.
    pub option: usize,
    /// What it cost.
    pub cost: i64,
    /// The user's name of the attempt.
    pub key: String,
    /// The hash of what was asked.
    pub request_hash: i64,
    /// When, by the server's clock.
    pub accepted_at: Timestamp,
    /// What the user could spend afterwards.
    pub balance_after: i64,
    /// What became of it.
    pub outcome: Option<VoteOutcome>,
    /// What it got.
    pub payout: Option<i64>,
}

/// Why there is no vote, in the order in which it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoteRefusal {
    /// The key was used for another vote.
    KeyWasUsed,
    /// No such event.
    EventNotFound,
    /// It takes no votes any more; when it closed.
    EventIsClosed {
        /// The moment.
        closes_at: Timestamp,
    },
    /// No such choice.
    UnknownOption,
    /// One vote each.
    AlreadyVoted,
    /// Votes that cost something are switched off.
    PaidVotingIsOff,
    /// The user was told another price.
    CostMismatch {
        /// What it costs.
        cost: i64,
    },
    /// Less is there than it costs.
    InsufficientFunds {
        /// What is there.
        available: i64,
    },
}

/// What a decision is handed beside the event.
#[derive(Debug, Clone, Copy)]
pub struct VoteContext {
    /// The number of the new vote.
    pub id: VoteId,
    /// Whether the user has a vote on this event.
    pub has_voted: bool,
    /// Whether votes may cost something.
    pub paid_voting: bool,
    /// The present.
    pub now: Timestamp,
}

/// Takes the stake and counts the vote, or says why not; a refusal changes nothing.
pub fn cast(
    accounts: &mut Accounts,
    event: &mut PotEvent,
    request: &VoteRequest,
    context: VoteContext,
) -> Result<Vote, Declined<VoteRefusal>> {
    let refuse = |refusal| Err(Declined::Refused(refusal));
    if !event.takes_votes(context.now) {
        return refuse(VoteRefusal::EventIsClosed { closes_at: event.closes_at });
    }
    let Some(option) = event.option(&request.option) else { return refuse(VoteRefusal::UnknownOption) };
    if context.has_voted {
        return refuse(VoteRefusal::AlreadyVoted);
    }
    if event.cost > 0 && !context.paid_voting {
        return refuse(VoteRefusal::PaidVotingIsOff);
    }
    if request.cost.is_some_and(|cost| cost != event.cost) {
        return refuse(VoteRefusal::CostMismatch { cost: event.cost });
    }
    if event.cost > 0 {
        take_stake(accounts, event, request.user, context)?;
    }
    // Point of no return: the stake is in the pot.
    event.count(option);
    Ok(Vote {
        id: context.id,
        event: event.id,
        seq: event.votes,
        user: request.user,
        option,
        cost: event.cost,
        key: request.key.clone(),
        request_hash: request.request_hash,
        accepted_at: context.now,
        balance_after: available(accounts, request.user),
        outcome: None,
        payout: None,
    })
}

fn take_stake(
    accounts: &mut Accounts,
    event: &PotEvent,
    user: UserId,
    context: VoteContext,
) -> Result<(), Declined<VoteRefusal>> {
    let id = context.id.0;
    let stake = Transfer::single(id, user.0, event.id.0, event.cost, transfer_code::VOTE_COST);
    let taken = accounts.open_and_transfer(pot_account(event.id.0), &stake, context.now);
    taken.map(|_| ()).map_err(|refusal| match refusal {
        // Who never had credit has no account.
        TransferRefusal::DebitAccountNotFound | TransferRefusal::DebitAccountWouldFallBelowItsFloor => {
            Declined::Refused(VoteRefusal::InsufficientFunds { available: available(accounts, user) })
        }
        TransferRefusal::ExistsWithDifferentTerms
        | TransferRefusal::AmountMustBePositive
        | TransferRefusal::AccountsMustDiffer
        | TransferRefusal::CreditAccountNotFound
        | TransferRefusal::AccountsHoldDifferentAssets
        | TransferRefusal::PendingTransferNotFound
        | TransferRefusal::PendingTransferAlreadyResolved
        | TransferRefusal::PendingTransferHasDifferentAccounts
        | TransferRefusal::PendingTransferExpired
        | TransferRefusal::AmountExceedsPendingTransfer
        | TransferRefusal::TimeoutNotInTheFuture
        | TransferRefusal::BalanceWouldOverflow
        | TransferRefusal::CreditAccountWouldExceedItsCeiling => {
            Declined::Fault(LedgerFault { transfer: id, refusal })
        }
    })
}

fn available(accounts: &Accounts, user: UserId) -> i64 {
    accounts.account(user.0).map_or(0, |account| account.balances.available())
}
