//! The simulator's routes: a socket and a history for each venue, and the control endpoint.

use super::Protocol;
use super::faults::{Fault, FaultControl};
use super::market::{ScheduledEvent, SimulatedVenue};
use super::tape::TapeEvent;
use super::wire::{self, PriceFactor, Subscriptions};
use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, Query, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tokio::time::{Interval, interval, sleep_until};
use web::Closing;

/// As Coinbase does it; Kraken does it when nothing else is said.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(1);
/// As Binance does it.
const PING_EVERY: Duration = Duration::from_secs(20);

#[derive(Clone)]
struct ServerState {
    venues: Arc<[Arc<SimulatedVenue>]>,
    closing: Closing,
}

impl ServerState {
    fn venue(&self, name: &str) -> Option<Arc<SimulatedVenue>> {
        let protocol = Protocol::named(name)?;
        self.venues.iter().find(|venue| venue.profile.protocol == protocol).cloned()
    }
}

/// All routes.
pub(super) fn router(venues: Arc<[Arc<SimulatedVenue>]>, closing: Closing) -> Router {
    Router::new()
        .route("/control", get(faults).post(set_fault))
        .route("/{venue}", get(socket))
        .route("/{venue}/stream", get(socket))
        .route("/{venue}/{*path}", get(history))
        .with_state(ServerState { venues, closing })
}

#[derive(Deserialize)]
struct SetFault {
    venue: Option<String>,
    fault: Option<String>,
}

