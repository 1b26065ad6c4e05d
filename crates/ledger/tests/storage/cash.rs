//! Deposits and withdrawals in their tables: once for a key, decided once.

use kernel::{AssetCode, Timestamp};
use ledger::cash::{
    self, Cash, Decision, Deposit, Insufficient, Resolution, Withdrawal, WithdrawalState, deposits,
    withdrawals,
};
use ledger::{Account, Book};
use store::keyed::Known;
use store::{Store, StoreError, Tx};

testkit::on_both_backends! {
    a_deposit_is_recorded_once_for_its_key with [ledger::MIGRATIONS, cash::MIGRATIONS];
    a_withdrawal_is_held_once_for_its_key_and_decided_once with [ledger::MIGRATIONS, cash::MIGRATIONS];
    more_than_is_there_is_neither_held_nor_recorded with [ledger::MIGRATIONS, cash::MIGRATIONS];
}

const NOW: Timestamp = Timestamp::from_secs(1_893_456_000);
const CASH: i64 = 1;
const USER: i64 = 7;

fn account(id: i64) -> Account {
    Account::new(id, AssetCode::new("XTR").expect("three capitals"), 1, id, 0)
}

fn rules() -> Cash {
    Cash { account: account(CASH), deposit_code: 1, withdrawal_code: 2 }
}

fn row(id: i64, amount: i64) -> Deposit {
    let (key, reference, operator) = ("in".to_owned(), "wire".to_owned(), "ada".to_owned());
    Deposit { id, user: USER, key, amount, reference, operator, at: NOW }
}

fn asked(id: i64, amount: i64) -> Withdrawal {
    let (address, state) = ("0xabc".to_owned(), WithdrawalState::Pending);
    Withdrawal { id, user: USER, amount, address, state, requested_at: NOW, decision: None }
}

async fn deposit(store: &Store, row: Deposit) -> Known<Deposit> {
    let work = move |tx: &mut Tx<'_>| {
        let mut book = Book::load(tx, &[CASH, USER])?;
        let known = deposits::known(tx, &row)?;
        if known == Known::New {
            deposits::record(tx, &mut book, &rules(), account(USER).with_floor(0), &row)?;
        }
        Ok::<_, StoreError>(known)
    };
    store.write(work).await.expect("the store works")
}

async fn request(store: &Store, row: Withdrawal) -> Result<Known<Withdrawal>, Insufficient> {
    let work = move |tx: &mut Tx<'_>| {
        let mut book = Book::load(tx, &[CASH, USER])?;
        let known = withdrawals::known(tx, &row, "out")?;
        if known != Known::New {
            return Ok(Ok(known));
        }
        let held = withdrawals::request(tx, &mut book, &rules(), &row, "out")?;
        Ok::<_, StoreError>(held.map(|()| known))
    };
    store.write(work).await.expect("the store works")
}

async fn decide(
    store: &Store,
    (withdrawal, transfer): (i64, i64),
    wanted: Resolution,
) -> Result<Withdrawal, StoreError> {
    let work = move |tx: &mut Tx<'_>| {
        let mut row = withdrawals::lock(tx, withdrawal)?.expect("it was asked for");
        let mut book = Book::load(tx, &[CASH, USER])?;
        let decision = Decision { at: NOW, operator: "ada".into(), reason: "as asked".into() };
        withdrawals::decide(tx, &mut book, &rules(), &mut row, (transfer, wanted, decision))?;
        Ok(row)
    };
    store.write(work).await
}

async fn available(store: &Store) -> i64 {
    let peek = store.read(|tx| Book::peek(tx, USER)).await.expect("the store works");
    peek.map_or(0, |account| account.balances.available())
}

async fn a_deposit_is_recorded_once_for_its_key(store: Store) {
    assert_eq!(deposit(&store, row(100, 500)).await, Known::New);
    assert_eq!(deposit(&store, row(101, 500)).await, Known::Same(row(100, 500)), "of the first one");
    assert_eq!(deposit(&store, row(102, 501)).await, Known::Changed);
    assert_eq!(available(&store).await, 500);
}

async fn a_withdrawal_is_held_once_for_its_key_and_decided_once(store: Store) {
    deposit(&store, row(100, 500)).await;
    assert_eq!(request(&store, asked(200, 400)).await, Ok(Known::New));
    assert_eq!(request(&store, asked(201, 400)).await, Ok(Known::Same(asked(200, 400))));
    assert_eq!(request(&store, asked(202, 300)).await, Ok(Known::Changed));
    assert_eq!(available(&store).await, 100);
    let waiting = store.read(|tx| withdrawals::pending(tx, 10)).await.expect("the store works");
    assert_eq!(waiting, [asked(200, 400)]);
    let decided = decide(&store, (200, 300), Resolution::Reject).await.expect("it was pending");
    assert_eq!((decided.state, available(&store).await), (WithdrawalState::Rejected, 500));
    // Whoever forgets to look whether it was decided is stopped by the hold, which is gone.
    assert!(matches!(decide(&store, (200, 301), Resolution::Approve).await, Err(StoreError::Corrupt(_))));
    let of_user =
        store.read(|tx| withdrawals::of_user(tx, USER, i64::MAX, 10)).await.expect("the store works");
    assert_eq!(of_user, [decided]);
}

async fn more_than_is_there_is_neither_held_nor_recorded(store: Store) {
    assert_eq!(request(&store, asked(200, 1)).await, Err(Insufficient { available: 0 }));
    deposit(&store, row(100, 500)).await;
    assert_eq!(request(&store, asked(201, 501)).await, Err(Insufficient { available: 500 }));
    assert_eq!(request(&store, asked(202, 500)).await, Ok(Known::New), "its key is free");
    let approved = decide(&store, (202, 300), Resolution::Approve).await.expect("it was pending");
    assert_eq!((approved.state, available(&store).await), (WithdrawalState::Approved, 0));
}
