//! What is published and how it reads on the wire. Who gets it is decided elsewhere.

use bytes::Bytes;
use std::str::FromStr;
use std::sync::Arc;

/// One thing to tell.
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

/// An update with its place, encoded.
#[derive(Debug)]
pub struct Message {
    /// Where in the topic it stands.
    pub at: ResumePoint,
    /// Its JSON alone, for sockets.
    pub body: Bytes,
    /// As a server-sent event, ready to be written.
    pub event: Bytes,
    kind: &'static str,
    merge: Option<i64>,
}

impl Message {
    pub(super) fn new(at: ResumePoint, update: Update) -> Arc<Self> {
        let Update { kind, merge, body } = update;
        let data = body.replace('\n', "\ndata: ");
        let event = Bytes::from(format!("id: {at}\nevent: {kind}\ndata: {data}\n\n"));
        Arc::new(Self { at, body: Bytes::from(body), event, kind, merge })
    }

    /// Whether this one makes `older` needless.
    pub(super) fn replaces(&self, older: &Self) -> bool {
        self.merge.is_some() && self.merge == older.merge && self.kind == older.kind
    }
}
