//! A place in a waiting room as it is told, to programs and to pages alike; and the stream of it.

use super::queue_view::{OwnPlace, Standing, shown};
use crate::app::App;
use crate::domain::ids::EventId;
use futures_util::{Stream, stream};
use kernel::{Actor, Refusal};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;
use waiting_room::CONTRIBUTION_BYTES;

/// Somebody with fewer people before them hears of every movement, others now and then.
const NEAR: usize = 500;
const NEAR_EVERY: Duration = Duration::from_secs(1);
const FAR_EVERY: Duration = Duration::from_secs(5);

/// A place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PlaceData {
    /// early, waiting, not_open, sold_out, ready, used or pass_expired.
    pub state: &'static str,
    /// 1 is next, 0 is ready; none before the shuffle and after the turn.
    pub position: Option<usize>,
    /// How many wait in all.
    pub total_in_queue: usize,
    /// The number of the place in the order of joining.
    pub place: i64,
    /// Seconds; none: nobody knows.
    pub estimated_wait_seconds: Option<i64>,
    /// Probably not fewer seconds than this.
    pub estimated_wait_low: Option<i64>,
    /// Probably not more.
    pub estimated_wait_high: Option<i64>,
    /// Whether everything may be sold before the turn.
    pub may_sell_out: bool,
    /// Whether the turn has come.
    pub is_ready: bool,
    /// When the place was taken.
    pub joined_at: String,
    /// When there is nothing to wait for any more: the end of the sale.
    pub expires_at: Option<String>,
    /// For `X-Queue-Pass`.
    pub queue_pass: Option<String>,
    /// Until when it is good.
    pub queue_pass_expires_at: Option<String>,
}

/// A place as it is told.
#[must_use]
pub fn place_data(own: &OwnPlace, sale_ends_at: Option<kernel::Timestamp>) -> PlaceData {
    let blank = PlaceData {
        state: "waiting",
        position: None,
        total_in_queue: own.waiting,
        place: own.number,
        estimated_wait_seconds: None,
        estimated_wait_low: None,
        estimated_wait_high: None,
        may_sell_out: false,
        is_ready: false,
        joined_at: own.joined_at.rfc3339(),
        expires_at: sale_ends_at.map(kernel::Timestamp::rfc3339),
        queue_pass: None,
        queue_pass_expires_at: None,
    };
    match &own.standing {
        Standing::Early => PlaceData { state: "early", ..blank },
        Standing::NotOpen => PlaceData { state: "not_open", ..blank },
        Standing::Waiting { ahead, estimate, may_sell_out } => PlaceData {
            position: Some(ahead + 1),
            estimated_wait_seconds: estimate.map(|estimate| estimate.secs),
            estimated_wait_low: estimate.map(|estimate| estimate.low_secs),
            estimated_wait_high: estimate.map(|estimate| estimate.high_secs),
            may_sell_out: *may_sell_out,
            ..blank
        },
        Standing::SoldOut => PlaceData { state: "sold_out", ..blank },
        Standing::Ready { pass, until } => PlaceData {
            state: "ready",
            position: Some(0),
            is_ready: true,
            queue_pass: Some(pass.clone()),
            queue_pass_expires_at: Some(until.rfc3339()),
            ..blank
        },
        Standing::Used => PlaceData { state: "used", ..blank },
        Standing::RanOut => PlaceData { state: "pass_expired", ..blank },
    }
}

/// Reads a joiner's own chance: 32 hexadecimal digits.
pub fn read_contribution(text: &str) -> Result<[u8; CONTRIBUTION_BYTES], Refusal> {
    let wrong = || Refusal::field("contribution", "must be 32 hexadecimal digits");
    let digits = text.as_bytes();
    if digits.len() != 2 * CONTRIBUTION_BYTES || !digits.iter().all(u8::is_ascii_hexdigit) {
        return Err(wrong());
    }
    u128::from_str_radix(text, 16).map(u128::to_be_bytes).map_err(|_| wrong())
}

/// One thing a stream tells.
#[derive(Debug, Clone)]
pub struct PlaceEvent {
    /// The revision of the room it is true of.
    pub revision: i64,
    /// position, pass or error.
    pub kind: &'static str,
    /// JSON.
    pub body: String,
}

/// What somebody is told of their place: how it is now, then whenever it has moved; the pass at last, or that there is no
/// place. It ends after either.
pub fn events(app: &Arc<App>, actor: Actor, event: EventId) -> impl Stream<Item = PlaceEvent> + Send + use<> {
    let state = Watching {
        app: Arc::clone(app),
        actor,
        event,
        changed: app.waiting.watch(),
        next_at: Instant::now(),
        told: String::new(),
        is_over: false,
    };
    stream::unfold(state, |mut state| async {
        let told = state.next().await?;
        Some((told, state))
    })
}

struct Watching {
    app: Arc<App>,
    actor: Actor,
    event: EventId,
    changed: watch::Receiver<u64>,
    /// Not before.
    next_at: Instant,
    /// What was told last.
    told: String,
    is_over: bool,
}

impl Watching {
    async fn next(&mut self) -> Option<PlaceEvent> {
        while !self.is_over {
            tokio::time::sleep_until(self.next_at).await;
            self.changed.mark_unchanged();
            let event = self.now().await;
            if event.body != self.told {
                self.told.clone_from(&event.body);
                return Some(event);
            }
            // What is estimated changes although nobody moves.
            tokio::select! {
                changed = self.changed.changed() => self.is_over = changed.is_err(),
                () = tokio::time::sleep(FAR_EVERY) => {}
            }
        }
        None
    }

    async fn now(&mut self) -> PlaceEvent {
        let snapshot = self.app.catalogue.current();
        let queue = snapshot.queue(self.event);
        let own = match queue {
            Some(queue) => shown(&self.app, self.actor, queue).await.ok(),
            None => None,
        };
        let Some(own) = own else {
            self.is_over = true;
            return PlaceEvent { revision: 0, kind: "error", body: r#"{"code":"not_in_queue"}"#.to_owned() };
        };
        let is_near = matches!(own.standing, Standing::Waiting { ahead, .. } if ahead <= NEAR);
        self.next_at = Instant::now() + if is_near { NEAR_EVERY } else { FAR_EVERY };
        let data = place_data(&own, queue.and_then(|queue| queue.closes_at));
        self.is_over = data.is_ready || matches!(own.standing, Standing::Used | Standing::RanOut);
        let kind = if data.is_ready { "pass" } else { "position" };
        let body = serde_json::to_string(&data).unwrap_or_default();
        PlaceEvent { revision: own.revision, kind, body }
    }
}
