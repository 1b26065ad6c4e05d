//! One closure, one fate: kept, rolled back or panicked, whatever its neighbours in the same commit do.

use super::{NOTES, note, notes};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use store::{Store, StoreError};

testkit::on_both_backends! {
    a_closure_that_fails_takes_back_its_own_changes_and_no_others with [NOTES];
    a_panic_harms_its_own_closure_alone with [NOTES];
    a_panic_while_reading_harms_nobody_later with [NOTES];
    a_failed_statement_is_never_followed_by_yes with [NOTES];
    a_taken_name_is_told_to_the_closure_and_its_refusal_to_the_caller with [NOTES];
    a_reader_sees_one_moment_and_can_not_write with [NOTES];
    a_caller_that_goes_away_leaves_a_whole_transaction with [NOTES];
    a_closed_store_says_so with [NOTES];
    closing_finishes_what_was_queued with [NOTES];
}

#[derive(Debug, PartialEq)]
enum Refused {
    NotToday,
    NameIsTaken,
    Store(String),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        if error.is_unique_violation() { Self::NameIsTaken } else { Self::Store(error.to_string()) }
    }
}

async fn a_closure_that_fails_takes_back_its_own_changes_and_no_others(store: Store) {
    // Sixty closures at once: on SQLite many of them share a commit.
    let answers = (0..60).map(|id| {
        let store = store.clone();
        tokio::spawn(async move {
            store
                .write(move |tx| {
                    note(tx, id, &format!("note {id}"))?;
                    if id % 3 == 0 { Err(Refused::NotToday) } else { Ok(id) }
                })
                .await
        })
    });
    for (id, answer) in (0..60).zip(answers.collect::<Vec<_>>()) {
        let expected = if id % 3 == 0 { Err(Refused::NotToday) } else { Ok(id) };
        assert_eq!(answer.await.unwrap(), expected);
    }
    let kept: Vec<_> = (0..60).filter(|id| id % 3 != 0).map(|id| format!("note {id}")).collect();
    assert_eq!(notes(&store).await, kept);
}

async fn a_panic_harms_its_own_closure_alone(store: Store) {
    let (good, bad) = (store.clone(), store.clone());
    let neighbours: Vec<_> = (0..20)
        .map(|id| {
            let store = good.clone();
            tokio::spawn(async move { store.write(move |tx| note(tx, id, &format!("note {id}"))).await })
        })
        .collect();
    let panicked = bad
        .write(|tx| -> Result<(), StoreError> {
            note(tx, 100, "before the panic")?;
            panic!("a planted panic");
        })
        .await;
    assert!(matches!(panicked, Err(StoreError::Panicked(_))), "{panicked:?}");
    for neighbour in neighbours {
        neighbour.await.unwrap().unwrap();
    }
    store.write(|tx| note(tx, 101, "after the panic")).await.unwrap();
    let all = notes(&store).await;
    assert_eq!((all.len(), all.last().map(String::as_str)), (21, Some("after the panic")));
}

async fn a_panic_while_reading_harms_nobody_later(store: Store) {
    // More panics than there are connections, so that a spoilt one would be met again.
    for _ in 0..8 {
        let read = store.read(|_| -> Result<(), StoreError> { panic!("a planted panic") }).await;
        assert!(matches!(read, Err(StoreError::Panicked(_))), "{read:?}");
    }
    for id in 0..8 {
        store.write(move |tx| note(tx, id, &format!("note {id}"))).await.unwrap();
    }
    assert_eq!(notes(&store).await.len(), 8);
}

async fn a_failed_statement_is_never_followed_by_yes(store: Store) {
    store.write(|tx| note(tx, 1, "taken")).await.unwrap();
    // Against the rule, this closure goes on after a statement failed. It may be kept or refused as a whole,
    // but an answer of yes must mean that everything it wrote is there.
    let answer = store
        .write(|tx| {
            note(tx, 2, "before")?;
            let _ = note(tx, 3, "taken");
            Ok::<_, StoreError>(())
        })
        .await;
    let there = notes(&store).await.contains(&"before".to_owned());
    assert_eq!(answer.is_ok(), there, "answered {answer:?}");
}

