//! Following the outbox: events that opened, moved or closed are taken over into memory, and sockets are sent what was committed,
//! whichever node committed it. It acts on nothing: losing it costs freshness.

use crate::app::App;
use crate::domain::event::Tally;
use crate::domain::ids::EventId;
use crate::domain::pot_event::{self, BalanceChanged, ConfigChanged, OfEvent, SystemNotice, VoteAccepted};
use crate::publish;
use crate::usecase::{config_reload, live_load};
use parking_lot::Mutex;
use serde::de::DeserializeOwned;
use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;
use store::outbox::Queued;
use store::outbox_tail::OutboxTail;
use web::Closing;

/// Between two looks.
const REST: Duration = Duration::from_millis(20);
/// After a look that failed.
const AFTER_FAILURE: Duration = Duration::from_secs(1);
/// Facts whose numbers are remembered: more than a look ever sees twice.
const SEEN_MAX: usize = 4_096;

/// Follows the outbox until the process closes.
pub async fn run(app: Arc<App>, mut closing: Closing) {
    let mut follower = Follower { app, tail: None, seen: Seen::default() };
    while !closing.has_begun() {
        let rest = match follower.turn().await {
            Ok(()) => REST,
            Err(error) => {
                tracing::error!(%error, "the outbox cannot be followed; what it says will be read from the tables");
                follower.tail = None;
                AFTER_FAILURE
            }
        };
        tokio::select! {
            () = tokio::time::sleep(rest) => {}
            () = closing.wait() => {}
        }
    }
}

/// Numbers of facts that were handled: on PostgreSQL some are read again.
#[derive(Debug, Default)]
struct Seen {
    numbers: HashSet<i64>,
    order: VecDeque<i64>,
}

impl Seen {
    fn is_new(&mut self, number: i64) -> bool {
        if !self.numbers.insert(number) {
            return false;
        }
        self.order.push_back(number);
        if self.order.len() > SEEN_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.numbers.remove(&oldest);
        }
        true
    }
}

struct Follower {
    app: Arc<App>,
    tail: Option<OutboxTail>,
    seen: Seen,
}

impl Follower {
    async fn turn(&mut self) -> Result<(), StoreError> {
        let Some(tail) = &mut self.tail else {
            self.tail = Some(OutboxTail::at_end(&self.app.store).await?);
            // What happened before the tail began, or while it was lost, is read from the tables.
            return live_load::run(&self.app).await;
        };
        let facts = Mutex::new(Vec::new());
        tail.look(&self.app.store, &|look| facts.lock().extend_from_slice(look.facts)).await?;
        for queued in facts.into_inner() {
            if self.seen.is_new(queued.seq) {
                handle(&self.app, &queued).await?;
            }
        }
        Ok(())
    }
}

async fn handle(app: &Arc<App>, queued: &Queued) -> Result<(), StoreError> {
    let event = &queued.event;
    let lag_us = app.clock.now().as_micros() - event.occurred_at.as_micros();
    metrics::histogram!("ws_message_lag_seconds").record(lag_us.max(0) as f64 / 1_000_000.0);
    match event.kind.as_str() {
        pot_event::EVENT_OPENED | pot_event::EVENT_MOVED => opened(app, &read(&event.payload)?).await?,
        pot_event::VOTE_ACCEPTED => {
            let vote: VoteAccepted = read(&event.payload)?;
            count(app, &vote);
            publish::voted(app, &vote);
        }
        pot_event::EVENT_CLOSED => {
            let of: OfEvent = read(&event.payload)?;
            app.live.remove(EventId(of.event));
            if let Some(event) = live_load::row(app, EventId(of.event)).await? {
                publish::closed(app, &event);
            }
        }
        pot_event::VOTES_PAID => publish::paid(app, &read(&event.payload)?),
        pot_event::EVENT_SETTLED => publish::settled(app, &read(&event.payload)?),
        pot_event::BALANCE_CHANGED => {
            let changed: BalanceChanged = read(&event.payload)?;
            publish::balance(app, changed.user, changed.balance);
        }
        pot_event::CONFIG_CHANGED => {
            let changed: ConfigChanged = read(&event.payload)?;
            config_reload::run(app).await?;
            let code = if changed.key.starts_with("flag.") { "flag_changed" } else { "config_changed" };
            publish::notice(app, code, &changed.key);
        }
        pot_event::NOTICE => {
            let SystemNotice { code, message } = read(&event.payload)?;
            publish::notice(app, &code, &message);
        }
        pot_event::LLM_STAGE => publish::labelled(app, &read(&event.payload)?),
        pot_event::ASSIGNMENTS_CHANGED => app.assignments.notify_waiters(),
        _ => {}
    }
    Ok(())
}

async fn opened(app: &App, of: &OfEvent) -> Result<(), StoreError> {
    // One that was closed meanwhile is said to have opened all the same: its closing comes after.
    if let Some((event, prompts)) = live_load::one(app, EventId(of.event)).await? {
        publish::created(app, &event, &prompts);
    }
    Ok(())
}

fn count(app: &App, vote: &VoteAccepted) {
    let tallies: Vec<Tally> =
        vote.tallies.iter().map(|[votes, stake]| Tally { votes: *votes, stake: *stake }).collect();
    app.live.count(EventId(vote.event), vote.seq, (vote.user, vote.option), &tallies);
}

fn read<T: DeserializeOwned>(payload: &str) -> Result<T, StoreError> {
    serde_json::from_str(payload).map_err(|error| StoreError::Corrupt(format!("a fact: {error}")))
}
