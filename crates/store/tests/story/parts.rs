//! The tables every stall has: outbox, inbox, jobs, leases, locators.

use kernel::{Event, Timestamp};
use std::collections::BTreeSet;
use store::keyed::{KeyKind, Keys, Lifetime};
use store::locator::{self, Locators};
use store::sequence::Sequences;
use store::{Backend, Store, StoreError, Tx, inbox, jobs, leases, outbox, sequence};

testkit::on_both_backends! {
    events_leave_in_the_order_in_which_they_were_appended with [];
    an_event_of_a_rolled_back_closure_never_leaves with [];
    events_of_concurrent_writers_all_leave with [];
    an_event_that_is_committed_late_leaves_and_a_number_that_nobody_used_is_forgotten with [];
    published_events_are_purged_and_numbers_never_start_again with [];
    the_second_delivery_of_an_event_is_known_per_consumer with [];
    a_claimed_job_is_nobody_elses_until_its_lease_is_over with [];
    a_job_is_tried_again_given_up_or_done with [];
    two_claimers_at_once_never_share_a_job with [];
    a_lease_has_one_owner_at_a_time with [];
    a_locator_finds_what_was_entered_and_is_unique with [];
    what_was_used_lately_is_learned_by_its_numbers with [];
    numbers_of_an_owner_have_no_gap with [];
    what_is_surely_new_is_not_looked_up_and_what_is_there_is_learned with [];
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_secs(seconds)
}

fn event(id: i64) -> Event {
    let payload = format!("{{\"n\":{id}}}");
    Event { id, topic: "t".into(), kind: "k".into(), key: id % 3, occurred_at: at(id), payload }
}

async fn write<T: Send + 'static>(
    store: &Store,
    work: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> T {
    store.write(work).await.unwrap()
}

async fn pending(store: &Store) -> Vec<i64> {
    let queued = write(store, |tx| outbox::pending(tx, 10_000)).await;
    let seqs: Vec<_> = queued.iter().map(|queued| queued.seq).collect();
    assert!(seqs.is_sorted_by(|a, b| a < b), "{seqs:?}");
    queued.into_iter().map(|queued| queued.event.id).collect()
}

/// Publishes the oldest `count` events, as the relay does.
async fn publish(store: &Store, count: usize) {
    write(store, move |tx| {
        let seqs: Vec<_> = outbox::pending(tx, count)?.iter().map(|queued| queued.seq).collect();
        outbox::mark_published(tx, &seqs)
    })
    .await;
}

async fn events_leave_in_the_order_in_which_they_were_appended(store: Store) {
    write(&store, |tx| outbox::append(tx, &[event(3), event(1), event(2)])).await;
    write(&store, |tx| outbox::append(tx, &[])).await;
    write(&store, |tx| outbox::append(tx, &[event(9)])).await;
    assert_eq!(pending(&store).await, [3, 1, 2, 9]);
    assert_eq!(write(&store, outbox::backlog).await, 4);
    let first = write(&store, |tx| outbox::pending(tx, 1)).await;
    assert_eq!(first[0].event, event(3));
    publish(&store, 2).await;
    assert_eq!((pending(&store).await, write(&store, outbox::backlog).await), (vec![2, 9], 2));
    publish(&store, 0).await;
    publish(&store, 99).await;
    assert_eq!((pending(&store).await, write(&store, outbox::backlog).await), (vec![], 0));
}

async fn an_event_of_a_rolled_back_closure_never_leaves(store: Store) {
    let failed = store
        .write(|tx| {
            outbox::append(tx, &[event(1)])?;
            Err::<(), _>(StoreError::Corrupt("planted".into()))
        })
        .await;
    assert!(failed.is_err());
    write(&store, |tx| outbox::append(tx, &[event(2)])).await;
    assert_eq!(pending(&store).await, [2]);
}

async fn events_of_concurrent_writers_all_leave(store: Store) {
    let writers: Vec<_> = (0..40_i64)
        .map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                for turn in 0..5 {
                    write(&store, move |tx| outbox::append(tx, &[event(writer * 5 + turn)])).await;
                }
            })
        })
        .collect();
    // A relay that publishes while they write must not step over a number that commits later.
    let mut left = Vec::new();
    while left.len() < 200 {
        let batch = write(&store, |tx| {
            let queued = outbox::pending(tx, 7)?;
            outbox::mark_published(tx, &queued.iter().map(|queued| queued.seq).collect::<Vec<_>>())?;
            Ok(queued)
        })
        .await;
        left.extend(batch.into_iter().map(|queued| queued.event.id));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(left.iter().collect::<BTreeSet<_>>().len(), 200);
    for writer in 0..40_i64 {
        let own: Vec<_> = left.iter().filter(|id| **id / 5 == writer).collect();
        assert!(own.is_sorted(), "one writer's events left out of order: {own:?}");
    }
}