/// Tells which faults are on; with both names in the query it sets one first, as a browser's address line can.
async fn faults(State(state): State<ServerState>, Query(set): Query<SetFault>) -> Response {
    if set.venue.is_some() || set.fault.is_some() {
        return set_fault(State(state), Query(set)).await;
    }
    let faults = FaultControl::new(state.venues).faults();
    let fields = faults.iter().map(|(venue, fault)| format!(r#""{}":"{}""#, venue.name(), fault.name()));
    json(format!("{{{}}}", fields.collect::<Vec<_>>().join(",")))
}

async fn set_fault(State(state): State<ServerState>, Query(set): Query<SetFault>) -> Response {
    let venue = set.venue.as_deref().and_then(Protocol::named);
    let fault = set.fault.as_deref().and_then(Fault::named);
    match (venue, fault) {
        (Some(venue), Some(fault)) if FaultControl::new(state.venues.clone()).set(venue, fault) => {
            let nothing = SetFault { venue: None, fault: None };
            Box::pin(faults(State(state), Query(nothing))).await
        }
        _ => (StatusCode::BAD_REQUEST, "venue and fault must be known names\n").into_response(),
    }
}

async fn history(
    State(state): State<ServerState>,
    Path((name, path)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    let page = state.venue(&name).and_then(|venue| {
        let tape = venue.tape.lock();
        wire::history(venue.profile.protocol, &path, &query.unwrap_or_default(), &tape)
    });
    page.map_or_else(|| StatusCode::NOT_FOUND.into_response(), json)
}

fn json(body: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

async fn socket(
    State(state): State<ServerState>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    upgrade: WebSocketUpgrade,
) -> Response {
    let Some(venue) = state.venue(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let subscriptions = wire::subscriptions_in_url(venue.profile.protocol, &query.unwrap_or_default());
    upgrade.on_upgrade(move |socket| Connection::new(venue, socket, subscriptions).run(state.closing))
}

/// One socket.
struct Connection {
    venue: Arc<SimulatedVenue>,
    socket: WebSocket,
    subscriptions: Subscriptions,
    /// Frames sent, to cut every second one.
    sent: u64,
}

/// The client is gone.
struct Disconnected;

impl Connection {
    const fn new(venue: Arc<SimulatedVenue>, socket: WebSocket, subscriptions: Subscriptions) -> Self {
        Self { venue, socket, subscriptions, sent: 0 }
    }

    async fn run(mut self, mut closing: Closing) {
        let mut events = self.venue.events.subscribe();
        let mut fault = self.venue.fault.subscribe();
        let (mut heartbeats, mut pings) = (ticker(HEARTBEAT_EVERY), ticker(PING_EVERY));
        loop {
            let step = tokio::select! {
                () = closing.wait() => Err(Disconnected),
                () = disconnect_requested(&mut fault) => Err(Disconnected),
                event = events.recv() => self.forward_event(event).await,
                message = self.socket.recv() => self.on_message(message).await,
                _ = heartbeats.tick() => self.heartbeat().await,
                _ = pings.tick() => self.ping().await,
            };
            if step.is_err() {
                // Politely where the client still listens.
                let _gone = self.socket.send(Message::Close(None)).await;
                return;
            }
        }
    }

    async fn forward_event(
        &mut self,
        received: Result<ScheduledEvent, RecvError>,
    ) -> Result<(), Disconnected> {
        let ScheduledEvent { event, due } = match received {
            Ok(scheduled) => scheduled,
            Err(RecvError::Lagged(_)) => return Ok(()),
            Err(RecvError::Closed) => return Err(Disconnected),
        };
        sleep_until(due).await;
        let fault = self.venue.fault();
        let is_lost = matches!(event, TapeEvent::Trade(trade) if fault == Fault::Gap && trade.id % 5 < 2);
        let factor = PriceFactor(match fault {
            Fault::Tenfold => 10,
            Fault::Negative => -1,
            _ => 1,
        });
        match wire::frame(self.venue.profile.protocol, &event, self.subscriptions, factor) {
            Some(frame) if !is_lost => self.send_frame(frame).await,
            _ => Ok(()),
        }
    }

    async fn send_frame(&mut self, mut frame: String) -> Result<(), Disconnected> {
        self.sent += 1;
        match self.venue.fault() {
            Fault::Silence => return Ok(()),
            // Frames are plain ASCII, so that the middle is a character's border.
            Fault::Malformed if self.sent.is_multiple_of(2) => frame.truncate(frame.len() / 2),
            Fault::Twice => self.send(Message::text(frame.clone())).await?,
            _ => {}
        }
        self.send(Message::text(frame)).await
    }

    async fn on_message(
        &mut self,
        message: Option<Result<Message, axum::Error>>,
    ) -> Result<(), Disconnected> {
        let text = match message {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(Disconnected),
            Some(Ok(_)) => return Ok(()),
        };
        let (protocol, last) = (self.venue.profile.protocol, self.venue.tape.lock().last());
        let reply = wire::reply(protocol, text.as_str(), self.subscriptions, last);
        self.subscriptions = reply.subscriptions;
        for frame in reply.frames {
            self.send_frame(frame).await?;
        }
        Ok(())
    }

    async fn heartbeat(&mut self) -> Result<(), Disconnected> {
        let last_id = self.venue.tape.lock().last().map_or(0, |last| last.id);
        let at_us = self.venue.clock.now().as_micros();
        match wire::heartbeat(self.venue.profile.protocol, self.subscriptions, last_id, at_us) {
            Some(frame) => self.send_frame(frame).await,
            None => Ok(()),
        }
    }

    async fn ping(&mut self) -> Result<(), Disconnected> {
        self.send(Message::Ping(bytes::Bytes::from_static(b"fair"))).await
    }

    async fn send(&mut self, message: Message) -> Result<(), Disconnected> {
        self.socket.send(message).await.map_err(|_| Disconnected)
    }
}

/// Returns when sockets are to be closed.
async fn disconnect_requested(fault: &mut watch::Receiver<Fault>) {
    // An error means that the venue is gone, and with it the market.
    let _gone = fault.wait_for(|fault| *fault == Fault::Disconnect).await;
}

/// Ticks whose first one is a whole period away.
fn ticker(every: Duration) -> Interval {
    let mut ticker = interval(every);
    ticker.reset();
    ticker
}
