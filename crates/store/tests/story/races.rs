//! Closures that want the same thing at once: both happen, one after the other.

use super::{NOTES, note, notes, votes};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use store::{Store, StoreError, Tx, params};

testkit::on_both_backends! {
    no_vote_of_a_thousand_is_lost with [NOTES];
    opposite_lock_orders_end_well with [NOTES];
    the_same_new_name_is_given_once_and_the_loser_sees_it with [NOTES];
}

async fn no_vote_of_a_thousand_is_lost(store: Store) {
    store.write(|tx| note(tx, 1, "one")).await.unwrap();
    let voters: Vec<_> = (0..50)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                for _ in 0..20 {
                    let vote =
                        |tx: &mut Tx<'_>| tx.execute("UPDATE notes SET votes = votes + 1 WHERE id = 1", &[]);
                    assert_eq!(store.write(vote).await.map_err(|error: StoreError| error.to_string()), Ok(1));
                }
            })
        })
        .collect();
    for voter in voters {
        voter.await.unwrap();
    }
    assert_eq!(votes(&store).await, 1000);
}

/// Each deadlock costs the second after which PostgreSQL looks for one, so there are few rivals.
async fn opposite_lock_orders_end_well(store: Store) {
    store
        .write(|tx| {
            note(tx, 1, "one")?;
            note(tx, 2, "two")
        })
        .await
        .unwrap();
    let runs = Arc::new(AtomicUsize::new(0));
    let rivals: Vec<_> = (0..8_i64)
        .map(|rival| {
            let (store, runs) = (store.clone(), Arc::clone(&runs));
            tokio::spawn(async move {
                let (first, second) = if rival % 2 == 0 { (1_i64, 2_i64) } else { (2, 1) };
                let both = move |tx: &mut Tx<'_>| {
                    runs.fetch_add(1, Ordering::Relaxed);
                    let vote = "UPDATE notes SET votes = votes + 1 WHERE id = $1";
                    tx.execute(vote, params![first])?;
                    std::thread::yield_now();
                    tx.execute(vote, params![second])
                };
                store.write(both).await.map_err(|error: StoreError| error.to_string())
            })
        })
        .collect();
    for rival in rivals {
        assert_eq!(rival.await.unwrap(), Ok(1));
    }
    assert_eq!(votes(&store).await, 8);
    assert!(runs.load(Ordering::Relaxed) >= 8);
}

async fn the_same_new_name_is_given_once_and_the_loser_sees_it(store: Store) {
    let rivals: Vec<_> = (0..20_i64)
        .map(|rival| {
            let store = store.clone();
            tokio::spawn(async move {
                let find_or_make = move |tx: &mut Tx<'_>| {
                    let there =
                        tx.query_opt("SELECT id FROM notes WHERE said = 'one'", &[], |row| row.int(0))?;
                    if let Some(id) = there {
                        return Ok(id);
                    }
                    note(tx, rival, "one")?;
                    Ok(rival)
                };
                store.write(find_or_make).await.map_err(|error: StoreError| error.to_string())
            })
        })
        .collect();
    let mut names = std::collections::BTreeSet::new();
    for rival in rivals {
        names.insert(rival.await.unwrap().unwrap());
    }
    assert_eq!((names.len(), notes(&store).await.len()), (1, 1));
}
