//! What is published and how it reads on the wire. Who gets it is decided elsewhere.

use super::dialect::{Dialect, UpdateFrame};
use axum::extract::ws::Utf8Bytes;
use bytes::Bytes;
use kernel::Timestamp;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

/// One thing to publish.
#[derive(Debug, Clone)]
pub struct Update {
    pub(super) kind: &'static str,
    pub(super) merge: Option<i64>,
    pub(super) body: String,
}

impl Update {
    /// A total: a later one of the same kind and key makes this one needless. `body` is JSON.
    #[must_use]
    pub fn total(kind: &'static str, key: i64, body: impl Into<String>) -> Self {
        Self { kind, merge: Some(key), body: body.into() }
    }

    /// A fact (a final state): every subscriber gets it. `body` is JSON.
    #[must_use]
    pub fn fact(kind: &'static str, body: impl Into<String>) -> Self {
        Self { kind, merge: None, body: body.into() }
    }
}

/// A place in a topic's history: which life of the topic, and how far into it. Written `life-sequence`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResumePoint {
    /// Changes when the topic is forgotten or the process restarts.
    pub life: u64,
    /// The number of the last update seen.
    pub sequence: u64,
}

impl std::fmt::Display for ResumePoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:x}-{}", self.life, self.sequence)
    }
}

impl FromStr for ResumePoint {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (life, sequence) = text.split_once('-').ok_or(())?;
        let life = u64::from_str_radix(life, 16).map_err(|_| ())?;
        Ok(Self { life, sequence: sequence.parse().map_err(|_| ())? })
    }
}

/// Where messages come from: it decides how they are written.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub dialect: &'static dyn Dialect,
    /// `None` for the private streams of users.
    pub topic: Option<Arc<str>>,
}

/// An update with its place and time. Each of its two wire forms is made at most once, by the first reader that needs it,
/// and its bytes are shared by all others.
#[derive(Debug)]
pub struct Message {
    /// Where in the topic it stands.
    pub at: ResumePoint,
    /// Its JSON alone.
    pub body: Bytes,
    origin: Origin,
    published_at: Timestamp,
    kind: &'static str,
    merge: Option<i64>,
    event: OnceLock<Bytes>,
    frame: OnceLock<Utf8Bytes>,
}

impl Message {
    pub(super) fn new(
        origin: &Origin,
        at: ResumePoint,
        published_at: Timestamp,
        update: Update,
    ) -> Arc<Self> {
        let Update { kind, merge, body } = update;
        let (event, frame) = (OnceLock::new(), OnceLock::new());
        let (origin, body) = (origin.clone(), Bytes::from(body));
        Arc::new(Self { at, body, origin, published_at, kind, merge, event, frame })
    }

    /// As a server-sent event, ready to be written.
    #[must_use]
    pub fn event(&self) -> Bytes {
        let make = || {
            let data = self.text().replace('\n', "\ndata: ");
            Bytes::from(format!("id: {}\nevent: {}\ndata: {data}\n\n", self.at, self.kind))
        };
        self.event.get_or_init(make).clone()
    }

    /// As the text of a socket's frame, in the dialect of the hub or the streams it was published to.
    #[must_use]
    pub fn frame(&self) -> Utf8Bytes {
        let write = || {
            Utf8Bytes::from(self.origin.dialect.update(&UpdateFrame {
                topic: self.origin.topic.as_deref(),
                kind: self.kind,
                sequence: self.at.sequence,
                published_at: self.published_at,
                body: self.text(),
            }))
        };
        self.frame.get_or_init(write).clone()
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("a body is made from a string")
    }

    /// Whether this one makes `older` needless. A mailbox may hold several topics: a kind of one says nothing of another.
    pub(super) fn replaces(&self, older: &Self) -> bool {
        self.merge.is_some()
            && self.merge == older.merge
            && self.kind == older.kind
            && self.at.life == older.at.life
    }
}
