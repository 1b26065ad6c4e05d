//! What one connection did last, and when it has waited too long. Written by its socket and its requests, read by a timer.
//!
//! hyper's own header timer is not used: it counts idle keep-alive as a slow header and arms a timer per request.

use hyper::body::Body;
use parking_lot::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long a client may take to send a request's head, and to send anything after connecting.
const HEAD_MAX: Duration = Duration::from_secs(5);
/// How long a connection may be kept open without a request, or stand still in the middle of an answer.
const IDLE_MAX: Duration = Duration::from_secs(120);
/// How often a connection is looked at; a slow head lives at most this much longer than it may.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// What ends a head.
const HEAD_END: &[u8; 4] = b"\r\n\r\n";

/// How many bytes of the stream a request's body takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum BodyLength {
    /// So many.
    Exact(u64),
    /// It is chunked: only its reader knows.
    #[default]
    Unknown,
}

impl BodyLength {
    pub fn of(body: &impl Body) -> Self {
        match body.size_hint().exact() {
            Some(bytes) => Self::Exact(bytes),
            None if body.is_end_stream() => Self::Exact(0),
            None => Self::Unknown,
        }
    }
}

/// One connection's clock. Times are milliseconds since it was opened, plus one so that 0 can mean "none".
#[derive(Debug)]
pub(super) struct Activity {
    opened: Instant,
    moved_ms: AtomicU64,
    /// When the head being read began; 0 when none is.
    head_ms: AtomicU64,
    handling: AtomicBool,
    /// An answer without an end of its own is on its way.
    streaming: AtomicBool,
    leaving: AtomicBool,
    stream: Mutex<Stream>,
}

/// Where in the bytes of the connection its requests begin and end, as far as that can be seen from outside.
#[derive(Debug, Default)]
struct Stream {
    /// Bytes that came in.
    read: u64,
    /// The last bytes of the head being looked for.
    head_tail: [u8; 4],
    /// The last bytes of all.
    tail: [u8; 4],
    /// Where the head being read, or just read, ends; none while its end has not come.
    head_end: Option<u64>,
    /// Where the request being handled ends; none where that cannot be told.
    request_end: Option<u64>,
}

impl Stream {
    /// Notes bytes; looks for the end of a head while none is known.
    fn read(&mut self, bytes: &[u8]) {
        for (at, byte) in bytes.iter().enumerate() {
            if self.head_end.is_some() {
                break;
            }
            push(&mut self.head_tail, *byte);
            if &self.head_tail == HEAD_END {
                self.head_end = Some(self.read + at as u64 + 1);
            }
        }
        bytes.iter().skip(bytes.len().saturating_sub(4)).for_each(|byte| push(&mut self.tail, *byte));
        self.read += bytes.len() as u64;
    }

    fn request_began(&mut self, body: BodyLength) {
        self.request_end = match (self.head_end, body) {
            (Some(head_end), BodyLength::Exact(bytes)) => Some(head_end + bytes),
            _ => None,
        };
    }

    /// Whether bytes came in that belong to no finished request: the beginning of a next head.
    fn request_ended(&mut self) -> bool {
        // A chunked body ends as a head does.
        let ends_here = self.request_end.map_or(&self.tail == HEAD_END, |end| self.read <= end);
        // Where one request ends within what was read, the next head's end was read over; it is looked for no more.
        self.head_end = if ends_here { None } else { self.head_end };
        self.request_end = None;
        self.head_tail = [0; 4];
        !ends_here
    }
}

fn push(tail: &mut [u8; 4], byte: u8) {
    tail.rotate_left(1);
    tail[3] = byte;
}

