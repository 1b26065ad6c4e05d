//! Posting a log: who may, to which accounts, whether it is there, then all of its legs or none.
//!
//! Guards in the order of the specification: the trading is the caller's, the accounts are the caller's and the trading's,
//! the amounts make sense, the money is there. After the last of them nothing can fail.

use super::balance_chain::ChainEnd;
use super::ids::{SubAccountId, TradingId, TradingLogId, TransactionId};
use super::legs::{AmountRefusal, Leg, legs};
use super::log_info::{FeePlace, Posting};
use super::log_type::{BusinessType, Source};
use super::money::transfer_code;
use super::reconcile::{AssetState, may_allocate};
use super::sub_account::SubAccount;
use super::trading::TradingType;
use super::trading_log::TradingLog;
use super::transaction::{Direction, Transaction};
use kernel::{AssetCode, Timestamp, UserId};
use ledger::rules::State;
use ledger::{Declined, LedgerFault, LinkedRefusal, Transfer};
use std::collections::{BTreeMap, HashMap};

/// A log that somebody wants to write.
#[derive(Debug, Clone)]
pub struct LogRequest {
    /// Whose.
    pub user: UserId,
    /// Of which trading.
    pub trading: TradingId,
    /// The type in the writer's word.
    pub kind: String,
    /// Who writes it.
    pub source: Source,
    /// For people.
    pub message: String,
    /// About which sub-account.
    pub sub_account: Option<SubAccountId>,
    /// About which transaction; what moves money has its own.
    pub transaction: Option<TransactionId>,
    /// When it happened.
    pub event_time: Option<Timestamp>,
    /// A JSON object.
    pub info: String,
    /// What it moves; none for an informational one.
    pub posting: Option<Posting>,
    /// Whether a deposit promises money of the exchange's wallet: true for what somebody asks for, false for what already
    /// happened there.
    pub is_promise: bool,
}

impl LogRequest {
    /// Whether it promises money of an exchange's wallet, where its trading is a real one.
    #[must_use]
    pub fn promises(&self) -> bool {
        let Some(Posting::Movement(movement)) = &self.posting else { return false };
        self.is_promise && movement.kind == BusinessType::Deposit
    }
}

/// What is known of a trading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TradingFacts {
    /// Whose.
    pub user: UserId,
    /// What kind.
    pub kind: TradingType,
    /// Whether it is there.
    pub is_live: bool,
    /// On which binding.
    pub binding: i64,
}

/// The rows that a batch of logs looks at. What is not in it does not exist.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Users by number: whether each is active.
    pub users: HashMap<i64, bool>,
    /// Tradings by number.
    pub tradings: HashMap<i64, TradingFacts>,
    /// Sub-accounts by number.
    pub sub_accounts: HashMap<i64, SubAccount>,
    /// Whose the transactions are that logs name, by number.
    pub transactions: HashMap<i64, UserId>,
    /// What is known of the wallets that deposits promise money of, by the numbers of bindings; nothing is known of others.
    pub wallets: HashMap<i64, BTreeMap<AssetCode, AssetState>>,
    /// The ends of their chains, by the numbers of sub-accounts.
    pub chain_ends: HashMap<i64, ChainEnd>,
}

/// Numbers for one log.
pub struct Numbers<'n> {
    /// Draws the number of a row.
    pub next_id: &'n mut dyn FnMut() -> i64,
    /// Of the log among the user's.
    pub log_seq: i64,
    /// Of its first transaction among the user's.
    pub transaction_seq: i64,
}

/// A log with its transactions, as they are stored; `info` is still the writer's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// The log.
    pub log: TradingLog,
    /// In the order of its legs.
    pub transactions: Vec<Transaction>,
    /// What kind of trading it is about.
    pub trading_kind: TradingType,
}

/// Why a log was not written. Nothing changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogRefusal {
    /// The caller was disabled meanwhile.
    UserIsNotActive,
    /// There is no such trading of the caller's.
    TradingIsUnknown,
    /// There is no such sub-account of the caller's.
    SubAccountIsUnknown(SubAccountId),
    /// There is no such transaction of the caller's.
    TransactionIsUnknown,
    /// The sub-account is another trading's.
    SubAccountIsOfAnotherTrading(SubAccountId),
    /// The sub-account holds something else.
    SymbolDiffers {
        /// Which.
        account: SubAccountId,
        /// What the log says.
        said: AssetCode,
        /// What it holds.
        holds: AssetCode,
    },
    /// The amounts make no sense.
    Amount(AmountRefusal),
    /// Not enough is there.
    BalanceIsInsufficient {
        /// Where.
        account: SubAccountId,
        /// Of what.
        symbol: AssetCode,
        /// Units.
        required: i64,
        /// Units that may leave.
        available: i64,
    },
    /// The exchange's wallet has not so much left that is promised to nobody.
    AllocationIsTooLarge {
        /// Of what.
        symbol: AssetCode,
        /// Units.
        required: i64,
        /// Units that are promised to nobody.
        available: i64,
    },
    /// The key was used for another request.
    KeyWasUsed,
    /// This fill of this order was posted.
    FillWasPosted(TradingLogId),
    /// There is no such log of the caller's.
    LogIsUnknown,
    /// The log moves no money.
    LogMovesNoMoney,
    /// The log was reversed.
    LogWasReversed(TradingLogId),
}

