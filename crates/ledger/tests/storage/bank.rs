//! A bank: many tasks move units between few accounts at once, through transactions of their own. Whoever looks, at any
//! moment, sees the same total and nobody below nothing.

use crate::common::chance::{Chance, seed};
use kernel::{AssetCode, Timestamp};
use ledger::book::MIGRATIONS;
use ledger::{Account, Book, Transfer, TransferRefusal, holds_due};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use store::{Store, StoreError};

testkit::on_both_backends! {
    a_bank_under_load_keeps_its_total with [MIGRATIONS];
    a_hold_is_posted_or_voided_once_however_many_try with [MIGRATIONS];
    the_same_transfer_from_many_at_once_moves_once with [MIGRATIONS];
    a_book_reloaded_remembers_partial_posts_and_chains with [MIGRATIONS];
    the_second_opinion_sees_what_is_wrong with [MIGRATIONS];
}

const ISSUER: i64 = 1;
const ACCOUNTS: i64 = 8;
const FIRST: i64 = 10;
const EACH: i64 = 100;
const NOW: Timestamp = Timestamp::from_micros(1_000);
const LATER: Timestamp = Timestamp::from_micros(2_000);

fn names() -> Arc<AtomicI64> {
    Arc::new(AtomicI64::new(1000))
}

fn next(names: &AtomicI64) -> i64 {
    names.fetch_add(1, Ordering::Relaxed)
}

async fn open_bank(store: &Store, names: &Arc<AtomicI64>) {
    let names = Arc::clone(names);
    store
        .write(move |tx| {
            let baht = AssetCode::new("THB").unwrap();
            let mut book = Book::new();
            book.open(Account::new(ISSUER, baht, 1, 0, 0));
            for account in FIRST..FIRST + ACCOUNTS {
                book.open(Account::new(account, baht, 2, 0, 0).with_floor(0));
                book.transfer(&Transfer::single(next(&names), ISSUER, account, EACH, 1), NOW).unwrap();
            }
            book.save(tx)
        })
        .await
        .map_err(|error: StoreError| error.to_string())
        .unwrap();
}

/// Posted units of every account, and whether anything is below nothing, in one snapshot.
async fn total(store: &Store) -> i64 {
    let sums = store.read(|tx| {
        tx.query(
            "SELECT credits_posted - debits_posted, debits_pending FROM accounts WHERE code = 2",
            &[],
            |row| Ok((row.int(0)?, row.int(1)?)),
        )
    });
    let sums = sums.await.map_err(|error: StoreError| error.to_string()).unwrap();
    assert!(sums.iter().all(|(posted, leaving)| posted - leaving >= 0), "{sums:?}");
    sums.iter().map(|(posted, _)| posted).sum()
}

async fn a_bank_under_load_keeps_its_total(store: Store) {
    let (names, seed) = (names(), seed());
    eprintln!("FAIRGROUND_SEED={seed}");
    open_bank(&store, &names).await;
    let tellers: Vec<_> = (0..16)
        .map(|teller| {
            let (store, names) = (store.clone(), Arc::clone(&names));
            tokio::spawn(async move { work(&store, &names, Chance::new(seed.wrapping_add(teller))).await })
        })
        .collect();
    let open = Arc::new(AtomicBool::new(true));
    let auditor = {
        let (store, open) = (store.clone(), Arc::clone(&open));
        tokio::spawn(async move {
            let mut looks = 0;
            while open.load(Ordering::Acquire) {
                assert_eq!(total(&store).await, ACCOUNTS * EACH);
                looks += 1;
            }
            looks
        })
    };
    let mut moved = 0;
    for teller in tellers {
        moved += teller.await.unwrap();
    }
    open.store(false, Ordering::Release);
    assert!(auditor.await.unwrap() > 0 && moved > 100, "{moved} moves");
    assert_eq!(total(&store).await, ACCOUNTS * EACH);
    testkit::checker::assert_sound(&store).await;
    let held = store.read(|tx| holds_due(tx, Timestamp::from_micros(i64::MAX), 1000)).await;
    assert_eq!(held.map_err(|error: StoreError| error.to_string()), Ok(Vec::new()));
}

