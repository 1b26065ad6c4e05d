//! JetStream's side against a real server: declared once, acknowledged after the commit, in order, dead letters, restarts.
#![cfg(feature = "nats")]

use bus::Failure;
use bus::inbound::{
    Envelope, Handled, InboundHandler, InboundMessage, Intake, Rejection, Unreadable, letters,
};
use bus::nats::{Broker, BrokerSettings, ConsumerSpec, StreamSpec, consume, watch_given_up};
use kernel::{SystemClock, Timestamp};
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{MigrationSet, Store, Tx, params};
use testkit::nats::NatsServer;
use testkit::{TempStore, block_on};

const EFFECTS: MigrationSet = MigrationSet {
    name: "effects",
    sqlite: &[(
        "0001_effects",
        "CREATE TABLE effects (seq INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT, event TEXT)",
    )],
    postgres: &[("0001_effects", "CREATE TABLE effects (seq BIGSERIAL PRIMARY KEY, key TEXT, event TEXT)")],
};

/// How long something may take on a loaded machine; reached only by a failure.
const LIMIT: Duration = Duration::from_secs(30);

/// Reads `name|key` and writes it down; a key can be made to fail.
#[derive(Default)]
struct Recorder {
    broken: Mutex<Option<&'static str>>,
}

impl InboundHandler for Recorder {
    fn name(&self) -> &'static str {
        "recorder"
    }

    fn read(&self, message: &InboundMessage) -> Result<Envelope, Unreadable> {
        let Some((event_id, key)) = message.payload.split_once('|') else {
            let rejection = Rejection { code: "MALFORMED", text: "two parts\nare needed".into() };
            return Err(Unreadable { event_id: None, rejection });
        };
        let (event_id, key) = (event_id.into(), key.into());
        Ok(Envelope { event_id, kind: "k".into(), key, owner: None, sequence: None })
    }

    fn handle(
        &self,
        tx: &mut Tx<'_>,
        envelope: &Envelope,
        _: &InboundMessage,
        _: Timestamp,
    ) -> Result<Handled, Failure> {
        if *self.broken.lock() == Some(envelope.key.as_str()) {
            return Err(Failure::Retry("not now".into()));
        }
        let sql = "INSERT INTO effects (key, event) VALUES ($1, $2)";
        tx.execute(sql, params![envelope.key.as_str(), envelope.event_id.as_str()])?;
        Ok(Handled::Applied(None))
    }
}

fn settings(url: String) -> BrokerSettings {
    let stream = |name: &str, subject: &str| StreamSpec {
        name: name.into(),
        subjects: vec![subject.into()],
        max_age: Duration::from_secs(3600),
        duplicate_window: Duration::from_secs(300),
    };
    let consumer = |name: &str, filter: &str| ConsumerSpec {
        name: name.into(),
        stream: "WORK".into(),
        filter_subject: filter.into(),
        ack_wait: Duration::from_secs(2),
        max_deliver: 5,
        max_ack_pending: 1000,
    };
    BrokerSettings {
        url,
        client_name: "test".into(),
        streams: vec![stream("WORK", "work.>"), stream("WORK_DLQ", "dlq.>")],
        consumers: vec![consumer("orders", "work.orders.*"), consumer("rest", "work.rest")],
        dead_letter_prefix: "dlq".into(),
    }
}

/// A server, its consumers and what they take things into.
struct World {
    server: NatsServer,
    broker: Broker,
    store: TempStore,
    intake: Intake,
    recorder: Arc<Recorder>,
}

/// Runs a story, or says loudly that it cannot.
fn with_server(story: impl AsyncFnOnce(World)) {
    let Some(server) = NatsServer::start() else { return };
    block_on(async {
        let store = TempStore::sqlite(&[bus::MIGRATIONS, EFFECTS]).await;
        let recorder = Arc::new(Recorder::default());
        let intake = Intake::new(store.store().clone(), recorder.clone());
        let broker = Broker::connect(settings(server.url())).await.expect("the address is one");
        story(World { server, broker, store, intake, recorder }).await;
    });
}

