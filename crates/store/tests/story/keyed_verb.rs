//! The skeleton of a hot verb: what every stall's hot batch may rely on.

use super::{NOTES, note, notes};
use kernel::{Clock, Event, IdSource, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::keyed::{Decided, Earlier, Key, KeyKind, KeyedHandler, KeyedVerb, Keys, Lifetime, Saved};
use store::locator::{Kind, Locators};
use store::{Backend, Batcher, Store, StoreError, Tx, locator, outbox};

testkit::on_both_backends! {
    the_same_command_is_answered_as_before_and_a_changed_one_is_refused with [NOTES];
    a_refused_command_leaves_its_key_free with [NOTES];
    a_fault_harms_its_own_command_alone with [NOTES];
    a_batch_reads_the_clock_once with [NOTES];
}

const KIND: Kind = 9;

/// Counts how often it is read.
#[derive(Debug, Default)]
struct CountingClock(AtomicI64);

impl Clock for CountingClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(1_893_456_000 + self.0.fetch_add(1, Ordering::AcqRel))
    }
}

/// Says something once for a key; refuses the empty text, and breaks on "fault".
struct EchoVerb(IdSource);

#[derive(Clone)]
struct EchoRequest {
    owner: i64,
    key: i64,
    text: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Echo {
    id: i64,
    text: String,
    at: Timestamp,
}

type Outcome = Result<(Echo, bool), &'static str>;

impl KeyedVerb for EchoVerb {
    type Command = EchoRequest;
    type Outcome = Outcome;
    type Made = Echo;
    type Batch = Vec<Echo>;

    const KIND: Kind = KIND;

    fn name(&self) -> &'static str {
        "say"
    }

    fn key(saying: &EchoRequest) -> Key {
        Key { owner: saying.owner, hash: saying.key }
    }

    fn load(
        &self,
        tx: &mut Tx<'_>,
        keys: &Keys,
        sayings: &[&EchoRequest],
    ) -> Result<(Vec<Echo>, Earlier<Echo>), StoreError> {
        let mut questions = Locators::default();
        sayings.iter().for_each(|saying| questions.ask(saying.owner, KIND, saying.key));
        let found = keys.find(tx, &questions)?;
        let asked = sayings.iter().map(|saying| Self::key(saying));
        Ok((Vec::new(), Earlier::load(tx, asked.zip(found), read, |said| said.id)?))
    }

    fn is_same(said: &Echo, saying: &EchoRequest) -> bool {
        said.text == saying.text
    }

    fn repeat(&self, said: &Echo, _: &EchoRequest) -> Outcome {
        Ok((said.clone(), true))
    }

    fn refuse_changed(&self, _: &EchoRequest) -> Outcome {
        Err("changed")
    }

    fn decide(
        &self,
        batch: &mut Vec<Echo>,
        saying: &EchoRequest,
        now: Timestamp,
    ) -> Result<Decided<Self>, StoreError> {
        match saying.text {
            "" => Ok(Decided { outcome: Err("empty"), made: None }),
            "fault" => Err(StoreError::Corrupt("a fault".into())),
            text => {
                let said = Echo { id: self.0.next(now), text: text.to_owned(), at: now };
                batch.push(said.clone());
                Ok(Decided { outcome: Ok((said.clone(), false)), made: Some(said) })
            }
        }
    }

    fn id(said: &Echo) -> i64 {
        said.id
    }

    fn save(&self, tx: &mut Tx<'_>, batch: Vec<Echo>, now: Timestamp) -> Result<Saved, StoreError> {
        let mut events = Vec::new();
        for said in &batch {
            note(tx, said.id, &said.text)?;
            let (topic, kind) = ("notes".into(), "said".into());
            let payload = said.text.clone();
            events.push(Event { id: said.id, topic, kind, key: said.id, occurred_at: now, payload });
        }
        Ok(Saved { entries: Locators::default(), events })
    }
}

fn read(tx: &mut Tx<'_>, ids: &[i64]) -> Result<Vec<Echo>, StoreError> {
    let mut rows = Vec::new();
    for id in ids {
        rows.extend(tx.query("SELECT said FROM notes WHERE id = $1", store::params![*id], |row| {
            Ok(Echo { id: *id, text: row.text(0)?, at: Timestamp::from_micros(0) })
        })?);
    }
    Ok(rows)
}

