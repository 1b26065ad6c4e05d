//! The demonstration's worker: in each stream it opens one prediction after the other, waits until it closes, and brings the
//! verdict with its evidence. Now and then nobody could see how it ended, and every stake goes back.

use super::script::{Question, STREAMS, Stream};
use crate::app::App;
use crate::domain::event::{Choice, Kind, PotEvent};
use crate::domain::event_create::Terms;
use crate::domain::ids::StreamerId;
use crate::usecase::audit_record::Acting;
use crate::usecase::event_open::{Draft, Report};
use crate::usecase::event_view::EventSource;
use crate::usecase::result_report::{EventRef, ResultReport};
use crate::usecase::{demo_result, event_admin};
use kernel::Refusal;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{JoinHandle, JoinSet};

/// Streams in which something can be voted on from the beginning.
pub const OPEN_AT_FIRST: usize = 3;
/// Seconds between closing and the verdict.
const VERDICT_AFTER_S: std::ops::Range<f64> = 4.0..9.0;
/// Seconds between a verdict and the next prediction.
const REST_S: std::ops::Range<f64> = 3.0..12.0;
/// How often nobody could see how it ended.
const UNCLEAR: f64 = 0.07;
/// After something that failed, such as a stream that a visitor banned.
const AFTER_FAILURE: Duration = Duration::from_secs(15);
/// Which prompts it says that it used.
const PROMPTS: &str = r#"{"session":"v3","game":"v7","perClip":"v2"}"#;
const MODEL: &str = "simulated-vision";
const WORKER: &str = "demo";

/// Lets the worker watch all streams. Aborting the handle sends it home.
pub fn start(app: &Arc<App>, streamers: Vec<StreamerId>) -> JoinHandle<()> {
    let app = Arc::clone(app);
    tokio::spawn(async move {
        let mut streams = JoinSet::new();
        for (at, (stream, streamer)) in STREAMS.iter().zip(streamers).enumerate() {
            streams.spawn(watch(Arc::clone(&app), stream, streamer, at));
        }
        while streams.join_next().await.is_some() {}
    })
}

async fn watch(app: Arc<App>, stream: &'static Stream, streamer: StreamerId, at: usize) {
    let mut chance = SmallRng::seed_from_u64(at as u64);
    let mut open = app.live.of_streamer(streamer).first().map(|live| live.event.clone());
    let mut round = usize::from(open.is_some());
    loop {
        let event = match open.take() {
            Some(event) => Ok(event),
            None => self::open(&app, stream, streamer, round).await,
        };
        let told = match event {
            Ok(event) => follow(&app, stream, &event, round, &mut chance).await,
            Err(refusal) => Err(refusal),
        };
        if let Err(refusal) = told {
            tracing::debug!(stream = stream.name, %refusal, "a prediction of the demonstration failed");
            tokio::time::sleep(AFTER_FAILURE).await;
        }
        round += 1;
        tokio::time::sleep(Duration::from_secs_f64(chance.random_range(REST_S))).await;
    }
}

/// Opens the prediction of a round.
pub async fn open(
    app: &App,
    stream: &Stream,
    streamer: StreamerId,
    round: usize,
) -> Result<PotEvent, Refusal> {
    let question = &stream.questions[round % stream.questions.len()];
    let now = app.clock.now();
    let clip = format!("{}-{}", stream.name, now.as_secs());
    let source = EventSource {
        clip_id: Some(clip.clone()),
        clip_started_at: Some(now),
        clip_duration_s: Some(30),
        llm_model: Some(MODEL.to_owned()),
        confidence_bp: Some(9_300),
        prompt_versions: PROMPTS.to_owned(),
        schema_version: Some("1".to_owned()),
        raw: None,
    };
    let report = Report {
        streamer,
        game: None,
        draft: draft(question, clip),
        source,
        reported_by: format!("worker:{WORKER}"),
        is_judged: true,
    };
    event_admin::open(app, Acting::worker(WORKER), report).await
}

fn draft(question: &Question, name: String) -> Draft {
    let choice = |(id, label): &(&str, &str)| Choice { id: (*id).to_owned(), label: (*label).to_owned() };
    let terms = Terms {
        external_id: name,
        title: question.title.to_owned(),
        kind: Kind::Prediction,
        options: question.options.iter().map(choice).collect(),
        cost: question.cost,
        open_s: question.open_s,
        rake_bps: 0,
        blind_s: 0,
        confidence_bp: None,
    };
    Draft { terms, cost: Some(question.cost), open_s: Some(question.open_s) }
}

/// Waits until the event closes, and brings its verdict.
async fn follow(
    app: &App,
    stream: &Stream,
    event: &PotEvent,
    round: usize,
    chance: &mut SmallRng,
) -> Result<(), Refusal> {
    let left_us = event.closes_at.as_micros() - app.clock.now().as_micros();
    tokio::time::sleep(Duration::from_micros(u64::try_from(left_us).unwrap_or(0))).await;
    tokio::time::sleep(Duration::from_secs_f64(chance.random_range(VERDICT_AFTER_S))).await;
    let option = event.option_id(chance.random_range(0..event.options.len())).map(str::to_owned);
    let clip = format!("{}-verdict-{round}", stream.name);
    let frame = crate::domain::receipt::hex(&crate::domain::receipt::digest(&clip));
    let evidence =
        json!({ "clipId": clip, "atMs": chance.random_range(1_000..29_000), "frameSha256": frame });
    let report = ResultReport {
        streamer: event.streamer,
        event: EventRef::Id(event.id),
        option: option.filter(|_| !chance.random_bool(UNCLEAR)),
        confidence_bp: chance.random_range(8_800..9_950),
        decided_at: Some(event.closes_at),
        evidence: evidence.to_string(),
        prompt_versions: PROMPTS.to_owned(),
        llm_model: Some(MODEL.to_owned()),
        reported_by: format!("worker:{WORKER}"),
    };
    demo_result::run(app, report).await.map(drop)
}
