//! The batcher: many commands, one transaction, each its own outcome.

use super::{NOTES, note, notes};
use parking_lot::Mutex;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Poll;
use store::{BatchHandler, Batcher, Store, StoreError, Tx, params};

testkit::on_both_backends! {
    commands_are_decided_in_the_order_in_which_they_were_given with [NOTES];
    a_batch_of_mixed_outcomes_tells_each_its_own with [NOTES];
    a_poisonous_command_harms_itself_alone with [NOTES];
    a_panic_in_a_handler_harms_its_command_alone with [NOTES];
    a_handler_that_answers_too_few_harms_nobody_later with [NOTES];
    a_full_queue_is_told_at_once with [NOTES];
    hundreds_of_submitters_share_transactions_and_all_are_answered with [NOTES];
    outcomes_are_on_disk_before_anybody_is_told with [NOTES];
    a_panic_after_the_commit_ends_nothing with [NOTES];
    nobody_waits_for_ever_when_the_store_closes with [NOTES];
}

/// A command of these tests, by what it makes happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TestCommand {
    Note(i64),
    /// Makes a statement fail.
    Fail,
    Panic,
    /// Makes the handler lose an outcome when it is not alone.
    Forget,
    /// Makes `committed` panic.
    PanicLater,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Noted(i64),
    TakenBefore,
    PanicsLater,
}

#[derive(Default)]
struct Notes {
    /// Commands of each batch that committed or was tried.
    batches: Mutex<Vec<usize>>,
    order: Mutex<Vec<i64>>,
    committed: AtomicUsize,
    /// Holds the first batch until it is opened.
    gate: Arc<AtomicBool>,
}

impl Notes {
    fn shut() -> (Self, Arc<AtomicBool>) {
        let gate = Arc::new(AtomicBool::new(true));
        (Self { gate: Arc::clone(&gate), ..Self::default() }, gate)
    }

    fn decide(&self, tx: &mut Tx<'_>, wish: TestCommand, alone: bool) -> Result<Option<Outcome>, StoreError> {
        match wish {
            TestCommand::Note(id) => {
                let taken = tx.query_opt("SELECT 1 FROM notes WHERE id = $1", params![id], |_| Ok(()))?;
                if taken.is_some() {
                    return Ok(Some(Outcome::TakenBefore));
                }
                note(tx, id, &format!("note {id}"))?;
                self.order.lock().push(id);
                Ok(Some(Outcome::Noted(id)))
            }
            TestCommand::Fail => {
                note(tx, -1, "half done")?;
                tx.execute("INSERT INTO notes (id, said, votes) VALUES (-2, NULL, 0)", &[])?;
                Ok(None)
            }
            TestCommand::Panic => {
                note(tx, -3, "half done")?;
                panic!("a planted panic");
            }
            TestCommand::Forget if !alone => Ok(None),
            TestCommand::Forget => Ok(Some(Outcome::TakenBefore)),
            TestCommand::PanicLater => Ok(Some(Outcome::PanicsLater)),
        }
    }
}

impl BatchHandler for Notes {
    type Command = TestCommand;
    type Outcome = Outcome;

    fn verb(&self) -> &'static str {
        "note"
    }

    fn handle(&self, tx: &mut Tx<'_>, wishes: &[&TestCommand]) -> Result<Vec<Outcome>, StoreError> {
        while self.gate.load(Ordering::Acquire) {
            std::thread::yield_now();
        }
        self.batches.lock().push(wishes.len());
        let alone = wishes.len() == 1;
        let outcomes: Result<Vec<_>, _> = wishes.iter().map(|wish| self.decide(tx, **wish, alone)).collect();
        Ok(outcomes?.into_iter().flatten().collect())
    }

    fn committed(&self, outcomes: &[Outcome]) {
        self.committed.fetch_add(outcomes.len(), Ordering::AcqRel);
        assert!(!outcomes.contains(&Outcome::PanicsLater), "a planted panic after the commit");
    }
}

type Answer = tokio::task::JoinHandle<Result<Outcome, StoreError>>;