fn start(store: &Store) -> (Batcher<KeyedHandler<EchoVerb>>, Arc<Keys>, Arc<CountingClock>) {
    let keys = Arc::new(Keys::new(&[KeyKind { number: KIND, lifetime: Lifetime::Forever }]));
    let clock = Arc::new(CountingClock::default());
    let handler = KeyedHandler::new(EchoVerb(IdSource::new(1)), Arc::clone(&keys), clock.clone());
    (Batcher::start(store, handler, 64, 1_000), keys, clock)
}

async fn say(batcher: &Batcher<KeyedHandler<EchoVerb>>, owner: i64, key: i64, text: &'static str) -> Outcome {
    batcher.submit(EchoRequest { owner, key, text }).await.unwrap()
}

async fn the_same_command_is_answered_as_before_and_a_changed_one_is_refused(store: Store) {
    let (batcher, keys, _) = start(&store);
    keys.learn(&store).await.unwrap();
    let first = say(&batcher, 1, 7, "hello").await.unwrap();
    assert!(!first.1);
    // In a batch of its own or in one with others; and of a server that has learned nothing yet.
    for batcher in [batcher, start(&store).0] {
        let again = say(&batcher, 1, 7, "hello").await.unwrap();
        assert_eq!((again.0.id, again.1), (first.0.id, true));
        assert_eq!(say(&batcher, 1, 7, "good day").await, Err("changed"));
    }
    let batcher = start(&store).0;
    let (one, two, other) =
        tokio::join!(say(&batcher, 2, 7, "a"), say(&batcher, 2, 7, "a"), say(&batcher, 2, 7, "b"));
    assert_eq!(one.unwrap().0.id, two.unwrap().0.id);
    assert_eq!(other, Err("changed"));
    assert_eq!(notes(&store).await, ["hello", "a"]);
    assert!(!keys.surely_new(1, KIND, 7), "what was made is recorded");
    let told = store.read(|tx| outbox::pending(tx, 10)).await.unwrap();
    assert_eq!(told.iter().map(|queued| queued.event.payload.as_str()).collect::<Vec<_>>(), ["hello", "a"]);
}

async fn a_refused_command_leaves_its_key_free(store: Store) {
    let (batcher, keys, _) = start(&store);
    keys.learn(&store).await.unwrap();
    assert_eq!(say(&batcher, 1, 7, "").await, Err("empty"));
    assert_eq!(keys.surely_new(1, KIND, 7), store.backend() == Backend::Sqlite);
    assert!(say(&batcher, 1, 7, "hello").await.is_ok());
}

async fn a_fault_harms_its_own_command_alone(store: Store) {
    let (batcher, ..) = start(&store);
    let fault = batcher.submit(EchoRequest { owner: 1, key: 1, text: "fault" });
    let (first, fault, last) = tokio::join!(say(&batcher, 1, 2, "a"), fault, say(&batcher, 1, 3, "b"));
    assert!(first.is_ok() && last.is_ok());
    assert!(matches!(fault, Err(StoreError::Corrupt(_))));
    let found = store.read(|tx| locator::find(tx, 1, KIND, 1)).await.unwrap();
    assert_eq!(found, None, "nothing is left of it");
}

async fn a_batch_reads_the_clock_once(store: Store) {
    let (batcher, _, clock) = start(&store);
    // The first is on its way while the others gather.
    let calls = (0..40).map(|key| {
        let batcher = batcher.clone();
        tokio::spawn(async move { say(&batcher, 1, key, NAMES[key as usize % 40]).await })
    });
    let mut times = std::collections::BTreeSet::new();
    for call in calls.collect::<Vec<_>>() {
        times.insert(call.await.unwrap().unwrap().0.at);
    }
    assert_eq!(i64::try_from(times.len()).unwrap(), clock.0.load(Ordering::Acquire), "once a batch");
}

const NAMES: [&str; 40] = [
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18",
    "19", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31", "32", "33", "34", "35",
    "36", "37", "38", "39",
];
