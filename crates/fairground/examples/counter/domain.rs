//! Numbers on the ledger: a roll of them, from which each visitor may take one. Pure.

use kernel::{AssetCode, Event, Timestamp};
use ledger::rules::State;
use ledger::{Account, Declined, LedgerFault, Transfer, TransferRefusal};

/// Issues the numbers; may go below zero by as many as it issued.
pub const SOURCE: i64 = 1;
/// The numbers that nobody has taken: its floor of 0 is "none is given twice".
pub const ROLL: i64 = 2;
/// Visitors' accounts begin here.
const FIRST_VISITOR: i64 = 1_000;
/// The largest visitor.
pub const VISITOR_MAX: i64 = 1_000_000_000;

/// Codes of accounts and transfers, as written in tables.
const ISSUE: i64 = 1;
const TAKE: i64 = 2;

/// Kinds of locators: (visitor, hash of the key) to what was taken.
pub const KEY: i64 = 1;

/// What a visitor asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakeRequest {
    /// Who.
    pub visitor: i64,
    /// Hash of the Idempotency-Key.
    pub key_hash: i64,
    /// Hash of the request.
    pub request_hash: i64,
}

/// A number that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Its transfer's.
    pub id: i64,
    /// By whom.
    pub visitor: i64,
    /// Hash of the request that took it.
    pub request_hash: i64,
    /// 1 is the first.
    pub number: i64,
    /// When.
    pub at: Timestamp,
}

/// Why no number was given. Nothing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakeRefusal {
    /// All are taken.
    NoNumberIsLeft,
    /// The visitor has one.
    VisitorHasANumber,
    /// The key was used for another request.
    KeyWasUsed,
}

fn asset() -> AssetCode {
    AssetCode::new("NUMBER").expect("six capital letters are a code")
}

/// The account of a visitor, which may hold one number.
pub const fn account_of(visitor: i64) -> i64 {
    FIRST_VISITOR + visitor
}

/// The source, the roll, and the transfer that fills it with `numbers`.
pub fn founding(numbers: i64, id: i64) -> ([Account; 2], Transfer) {
    let source = Account::new(SOURCE, asset(), SOURCE, 0, 0);
    let roll = Account::new(ROLL, asset(), ROLL, 0, 0).with_floor(0);
    ([source, roll], Transfer::single(id, SOURCE, ROLL, numbers, ISSUE))
}

/// Gives the next number, or says why not.
pub fn decide(
    accounts: &mut State,
    request: &TakeRequest,
    id: i64,
    now: Timestamp,
) -> Result<Taken, Declined<TakeRefusal>> {
    let account = account_of(request.visitor);
    let visitor =
        Account::new(account, asset(), FIRST_VISITOR, request.visitor, 0).with_floor(0).with_ceiling(1);
    let take = Transfer::single(id, ROLL, account, 1, TAKE);
    let taken = match accounts.account(account) {
        Some(_) => accounts.transfer(&take, now),
        None => accounts.open_and_transfer(visitor, &take, now),
    };
    taken.map_err(|refusal| refused(refusal, id))?;
    let number = accounts.account(ROLL).map_or(0, |roll| roll.balances.debits_posted);
    Ok(Taken { id, visitor: request.visitor, request_hash: request.request_hash, number, at: now })
}

fn refused(refusal: TransferRefusal, transfer: i64) -> Declined<TakeRefusal> {
    match refusal {
        TransferRefusal::DebitAccountWouldFallBelowItsFloor => Declined::Refused(TakeRefusal::NoNumberIsLeft),
        TransferRefusal::CreditAccountWouldExceedItsCeiling => {
            Declined::Refused(TakeRefusal::VisitorHasANumber)
        }
        other => Declined::Fault(LedgerFault { transfer, refusal: other }),
    }
}

/// The topic and the kind of the one event.
pub const TAKEN: &str = "number.taken";

/// A number was taken.
pub fn taken_event(id: i64, taken: &Taken) -> Event {
    let payload = format!(r#"{{"visitor":{},"number":{}}}"#, taken.visitor, taken.number);
    Event {
        id,
        topic: "counter".to_owned(),
        kind: TAKEN.to_owned(),
        key: taken.visitor,
        occurred_at: taken.at,
        payload,
    }
}