/// Submits `wishes` in order, each from a task of its own.
async fn submit_all(batcher: &Batcher<Notes>, wishes: &[TestCommand]) -> Vec<Answer> {
    let mut answers = Vec::new();
    for wish in wishes {
        let (batcher, wish) = (batcher.clone(), *wish);
        let (queued, is_queued) = tokio::sync::oneshot::channel();
        answers.push(tokio::spawn(async move {
            let mut submitting = Box::pin(batcher.submit(wish));
            // The first poll queues the command.
            let first = poll_fn(|context| Poll::Ready(submitting.as_mut().poll(context))).await;
            let _ = queued.send(());
            if let Poll::Ready(answer) = first { answer } else { submitting.await }
        }));
        is_queued.await.unwrap();
    }
    answers
}

async fn all(answers: Vec<Answer>) -> Vec<Result<Outcome, StoreError>> {
    let mut outcomes = Vec::new();
    for answer in answers {
        outcomes.push(answer.await.unwrap());
    }
    outcomes
}

/// Starts a batcher whose first batch is one command that holds the door until `wishes` are all waiting.
async fn in_one_batch(
    store: &Store,
    wishes: &[TestCommand],
) -> (Batcher<Notes>, Vec<Result<Outcome, StoreError>>) {
    let (handler, gate) = Notes::shut();
    let batcher = Batcher::start(store, handler, 512, 4096);
    let first = submit_all(&batcher, &[TestCommand::Note(1_000_000)]).await;
    let rest = submit_all(&batcher, wishes).await;
    gate.store(false, Ordering::Release);
    assert_eq!(all(first).await.len(), 1);
    let outcomes = all(rest).await;
    (batcher, outcomes)
}

async fn commands_are_decided_in_the_order_in_which_they_were_given(store: Store) {
    let wishes: Vec<_> = (0..300).map(|id| TestCommand::Note((id * 7919) % 300)).collect();
    let (batcher, outcomes) = in_one_batch(&store, &wishes).await;
    assert!(outcomes.iter().all(Result::is_ok));
    let expected: Vec<_> = (0..300).map(|id| (id * 7919) % 300).collect();
    assert_eq!(batcher.handler().order.lock()[1..], expected);
    assert!(batcher.handler().batches.lock().len() <= 3, "300 waiting commands are one batch or two");
}

async fn a_batch_of_mixed_outcomes_tells_each_its_own(store: Store) {
    let wishes = [1, 2, 1, 3, 2, 1].map(TestCommand::Note);
    let (_, outcomes) = in_one_batch(&store, &wishes).await;
    let outcomes: Vec<_> = outcomes.into_iter().map(Result::unwrap).collect();
    let (noted, taken) = (Outcome::Noted, Outcome::TakenBefore);
    assert_eq!(outcomes, [noted(1), noted(2), taken, noted(3), taken, taken]);
}

async fn a_poisonous_command_harms_itself_alone(store: Store) {
    let wishes = [
        TestCommand::Note(1),
        TestCommand::Fail,
        TestCommand::Note(2),
        TestCommand::Fail,
        TestCommand::Note(3),
    ];
    let (_, outcomes) = in_one_batch(&store, &wishes).await;
    let good: Vec<_> = outcomes.iter().map(Result::is_ok).collect();
    assert_eq!(good, [true, false, true, false, true]);
    assert_eq!(notes(&store).await, ["note 1", "note 2", "note 3", "note 1000000"]);
}

async fn a_panic_in_a_handler_harms_its_command_alone(store: Store) {
    let wishes = [TestCommand::Note(1), TestCommand::Panic, TestCommand::Note(2)];
    let (batcher, outcomes) = in_one_batch(&store, &wishes).await;
    assert!(matches!(&outcomes[1], Err(StoreError::Panicked(_))), "{outcomes:?}");
    assert_eq!((outcomes[0].is_ok(), outcomes[2].is_ok()), (true, true));
    assert_eq!(batcher.submit(TestCommand::Note(3)).await.unwrap(), Outcome::Noted(3));
    assert_eq!(notes(&store).await.len(), 4);
}

