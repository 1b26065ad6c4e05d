//! Events of others on both backends: once, in order, put aside, dead, replayed, and what never came.

use bus::Failure;
use bus::inbound::{
    Envelope, Handled, InboundHandler, InboundMessage, Intake, Outcome, Rejection, Source, Unreadable, gaps,
    letters,
};
use kernel::Timestamp;
use parking_lot::Mutex;
use std::sync::Arc;
use store::{MigrationSet, Store, StoreError, Tx, params};

testkit::on_both_backends! {
    an_event_that_is_delivered_ten_times_at_once_is_applied_once with [bus::MIGRATIONS, EFFECTS];
    one_name_with_another_content_is_a_dead_letter with [bus::MIGRATIONS, EFFECTS];
    what_cannot_be_read_is_dead_at_once_with_its_reason with [bus::MIGRATIONS, EFFECTS];
    a_failing_event_is_tried_after_1_5_30_and_120_seconds_and_blocks_its_own_key_alone with [bus::MIGRATIONS, EFFECTS];
    a_refusal_keeps_what_its_handler_wrote_and_is_dead with [bus::MIGRATIONS, EFFECTS];
    a_dead_letter_is_requeued_or_discarded with [bus::MIGRATIONS, EFFECTS];
    a_preview_tells_effects_and_keeps_nothing with [bus::MIGRATIONS, EFFECTS];
    numbers_that_never_came_are_a_gap_until_they_come with [bus::MIGRATIONS, EFFECTS];
}

/// What the handler did, in the transaction in which it did it.
const EFFECTS: MigrationSet = MigrationSet {
    name: "effects",
    sqlite: &[(
        "0001_effects",
        "CREATE TABLE effects (seq INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT, event TEXT)",
    )],
    postgres: &[("0001_effects", "CREATE TABLE effects (seq BIGSERIAL PRIMARY KEY, key TEXT, event TEXT)")],
};

/// Reads `name|key|number` and writes it down; keys can be made to fail.
#[derive(Default)]
struct Recorder {
    broken: Mutex<Option<(&'static str, Failure)>>,
}

impl InboundHandler for Recorder {
    fn name(&self) -> &'static str {
        "recorder"
    }

    fn read(&self, message: &InboundMessage) -> Result<Envelope, Unreadable> {
        let parts: Vec<_> = message.payload.split('|').collect();
        let [event_id, key, number] = parts[..] else {
            let rejection = Rejection { code: "MALFORMED", text: "not three parts".into() };
            return Err(Unreadable { event_id: None, rejection });
        };
        let sequence = number.parse().ok().map(|number| (String::from("publisher"), number));
        Ok(Envelope { event_id: event_id.into(), kind: "k".into(), key: key.into(), owner: None, sequence })
    }

    fn handle(
        &self,
        tx: &mut Tx<'_>,
        envelope: &Envelope,
        _: &InboundMessage,
        _: Timestamp,
    ) -> Result<Handled, Failure> {
        let sql = "INSERT INTO effects (key, event) VALUES ($1, $2)";
        tx.execute(sql, params![envelope.key.as_str(), envelope.event_id.as_str()])?;
        if let Some((key, failure)) = &*self.broken.lock()
            && *key == envelope.key
        {
            return Err(failure.clone());
        }
        match envelope.key.as_str() {
            "refused" => Ok(Handled::Rejected(Rejection { code: "REFUSED", text: "never".into() })),
            _ => Ok(Handled::Applied(Some(envelope.event_id.clone()))),
        }
    }
}

async fn effects(store: &Store) -> Vec<String> {
    let rows =
        store.read(|tx| tx.query("SELECT event FROM effects ORDER BY seq", params![], |row| row.text(0)));
    rows.await.expect("read")
}

fn now() -> Timestamp {
    Timestamp::from_secs(1_900_000_000)
}

fn event(payload: &str) -> InboundMessage {
    InboundMessage { subject: "s".into(), payload: payload.into(), source: Source::Broker, trace: None }
}

