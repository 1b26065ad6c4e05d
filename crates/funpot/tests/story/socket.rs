//! A client of the stall's sockets, and the stall behind a real address. No facts here.

use crate::harness::{Person, Story};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use std::time::Duration;
use testkit::open_stall::OpenStall;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{self, Message};

/// An open socket.
pub struct Client(WebSocketStream<TcpStream>);

impl Client {
    /// Sends a command.
    pub async fn send(&mut self, command: &Value) {
        self.0.send(Message::text(command.to_string())).await.expect("sent");
    }

    /// The next frame, or the code with which it was closed.
    pub async fn receive(&mut self) -> Value {
        loop {
            let frame = tokio::time::timeout(Duration::from_secs(10), self.0.next()).await;
            let frame = frame.expect("a frame within ten seconds").expect("an open socket").expect("a frame");
            match frame {
                Message::Text(text) => return serde_json::from_str(&text).expect("JSON"),
                Message::Close(frame) => {
                    return json!({ "type": "CLOSED", "code": frame.map(|frame| u16::from(frame.code)) });
                }
                _ => {}
            }
        }
    }

    /// What comes until nothing has come for this long.
    pub async fn rest(&mut self, quiet: Duration) -> Vec<Value> {
        let mut frames = Vec::new();
        while let Ok(frame) = tokio::time::timeout(quiet, self.receive()).await {
            frames.push(frame);
        }
        frames
    }

    /// Watches channels, from the numbers in `since` on, and waits until all are.
    pub async fn watch(&mut self, channels: &[String], since: &Value) {
        self.send(&json!({ "action": "subscribe", "channels": channels, "since": since })).await;
        for _ in channels {
            self.next("SUBSCRIBED").await;
        }
    }

    /// The next frame of this type; those before it are passed over.
    pub async fn next(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.receive().await;
            if frame["type"] == kind {
                return frame;
            }
        }
    }
}

/// The stall on a real address, for as long as the value lives.
pub async fn serve(story: &Story) -> (String, web::Shutdown) {
    serve_stall(&story.stall).await
}

/// The same of one node of several.
pub async fn serve_stall(stall: &OpenStall) -> (String, web::Shutdown) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound").to_string();
    let (shutdown, closing) = web::shutdown();
    tokio::spawn(web::serve(listener, stall.front.router(), closing));
    (address, shutdown)
}

/// Opens a socket, with a token in its header if there is one.
pub async fn connect(address: &str, path: &str, token: Option<&str>) -> Result<Client, tungstenite::Error> {
    let bearer = token.map(|token| ("authorization", format!("Bearer {token}")));
    connect_with(address, path, bearer).await
}

/// Opens a socket with a header more.
pub async fn connect_with(
    address: &str,
    path: &str,
    header: Option<(&'static str, String)>,
) -> Result<Client, tungstenite::Error> {
    let mut request = format!("ws://{address}{path}").into_client_request().expect("an address");
    if let Some((name, value)) = header {
        request.headers_mut().insert(name, value.parse().expect("a header"));
    }
    let stream = TcpStream::connect(address).await.expect("accepted");
    tokio_tungstenite::client_async(request, stream).await.map(|(socket, _)| Client(socket))
}

/// The channel of somebody's own.
pub fn user_channel(person: &Person) -> String {
    format!("user:{}", testkit::edge::public_ids().encode(person.user.id))
}