async fn a_handler_that_answers_too_few_harms_nobody_later(store: Store) {
    let wishes = [TestCommand::Note(1), TestCommand::Forget, TestCommand::Note(2)];
    let (batcher, outcomes) = in_one_batch(&store, &wishes).await;
    assert_eq!((outcomes[0].is_ok(), outcomes[2].is_ok()), (true, true), "{outcomes:?}");
    assert_eq!(batcher.submit(TestCommand::Note(3)).await.unwrap(), Outcome::Noted(3));
}

async fn a_full_queue_is_told_at_once(store: Store) {
    let (handler, gate) = Notes::shut();
    let batcher = Batcher::start(&store, handler, 4, 8);
    let first = submit_all(&batcher, &[TestCommand::Note(0)]).await;
    // Eight may wait. The first one may be one of them (13 refused), or be under way, alone (12) or with as many as
    // three of the rest, which its batch has taken with it (9).
    let rest: Vec<_> = (1..=20).map(TestCommand::Note).collect();
    let rest = submit_all(&batcher, &rest).await;
    gate.store(false, Ordering::Release);
    let outcomes = all(rest).await;
    let refused = outcomes.iter().filter(|outcome| matches!(outcome, Err(StoreError::Overloaded))).count();
    assert!((9..=13).contains(&refused), "{refused} of 20 refused");
    let kept = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!((kept + refused, all(first).await.len()), (20, 1));
    assert_eq!(notes(&store).await.len(), kept + 1);
}

async fn hundreds_of_submitters_share_transactions_and_all_are_answered(store: Store) {
    let batcher = Batcher::start(&store, Notes::default(), 64, 4096);
    let submitters: Vec<_> = (0..400_i64)
        .map(|submitter| {
            let batcher = batcher.clone();
            tokio::spawn(async move {
                for turn in 0..5 {
                    let id = submitter * 5 + turn;
                    assert_eq!(batcher.submit(TestCommand::Note(id)).await.unwrap(), Outcome::Noted(id));
                }
            })
        })
        .collect();
    for submitter in submitters {
        submitter.await.unwrap();
    }
    assert_eq!(notes(&store).await.len(), 2000);
    let batches = batcher.handler().batches.lock().clone();
    assert_eq!(batches.iter().sum::<usize>(), 2000);
    assert!(batches.iter().all(|size| *size <= 64) && batches.len() < 1000, "{} batches", batches.len());
    assert_eq!(batcher.handler().committed.load(Ordering::Acquire), 2000);
}

async fn outcomes_are_on_disk_before_anybody_is_told(store: Store) {
    let batcher = Batcher::start(&store, Notes::default(), 64, 4096);
    for id in 0..20 {
        batcher.submit(TestCommand::Note(id)).await.unwrap();
        let there = store.read(move |tx| {
            tx.query_one("SELECT said FROM notes WHERE id = $1", params![id], |row| row.text(0))
        });
        assert_eq!(there.await.map_err(|error: StoreError| error.to_string()), Ok(format!("note {id}")));
    }
}

async fn a_panic_after_the_commit_ends_nothing(store: Store) {
    let batcher = Batcher::start(&store, Notes::default(), 64, 4096);
    // What is committed is committed: the hint was lost, the answer need not be.
    let _ = batcher.submit(TestCommand::PanicLater).await;
    let after =
        tokio::time::timeout(std::time::Duration::from_secs(10), batcher.submit(TestCommand::Note(1))).await;
    assert_eq!(after.expect("the batcher is alive").unwrap(), Outcome::Noted(1));
    store.write(|tx| note(tx, 2, "two")).await.unwrap();
}

async fn nobody_waits_for_ever_when_the_store_closes(store: Store) {
    let batcher = Batcher::start(&store, Notes::default(), 8, 4096);
    let wishes: Vec<_> = (0..500).map(TestCommand::Note).collect();
    let answers = submit_all(&batcher, &wishes).await;
    store.close().await;
    let late =
        tokio::time::timeout(std::time::Duration::from_secs(10), batcher.submit(TestCommand::Note(1000)))
            .await;
    assert!(late.expect("an answer").is_err());
    let answers = tokio::time::timeout(std::time::Duration::from_secs(10), all(answers)).await;
    assert_eq!(answers.expect("everybody is answered").len(), 500);
}
