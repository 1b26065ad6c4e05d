//! Where bets are decided: what is open, taken and owed, the house's limits, and the balances.
//!
//! Guards in their order: time; the breaker; the quote's age; one bet a cell; the house's limits; the balance. After that
//! nothing can fail, and before it nothing changes.

use super::bet::{Bet, BetStatus};
use super::bet_place::{PlaceRefusal, PlaceRequest};
use super::column::{ColumnState, OpenColumn};
use super::column_book::ColumnBook;
use super::grid::{PRESETS, may_commit};
use super::ids::BetId;
use super::limits::{Exposure, LimitRefusal, Limits, admit, largest_allowed, payout_of};
use super::money::{HOUSE, reserve_account, reserve_of, stakes_account, transfer_code};
use super::quote::QUOTE_AGE_AT_COMMIT_MAX_MS;
use kernel::Timestamp;
use ledger::rules::{Declined, LedgerFault, State, Transfer, TransferRefusal};
use std::collections::{BTreeMap, HashMap};

/// New numbers for a bet; those of a refused one are never used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    /// The bet's, which is also its stake's.
    pub bet: BetId,
    /// The player's next event's.
    pub seq: i64,
}

/// A new bet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placing {
    /// Its stake is taken.
    Confirmed(Bet),
    /// The balance was too small: it is recorded, and nothing was taken.
    Unfunded(Bet),
}

/// Everything outside the ledger that a decision looks at.
#[derive(Debug)]
pub struct BetTable {
    limits: Limits,
    /// Whether bets are taken at all.
    betting: Result<(), PlaceRefusal>,
    columns: BTreeMap<i64, OpenColumn>,
    /// The live bet of (user, cell).
    taken: HashMap<(i64, i64), BetId>,
    /// What (user, column) is owed.
    owed: HashMap<(i64, i64), i64>,
    /// The house's money, what is reserved for columns counted in; no bet changes it.
    bankroll: i64,
    /// What all columns have reserved, the bets so far counted in.
    reserved: i64,
}

impl BetTable {
    /// A table over `columns`, of a house that has `house` cents beside what it has reserved for them.
    #[must_use]
    pub fn new(
        limits: Limits,
        betting: Result<(), PlaceRefusal>,
        columns: BTreeMap<i64, OpenColumn>,
        house: i64,
    ) -> Self {
        let reserved: i64 = columns.values().map(|open| open.row.reserved).sum();
        let bankroll = house.saturating_add(reserved);
        Self { limits, betting, columns, taken: HashMap::new(), owed: HashMap::new(), bankroll, reserved }
    }

    /// Makes room for so many bets.
    pub fn make_room(&mut self, bets: usize) {
        self.taken.reserve(bets);
        self.owed.reserve(bets);
    }

    /// Enters a live bet of before.
    pub fn enter_taken(&mut self, user: i64, cell_key: i64, bet: BetId) {
        self.taken.insert((user, cell_key), bet);
    }

    /// Enters what a player is owed in a column by bets of before, cents.
    pub fn enter_owed(&mut self, user: i64, column: i64, cents: i64) {
        self.owed.insert((user, column), cents);
    }

    /// Places the bet, or says why not. A refused request changes nothing here and nothing in `accounts`.
    pub fn place(
        &mut self,
        accounts: &mut State,
        request: &PlaceRequest,
        numbers: Numbers,
        now: Timestamp,
    ) -> Result<Placing, Declined<PlaceRefusal>> {
        self.check(request, now).map_err(Declined::Refused)?;
        let payout = payout_of(request.amount, request.rate);
        let reserved = self.admit(request, payout).map_err(Declined::Refused)?;
        let is_funded = take_stake(accounts, request, numbers.bet, now)?;
        // Point of no return: the stake is taken, or the bet is recorded as one that could not be paid for.
        if is_funded {
            self.enter(request, numbers.bet, payout, reserved);
        }
        let balance = accounts.account(request.user.0).map_or(0, |account| account.balances.available());
        Ok(if is_funded {
            Placing::Confirmed(bet(request, numbers, BetStatus::Confirmed, (payout, balance), now))
        } else {
            Placing::Unfunded(bet(request, numbers, BetStatus::InsufficientFunds, (payout, balance), now))
        })
    }

    fn check(&self, request: &PlaceRequest, now: Timestamp) -> Result<(), PlaceRefusal> {
        let now_ms = now.as_micros().div_euclid(1000);
        if !may_commit(request.cell.t0_ms, now_ms) {
            return Err(PlaceRefusal::TooLate);
        }
        self.betting.clone()?;
        if now_ms - request.quote.at_ms > QUOTE_AGE_AT_COMMIT_MAX_MS {
            return Err(PlaceRefusal::QuoteExpired { fresh_rate: None });
        }
        match self.taken.get(&(request.user.0, request.cell_key())) {
            Some(bet) => Err(PlaceRefusal::CellIsTaken { bet: *bet }),
            None => Ok(()),
        }
    }