fn intake(store: &Store) -> (Intake, Arc<Recorder>) {
    let recorder = Arc::new(Recorder::default());
    (Intake::new(store.clone(), recorder.clone()), recorder)
}

async fn receive(intake: &Intake, payloads: &[&str]) -> Vec<Outcome> {
    let messages: Vec<_> = payloads.iter().map(|payload| event(payload)).collect();
    intake.receive(&messages, now()).await.expect("taken")
}

async fn an_event_that_is_delivered_ten_times_at_once_is_applied_once(store: Store) {
    let (intake, _) = intake(&store);
    let ten = (0..10).map(|_| {
        let intake = intake.clone();
        tokio::spawn(async move { receive(&intake, &["a|k|"]).await })
    });
    let mut applied = 0;
    for task in ten.collect::<Vec<_>>() {
        match task.await.expect("no panic")[0] {
            Outcome::Applied => applied += 1,
            ref other => assert_eq!(*other, Outcome::Duplicate),
        }
    }
    assert_eq!((applied, effects(&store).await), (1, vec!["a".to_owned()]));
    assert_eq!(
        receive(&intake, &["b|k|", "b|k|", "a|k|"]).await[1..],
        [Outcome::Duplicate, Outcome::Duplicate]
    );
}

async fn one_name_with_another_content_is_a_dead_letter(store: Store) {
    let (intake, _) = intake(&store);
    receive(&intake, &["a|k|"]).await;
    let Outcome::Dead(rejection) = &receive(&intake, &["a|other|"]).await[0] else { panic!("it is dead") };
    assert_eq!(rejection.code, "EVENT_ID_REUSED");
    receive(&intake, &["a|other|"]).await;
    let dead = store.read(|tx| letters::list(tx, i64::MAX, 10)).await.expect("read");
    assert_eq!((dead.len(), dead[0].payload.as_str()), (1, "a|other|"));
    assert_eq!(effects(&store).await, ["a"]);
}

async fn what_cannot_be_read_is_dead_at_once_with_its_reason(store: Store) {
    let (intake, _) = intake(&store);
    let outcomes = receive(&intake, &["nonsense", "a|k|"]).await;
    assert!(matches!(&outcomes[0], Outcome::Dead(rejection) if rejection.code == "MALFORMED"));
    assert_eq!(outcomes[1], Outcome::Applied);
    let dead = store.read(|tx| letters::list(tx, i64::MAX, 10)).await.expect("read");
    assert_eq!((dead[0].code.as_deref(), dead[0].payload.as_str()), (Some("MALFORMED"), "nonsense"));
}

async fn a_failing_event_is_tried_after_1_5_30_and_120_seconds_and_blocks_its_own_key_alone(store: Store) {
    let (intake, recorder) = intake(&store);
    *recorder.broken.lock() = Some(("bad", Failure::Retry("not now".into())));
    let outcomes = receive(&intake, &["a|bad|", "b|good|", "c|bad|"]).await;
    assert_eq!(outcomes, [Outcome::Waiting, Outcome::Applied, Outcome::Waiting]);
    assert_eq!(effects(&store).await, ["b"], "the other key goes on");
    assert_eq!(receive(&intake, &["a|bad|", "d|bad|"]).await, [Outcome::Duplicate, Outcome::Waiting]);
    let mut tries = Vec::new();
    for second in 0..200 {
        let tried = intake.retry(now().plus_secs(second)).await.expect("a turn");
        let first = tried.iter().filter(|(message, _)| message.payload == "a|bad|");
        tries.extend(first.map(|(_, outcome)| (second, outcome.clone())));
        if tries.len() == 4 {
            *recorder.broken.lock() = None;
        }
    }
    let seconds: Vec<_> = tries.iter().map(|(second, _)| *second).collect();
    assert_eq!(seconds, [1, 6, 36, 156]);
    assert!(matches!(&tries[3].1, Outcome::Dead(rejection) if rejection.code == "RETRIES_EXHAUSTED"));
    assert_eq!(effects(&store).await, ["b", "c", "d"], "those behind it come in their order");
    let dead = store.read(|tx| letters::list(tx, i64::MAX, 10)).await.expect("read");
    assert_eq!((dead.len(), dead[0].attempts, dead[0].last_error.as_deref()), (1, 5, Some("not now")));
}

