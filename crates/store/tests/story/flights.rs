//! What is sent together: questions in one flight, writes that wait for the next answer or the commit.

use super::{NOTES, note, notes, votes};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use store::{Backend, BulkSql, Column, Store, StoreError, Tx, params};

testkit::on_both_backends! {
    questions_of_a_flight_are_answered_in_their_order with [NOTES];
    a_write_that_waits_is_seen_by_the_next_question with [NOTES];
    a_change_of_another_number_of_rows_keeps_nothing with [NOTES];
    a_write_that_fails_at_the_commit_keeps_nothing_and_harms_nobody_later with [NOTES];
    a_taken_value_found_at_the_commit_is_run_again with [NOTES];
    a_connection_that_is_lost_at_the_commit_is_told with [NOTES];
}

const ADD: BulkSql = BulkSql {
    sqlite: "INSERT INTO notes (id, said, votes) VALUES ($1, $2, 0)",
    postgres: "INSERT INTO notes (id, said, votes) SELECT u.*, 0 FROM UNNEST($1::bigint[], $2::text[]) u",
};
const VOTE: BulkSql = BulkSql {
    sqlite: "UPDATE notes SET votes = votes + 1 WHERE id = $1",
    postgres: "UPDATE notes SET votes = votes + 1 WHERE id = ANY($1::bigint[])",
};
const SAID: BulkSql = BulkSql {
    sqlite: "SELECT said FROM notes WHERE id = $1",
    postgres: "SELECT u.at, n.said FROM UNNEST($1::bigint[]) WITH ORDINALITY AS u(id, at)
               CROSS JOIN LATERAL (SELECT said FROM notes WHERE id = u.id OFFSET 0) n",
};

async fn write<T: Send + 'static>(
    store: &Store,
    work: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    store.write(work).await
}

fn add(tx: &mut Tx<'_>, ids: &[i64], said: &[&str]) -> Result<(), StoreError> {
    tx.bulk_write(ADD, &[Column::Int(ids), Column::Text(said)])
}

async fn questions_of_a_flight_are_answered_in_their_order(store: Store) {
    let asked = write(&store, |tx| {
        add(tx, &[1, 2], &["one", "two"])?;
        let (mut found, mut count, mut none) = (Vec::new(), 0, Vec::new());
        let mut flight = tx.flight();
        flight.bulk_query(SAID, &[Column::Int(&[2, 9, 1])], |at, row, first| {
            found.push((at, row.text(first)?));
            Ok(())
        })?;
        flight.bulk_query(SAID, &[Column::Int(&[])], |at, _, _| {
            none.push(at);
            Ok(())
        })?;
        flight.query("SELECT COUNT(*) FROM notes WHERE id > $1", params![1], |row| {
            count = row.int(0)?;
            Ok(())
        })?;
        flight.land()?;
        Ok((found, count, none))
    });
    let (found, count, none) = asked.await.unwrap();
    assert_eq!(found, [(0, "two".to_owned()), (2, "one".to_owned())]);
    assert_eq!((count, none.len()), (1, 0));
}

async fn a_write_that_waits_is_seen_by_the_next_question(store: Store) {
    let seen = write(&store, |tx| {
        add(tx, &[1], &["one"])?;
        tx.bulk_change("notes", VOTE, &[Column::Int(&[1])])?;
        tx.change("notes", "UPDATE notes SET votes = votes + 10 WHERE id = $1", params![1])?;
        tx.write("UPDATE notes SET votes = votes + 100 WHERE id > $1", params![0])?;
        tx.query_one("SELECT votes FROM notes", &[], |row| row.int(0))
    });
    assert_eq!(seen.await.unwrap(), 111);
    // More than may wait.
    write(&store, |tx| (2..300).try_for_each(|id| add(tx, &[id], &[&format!("note {id}")]))).await.unwrap();
    assert_eq!((notes(&store).await.len(), votes(&store).await), (299, 111));
}

