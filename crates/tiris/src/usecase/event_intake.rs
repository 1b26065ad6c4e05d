//! Events as operators and bots see them: posting them, how they stand, dead letters, replays.

use super::auth_session::{self, From};
use crate::app::App;
use crate::domain::ids::ReplayId;
use crate::refusals;
use bus::inbound::gaps::Gap;
use bus::inbound::letters::Counts;
use bus::inbound::{InboundMessage, Intake, Letter, Outcome, Preview, gaps, letters};
use bus::nats::{Broker, ConsumerStatus};
use kernel::{Refusal, Timestamp, UserId};
use serde_json::{Value, json};
use store::audit::Level;
use store::{StoreError, Tx};

/// Messages of one replay at most.
const REPLAY_MAX: usize = 100_000;
/// Previews that an answer tells.
const PREVIEWS_MAX: usize = 1_000;

/// The way in, and the broker, where there is one.
pub struct EventInput {
    /// What applies events.
    pub intake: Intake,
    /// Where they come from.
    pub broker: Option<Broker>,
}

/// Takes posted events. Errors: the store.
pub async fn post(
    app: &App,
    source: &EventInput,
    messages: Vec<InboundMessage>,
) -> Result<Vec<Outcome>, Refusal> {
    Ok(source.intake.receive(&messages, app.clock.now()).await?)
}

/// How events stand.
#[derive(Debug, Clone)]
pub struct EventStatus {
    /// Since midnight.
    pub counts: Counts,
    /// Numbers that never came.
    pub gaps: Vec<Gap>,
    /// The broker's view; none: there is no broker, or it is away.
    pub consumers: Option<Vec<ConsumerStatus>>,
    /// `connected`, `disconnected` or `disabled`.
    pub broker: &'static str,
}

/// How events stand now.
pub async fn status(app: &App, source: &EventInput) -> Result<EventStatus, Refusal> {
    let midnight = Timestamp::from_secs(app.clock.now().as_secs().div_euclid(86_400) * 86_400);
    let read =
        move |tx: &mut Tx<'_>| Ok::<_, StoreError>((letters::counts(tx, midnight)?, gaps::list(tx, 100)?));
    let (counts, gaps) = app.store.read(read).await?;
    let (consumers, broker) = match &source.broker {
        None => (None, "disabled"),
        Some(broker) if broker.is_connected() => (broker.status().await.ok(), "connected"),
        Some(_) => (None, "disconnected"),
    };
    Ok(EventStatus { counts, gaps, consumers, broker })
}