/// A transaction that has appended its events and commits when it is let go, or never.
fn late(
    store: &Store,
    ids: &'static [i64],
    is_kept: bool,
) -> (std::sync::mpsc::Sender<()>, tokio::task::JoinHandle<()>) {
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let (appended, is_appended) = std::sync::mpsc::channel::<()>();
    let store = store.clone();
    let task = tokio::spawn(async move {
        let work = move |tx: &mut Tx<'_>| {
            outbox::append(tx, &ids.iter().map(|id| event(*id)).collect::<Vec<_>>())?;
            // Asking for something sends what is queued: the numbers are taken now.
            outbox::newest(tx)?;
            let _nobody_listens = appended.send(());
            let _let_go = wait.recv();
            if is_kept { Ok(()) } else { Err(StoreError::Corrupt("planted".into())) }
        };
        assert_eq!(store.write(work).await.is_ok(), is_kept);
    });
    is_appended.recv().unwrap();
    (go, task)
}

async fn gaps(store: &Store) -> i64 {
    let sql = "SELECT COUNT(*) FROM outbox_gaps";
    write(store, move |tx| tx.query_one(sql, &[], |row| row.int(0))).await
}

async fn an_event_that_is_committed_late_leaves_and_a_number_that_nobody_used_is_forgotten(store: Store) {
    if store.backend() == Backend::Sqlite {
        return; // One writer: nothing is ever late.
    }
    let (go_late, late_one) = late(&store, &[1, 2], true);
    let (go_lost, lost_one) = late(&store, &[3], false);
    for turn in 10..15 {
        write(&store, move |tx| outbox::append(tx, &[event(turn)])).await;
        assert_eq!(pending(&store).await, [turn]);
        publish(&store, 99).await;
        assert_eq!((pending(&store).await, gaps(&store).await), (vec![], 1), "what is late is not forgotten");
    }
    drop(go_lost);
    lost_one.await.unwrap();
    // Too young to be purged or not: what has not left stays.
    assert_eq!(write(&store, |tx| outbox::purge(tx, at(100), 100)).await, 5);
    go_late.send(()).unwrap();
    late_one.await.unwrap();
    assert_eq!(write(&store, |tx| outbox::purge(tx, at(100), 100)).await, 0);
    assert_eq!((pending(&store).await, write(&store, outbox::backlog).await), (vec![1, 2], 2));
    publish(&store, 1).await;
    assert_eq!((pending(&store).await, write(&store, outbox::backlog).await), (vec![2], 1));
    publish(&store, 99).await;
    // Forgotten once every transaction of the whole server that began before is over, those of other tests too.
    let mut turn = 20;
    while turn < 22 || (gaps(&store).await > 0 && turn < 320) {
        write(&store, move |tx| outbox::append(tx, &[event(turn)])).await;
        publish(&store, 99).await;
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        turn += 1;
    }
    assert_eq!((pending(&store).await, gaps(&store).await), (vec![], 0), "nobody can fill a gap any more");
}

async fn published_events_are_purged_and_numbers_never_start_again(store: Store) {
    write(&store, |tx| outbox::append(tx, &[event(1), event(2), event(3), event(4)])).await;
    publish(&store, 3).await;
    // 3 is published but too young, 4 is not published.
    assert_eq!(write(&store, |tx| outbox::purge(tx, at(3), 100)).await, 2);
    publish(&store, 1).await;
    write(&store, |tx| outbox::purge(tx, at(100), 100)).await;
    write(&store, |tx| outbox::append(tx, &[event(5)])).await;
    assert_eq!(pending(&store).await, [5], "an event after a purge must not hide below the cursor");
}

async fn the_second_delivery_of_an_event_is_known_per_consumer(store: Store) {
    let first =
        |consumer: &'static str, id| write(&store, move |tx| inbox::first_time(tx, consumer, id, at(1)));
    assert_eq!((first("mail", 7).await, first("mail", 7).await), (true, false));
    assert_eq!((first("feed", 7).await, first("mail", 8).await), (true, true));
    // A handler that fails has not seen the event.
    let failed = store
        .write(|tx| {
            inbox::first_time(tx, "mail", 9, at(1))?;
            Err::<(), _>(StoreError::Corrupt("planted".into()))
        })
        .await;
    assert!(failed.is_err());
    assert!(first("mail", 9).await);
    assert_eq!(write(&store, |tx| inbox::purge(tx, at(2), 10)).await, 4);
    assert!(first("mail", 7).await);
}