impl Activity {
    pub fn new() -> Self {
        Self {
            opened: Instant::now(),
            moved_ms: AtomicU64::new(1),
            // A fresh connection owes us a head at once.
            head_ms: AtomicU64::new(1),
            handling: AtomicBool::new(false),
            streaming: AtomicBool::new(false),
            leaving: AtomicBool::new(false),
            stream: Mutex::default(),
        }
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX).saturating_add(1)
    }

    /// Bytes came in: outside of a request they begin a head.
    pub fn read(&self, bytes: &[u8]) {
        let now = self.now_ms();
        self.stream.lock().read(bytes);
        self.moved_ms.store(now, Ordering::Relaxed);
        if !self.handling.load(Ordering::Relaxed) && self.head_ms.load(Ordering::Relaxed) == 0 {
            self.head_ms.store(now, Ordering::Relaxed);
        }
    }

    /// Bytes went out.
    pub fn written(&self) {
        self.moved_ms.store(self.now_ms(), Ordering::Relaxed);
    }

    /// A request's head is complete and it is being handled.
    pub fn request_began(&self, body: &BodyLength) {
        self.stream.lock().request_began(*body);
        self.handling.store(true, Ordering::Relaxed);
        self.head_ms.store(0, Ordering::Relaxed);
    }

    /// The answer's head is known; its body may still be on its way. `in_step`: its own body was read to the end. What came
    /// in beyond the request begins the next head, whose clock starts now.
    pub fn request_ended(&self, in_step: bool) {
        let now = self.now_ms();
        let head_began = self.stream.lock().request_ended() && in_step;
        self.head_ms.store(if head_began { now } else { 0 }, Ordering::Relaxed);
        self.handling.store(false, Ordering::Relaxed);
        self.moved_ms.store(now, Ordering::Relaxed);
    }

    /// A stream of events began, or ended.
    pub fn set_streaming(&self, streaming: bool) {
        self.streaming.store(streaming, Ordering::Relaxed);
    }

    /// How long the connection has done nothing; none while it does something or was asked to go.
    pub fn idle(&self) -> Option<Duration> {
        let flags = [&self.handling, &self.streaming, &self.leaving];
        let busy = flags.iter().any(|flag| flag.load(Ordering::Relaxed));
        let since = self.now_ms().saturating_sub(self.moved_ms.load(Ordering::Relaxed));
        (!busy).then(|| Duration::from_millis(since))
    }

    /// The connection was asked to go.
    pub fn leave(&self) {
        self.leaving.store(true, Ordering::Relaxed);
    }

    /// Returns once the connection has waited too long.
    pub async fn overdue(&self) {
        while !self.is_overdue(self.now_ms()) {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    fn is_overdue(&self, now_ms: u64) -> bool {
        let longer_than =
            |since: u64, max: Duration| u128::from(now_ms.saturating_sub(since)) >= max.as_millis();
        let head_ms = self.head_ms.load(Ordering::Relaxed);
        if self.handling.load(Ordering::Relaxed) {
            false
        } else if head_ms > 0 {
            longer_than(head_ms, HEAD_MAX)
        } else {
            longer_than(self.moved_ms.load(Ordering::Relaxed), IDLE_MAX)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";

    fn head_is_due(reads: &[&[u8]], body: BodyLength) -> bool {
        let activity = Activity::new();
        activity.read(reads[0]);
        activity.request_began(&body);
        reads[1..].iter().for_each(|bytes| activity.read(bytes));
        activity.request_ended(true);
        activity.head_ms.load(Ordering::Relaxed) > 0
    }

    #[test]
    fn a_head_has_five_seconds_and_idleness_two_minutes() {
        let activity = Activity::new();
        assert!(!activity.is_overdue(5_000) && activity.is_overdue(5_001));
        activity.read(GET);
        activity.request_began(&BodyLength::Exact(0));
        assert!(!activity.is_overdue(9_000_000));
        activity.request_ended(true);
        assert!(!activity.is_overdue(119_000) && activity.is_overdue(120_100));
        activity.read(b"G");
        assert!(activity.is_overdue(5_100));
    }

    #[test]
    fn a_head_that_begins_behind_a_request_has_its_clock_too() {
        let half = [GET, b"GET / HT"].concat();
        assert!(head_is_due(&[&half], BodyLength::Exact(0)));
        assert!(head_is_due(&[GET, b"GET / HT"], BodyLength::Exact(0)));
        assert!(head_is_due(&[GET, b"body", b"GET"], BodyLength::Exact(4)));
        assert!(head_is_due(&[GET, b"0\r\n\r\n", b"GET"], BodyLength::Unknown));
    }

    #[test]
    fn a_finished_request_leaves_an_idle_connection() {
        assert!(!head_is_due(&[GET], BodyLength::Exact(0)));
        assert!(!head_is_due(&[GET, b"bo", b"dy"], BodyLength::Exact(4)));
        assert!(!head_is_due(&[&[GET, b"body"].concat()], BodyLength::Exact(4)));
        assert!(!head_is_due(&[GET, b"4\r\nbody\r\n0\r\n\r\n"], BodyLength::Unknown));
    }

    #[test]
    fn the_second_request_of_a_connection_is_measured_like_the_first() {
        let activity = Activity::new();
        for _ in 0..3 {
            activity.read(GET);
            activity.request_began(&BodyLength::Exact(0));
            activity.request_ended(true);
            assert_eq!(activity.head_ms.load(Ordering::Relaxed), 0);
        }
        activity.read(GET);
        activity.request_began(&BodyLength::Exact(0));
        activity.read(b"GET");
        activity.request_ended(true);
        assert!(activity.head_ms.load(Ordering::Relaxed) > 0);
    }
}