/// Thirty random moves, a third of them as a hold that is posted or voided by a second transaction.
async fn work(store: &Store, names: &Arc<AtomicI64>, mut chance: Chance) -> u32 {
    let mut moved = 0;
    for _ in 0..30 {
        let from = FIRST + chance.between(0, ACCOUNTS - 1);
        let to = FIRST + (from - FIRST + chance.between(1, ACCOUNTS - 1)) % ACCOUNTS;
        let (amount, id) = (chance.between(1, EACH), next(names));
        let transfer = match chance.below(3) {
            0 => Transfer::pending(id, (from, to), amount, LATER, 2),
            _ => Transfer::single(id, from, to, amount, 2),
        };
        let done = one(store, transfer).await;
        moved += u32::from(done.is_ok());
        assert!(
            matches!(done, Ok(()) | Err(TransferRefusal::DebitAccountWouldFallBelowItsFloor)),
            "{done:?}"
        );
        if done.is_ok() && transfer.code == 2 && matches!(transfer.kind, ledger::TransferKind::Pending { .. })
        {
            settle(store, id, next(names), chance.percent(50)).await.unwrap();
        }
    }
    moved
}

/// One transfer in one transaction; the store itself may not fail.
async fn one(store: &Store, transfer: Transfer) -> Result<(), TransferRefusal> {
    let done = store.write(move |tx| {
        let mut book = Book::load(tx, &[transfer.debit, transfer.credit])?;
        book.load_transfers(tx, &[transfer.id])?;
        let result = book.transfer(&transfer, NOW).map(drop);
        book.save(tx)?;
        Ok::<_, StoreError>(result)
    });
    done.await.map_err(|error| error.to_string()).unwrap()
}

/// Posts or voids hold `hold`; `None`: somebody else did.
async fn settle(store: &Store, hold: i64, id: i64, posts: bool) -> Option<()> {
    let done = store.write(move |tx| {
        let mut book = Book::new();
        book.load_holds(tx, &[hold])?;
        let Some(hold) = book.hold(hold) else { return Ok(None) };
        let transfer = if posts { Transfer::post(id, &hold, 3) } else { Transfer::void(id, &hold, 4) };
        book.transfer(&transfer, NOW).map_err(|refusal| StoreError::Corrupt(refusal.to_string()))?;
        book.save(tx)?;
        Ok::<_, StoreError>(Some(()))
    });
    done.await.map_err(|error| error.to_string()).unwrap()
}

async fn a_hold_is_posted_or_voided_once_however_many_try(store: Store) {
    let names = names();
    open_bank(&store, &names).await;
    for round in 0..10 {
        let hold = next(&names);
        one(&store, Transfer::pending(hold, (FIRST, FIRST + 1), 5, LATER, 2)).await.unwrap();
        let rivals: Vec<_> = (0..8)
            .map(|rival| {
                let (store, id) = (store.clone(), next(&names));
                tokio::spawn(async move { settle(&store, hold, id, rival % 2 == 0).await })
            })
            .collect();
        let mut winners = 0;
        for rival in rivals {
            winners += u32::from(rival.await.unwrap().is_some());
        }
        assert_eq!(winners, 1, "round {round}");
    }
    assert_eq!(total(&store).await, ACCOUNTS * EACH);
}