/// A page of dead letters, newest first.
pub async fn dead(app: &App, before: Option<i64>, limit: i64) -> Result<Vec<Letter>, Refusal> {
    let before = before.unwrap_or(i64::MAX);
    Ok(app.store.read(move |tx: &mut Tx<'_>| letters::list(tx, before, limit)).await?)
}

/// One event by its number. Errors: 404.
pub async fn letter(app: &App, id: i64) -> Result<Letter, Refusal> {
    let found = app.store.read(move |tx: &mut Tx<'_>| letters::find(tx, id)).await?;
    found.ok_or_else(refusals::dead_letter_not_found)
}

/// What is done with a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterAct {
    /// It is tried again.
    Requeue,
    /// It is put away.
    Discard,
}

/// Does it. Errors: 404 for what is no dead letter.
pub async fn act(app: &App, by: UserId, id: i64, act: LetterAct, from: From) -> Result<(), Refusal> {
    let now = app.clock.now();
    let work = move |tx: &mut Tx<'_>| {
        let (done, action) = match act {
            LetterAct::Requeue => (letters::requeue(tx, id, now)?, "event.requeue"),
            LetterAct::Discard => (letters::discard(tx, id)?, "event.discard"),
        };
        if !done {
            return Err(refusals::dead_letter_not_found());
        }
        auth_session::record(tx, (action, Level::Warn), by, format!("event:{id}"), &from, now)?;
        Ok::<_, Refusal>(())
    };
    app.store.write(work).await
}

/// Which events are read again.
#[derive(Debug, Clone)]
pub struct ReplayInput {
    /// From when they arrived.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
    /// A public id; only this user's.
    pub user: Option<String>,
    /// Subjects; empty: all.
    pub event_types: Vec<String>,
    /// Only says what would happen.
    pub dry_run: bool,
}

/// What came of a replay.
#[derive(Debug, Clone)]
pub struct Replayed {
    /// Its number.
    pub id: ReplayId,
    /// Events that were read.
    pub read: usize,
    /// Applied, or that would be.
    pub applied: usize,
    /// Known before.
    pub duplicates: usize,
    /// Dead, or that would be.
    pub dead: usize,
    /// What those that are applied do, each with its name.
    pub effects: Vec<Value>,
}

/// Reads events of a window again through the way in that they all take: from the broker's streams where there is one, and
/// from what was kept here. Audited. Errors: the store.
pub async fn replay(
    app: &App,
    source: &EventInput,
    by: UserId,
    input: ReplayInput,
    from: From,
) -> Result<Replayed, Refusal> {
    let now = app.clock.now();
    let id = ReplayId(app.ids.next(now));
    let record = move |tx: &mut Tx<'_>| {
        auth_session::record(tx, ("event.replay", Level::Warn), by, format!("replay:{}", id.0), &from, now)
    };
    app.store.write(record).await?;
    let messages = chosen(gather(source, &input).await?, &input);
    let mut replayed =
        Replayed { id, read: messages.len(), applied: 0, duplicates: 0, dead: 0, effects: Vec::new() };
    if input.dry_run {
        for preview in source.intake.preview(messages, now).await? {
            replayed.count(&preview.outcome);
            replayed.push_effect(preview);
        }
    } else {
        for some in messages.chunks(100) {
            source.intake.receive(some, now).await?.iter().for_each(|outcome| replayed.count(outcome));
        }
    }
    Ok(replayed)
}

impl Replayed {
    fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Applied => self.applied += 1,
            Outcome::Duplicate => self.duplicates += 1,
            Outcome::Dead(_) => self.dead += 1,
            Outcome::Waiting => {}
        }
    }

    fn push_effect(&mut self, preview: Preview) {
        let effect = preview.effect.and_then(|effect| serde_json::from_str::<Value>(&effect).ok());
        if let Some(effect) = effect.filter(|_| self.effects.len() < PREVIEWS_MAX) {
            self.effects.push(json!({"event_id": preview.event_id, "effect": effect}));
        }
    }
}

async fn gather(source: &EventInput, input: &ReplayInput) -> Result<Vec<InboundMessage>, Refusal> {
    let window = (input.from, input.to);
    let mut messages = Vec::new();
    if let Some(broker) = source.broker.as_ref().filter(|broker| broker.is_connected()) {
        for stream in broker.settings().streams.iter().filter(|stream| !stream.name.ends_with("_DLQ")) {
            if let Ok(found) = broker.window(&stream.name, window, REPLAY_MAX).await {
                messages.extend(found);
            }
        }
    }
    let mut after = 0;
    loop {
        let page = source.intake.page(input.from, input.to, after).await?;
        let Some((last, _)) = page.last() else { return Ok(messages) };
        after = *last;
        messages.extend(page.into_iter().map(|(_, message)| message));
        if messages.len() >= REPLAY_MAX {
            return Ok(messages);
        }
    }
}

fn chosen(messages: Vec<InboundMessage>, input: &ReplayInput) -> Vec<InboundMessage> {
    let is_of = |message: &InboundMessage| match &input.user {
        None => true,
        Some(user) => {
            serde_json::from_str::<Value>(&message.payload).is_ok_and(|event| event["user_id"] == **user)
        }
    };
    let is_type = |message: &InboundMessage| {
        input.event_types.is_empty() || input.event_types.contains(&message.subject)
    };
    messages.into_iter().filter(|message| is_type(message) && is_of(message)).collect()
}