/// Writes a log and moves what it says, or says why not.
pub fn post(
    loaded: &mut Loaded,
    ledger: &mut State,
    request: &LogRequest,
    numbers: Numbers<'_>,
    now: Timestamp,
) -> Result<Posted, Declined<LogRefusal>> {
    let refused = Declined::Refused;
    let trading = may_write(loaded, request).map_err(refused)?;
    if let Some(account) = request.sub_account {
        owned(loaded, request.user, request.trading, account).map_err(refused)?;
    }
    let named = request.transaction.map(|id| loaded.transactions.get(&id.0));
    if named.is_some_and(|owner| owner != Some(&request.user)) {
        return Err(refused(LogRefusal::TransactionIsUnknown));
    }
    let legs = match &request.posting {
        None => Vec::new(),
        Some(posting) => checked_legs(loaded, request, posting).map_err(refused)?,
    };
    may_promise(loaded, ledger, request, trading).map_err(refused)?;
    let log = TradingLog {
        id: TradingLogId((numbers.next_id)()),
        user: request.user,
        seq: numbers.log_seq,
        trading: request.trading,
        sub_account: request.sub_account,
        transaction: request.transaction,
        timestamp: now,
        event_time: request.event_time,
        kind: request.kind.clone(),
        source: request.source,
        message: request.message.clone(),
        info: request.info.clone(),
        transactions: i64::try_from(legs.len()).unwrap_or(i64::MAX),
        reverses: None,
        request_hash: 0,
    };
    post_legs(loaded, ledger, (log, trading.kind), &legs, numbers)
}

/// A deposit of a real trading promises no more than its exchange's wallet has left.
fn may_promise(
    loaded: &Loaded,
    ledger: &State,
    request: &LogRequest,
    trading: TradingFacts,
) -> Result<(), LogRefusal> {
    let Some(Posting::Movement(movement)) = &request.posting else { return Ok(()) };
    let promises = request.promises() && !trading.kind.is_simulated();
    let Some(wallet) = loaded.wallets.get(&trading.binding).filter(|_| promises) else { return Ok(()) };
    let symbol = loaded.sub_accounts[&movement.account.0].symbol;
    let mut state = wallet.get(&symbol).cloned().unwrap_or_default();
    // What earlier logs of the same batch moved is in the ledger, not yet in the rows.
    for (slice, held) in &mut state.slices {
        *held = loaded.sub_accounts.get(&slice.0).map_or(*held, |account| account.holdings(ledger).balance());
    }
    may_allocate(&state, movement.amount).map_err(|available| LogRefusal::AllocationIsTooLarge {
        symbol,
        required: movement.amount,
        available,
    })
}

/// The trading is the caller's, and the caller may still write.
fn may_write(loaded: &Loaded, request: &LogRequest) -> Result<TradingFacts, LogRefusal> {
    match loaded.users.get(&request.user.0) {
        Some(true) => {}
        Some(false) | None => return Err(LogRefusal::UserIsNotActive),
    }
    let trading = loaded.tradings.get(&request.trading.0);
    let owned = trading.filter(|trading| trading.user == request.user && trading.is_live);
    owned.copied().ok_or(LogRefusal::TradingIsUnknown)
}

/// The sub-account, when it is the caller's and the trading's.
fn owned(
    loaded: &Loaded,
    user: UserId,
    trading: TradingId,
    id: SubAccountId,
) -> Result<&SubAccount, LogRefusal> {
    let account = loaded.sub_accounts.get(&id.0).filter(|account| account.user == user);
    let account = account.filter(|account| account.deleted_at.is_none());
    let account = account.ok_or(LogRefusal::SubAccountIsUnknown(id))?;
    if account.trading == trading { Ok(account) } else { Err(LogRefusal::SubAccountIsOfAnotherTrading(id)) }
}

/// The legs of a posting whose accounts are the caller's and hold what it says.
fn checked_legs(loaded: &Loaded, request: &LogRequest, posting: &Posting) -> Result<Vec<Leg>, LogRefusal> {
    for (id, said) in named_accounts(posting) {
        let account = owned(loaded, request.user, request.trading, id)?;
        if let Some(said) = said.filter(|said| *said != account.symbol) {
            return Err(LogRefusal::SymbolDiffers { account: id, said, holds: account.symbol });
        }
    }
    legs(posting).map_err(LogRefusal::Amount)
}

/// The accounts that a posting names, and what it says that each holds.
#[must_use]
pub fn named_accounts(posting: &Posting) -> Vec<(SubAccountId, Option<AssetCode>)> {
    match posting {
        Posting::Movement(movement) => vec![(movement.account, movement.currency)],
        Posting::Trade(trade) => {
            let mut named = vec![
                (trade.stock_account, Some(trade.stock)),
                (trade.currency_account, Some(trade.currency)),
            ];
            if let FeePlace::Account { account, symbol } = trade.fee_place {
                named.push((account, Some(symbol)));
            }
            named
        }
    }
}