impl World {
    /// Starts the consumers; aborting one is a crash.
    fn consumers(&self) -> Vec<tokio::task::JoinHandle<()>> {
        let specs = self.broker.settings().consumers.clone();
        let start = |spec| {
            let never = std::future::pending();
            tokio::spawn(consume(
                self.broker.clone(),
                spec,
                self.intake.clone(),
                Arc::new(SystemClock),
                never,
            ))
        };
        specs.into_iter().map(start).collect()
    }

    async fn publish(&self, subject: &str, payload: &str) {
        let id = payload.split('|').next().expect("a part").to_owned();
        self.broker.publish(subject, payload.to_owned(), &id).await.expect("published");
    }

    async fn effects(&self) -> Vec<String> {
        effects(&self.store.store()).await
    }

    /// Waits until there are that many effects.
    async fn wait_for(&self, count: usize) -> Vec<String> {
        let limit = Instant::now() + LIMIT;
        loop {
            let effects = self.effects().await;
            if effects.len() >= count {
                return effects;
            }
            assert!(Instant::now() < limit, "{count} are awaited, there are {effects:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until nothing is pending or unacknowledged.
    async fn wait_for_quiet(&self) {
        let limit = Instant::now() + LIMIT;
        loop {
            let status = self.broker.status().await.expect("status");
            if status.iter().all(|consumer| consumer.pending + consumer.unacknowledged == 0) {
                return;
            }
            assert!(Instant::now() < limit, "{status:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn effects(store: &Store) -> Vec<String> {
    let rows =
        store.read(|tx| tx.query("SELECT event FROM effects ORDER BY seq", params![], |row| row.text(0)));
    rows.await.expect("read")
}

#[test]
fn what_is_declared_is_made_once_and_a_second_start_changes_nothing() {
    with_server(async |world: World| {
        world.broker.declare().await.unwrap();
        let before = world.broker.status().await.unwrap();
        world.broker.declare().await.unwrap();
        assert_eq!(world.broker.status().await.unwrap(), before);
        assert_eq!(
            before.iter().map(|consumer| consumer.name.as_str()).collect::<Vec<_>>(),
            ["orders", "rest"]
        );
        // A consumer of an old server that ignores its filter would see the other's messages.
        let consumers = world.consumers();
        world.publish("work.rest", "a|k").await;
        world.publish("work.orders.new", "b|k").await;
        world.wait_for(2).await;
        world.wait_for_quiet().await;
        consumers.iter().for_each(tokio::task::JoinHandle::abort);
    });
}

#[test]
fn dying_between_commit_and_acknowledgement_applies_nothing_twice() {
    with_server(async |world: World| {
        world.broker.declare().await.unwrap();
        for number in 0..50 {
            world.publish("work.orders.new", &format!("e{number}|k{}", number % 3)).await;
        }
        for _ in 0..5 {
            let consumers = world.consumers();
            tokio::time::sleep(Duration::from_millis(30)).await;
            consumers.iter().for_each(tokio::task::JoinHandle::abort);
        }
        let consumers = world.consumers();
        let mut effects = world.wait_for(50).await;
        world.wait_for_quiet().await;
        effects.sort();
        effects.dedup();
        assert_eq!((effects.len(), world.effects().await.len()), (50, 50));
        consumers.iter().for_each(tokio::task::JoinHandle::abort);
    });
}

#[test]
fn a_second_copy_is_known_to_the_broker_and_one_over_http_is_known_to_us() {
    with_server(async |world: World| {
        world.broker.declare().await.unwrap();
        let send = async || world.broker.publish("work.rest", "a|k".into(), "a").await.unwrap();
        assert!(!send().await.is_duplicate);
        assert!(send().await.is_duplicate);
        // The same event under another message id: the broker takes it, we do not.
        assert!(!world.broker.publish("work.rest", "a|k".into(), "other").await.unwrap().is_duplicate);
        let consumers = world.consumers();
        world.wait_for(1).await;
        world.wait_for_quiet().await;
        assert_eq!(world.effects().await, ["a"]);
        consumers.iter().for_each(tokio::task::JoinHandle::abort);
    });
}

#[test]
fn a_failing_key_waits_alone_and_what_is_unreadable_is_on_the_dead_letter_stream() {
    with_server(async |world: World| {
        *world.recorder.broken.lock() = Some("bad");
        let consumers = world.consumers();
        world.broker.declare().await.unwrap();
        for payload in ["a|bad", "b|good", "c|bad", "d|good", "nonsense"] {
            world.publish("work.orders.new", payload).await;
        }
        assert_eq!(world.wait_for(2).await, ["b", "d"]);
        world.wait_for_quiet().await;
        *world.recorder.broken.lock() = None;
        let later = kernel::Clock::now(&SystemClock).plus_secs(10);
        world.intake.retry(later).await.unwrap();
        world.intake.retry(later).await.unwrap();
        assert_eq!(world.effects().await, ["b", "d", "a", "c"]);
        let window = (Timestamp::from_secs(0), kernel::Clock::now(&SystemClock).plus_secs(60));
        let dead = world.broker.window("WORK_DLQ", window, 10).await.unwrap();
        assert_eq!((dead.len(), dead[0].subject.as_str()), (1, "dlq.work.orders.new"));
        let replayed = world.broker.window("WORK", window, 3).await.unwrap();
        assert_eq!(
            replayed.iter().map(|message| &*message.payload).collect::<Vec<_>>(),
            ["a|bad", "b|good", "c|bad"]
        );
        consumers.iter().for_each(tokio::task::JoinHandle::abort);
    });
}

#[test]
fn a_broker_that_restarts_loses_nothing() {
    with_server(async |mut world: World| {
        let consumers = world.consumers();
        world.broker.declare().await.unwrap();
        world.publish("work.rest", "a|k").await;
        world.wait_for(1).await;
        world.server.stop();
        let late = {
            let broker = world.broker.clone();
            tokio::spawn(async move {
                while broker.publish("work.rest", "b|k".into(), "b").await.is_err() {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            })
        };
        tokio::time::sleep(Duration::from_millis(300)).await;
        world.server.start_again();
        late.await.unwrap();
        assert_eq!(world.wait_for(2).await, ["a", "b"]);
        consumers.iter().for_each(tokio::task::JoinHandle::abort);
    });
}

#[test]
fn a_message_that_the_server_gives_up_is_a_dead_letter() {
    with_server(async |world: World| {
        let mut settings = settings(world.server.url());
        settings.consumers[1].ack_wait = Duration::from_millis(200);
        settings.consumers[1].max_deliver = 1;
        let broker = Broker::connect(settings).await.unwrap();
        broker.declare().await.unwrap();
        let watching =
            tokio::spawn(watch_given_up(broker.clone(), world.intake.clone(), Arc::new(SystemClock)));
        broker.publish("work.rest", "a|k".into(), "a").await.unwrap();
        // Somebody takes it and dies: nobody acknowledges, and it may be delivered once.
        broker.take_and_forget("rest").await;
        let limit = Instant::now() + LIMIT;
        loop {
            // The server looks at what it gave out when somebody asks for more.
            broker.take_and_forget("rest").await;
            let dead = world.store.store().read(|tx| letters::list(tx, i64::MAX, 10)).await.unwrap();
            if let [letter] = &dead[..] {
                assert_eq!(letter.code.as_deref(), Some("DELIVERIES_EXHAUSTED"));
                break;
            }
            assert!(Instant::now() < limit, "{dead:?}");
        }
        watching.abort();
    });
}