async fn a_claimed_job_is_nobody_elses_until_its_lease_is_over(store: Store) {
    for (id, kind, due) in [(1, "mail", 10), (2, "mail", 5), (3, "feed", 1), (4, "mail", 99)] {
        write(&store, move |tx| jobs::enqueue(tx, id, kind, "{}", at(due))).await;
    }
    let claim = |now, until| write(&store, move |tx| jobs::claim(tx, "mail", at(now), at(until), 10));
    assert!(!write(&store, |tx| jobs::any_due(tx, "mail", at(4))).await);
    assert!(write(&store, |tx| jobs::any_due(tx, "mail", at(5))).await);
    let ids = |claimed: Vec<jobs::ClaimedJob>| claimed.into_iter().map(|job| job.id).collect::<BTreeSet<_>>();
    assert_eq!(ids(claim(10, 40).await), BTreeSet::from([1, 2]));
    assert!(claim(39, 60).await.is_empty());
    assert_eq!(ids(claim(40, 60).await), BTreeSet::from([1, 2]), "the lease is over");
    let one = write(&store, |tx| jobs::claim(tx, "mail", at(200), at(300), 1)).await;
    assert_eq!(one.len(), 1, "no more than asked for");
}

async fn a_job_is_tried_again_given_up_or_done(store: Store) {
    for id in 1..=3 {
        write(&store, move |tx| jobs::enqueue(tx, id, "mail", "{\"to\":1}", at(1))).await;
    }
    write(&store, |tx| jobs::retry(tx, 1, at(50), "no answer")).await;
    write(&store, |tx| jobs::give_up(tx, 2, "no such person")).await;
    write(&store, |tx| jobs::done(tx, 3)).await;
    let claim = |now| write(&store, move |tx| jobs::claim(tx, "mail", at(now), at(now + 10), 10));
    assert!(claim(49).await.is_empty());
    let again = claim(50).await;
    let expected = jobs::ClaimedJob { id: 1, kind: "mail".into(), payload: "{\"to\":1}".into(), attempts: 1 };
    assert_eq!(again, [expected]);
    let failed = store.read(|tx| {
        let sql = "SELECT id, state, last_error FROM jobs ORDER BY id";
        tx.query(sql, &[], |row| Ok((row.int(0)?, row.text(1)?, row.text(2)?)))
    });
    let failed = failed.await.map_err(|error: StoreError| error.to_string()).unwrap();
    let line = |id, state: &str, error: &str| (id, state.to_owned(), error.to_owned());
    assert_eq!(failed, [line(1, "waiting", "no answer"), line(2, "failed", "no such person")]);
}

async fn two_claimers_at_once_never_share_a_job(store: Store) {
    write(&store, |tx| (0..200).try_for_each(|id| jobs::enqueue(tx, id, "mail", "{}", at(1)))).await;
    let claimers: Vec<_> = (0..8)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let claimed = write(&store, |tx| jobs::claim(tx, "mail", at(2), at(99), 7)).await;
                    if claimed.is_empty() {
                        return mine;
                    }
                    mine.extend(claimed.into_iter().map(|job| job.id));
                }
            })
        })
        .collect();
    let mut all = Vec::new();
    for claimer in claimers {
        all.extend(claimer.await.unwrap());
    }
    all.sort_unstable();
    assert_eq!(all, (0..200).collect::<Vec<_>>());
}

async fn a_lease_has_one_owner_at_a_time(store: Store) {
    let acquire = |owner: &'static str, now, until| {
        write(&store, move |tx| leases::acquire(tx, "sweep", owner, at(now), at(until)))
    };
    assert_eq!((acquire("a", 0, 10).await, acquire("b", 9, 20).await), (true, false));
    assert!(acquire("a", 9, 15).await, "its owner renews it");
    assert_eq!((acquire("b", 14, 20).await, acquire("b", 15, 20).await), (false, true));
    write(&store, |tx| leases::release(tx, "sweep", "a")).await;
    assert!(!acquire("a", 16, 20).await, "what another owns is not given back");
    write(&store, |tx| leases::release(tx, "sweep", "b")).await;
    assert!(acquire("a", 16, 20).await);
    let rivals: Vec<_> = (0..20)
        .map(|rival| {
            let store = store.clone();
            tokio::spawn(async move {
                write(&store, move |tx| leases::acquire(tx, "race", &format!("r{rival}"), at(1), at(9))).await
            })
        })
        .collect();
    let mut winners = 0;
    for rival in rivals {
        winners += u32::from(rival.await.unwrap());
    }
    assert_eq!(winners, 1);
}