    /// What the column must have reserved with this bet. Errors: a limit, with the largest stake that would still fit.
    fn admit(&self, request: &PlaceRequest, payout: i64) -> Result<i64, PlaceRefusal> {
        let column = request.column();
        let open = self.columns.get(&column);
        if let Some(open) = open {
            if open.row.state != ColumnState::Open {
                return Err(PlaceRefusal::TooLate);
            }
            if !open.offers(request) {
                return Err(PlaceRefusal::CellIsNotOffered);
            }
        }
        let empty = ColumnBook::default();
        let (book, reserved) = open.map_or((&empty, 0), |open| (&open.row.book, open.row.reserved));
        let exposure = Exposure {
            bankroll: self.bankroll,
            others: self.reserved - reserved,
            book,
            reserved,
            reach: request.reach,
            height: request.cell.high - request.cell.low,
            player: self.owed.get(&(request.user.0, column)).copied().unwrap_or(0),
        };
        admit(&self.limits, &exposure, request.cell.low, payout).map_err(|limit| {
            let allowed = match limit {
                LimitRefusal::BankrollIsBelowItsFloor => None,
                LimitRefusal::BetWouldPayTooMuch
                | LimitRefusal::PlayerWouldBeOwedTooMuch
                | LimitRefusal::CellWouldOweTooMuch
                | LimitRefusal::ColumnWouldOweTooMuch
                | LimitRefusal::AllColumnsWouldOweTooMuch => {
                    largest_allowed(&self.limits, &exposure, request.cell.low, request.rate, &PRESETS)
                }
            };
            PlaceRefusal::LimitReached { limit, allowed }
        })
    }

    fn enter(&mut self, request: &PlaceRequest, id: BetId, payout: i64, reserved: i64) {
        let column = request.column();
        let open = self.columns.entry(column).or_insert_with(|| OpenColumn::fresh(request, id));
        self.reserved += reserved - open.row.reserved;
        open.add(request, id, payout, reserved);
        *self.owed.entry((request.user.0, column)).or_default() += payout;
        self.taken.insert((request.user.0, request.cell_key()), id);
    }

    /// The columns that bets have changed.
    pub fn changed(&self) -> impl Iterator<Item = &OpenColumn> {
        self.columns.values().filter(|open| open.changed)
    }

    /// Moves what a changed column must have reserved, and has not yet, from the house to its reserve.
    pub fn reserve(
        &self,
        accounts: &mut State,
        open: &OpenColumn,
        transfer: i64,
        now: Timestamp,
    ) -> Result<(), LedgerFault> {
        let (column, ceiling) = (open.row.id, self.limits.column_max(self.bankroll));
        if open.is_new {
            accounts.open(reserve_account(column, ceiling));
        } else {
            accounts.set_ceiling(reserve_of(column), ceiling);
        }
        let raise = open.row.reserved - open.reserved_before;
        if raise <= 0 {
            return Ok(());
        }
        let raised = Transfer::single(transfer, HOUSE, reserve_of(column), raise, transfer_code::RESERVE);
        accounts.transfer(&raised, now).map(drop).map_err(|refusal| LedgerFault { transfer, refusal })
    }

    /// How much of its limit a column has used up, basis points.
    #[must_use]
    pub fn used_bp(&self, column: i64) -> i64 {
        let reserved = self.columns.get(&column).map_or(0, |open| open.row.reserved);
        reserved.saturating_mul(10_000) / self.limits.column_max(self.bankroll).max(1)
    }
}

/// Moves the stake from the player to the column, whose account is opened with its first. False, and nothing changes: the
/// balance is too small. Who never had money has no account.
fn take_stake(
    accounts: &mut State,
    request: &PlaceRequest,
    id: BetId,
    now: Timestamp,
) -> Result<bool, LedgerFault> {
    let column = request.column();
    let stake = Transfer::single(id.0, request.user.0, column, request.amount, transfer_code::BET);
    let Err(refusal) = accounts.open_and_transfer(stakes_account(column), &stake, now) else {
        return Ok(true);
    };
    match refusal {
        TransferRefusal::DebitAccountNotFound | TransferRefusal::DebitAccountWouldFallBelowItsFloor => {
            Ok(false)
        }
        // Numbers are new, amounts are presets, a column's account has no ceiling.
        TransferRefusal::AmountMustBePositive
        | TransferRefusal::BalanceWouldOverflow
        | TransferRefusal::CreditAccountNotFound
        | TransferRefusal::CreditAccountWouldExceedItsCeiling
        | TransferRefusal::ExistsWithDifferentTerms
        | TransferRefusal::AccountsMustDiffer
        | TransferRefusal::AccountsHoldDifferentAssets
        | TransferRefusal::PendingTransferNotFound
        | TransferRefusal::PendingTransferHasDifferentAccounts
        | TransferRefusal::PendingTransferAlreadyResolved
        | TransferRefusal::PendingTransferExpired
        | TransferRefusal::AmountExceedsPendingTransfer
        | TransferRefusal::TimeoutNotInTheFuture => Err(LedgerFault { transfer: id.0, refusal }),
    }
}

fn bet(
    request: &PlaceRequest,
    numbers: Numbers,
    status: BetStatus,
    (payout, balance): (i64, i64),
    now: Timestamp,
) -> Bet {
    Bet {
        id: numbers.bet,
        user: request.user,
        column: request.column(),
        low: request.cell.low,
        high: request.cell.high,
        amount: request.amount,
        rate: request.rate,
        payout,
        quote_seq: request.quote.seq,
        edge_bp: request.edge_bp,
        p_ppb: request.p_ppb,
        status,
        signed: request.signed.clone(),
        request_hash: request.request_hash,
        placed_at: now,
        seq: numbers.seq,
        balance_after: balance,
        resolved_at: None,
        payout_amount: None,
        payout_transfer: None,
    }
}

#[cfg(test)]
mod tests;