async fn a_change_of_another_number_of_rows_keeps_nothing(store: Store) {
    write(&store, |tx| add(tx, &[1, 2], &["one", "two"])).await.unwrap();
    for ids in [&[1_i64, 9] as &[i64], &[9], &[1, 2, 3]] {
        let wrong = write(&store, move |tx| {
            add(tx, &[50], &["fifty"])?;
            tx.bulk_change("notes", VOTE, &[Column::Int(ids)])
        });
        let wrong = wrong.await.unwrap_err();
        assert!(matches!(&wrong, StoreError::Corrupt(text) if text.contains("notes")), "{wrong:?}");
    }
    let none = |tx: &mut Tx<'_>| {
        note(tx, 60, "sixty")?;
        tx.change("notes", "UPDATE notes SET votes = 7 WHERE id = $1", params![9])
    };
    assert!(matches!(write(&store, none).await, Err(StoreError::Corrupt(_))));
    assert_eq!((notes(&store).await, votes(&store).await), (vec!["one".to_owned(), "two".to_owned()], 0));
    write(&store, |tx| tx.bulk_change("notes", VOTE, &[Column::Int(&[2, 1])])).await.unwrap();
    assert_eq!(votes(&store).await, 1);
}

async fn a_write_that_fails_at_the_commit_keeps_nothing_and_harms_nobody_later(store: Store) {
    for _ in 0..20 {
        let failed = write(&store, |tx| {
            add(tx, &[1], &["one"])?;
            tx.write("INSERT INTO notes (id, said, votes) VALUES (2, NULL, 0)", &[])?;
            add(tx, &[3], &["three"])
        });
        assert!(matches!(failed.await, Err(StoreError::Database(_))));
    }
    assert!(notes(&store).await.is_empty());
    // A value that cannot be bound is never sent, and nothing behind it is.
    let unfit = |tx: &mut Tx<'_>| {
        add(tx, &[1], &["one"])?;
        tx.write("UPDATE notes SET said = $1 WHERE id = 1", params!["nul \0"])?;
        add(tx, &[3], &["three"])
    };
    assert!(write(&store, unfit).await.is_err());
    if store.backend() == Backend::Postgres {
        let of_another_type = |tx: &mut Tx<'_>| {
            add(tx, &[1], &["one"])?;
            tx.write("UPDATE notes SET said = $1 WHERE id = 1", params![1.5])
        };
        assert!(write(&store, of_another_type).await.is_err());
    }
    assert!(notes(&store).await.is_empty());
    write(&store, |tx| add(tx, &[1], &["one"])).await.unwrap();
    assert_eq!(notes(&store).await, ["one"]);
}

async fn a_taken_value_found_at_the_commit_is_run_again(store: Store) {
    write(&store, |tx| add(tx, &[1], &["one"])).await.unwrap();
    let runs = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&runs);
    let taken = write(&store, move |tx| {
        // The second run does what it would do if it saw the rival.
        if seen.fetch_add(1, Ordering::AcqRel) == 0 { add(tx, &[2], &["one"]) } else { Ok(()) }
    });
    taken.await.unwrap();
    assert_eq!(runs.load(Ordering::Acquire), 2);
    let always = write(&store, |tx| add(tx, &[2], &["one"])).await;
    assert!(matches!(always, Err(StoreError::Unique(_))), "{always:?}");
}

/// The server ends the connection while the last flight is on its way: the caller hears that nobody knows, the next one is served.
async fn a_connection_that_is_lost_at_the_commit_is_told(store: Store) {
    if store.backend() == Backend::Sqlite {
        return;
    }
    let lost = write(&store, |tx| {
        note(tx, 1, "one")?;
        tx.write("SELECT pg_terminate_backend(pg_backend_pid())", &[])
    });
    let lost = lost.await;
    assert!(matches!(lost, Err(StoreError::Unavailable(_))), "{lost:?}");
    assert!(store.write_failure().is_some());
    write(&store, |tx| note(tx, 2, "two")).await.unwrap();
    assert_eq!((notes(&store).await, store.write_failure().is_none()), (vec!["two".to_owned()], true));
}
