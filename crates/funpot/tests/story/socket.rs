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
                Message::Text(text) => {
                    let frame: Value = serde_json::from_str(&text).expect("JSON");
                    assert_documented(&frame);
                    return frame;
                }
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

/// Every frame that a story receives is one that the document of the sockets has.
fn assert_documented(frame: &Value) {
    let document = funpot::live::asyncapi::document();
    let name = frame["type"].as_str().expect("a type");
    let schema = &document["components"]["messages"][name]["payload"];
    assert!(schema.is_object(), "{name} is not documented");
    assert_eq!(breach(schema, frame, name), None, "{frame}");
}

/// What is wrong with a value: a member that is missing, unknown, or of another type.
fn breach(schema: &Value, value: &Value, at: &str) -> Option<String> {
    if !schema["const"].is_null() {
        return (schema["const"] != *value).then(|| format!("{at} is not {}", schema["const"]));
    }
    let kinds = schema["type"].as_array().cloned().unwrap_or_else(|| vec![schema["type"].clone()]);
    if !kinds.iter().filter_map(Value::as_str).any(|kind| is_of(kind, value)) {
        return Some(format!("{at} is {value}, not of {kinds:?}"));
    }
    if let Some(items) = value.as_array() {
        return items.iter().find_map(|item| breach(&schema["items"], item, at));
    }
    let members = value.as_object()?;
    let is_missing = |name: &&Value| name.as_str().is_some_and(|name| !members.contains_key(name));
    if let Some(name) = schema["required"].as_array().and_then(|names| names.iter().find(is_missing)) {
        return Some(format!("{at} has no {name}"));
    }
    members.iter().find_map(|(name, member)| {
        let (known, rest) = (&schema["properties"][name], &schema["additionalProperties"]);
        match (known.is_object(), rest.is_object(), rest == &Value::Bool(false)) {
            (true, ..) => breach(known, member, &format!("{at}.{name}")),
            (_, true, _) => breach(rest, member, &format!("{at}.{name}")),
            (.., true) => Some(format!("{at} has an unknown {name}")),
            _ => None,
        }
    })
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => value.is_null(),
    }
}

#[test]
fn an_undocumented_frame_is_seen() {
    let document = funpot::live::asyncapi::document();
    let schema = &document["components"]["messages"]["EVENT_UPDATED"]["payload"];
    let frame = |payload: Value| json!({ "type": "EVENT_UPDATED", "ch": "c", "seq": 1, "ts": "t", "payload": payload });
    let sound = frame(json!({ "eventId": "e", "totals": { "a": 1 } }));
    assert_eq!(breach(schema, &sound, ""), None);
    for bad in [
        json!({ "eventId": "e" }),
        json!({ "eventId": "e", "totals": { "a": "1" } }),
        json!({ "eventId": 7, "totals": {} }),
        json!({ "eventId": "e", "totals": {}, "secret": 1 }),
    ] {
        assert!(breach(schema, &frame(bad.clone()), "").is_some(), "{bad}");
    }
}