/// Moves the legs of a log, all or none. The accounts were checked.
pub(super) fn post_legs(
    loaded: &mut Loaded,
    ledger: &mut State,
    (mut log, trading_kind): (TradingLog, TradingType),
    legs: &[Leg],
    mut numbers: Numbers<'_>,
) -> Result<Posted, Declined<LogRefusal>> {
    is_free(loaded, ledger, legs).map_err(Declined::Refused)?;
    let transfers = transfers(loaded, legs, &mut numbers);
    if !is_countable(ledger, &transfers) {
        return Err(Declined::Refused(LogRefusal::Amount(AmountRefusal::AmountIsTooLarge)));
    }
    // Point of no return: the accounts are there or are opened here, and every leg fits.
    for leg in legs {
        loaded.sub_accounts[&leg.account.0].open(ledger);
    }
    ledger.linked(&transfers, log.timestamp).map_err(fault)?;
    let transactions: Vec<_> = legs
        .iter()
        .zip(&transfers)
        .zip(numbers.transaction_seq..)
        .map(|((leg, transfer), seq)| transaction(loaded, ledger, &log, (leg, transfer.id, seq)))
        .collect();
    // Of a trade the second leg is the currency's; what moves money has one leg or more.
    let own = transactions.get(1).or(transactions.first()).map(|one| one.id);
    log.transaction = own.or(log.transaction);
    Ok(Posted { log, transactions, trading_kind })
}

/// A chain that its guards let pass is refused by the ledger only where we are wrong.
fn fault(LinkedRefusal { index, refusal }: LinkedRefusal) -> Declined<LogRefusal> {
    Declined::Fault(LedgerFault { transfer: i64::try_from(index).unwrap_or(i64::MAX), refusal })
}

/// Whether enough is free wherever a leg leaves, one leg after the other.
fn is_free(loaded: &Loaded, ledger: &State, legs: &[Leg]) -> Result<(), LogRefusal> {
    let mut changes: HashMap<i64, i64> = HashMap::new();
    for leg in legs {
        let account = &loaded.sub_accounts[&leg.account.0];
        let available = account.holdings(ledger).free;
        let change = changes.entry(leg.account.0).or_default();
        *change = change.saturating_add(leg.direction.signed(leg.amount));
        if leg.direction == Direction::Debit && available.saturating_add(*change) < 0 {
            return Err(LogRefusal::BalanceIsInsufficient {
                account: leg.account,
                symbol: account.symbol,
                required: change.saturating_neg(),
                available,
            });
        }
    }
    Ok(())
}

/// Whether the ledger can count all that ever came and left on each side when the transfers come on top.
fn is_countable(ledger: &State, transfers: &[Transfer]) -> bool {
    let mut sums: HashMap<(i64, bool), i64> = HashMap::new();
    transfers.iter().all(|transfer| {
        [(transfer.debit, true), (transfer.credit, false)].into_iter().all(|(id, is_debit)| {
            let before = ledger.account(id).map(|account| account.balances).unwrap_or_default();
            let before = if is_debit { before.debits_posted } else { before.credits_posted };
            let sum = sums.entry((id, is_debit)).or_insert(before);
            sum.checked_add(transfer.amount).map(|after| *sum = after).is_some()
        })
    })
}

fn transfers(loaded: &Loaded, legs: &[Leg], numbers: &mut Numbers<'_>) -> Vec<Transfer> {
    let mut transfer = |leg: &Leg| {
        let account = &loaded.sub_accounts[&leg.account.0];
        let (debit, credit) = match leg.direction {
            Direction::Credit => (account.outside_account, account.id.0),
            Direction::Debit => (account.id.0, account.outside_account),
        };
        Transfer::single((numbers.next_id)(), debit, credit, leg.amount, transfer_code::LEG)
    };
    legs.iter().map(&mut transfer).collect()
}

/// A leg as its user reads it, after the ledger has moved it.
fn transaction(
    loaded: &mut Loaded,
    ledger: &State,
    log: &TradingLog,
    (leg, id, seq): (&Leg, i64, i64),
) -> Transaction {
    let account = &loaded.sub_accounts[&leg.account.0];
    let posted = ledger.recorded(id).map_or(0, |recorded| match leg.direction {
        Direction::Credit => recorded.credit_after.posted,
        Direction::Debit => recorded.debit_after.posted,
    });
    let event_time = log.happened_at();
    let closing_balance = posted + account.holdings(ledger).locked;
    let quote = leg.quote.or_else(|| leg.price.map(|_| account.symbol));
    let end = loaded.chain_ends.entry(leg.account.0).or_default();
    let link = end.append(event_time, leg.direction.signed(leg.amount));
    Transaction {
        id: TransactionId(id),
        user: log.user,
        seq,
        trading: log.trading,
        sub_account: leg.account,
        log: log.id,
        timestamp: log.timestamp,
        event_time,
        direction: leg.direction,
        reason: leg.reason.clone(),
        amount: leg.amount,
        closing_balance,
        price: leg.price,
        quote,
        is_late: link.is_late,
        event_balance: link.event_balance,
    }
}