async fn the_same_transfer_from_many_at_once_moves_once(store: Store) {
    let names = names();
    open_bank(&store, &names).await;
    let id = next(&names);
    let same: Vec<_> = (0..12)
        .map(|rival| {
            let store = store.clone();
            // Every third asks for another amount under the same name.
            let amount = if rival % 3 == 0 { 7 } else { 5 };
            tokio::spawn(async move { one(&store, Transfer::single(id, FIRST, FIRST + 1, amount, 2)).await })
        })
        .collect();
    let (mut good, mut different) = (0, 0);
    for rival in same {
        match rival.await.unwrap() {
            Ok(()) => good += 1,
            Err(TransferRefusal::ExistsWithDifferentTerms) => different += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!((good, different) == (8, 4) || (good, different) == (4, 8), "{good} good, {different} different");
    let left = store.write(|tx| Book::load(tx, &[FIRST])).await.unwrap();
    let left = left.account(FIRST).unwrap().balances.posted();
    assert_eq!(left, if good == 8 { EACH - 5 } else { EACH - 7 });
}

async fn a_book_reloaded_remembers_partial_posts_and_chains(store: Store) {
    let names = names();
    open_bank(&store, &names).await;
    let (hold, post, chain) = (next(&names), next(&names), [next(&names), next(&names)]);
    one(&store, Transfer::pending(hold, (FIRST, FIRST + 1), 30, LATER, 2)).await.unwrap();
    let reloaded = store
        .write(move |tx| {
            let mut book = Book::new();
            book.load_holds(tx, &[hold])?;
            let open = book.hold(hold).unwrap();
            book.transfer(&Transfer { amount: 10, ..Transfer::post(post, &open, 3) }, NOW).unwrap();
            book.load_accounts(tx, &[FIRST + 2])?;
            let chain = [
                Transfer::single(chain[0], FIRST + 1, FIRST + 2, 110, 5),
                Transfer::single(chain[1], FIRST + 2, FIRST, 210, 5),
            ];
            book.linked(&chain, NOW).unwrap();
            // Refused as a whole, also its first half.
            let too_much =
                [Transfer::single(1, FIRST, FIRST + 1, 1, 5), Transfer::single(2, FIRST + 2, FIRST, 1, 5)];
            assert_eq!(book.linked(&too_much, NOW).unwrap_err().index, 1);
            book.save(tx)?;
            let mut again = Book::load(tx, &[FIRST, FIRST + 1, FIRST + 2])?;
            again.load_holds(tx, &[hold])?;
            again.load_transfers(tx, &[hold, post, 1])?;
            Ok::<_, StoreError>(again)
        })
        .await
        .unwrap();
    let posted = |id| reloaded.account(id).unwrap().balances.posted();
    assert_eq!([posted(FIRST), posted(FIRST + 1), posted(FIRST + 2)], [300, 0, 0]);
    assert_eq!(
        reloaded.account(FIRST).unwrap().balances.debits_pending,
        0,
        "the rest of a partial post goes back"
    );
    assert!(reloaded.hold(hold).is_none() && reloaded.state().recorded(1).is_none());
    assert_eq!(reloaded.state().recorded(post).unwrap().transfer.amount, 10);
    testkit::checker::assert_sound(&store).await;
}

async fn the_second_opinion_sees_what_is_wrong(store: Store) {
    let names = names();
    open_bank(&store, &names).await;
    let (open, voided) = (next(&names), next(&names));
    for hold in [open, voided] {
        one(&store, Transfer::pending(hold, (FIRST, FIRST + 1), 5, LATER, 2)).await.unwrap();
    }
    settle(&store, voided, next(&names), false).await.unwrap();
    assert_eq!(testkit::checker::problems(&store).await, Vec::<String>::new());
    let harm: [(&'static str, &str); 5] = [
        ("UPDATE accounts SET credits_posted = credits_posted + 1 WHERE id = 12", "does not sum to zero"),
        ("UPDATE accounts SET debits_posted = debits_posted + 1 WHERE id = 13", "posted sums"),
        ("UPDATE accounts SET debits_pending = debits_pending + 1 WHERE id = 14", "pending sums"),
        ("UPDATE holds SET amount = 4", "no open pending transfer"),
        ("DELETE FROM holds", "neither held nor resolved once"),
    ];
    for (sql, about) in harm {
        store.write(move |tx| tx.execute(sql, &[])).await.unwrap();
        let problems = testkit::checker::problems(&store).await;
        assert!(problems.iter().any(|problem| problem.contains(about)), "{sql}: {problems:?}");
    }
}