async fn a_taken_name_is_told_to_the_closure_and_its_refusal_to_the_caller(store: Store) {
    store.write(|tx| note(tx, 1, "taken")).await.unwrap();
    let begun = std::time::Instant::now();
    let answer = store.write(|tx| note(tx, 2, "taken").map_err(Refused::from)).await;
    assert_eq!(answer, Err(Refused::NameIsTaken));
    assert!(begun.elapsed().as_millis() < 250, "a taken name is no race to be run ten times");
    let plain = store.write(|tx| note(tx, 2, "taken")).await;
    assert!(plain.is_err_and(|error| error.is_unique_violation()));
}

async fn a_reader_sees_one_moment_and_can_not_write(store: Store) {
    store.write(|tx| note(tx, 1, "one")).await.unwrap();
    let (here, there) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let (here_too, there_too) = (Arc::clone(&here), Arc::clone(&there));
    let reader = store.clone();
    let reading = tokio::spawn(async move {
        let look = |tx: &mut store::Tx<'_>| tx.query_one("SELECT COUNT(*) FROM notes", &[], |row| row.int(0));
        reader
            .read(move |tx| {
                let before = look(tx)?;
                here_too.wait();
                there_too.wait();
                Ok::<_, StoreError>((before, look(tx)?))
            })
            .await
    });
    tokio::task::spawn_blocking(move || here.wait()).await.unwrap();
    store.write(|tx| note(tx, 2, "two")).await.unwrap();
    tokio::task::spawn_blocking(move || there.wait()).await.unwrap();
    assert_eq!(reading.await.unwrap().unwrap(), (1, 1));
    let write = store.read(|tx| note(tx, 3, "three")).await;
    assert!(write.is_err(), "a reader wrote");
    assert_eq!(notes(&store).await, ["one", "two"]);
}

async fn a_caller_that_goes_away_leaves_a_whole_transaction(store: Store) {
    for id in 0..20_i64 {
        let both = store.write(move |tx| {
            note(tx, id * 2, &format!("left {id}"))?;
            note(tx, id * 2 + 1, &format!("right {id}"))
        });
        // Polled once, then dropped: the work may have begun or not.
        let _ = tokio::time::timeout(std::time::Duration::ZERO, both).await;
    }
    store.write(|tx| note(tx, 1000, "last")).await.unwrap();
    let settled = async || (notes(&store).await.len() - 1) % 2 == 0;
    // On PostgreSQL a dropped caller's transaction may still be under way on its own connection.
    while !settled().await {
        tokio::task::yield_now().await;
    }
    assert!(settled().await);
}

async fn a_closed_store_says_so(store: Store) {
    store.close().await;
    let write = store.write(|tx| note(tx, 1, "late")).await;
    assert!(write.is_err(), "{write:?}");
    let read = store.read(|tx| tx.query("SELECT said FROM notes", &[], |row| row.text(0))).await;
    assert!(read.is_err(), "{read:?}");
}

async fn closing_finishes_what_was_queued(store: Store) {
    let written = Arc::new(AtomicUsize::new(0));
    let writers: Vec<_> = (0..200)
        .map(|id| {
            let (store, written) = (store.clone(), Arc::clone(&written));
            tokio::spawn(async move {
                let count = move |tx: &mut store::Tx<'_>| {
                    written.fetch_add(1, Ordering::Relaxed);
                    note(tx, id, &format!("note {id}"))
                };
                store.write(count).await.is_ok()
            })
        })
        .collect();
    tokio::task::yield_now().await;
    store.close().await;
    // Nobody waits for ever: each is told yes or no.
    for writer in writers {
        writer.await.unwrap();
    }
}
