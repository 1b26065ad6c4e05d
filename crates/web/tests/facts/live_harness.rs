//! A stall behind the socket door on a real server, and clients that talk to it. No facts here.

use crate::harness::{Api, serve_with, settings};
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use futures_util::{SinkExt, StreamExt};
use kernel::{Clock as _, Meaning, Refusal, SystemClock};
use serde_json::Value;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};
use web::live::{
    Channel, Hub, SocketEndpoint, SocketLimits, SocketParts, SocketProtocol, SocketSession, SocketSettings,
    Update, UpgradeRequest, UserHistory, UserStreams,
};
use web::{Served, Shutdown, serve, shutdown};

/// The last committed number of each user: what a database would know.
pub type Heads = Arc<Mutex<HashMap<i64, u64>>>;

/// `t-N` is the ticket of user N in session 1, `t-N.S` in session S, which is over at once if S is 0. `price` and `news` are public, `club` is for those signed in, `user` is the private stream.
pub struct Stall(pub Heads);

impl SocketProtocol for Stall {
    fn hello(&self) -> String {
        String::from(r#"{"version":1}"#)
    }

    fn channel(&self, name: &str) -> Option<Channel> {
        match name {
            "price" => Some(Channel::Public("t:price".into())),
            "news" => Some(Channel::Public("t:news".into())),
            "club" => Some(Channel::SignedIn("t:club".into())),
            "user" => Some(Channel::User),
            "broken" => Some(Channel::Public("t:broken".into())),
            _ => None,
        }
    }

    async fn authenticate(&self, ticket: &str) -> Result<SocketSession, Refusal> {
        let read = || {
            let text = ticket.strip_prefix("t-")?;
            let (user, session_id) = text.split_once('.').unwrap_or((text, "1"));
            let session_id = session_id.parse().ok()?;
            let expires_at = SystemClock.now().plus_secs(if session_id == 0 { 0 } else { 3_600 });
            Some(SocketSession { user: user.parse().ok()?, session_id, expires_at })
        };
        read().ok_or_else(|| Refusal::new(Meaning::Unauthenticated, "BAD_TICKET", "No."))
    }

    async fn snapshot(&self, channel: &str, user: Option<i64>) -> Result<Vec<Update>, Refusal> {
        match channel {
            "price" => Ok(vec![Update::total("snapshot", 0, r#"{"price":1}"#)]),
            "club" => Ok(vec![Update::total("snapshot", 0, format!(r#"{{"user":{}}}"#, user.unwrap_or(0)))]),
            "broken" => Err(Refusal::unavailable("for the test")),
            _ => Ok(Vec::new()),
        }
    }

    async fn user_head(&self, user: i64) -> Result<u64, Refusal> {
        Ok(self.0.lock().expect("not poisoned").get(&user).copied().unwrap_or(0))
    }
}

/// A running server with its door.
pub struct TestServer {
    pub hub: Hub,
    pub users: UserStreams,
    pub heads: Heads,
    pub door: SocketEndpoint<Stall>,
    pub address: SocketAddr,
    pub shutdown: Shutdown,
    pub serving: JoinHandle<Served>,
}

pub async fn server() -> TestServer {
    server_with(SocketSettings::default(), UserHistory::default()).await
}

pub async fn limited(limits: SocketLimits) -> TestServer {
    let origins = vec![String::from("https://play.example")];
    server_with(SocketSettings { origins, limits, ..SocketSettings::default() }, UserHistory::default()).await
}

pub async fn server_with(socket_settings: SocketSettings, history: UserHistory) -> TestServer {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    let (shutdown, closing) = shutdown();
    let (hub, users) =
        (Hub::with_clock(Arc::new(SystemClock)), UserStreams::with(Arc::new(SystemClock), history));
    let heads = Heads::default();
    let parts = SocketParts { hub: hub.clone(), users: users.clone(), closing: closing.clone() };
    let door = SocketEndpoint::new(Stall(heads.clone()), parts, socket_settings);
    let entrance = door.clone();
    let enter = move |_: State<Api>, request: UpgradeRequest| std::future::ready(entrance.accept(request));
    let live = |edge| Router::new().route("/live", get(enter)).with_state(Api(edge));
    let router = serve_with(settings(), live).router;
    let serving = tokio::spawn(serve(listener, router, closing));
    TestServer { hub, users, heads, door, address, shutdown, serving }
}

impl TestServer {
    pub fn request(&self, path: &str) -> Request {
        format!("ws://{}{path}", self.address).into_client_request().expect("a well-formed address")
    }

    /// A client that has heard `hello`.
    pub async fn client(&self) -> Client {
        let mut client = self.try_client(self.request("/live")).await.expect("let in");
        assert_eq!(client.receive().await["type"], "hello");
        client
    }

    /// A client of a user.
    pub async fn client_of(&self, user: i64) -> Client {
        self.client_in(user, 1).await
    }

    /// A client of a user's session.
    pub async fn client_in(&self, user: i64, session: i64) -> Client {
        let mut client = self.client().await;
        client.send(&format!(r#"{{"type":"auth","ticket":"t-{user}.{session}"}}"#)).await;
        client
    }

    pub async fn try_client(&self, request: Request) -> Result<Client, Error> {
        let stream = TcpStream::connect(self.address).await.expect("accepted");
        client_async(request, stream).await.map(|(socket, _)| Client(socket))
    }

    /// The status and code with which a client is refused.
    pub async fn refusal(&self, request: Request) -> (u16, String) {
        match self.try_client(request).await {
            Err(Error::Http(response)) => {
                let body = response.body().clone().unwrap_or_default();
                let body: Value = serde_json::from_slice(&body).unwrap_or_default();
                let code = body["error"]["code"].as_str().unwrap_or_default();
                (response.status().as_u16(), code.to_owned())
            }
            other => panic!("not refused: {:?}", other.map(|_| ())),
        }
    }

    /// Commits and publishes a user's next event.
    pub fn happen(&self, user: i64) -> u64 {
        let seq = self.commit(user);
        self.publish(user, seq);
        seq
    }

    pub fn commit(&self, user: i64) -> u64 {
        let mut heads = self.heads.lock().expect("not poisoned");
        let head = heads.entry(user).or_default();
        *head += 1;
        *head
    }

    pub fn publish(&self, user: i64, seq: u64) {
        self.users.publish(user, seq, Update::fact("event", format!(r#"{{"n":{seq}}}"#)));
    }
}

/// One client.
pub struct Client(pub WebSocketStream<TcpStream>);

impl Client {
    pub async fn send(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.expect("writable");
    }

    pub async fn subscribe(&mut self, channel: &str) {
        self.send(&format!(r#"{{"type":"subscribe","channels":["{channel}"]}}"#)).await;
    }

    pub async fn resume(&mut self, last_seq: u64) {
        self.send(&format!(r#"{{"type":"resume","last_seq":{last_seq}}}"#)).await;
    }

    /// The next text or close frame; `Err` is the closing code, 0 without one.
    pub async fn try_receive(&mut self) -> Result<Value, u16> {
        loop {
            let frame = tokio::time::timeout(Duration::from_secs(20), self.0.next());
            match frame.await.expect("something is said within 20 s") {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).expect("JSON")),
                Some(Ok(Message::Close(Some(close)))) => return Err(close.code.into()),
                Some(Ok(Message::Close(None)) | Err(_)) | None => return Err(0),
                Some(Ok(_)) => {}
            }
        }
    }

    pub async fn receive(&mut self) -> Value {
        self.try_receive().await.expect("not closed")
    }

    pub async fn closing_code(&mut self) -> u16 {
        loop {
            if let Err(code) = self.try_receive().await {
                return code;
            }
        }
    }

    pub async fn error(&mut self) -> String {
        let heard = self.receive().await;
        assert_eq!(heard["type"], "error", "{heard}");
        heard["data"]["code"].as_str().expect("a code").to_owned()
    }

    /// Returns when everything said so far has been obeyed; answers what was heard until then.
    pub async fn settle(&mut self) -> Vec<Value> {
        self.send(r#"{"type":"ping"}"#).await;
        let mut heard = Vec::new();
        loop {
            let next = self.receive().await;
            if next["type"] == "pong" {
                return heard;
            }
            heard.push(next);
        }
    }
}
