//! A second dialect, as a stall with a contract of its own writes it, and that stall behind a real server. No facts here.
//!
//! Frames are `{"type","ch","seq","ts","payload"}`, commands `{"action":"subscribe","channels":[…],"since":{channel:seq}}`.

use crate::harness::{serve_with, settings};
use crate::live_harness::Client;
use axum::Router;
use axum::extract::{FromRef, State};
use axum::response::Response;
use axum::routing::get;
use kernel::{Clock as _, Meaning, Refusal, SystemClock, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::{Request, Response as Handshake};
use tokio_tungstenite::{client_async, tungstenite};
use web::live::dialect::{Dialect, DialectRules, Notice, UpdateFrame};
use web::live::{
    Channel, ChannelRequest, ClientMessage, CloseReason, Hub, SocketEndpoint, SocketFault, SocketLimits,
    SocketOpening, SocketParts, SocketProtocol, SocketSession, SocketSettings, Update, UpgradeRequest,
    UserHistory, UserStreams,
};
use web::{Edge, Query, Refused, Shutdown, serve, shutdown};

/// The dialect. Clients sign in within a second, which a real one would make five.
#[derive(Debug)]
pub struct PotDialect;

pub static POT: PotDialect = PotDialect;

/// How soon a client must sign in.
pub const SIGN_IN_WITHIN: Duration = Duration::from_secs(1);

#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "lowercase")]
enum Command {
    Auth {
        token: String,
    },
    Subscribe {
        #[serde(default)]
        channels: Vec<String>,
        channel: Option<String>,
        #[serde(default)]
        since: HashMap<String, u64>,
    },
    Unsubscribe {
        #[serde(default)]
        channels: Vec<String>,
        channel: Option<String>,
    },
    Ping,
    Hello {
        #[serde(default)]
        batch: bool,
    },
}

impl Dialect for PotDialect {
    fn rules(&self) -> DialectRules {
        DialectRules {
            subprotocol: Some("pot.v1"),
            sign_in_within: Some(SIGN_IN_WITHIN),
            bad_tickets_max: 1,
            renews_sign_in: true,
            resumes_channels: true,
        }
    }

    fn update(&self, update: &UpdateFrame<'_>) -> String {
        let UpdateFrame { topic, kind, sequence, published_at, body } = update;
        let (topic, ts) = (topic.unwrap_or_default(), published_at.rfc3339());
        format!(r#"{{"type":"{kind}","ch":"{topic}","seq":{sequence},"ts":"{ts}","payload":{body}}}"#)
    }

    fn notice(&self, notice: &Notice<'_>, at: Timestamp) -> Option<String> {
        let (kind, payload) = match *notice {
            Notice::Hello(_) => return None,
            Notice::Pong => ("PONG", json!({})),
            Notice::SignedIn => ("SIGNED_IN", json!({})),
            Notice::Subscribed { channel, sequence } => {
                ("SUBSCRIBED", json!({ "channel": channel, "seq": sequence }))
            }
            Notice::Unsubscribed { channel } => ("UNSUBSCRIBED", json!({ "channel": channel })),
            Notice::Resync { channel, sequence } => {
                ("RESYNC_REQUIRED", json!({ "channel": channel, "seq": sequence }))
            }
            Notice::Error { fault, channel } => {
                ("ERROR", json!({ "code": error_code(fault), "channel": channel }))
            }
        };
        Some(json!({ "type": kind, "ts": at.rfc3339(), "payload": payload }).to_string())
    }

    fn batch(&self, frames: &[axum::extract::ws::Utf8Bytes]) -> Option<String> {
        let frames: Vec<&str> = frames.iter().map(|frame| frame.as_str()).collect();
        Some(format!(r#"{{"type":"BATCH","payload":{{"messages":[{}]}}}}"#, frames.join(",")))
    }

    fn parse(&self, text: &str) -> Result<ClientMessage, SocketFault> {
        Ok(match serde_json::from_str(text).map_err(|_| SocketFault::BadMessage)? {
            Command::Auth { token } => ClientMessage::Auth { ticket: token },
            Command::Subscribe { channels, channel, mut since } => {
                let names = channels.into_iter().chain(channel);
                let request = |name: String| ChannelRequest { since: since.remove(&name), name };
                ClientMessage::Subscribe(names.map(request).collect())
            }
            Command::Unsubscribe { channels, channel } => {
                ClientMessage::Unsubscribe(channels.into_iter().chain(channel).collect())
            }
            Command::Ping => ClientMessage::Ping,
            Command::Hello { batch } => ClientMessage::Batch(batch),
        })
    }

    fn close(&self, reason: CloseReason) -> (u16, &'static str) {
        match reason {
            CloseReason::Left | CloseReason::Silent | CloseReason::Stalled => (1000, ""),
            CloseReason::Broken => (1002, "protocol_error"),
            CloseReason::TooSlow => (1013, "slow_reader"),
            CloseReason::TooManyFrames => (1008, "rate_limited"),
            CloseReason::BadTickets | CloseReason::SignInLate | CloseReason::SignedOut => {
                (4401, "unauthenticated")
            }
            CloseReason::TooLarge => (1009, "too_large"),
            CloseReason::TooManyOfUser => (4429, "too_many_connections"),
            CloseReason::Unavailable => (1011, "unavailable"),
            CloseReason::GoingAway => (1001, "going_away"),
        }
    }
}

fn error_code(fault: SocketFault) -> u16 {
    match fault {
        SocketFault::BadMessage => 4400,
        SocketFault::SignInFirst | SocketFault::BadTicket => 4401,
        SocketFault::ForbiddenChannel => 4403,
        SocketFault::UnknownChannel => 4404,
        SocketFault::AlreadySignedIn => 4409,
        SocketFault::TooManyChannels => 4429,
        SocketFault::Unavailable => 4503,
    }
}

/// `jwt-N` is user N for an hour, `jwt-N-old` until two seconds ago; `streamer:…` is for those signed in, `user:N` for user N.
pub struct PotProtocol;

fn session_of(token: &str) -> Result<SocketSession, Refusal> {
    let read = || {
        let text = token.strip_prefix("jwt-")?;
        let (user, secs) = text.strip_suffix("-old").map_or((text, 3_600), |user| (user, -2));
        let expires_at = SystemClock.now().plus_secs(secs);
        Some(SocketSession { user: user.parse().ok()?, session_id: 1, expires_at })
    };
    read().ok_or_else(|| Refusal::new(Meaning::Unauthenticated, "INVALID_TOKEN", "Log in again."))
}

impl SocketProtocol for PotProtocol {
    fn hello(&self) -> String {
        String::from("{}")
    }

    fn channel(&self, name: &str) -> Option<Channel> {
        let (kind, id) = name.split_once(':')?;
        match kind {
            "streamer" | "game" => Some(Channel::SignedIn(name.to_owned().into())),
            "user" => Some(Channel::Owned { owner: id.parse().ok()?, topic: name.to_owned().into() }),
            _ => None,
        }
    }

    async fn authenticate(&self, ticket: &str) -> Result<SocketSession, Refusal> {
        session_of(ticket)
    }

    async fn snapshot(&self, channel: &str, _: Option<i64>) -> Result<Vec<Update>, Refusal> {
        Ok(match channel {
            "streamer:1" => vec![Update::total("EVENTS", 0, "[]")],
            _ => Vec::new(),
        })
    }

    async fn user_head(&self, _: i64) -> Result<u64, Refusal> {
        Ok(0)
    }
}

#[derive(Clone)]
struct Pot {
    edge: Edge,
    endpoint: SocketEndpoint<PotProtocol>,
}

impl FromRef<Pot> for Edge {
    fn from_ref(pot: &Pot) -> Self {
        pot.edge.clone()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Watch {
    streamer_id: Option<u64>,
}

async fn realtime(
    State(pot): State<Pot>,
    Query(watch): Query<Watch>,
    request: UpgradeRequest,
) -> Result<Response, Refused> {
    let session = match request.token() {
        Some(token) => Some(session_of(token?)?),
        None => None,
    };
    let channels = watch.streamer_id.map(|id| format!("streamer:{id}")).into_iter().collect();
    pot.endpoint.accept_with(request, SocketOpening { session, channels })
}

/// A running server of the stall.
pub struct PotServer {
    pub hub: Hub,
    pub endpoint: SocketEndpoint<PotProtocol>,
    pub address: SocketAddr,
    _shutdown: Shutdown,
}

/// A server with a history of its own: another one is another life.
pub async fn pot_server() -> PotServer {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    let (shutdown, closing) = shutdown();
    let clock = Arc::new(SystemClock);
    let hub = Hub::with_dialect(clock.clone(), &POT);
    let users = UserStreams::with_dialect(clock, UserHistory::default(), &POT);
    let parts = SocketParts { hub: hub.clone(), users, closing: closing.clone() };
    let limits =
        SocketLimits { channels: 32, per_user: 1_000, per_address: 1_000, ..SocketLimits::default() };
    let endpoint =
        SocketEndpoint::new(PotProtocol, parts, SocketSettings { limits, ..SocketSettings::default() });
    let state = endpoint.clone();
    let route =
        |edge| Router::new().route("/realtime", get(realtime)).with_state(Pot { edge, endpoint: state });
    let router = serve_with(settings(), route).router;
    tokio::spawn(serve(listener, router, closing));
    PotServer { hub, endpoint, address, _shutdown: shutdown }
}

impl PotServer {
    pub fn request(&self, path: &str) -> Request {
        format!("ws://{}{path}", self.address).into_client_request().expect("a well-formed address")
    }

    pub async fn connect(&self, request: Request) -> Result<(Client, Handshake), tungstenite::Error> {
        let stream = TcpStream::connect(self.address).await.expect("accepted");
        client_async(request, stream).await.map(|(socket, handshake)| (Client(socket), handshake))
    }

    /// A client of a user, by the header.
    pub async fn client_of(&self, user: i64) -> Client {
        let mut request = self.request("/realtime");
        let token = format!("Bearer jwt-{user}").parse().expect("a header");
        request.headers_mut().insert("authorization", token);
        self.connect(request).await.expect("let in").0
    }

    /// A client that watches a channel from a number on, or from its snapshot on, and has heard the answer to that.
    pub async fn watcher(&self, channel: &str, since: Option<u64>) -> (Client, Value) {
        let mut client = self.client_of(7).await;
        let since = since.map_or_else(|| json!({}), |since| json!({ channel: since }));
        client
            .send(&json!({ "action": "subscribe", "channels": [channel], "since": since }).to_string())
            .await;
        let answer = client.receive().await;
        assert_eq!(answer["type"], "SUBSCRIBED", "{answer}");
        (client, answer)
    }

    /// Publishes a fact that carries `n`.
    pub fn publish(&self, channel: &str, n: u64) {
        self.hub.publish(channel, Update::fact("EVENT_CREATED", json!({ "n": n }).to_string()));
    }
}