async fn a_refusal_keeps_what_its_handler_wrote_and_is_dead(store: Store) {
    let (intake, recorder) = intake(&store);
    let outcomes = receive(&intake, &["a|refused|"]).await;
    assert!(matches!(&outcomes[0], Outcome::Dead(rejection) if rejection.code == "REFUSED"));
    assert_eq!(effects(&store).await, ["a"]);
    *recorder.broken.lock() = Some(("bad", Failure::GiveUp("useless".into())));
    let outcomes = receive(&intake, &["b|bad|"]).await;
    assert!(matches!(&outcomes[0], Outcome::Dead(rejection) if rejection.text == "useless"));
    assert_eq!(effects(&store).await, ["a"], "what is given up leaves nothing");
}

async fn a_dead_letter_is_requeued_or_discarded(store: Store) {
    let (intake, recorder) = intake(&store);
    *recorder.broken.lock() = Some(("bad", Failure::GiveUp("useless".into())));
    receive(&intake, &["a|bad|", "b|bad|"]).await;
    *recorder.broken.lock() = None;
    let dead = store.read(|tx| letters::list(tx, i64::MAX, 10)).await.expect("read");
    let (first, second) = (dead[1].id, dead[0].id);
    let done = store.write(move |tx| {
        Ok::<_, StoreError>((letters::requeue(tx, first, now())?, letters::discard(tx, second)?))
    });
    assert_eq!(done.await.expect("written"), (true, true));
    intake.retry(now()).await.expect("a turn");
    assert_eq!(effects(&store).await, ["a"]);
    assert_eq!(receive(&intake, &["b|bad|"]).await, [Outcome::Duplicate], "a discarded name stays known");
    let counts = store.read(|tx| letters::counts(tx, now())).await.expect("read");
    assert_eq!((counts.done, counts.dead, counts.waiting), (1, 0, 0));
}

async fn a_preview_tells_effects_and_keeps_nothing(store: Store) {
    let (intake, _) = intake(&store);
    receive(&intake, &["a|k|"]).await;
    let messages = ["a|k|", "b|k|", "b|k|", "nonsense"].map(event).to_vec();
    let previews = intake.preview(messages, now()).await.expect("looked");
    let outcomes: Vec<_> =
        previews.iter().map(|preview| (&preview.outcome, preview.effect.as_deref())).collect();
    assert_eq!(
        outcomes[..3],
        [(&Outcome::Duplicate, None), (&Outcome::Applied, Some("b")), (&Outcome::Duplicate, None)]
    );
    assert!(matches!(outcomes[3].0, Outcome::Dead(_)));
    assert_eq!(effects(&store).await, ["a"]);
    assert_eq!(receive(&intake, &["b|k|"]).await, [Outcome::Applied]);
    let page = intake.page(now(), now(), 0).await.expect("read");
    assert_eq!(
        page.iter().map(|(_, message)| message.payload.as_str()).collect::<Vec<_>>(),
        ["a|k|", "b|k|"]
    );
}

async fn numbers_that_never_came_are_a_gap_until_they_come(store: Store) {
    let (intake, _) = intake(&store);
    let open = async || {
        let gaps = store.read(|tx| gaps::list(tx, 10)).await.expect("read");
        gaps.iter().map(|gap| (gap.first, gap.last)).collect::<Vec<_>>()
    };
    receive(&intake, &["a|k|7", "b|k|8", "c|k|12"]).await;
    assert_eq!(open().await, [(9, 11)], "the first number that is seen is where counting begins");
    receive(&intake, &["d|k|10", "d|k|10"]).await;
    assert_eq!(open().await, [(9, 9), (11, 11)]);
    receive(&intake, &["e|k|9", "f|k|11", "g|k|3"]).await;
    assert_eq!(open().await, []);
}