async fn a_locator_finds_what_was_entered_and_is_unique(store: Store) {
    write(&store, |tx| locator::insert(tx, 1, 2, -5, 70)).await;
    let found = write(&store, |tx| {
        let mut more = Locators::default();
        (0..50).for_each(|key| more.add(2, 1, key, key * 10));
        more.insert(tx)?;
        let mut asked = Locators::default();
        asked.ask(2, 1, 7);
        asked.ask(1, 2, -5);
        asked.ask(1, 1, -5);
        asked.ask(2, 1, 7);
        asked.find(tx)
    })
    .await;
    assert_eq!(found, [Some(70), Some(70), None, Some(70)]);
    let find = |owner, key| write(&store, move |tx| locator::find(tx, owner, 2, key));
    assert_eq!((find(1, -5).await, find(2, -5).await), (Some(70), None));
    let again = store.write(|tx| locator::insert(tx, 1, 2, -5, 71)).await;
    assert!(again.is_err_and(|error| error.is_unique_violation()));
    assert_eq!(find(1, -5).await, Some(70));
    let newest = write(&store, |tx| locator::newest(tx, 2, 1, 3)).await;
    assert_eq!(newest, [490, 480, 470]);
    let all = write(&store, |tx| locator::entries(tx, 2, 1, 10..=i64::MAX)).await;
    assert_eq!((all.len(), all[0], all[39]), (40, (10, 100), (49, 490)));
    let last = write(&store, |tx| locator::last_entries(tx, 2, 1, 30, 2)).await;
    assert_eq!(last, [(30, 300), (29, 290)]);
    write(&store, |tx| {
        let mut some = Locators::default();
        (0..48).for_each(|key| some.ask(2, 1, key));
        some.remove(tx)
    })
    .await;
    assert_eq!(write(&store, |tx| locator::newest(tx, 2, 1, 9)).await, [490, 480]);
}

async fn what_is_surely_new_is_not_looked_up_and_what_is_there_is_learned(store: Store) {
    // More than are read at a time, of two kinds.
    write(&store, |tx| {
        let mut entries = Locators::default();
        (0..15_000)
            .for_each(|key| [5, 6].into_iter().for_each(|kind| entries.add(key % 7, kind, key, key + 1)));
        entries.insert(tx)
    })
    .await;
    let known = Keys::new(&[KeyKind { number: 5, lifetime: Lifetime::Forever }]);
    known.learn(&store).await.unwrap();
    let is_embedded = store.backend() == Backend::Sqlite;
    assert!((0..15_000).all(|key| !known.surely_new(key % 7, 5, key)), "what is there is never new");
    let new = (0..15_000).filter(|key| known.surely_new(key % 7, 5, key + 15_000)).count();
    assert_eq!(new > 14_990, is_embedded, "{new}: only where nobody else writes");
    assert!(!known.surely_new(1, 6, 20_000), "a kind that was not declared is always looked up");
    // A question that is not asked is answered with nothing, whatever is there.
    let found = write(&store, |tx| {
        let mut questions = Locators::default();
        (0..4).for_each(|key| questions.ask(key, 5, key));
        questions.find_unless(tx, |owner, _, _| owner == 2)
    })
    .await;
    assert_eq!(found, [Some(1), Some(2), None, Some(4)]);
}

async fn what_was_used_lately_is_learned_by_its_numbers(store: Store) {
    let now = Timestamp::from_secs(1_893_456_000);
    let kinds = [(5, Lifetime::Forever), (6, Lifetime::Seconds(60))];
    let keys = Keys::new(&kinds.map(|(number, lifetime)| KeyKind { number, lifetime }));
    assert!(!keys.surely_new(1, 6, 1), "nothing is known before it was learned");
    // Rows that are numbered after a minute ago, two a page.
    let begin = kernel::IdSource::first_of(now.plus_secs(-60));
    let page = move |_: &mut Tx<'_>, after: i64, _| {
        let numbers = (after.max(begin) + 1..begin + 6).take(2).collect::<Vec<_>>();
        let places = numbers.iter().map(|number| (1, 6, number - begin)).collect();
        Ok::<_, StoreError>(store::keyed::RecentPage { last: numbers.last().copied(), places })
    };
    keys.learn_recent(&store, now, page).await.unwrap();
    let is_embedded = store.backend() == Backend::Sqlite;
    assert!((1..6).all(|key| !keys.surely_new(1, 6, key)));
    assert_eq!((6..20).all(|key| keys.surely_new(1, 6, key)), is_embedded);
}

async fn numbers_of_an_owner_have_no_gap(store: Store) {
    let take = |owner| write(&store, move |tx| sequence::take(tx, 4, owner));
    assert_eq!([take(1).await, take(1).await, take(2).await], [1, 2, 1]);
    let taken = write(&store, |tx| {
        let mut sequences = Sequences::load(tx, 4, [1, 2, 3, 1].into_iter())?;
        let taken = [1, 1, 3].map(|owner| sequences.advance(owner));
        assert_eq!(sequences.next(2), 2);
        sequences.save(tx)?;
        Ok(taken)
    });
    assert_eq!(taken.await, [3, 4, 1]);
    let last = async |owner| write(&store, move |tx| sequence::last(tx, 4, owner)).await;
    assert_eq!([last(1).await, last(2).await, last(3).await, last(9).await], [4, 1, 1, 0]);
}
