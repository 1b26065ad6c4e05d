//! One-time tickets: what a browser shows on a socket, whose address must not carry its session's id.

use super::sessions::SessionHash;
use crate::Chance;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::Timestamp;
use parking_lot::Mutex;
use std::collections::{HashMap, VecDeque};

/// Seconds a ticket is good for: a browser opens its socket at once.
pub const TICKET_LIFETIME_S: i64 = 30;
/// Tickets alive at once; about 12 MB. At thirty seconds each this is over three thousand log-ins a second.
const TICKETS_MAX: usize = 100_000;

/// 128 random bits.
type Bits = [u8; 16];

#[derive(Default)]
struct Outstanding {
    sessions: HashMap<Bits, (SessionHash, Timestamp)>,
    /// In the order of their ends, which is that of their making.
    order: VecDeque<(Timestamp, Bits)>,
}

/// The tickets that were given out and not used.
#[derive(Default)]
pub struct Tickets(Mutex<Outstanding>);

/// More tickets are alive than we keep; callers answer "not now".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyTickets;

impl Tickets {
    /// None given out.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A ticket for a session: 22 characters, good once within thirty seconds. Errors: too many are alive.
    pub fn issue(
        &self,
        chance: &dyn Chance,
        session: SessionHash,
        now: Timestamp,
    ) -> Result<String, TooManyTickets> {
        let mut bits = Bits::default();
        chance.fill(&mut bits);
        let mut outstanding = self.0.lock();
        outstanding.drop_ended(now);
        if outstanding.order.len() >= TICKETS_MAX {
            return Err(TooManyTickets);
        }
        let end = now.plus_secs(TICKET_LIFETIME_S);
        outstanding.sessions.insert(bits, (session, end));
        outstanding.order.push_back((end, bits));
        Ok(URL_SAFE_NO_PAD.encode(bits))
    }

    /// Uses a ticket up. Of any number of parallel callers exactly one is told the session, which may be over by now.
    #[must_use]
    pub fn take(&self, shown: &str, now: Timestamp) -> Option<SessionHash> {
        let mut bits = Bits::default();
        let length = URL_SAFE_NO_PAD.decode_slice(shown, &mut bits).ok()?;
        let (session, end) =
            (length == bits.len()).then(|| self.0.lock().sessions.remove(&bits)).flatten()?;
        (end > now).then_some(session)
    }
}

impl Outstanding {
    fn drop_ended(&mut self, now: Timestamp) {
        while let Some((_, bits)) = self.order.pop_front_if(|(end, _)| *end <= now) {
            self.sessions.remove(&bits);
        }
    }
}

impl std::fmt::Debug for Tickets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tickets").field("alive", &self.0.lock().sessions.len()).finish_non_exhaustive()
    }
}
