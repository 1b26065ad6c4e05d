//! The simulator's doors: a socket and a history for each venue, and the control endpoint.

use super::Protocol;
use super::control::{Control, Fault};
use super::market::{Booth, Told};
use super::tape::TapeEvent;
use super::wire::{self, Factor, Wanted};
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
struct Fair {
    booths: Arc<[Arc<Booth>]>,
    closing: Closing,
}

impl Fair {
    fn booth(&self, name: &str) -> Option<Arc<Booth>> {
        let protocol = Protocol::named(name)?;
        self.booths.iter().find(|booth| booth.character.protocol == protocol).cloned()
    }
}

/// All doors.
pub(super) fn router(booths: Arc<[Arc<Booth>]>, closing: Closing) -> Router {
    Router::new()
        .route("/control", get(faults).post(set_fault))
        .route("/{venue}", get(socket))
        .route("/{venue}/stream", get(socket))
        .route("/{venue}/{*path}", get(history))
        .with_state(Fair { booths, closing })
}

#[derive(Deserialize)]
struct SetFault {
    venue: Option<String>,
    fault: Option<String>,
}

/// Tells which faults are on; with both names in the query it sets one first, as a browser's address line can.
async fn faults(State(fair): State<Fair>, Query(set): Query<SetFault>) -> Response {
    if set.venue.is_some() || set.fault.is_some() {
        return set_fault(State(fair), Query(set)).await;
    }
    let faults = Control::new(fair.booths).faults();
    let fields = faults.iter().map(|(venue, fault)| format!(r#""{}":"{}""#, venue.name(), fault.name()));
    json(format!("{{{}}}", fields.collect::<Vec<_>>().join(",")))
}

async fn set_fault(State(fair): State<Fair>, Query(set): Query<SetFault>) -> Response {
    let venue = set.venue.as_deref().and_then(Protocol::named);
    let fault = set.fault.as_deref().and_then(Fault::named);
    match (venue, fault) {
        (Some(venue), Some(fault)) if Control::new(fair.booths.clone()).set(venue, fault) => {
            let nothing = SetFault { venue: None, fault: None };
            Box::pin(faults(State(fair), Query(nothing))).await
        }
        _ => (StatusCode::BAD_REQUEST, "venue and fault must be known names\n").into_response(),
    }
}

async fn history(
    State(fair): State<Fair>,
    Path((venue, path)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    let page = fair.booth(&venue).and_then(|booth| {
        let tape = booth.tape.lock();
        wire::history(booth.character.protocol, &path, &query.unwrap_or_default(), &tape)
    });
    page.map_or_else(|| StatusCode::NOT_FOUND.into_response(), json)
}

fn json(body: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

async fn socket(
    State(fair): State<Fair>,
    Path(venue): Path<String>,
    RawQuery(query): RawQuery,
    upgrade: WebSocketUpgrade,
) -> Response {
    let Some(booth) = fair.booth(&venue) else { return StatusCode::NOT_FOUND.into_response() };
    let wanted = wire::wanted_by_address(booth.character.protocol, &query.unwrap_or_default());
    upgrade.on_upgrade(move |socket| Client::new(booth, socket, wanted).run(fair.closing))
}

/// One socket.
struct Client {
    booth: Arc<Booth>,
    socket: WebSocket,
    wanted: Wanted,
    /// Frames sent, to cut every second one.
    sent: u64,
}

/// The client is gone.
struct Gone;

impl Client {
    const fn new(booth: Arc<Booth>, socket: WebSocket, wanted: Wanted) -> Self {
        Self { booth, socket, wanted, sent: 0 }
    }

    async fn run(mut self, mut closing: Closing) {
        let mut events = self.booth.events.subscribe();
        let mut fault = self.booth.fault.subscribe();
        let (mut heartbeats, mut pings) = (beat(HEARTBEAT_EVERY), beat(PING_EVERY));
        loop {
            let went_on = tokio::select! {
                () = closing.wait() => Err(Gone),
                () = disconnected(&mut fault) => Err(Gone),
                told = events.recv() => self.tell(told).await,
                message = self.socket.recv() => self.answer(message).await,
                _ = heartbeats.tick() => self.heartbeat().await,
                _ = pings.tick() => self.ping().await,
            };
            if went_on.is_err() {
                // Politely where the client still listens.
                let _gone = self.socket.send(Message::Close(None)).await;
                return;
            }
        }
    }

    async fn tell(&mut self, told: Result<Told, RecvError>) -> Result<(), Gone> {
        let Told { event, due } = match told {
            Ok(told) => told,
            Err(RecvError::Lagged(_)) => return Ok(()),
            Err(RecvError::Closed) => return Err(Gone),
        };
        sleep_until(due).await;
        let fault = self.booth.fault();
        let is_lost = matches!(event, TapeEvent::Trade(trade) if fault == Fault::Gap && trade.id % 5 < 2);
        let factor = Factor(match fault {
            Fault::Tenfold => 10,
            Fault::Negative => -1,
            _ => 1,
        });
        match wire::frame(self.booth.character.protocol, &event, self.wanted, factor) {
            Some(frame) if !is_lost => self.say(frame).await,
            _ => Ok(()),
        }
    }

    async fn say(&mut self, mut frame: String) -> Result<(), Gone> {
        self.sent += 1;
        match self.booth.fault() {
            Fault::Silence => return Ok(()),
            // Frames are plain ASCII, so that the middle is a character's border.
            Fault::Malformed if self.sent.is_multiple_of(2) => frame.truncate(frame.len() / 2),
            Fault::Twice => self.send(Message::text(frame.clone())).await?,
            _ => {}
        }
        self.send(Message::text(frame)).await
    }

    async fn answer(&mut self, message: Option<Result<Message, axum::Error>>) -> Result<(), Gone> {
        let text = match message {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(Gone),
            Some(Ok(_)) => return Ok(()),
        };
        let (protocol, last) = (self.booth.character.protocol, self.booth.tape.lock().last());
        let reply = wire::reply(protocol, text.as_str(), self.wanted, last);
        self.wanted = reply.wanted;
        for frame in reply.frames {
            self.say(frame).await?;
        }
        Ok(())
    }

    async fn heartbeat(&mut self) -> Result<(), Gone> {
        let last_id = self.booth.tape.lock().last().map_or(0, |last| last.id);
        let at_us = self.booth.clock.now().as_micros();
        match wire::heartbeat(self.booth.character.protocol, self.wanted, last_id, at_us) {
            Some(frame) => self.say(frame).await,
            None => Ok(()),
        }
    }

    async fn ping(&mut self) -> Result<(), Gone> {
        self.send(Message::Ping(bytes::Bytes::from_static(b"fair"))).await
    }

    async fn send(&mut self, message: Message) -> Result<(), Gone> {
        self.socket.send(message).await.map_err(|_| Gone)
    }
}

/// Returns when sockets are to be closed.
async fn disconnected(fault: &mut watch::Receiver<Fault>) {
    // An error means that the booth is gone, and with it the market.
    let _gone = fault.wait_for(|fault| *fault == Fault::Disconnect).await;
}

/// Beats whose first one is a whole period away.
fn beat(every: Duration) -> Interval {
    let mut beat = interval(every);
    beat.reset();
    beat
}
