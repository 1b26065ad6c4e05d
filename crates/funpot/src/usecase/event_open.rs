//! Opening an event, inside the transaction of whoever reports it.

use crate::app::App;
use crate::domain::event::{PotEvent, Settlement, State, Tally};
use crate::domain::event_create::{Bounds, CreateRefusal, Terms, check};
use crate::domain::game::Game;
use crate::domain::ids::{EventId, GameId, StreamerId};
use crate::domain::live_config::{LiveConfig, NumberKey};
use crate::domain::pot_event;
use crate::domain::streamer::{Streamer, StreamerStatus};
use crate::store::event_sources::{self, EventSource};
use crate::store::{events, games, prompts, streamers};
use identity::Chance;
use kernel::{IdSource, Timestamp};
use std::sync::Arc;
use store::{StoreError, Tx, outbox};

/// Bytes from which the salts of an event's voters are derived.
const SALT_BYTES: usize = 32;
/// The confidence below which a person looks, basis points, where no prompt says another.
const CONFIDENCE_MIN_BP: i64 = 5_000;

/// What opening works with; it is moved into the transaction.
#[derive(Clone)]
pub struct Opener {
    ids: Arc<IdSource>,
    chance: Arc<dyn Chance>,
    config: Arc<LiveConfig>,
    now: Timestamp,
}

/// An event as it is reported.
#[derive(Debug, Clone)]
pub struct Report {
    /// Whose stream.
    pub streamer: StreamerId,
    /// Of which game.
    pub game: Option<GameId>,
    /// What is open about its terms: see [`Draft`].
    pub draft: Draft,
    /// Where it comes from.
    pub source: EventSource,
    /// `worker:NAME` or `user:NUMBER`.
    pub reported_by: String,
    /// Whether a person has said yes: nothing is too unsure or to be looked at.
    pub is_judged: bool,
}

/// Terms in which some are left to the game and the configuration.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The terms; cost, time, rake and blind seconds count where the others are given.
    pub terms: Terms,
    /// What a vote costs, if the reporter says.
    pub cost: Option<i64>,
    /// For how long it is open, if the reporter says.
    pub open_s: Option<i64>,
}

impl Opener {
    /// With what is in force now.
    #[must_use]
    pub fn of(app: &App) -> Self {
        Self {
            ids: Arc::clone(&app.ids),
            chance: Arc::clone(&app.chance),
            config: app.config.load_full(),
            now: app.clock.now(),
        }
    }

    /// Opens the event that is reported, or says why not.
    pub fn open(
        &self,
        tx: &mut Tx<'_>,
        report: &Report,
    ) -> Result<Result<PotEvent, CreateRefusal>, StoreError> {
        let (streamer, game) = match self.place(tx, report)? {
            Ok(place) => place,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let terms = self.complete(&report.draft, game.as_ref());
        if events::by_external(tx, streamer.id, &terms.external_id)?.is_some() {
            return Ok(Err(CreateRefusal::Duplicate));
        }
        let bounds = self.bounds(tx, report, &streamer, game.as_ref())?;
        if let Err(refusal) = check(&terms, bounds) {
            return Ok(Err(refusal));
        }
        let event = self.event(report, terms);
        events::insert(tx, &event)?;
        event_sources::insert(tx, event.id, &report.source)?;
        outbox::append(
            tx,
            &[pot_event::of_event(self.ids.next(self.now), pot_event::EVENT_OPENED, &event, self.now)],
        )?;
        Ok(Ok(event))
    }

    /// The streamer and the game, if they may have events now.
    fn place(
        &self,
        tx: &mut Tx<'_>,
        report: &Report,
    ) -> Result<Result<(Streamer, Option<Game>), CreateRefusal>, StoreError> {
        let Some(streamer) = streamers::by_id(tx, report.streamer)? else {
            return Ok(Err(CreateRefusal::UnknownStreamer));
        };
        if streamer.status != StreamerStatus::Ok {
            return Ok(Err(CreateRefusal::StreamerNotOk));
        }
        // A stream that has become small has no new events of workers; those that are open go on.
        if !report.is_judged
            && streamers::is_below(tx, streamer.id, self.config.number(NumberKey::MinViewers))?
        {
            return Ok(Err(CreateRefusal::StreamerNotOk));
        }
        let Some(id) = report.game else { return Ok(Ok((streamer, None))) };
        let game = games::by_id(tx, id)?.filter(|game| game.takes_events(streamer.id, self.now));
        Ok(game.map(|game| (streamer, Some(game))).ok_or(CreateRefusal::GameNotActive))
    }

    /// The terms with what the game and the configuration say.
    fn complete(&self, draft: &Draft, game: Option<&Game>) -> Terms {
        let defaults = game.map(|game| game.defaults.clone()).unwrap_or_default();
        let number = |key| self.config.number(key);
        Terms {
            cost: draft
                .cost
                .or(defaults.cost_per_vote)
                .unwrap_or_else(|| number(NumberKey::EventDefaultCost)),
            open_s: draft.open_s.or(defaults.valid_for_sec).unwrap_or(0),
            rake_bps: defaults.rake_bps.unwrap_or_else(|| number(NumberKey::RakeBps)),
            blind_s: defaults.blind_sec.unwrap_or(0),
            ..draft.terms.clone()
        }
    }

    fn bounds(
        &self,
        tx: &mut Tx<'_>,
        report: &Report,
        streamer: &Streamer,
        game: Option<&Game>,
    ) -> Result<Bounds, StoreError> {
        let number = |key| self.config.number(key);
        let floor = prompts::confidence_floor(tx, streamer.id.0, report.game.map_or(0, |game| game.0))?;
        let live_max = game.and_then(|game| game.defaults.max_live);
        Ok(Bounds {
            open_s: (number(NumberKey::EventMinSec), number(NumberKey::EventMaxSec)),
            live_max: live_max.unwrap_or_else(|| number(NumberKey::EventMaxLive)),
            live: events::count_live(tx, streamer.id)?,
            confidence_min_bp: if report.is_judged { 0 } else { floor.unwrap_or(CONFIDENCE_MIN_BP) },
        })
    }

    fn event(&self, report: &Report, terms: Terms) -> PotEvent {
        let now = self.now;
        let mut salt = [0; SALT_BYTES];
        self.chance.fill(&mut salt);
        PotEvent {
            id: EventId(self.ids.next(now)),
            streamer: report.streamer,
            game: report.game,
            external_id: terms.external_id,
            title: terms.title.trim().to_owned(),
            kind: terms.kind,
            tallies: vec![Tally::default(); terms.options.len()],
            options: terms.options,
            cost: terms.cost,
            rake_bps: terms.rake_bps,
            blind_s: terms.blind_s,
            salt: salt.to_vec(),
            state: State::Live,
            settlement: Settlement::None,
            opens_at: now,
            closes_at: now.plus_secs(terms.open_s),
            closed_at: None,
            votes: 0,
            stakes: 0,
            result: None,
            settle_at: None,
            outcome: None,
            result_option: None,
            decided_at: None,
            created_by: report.reported_by.clone(),
            created_at: now,
        }
    }
}
