//! What one connection remembers of the responses to its own logs, and what it can request next because of them.

use super::journal::Entry;
use crate::results::Outcome;
use crate::wire::{ExchangeError, IdempotencyKey, Response, number_field, string_field, uuid_bytes};
use rand::Rng;

/// Answered requests a connection can still replay. More would only cost cache.
const RECENT_MAX: usize = 128;
/// With a code these are what bots must expect; everything else is a failure.
const REFUSALS: [u16; 2] = [422, 429];
/// Transactions of a trade: one a leg.
const LEGS: i64 = 2;

/// New logs to be written: one, or a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogRequest {
    /// Number of the bot.
    pub bot: u32,
    /// How many logs; 0: one that is not in a batch.
    pub batch: u32,
    /// Its key.
    pub key: IdempotencyKey,
}

/// An acknowledged request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AcceptedLog {
    /// What was requested.
    pub request: LogRequest,
    /// The id of the first log, which a replay must repeat.
    first: [u8; 16],
}

/// A request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TirisRequest {
    /// New logs that move money.
    Log(LogRequest),
    /// The same again.
    Replay(AcceptedLog),
    /// A purchase that must be refused.
    TooMuch(LogRequest),
    /// A log that moves nothing.
    Informational(LogRequest),
    /// The fixed answer.
    Ceiling(LogRequest),
    /// The sub-accounts of a bot.
    Accounts(u32),
    /// Transactions of a bot.
    Transactions(u32),
    /// Logs of a bot.
    Logs(u32),
}

/// What one connection remembers.
#[derive(Debug, Default)]
pub struct History {
    /// Everything acknowledged.
    pub journal: Vec<Entry>,
    recent: Vec<AcceptedLog>,
}

impl History {
    /// Some acknowledged request, drawn at random.
    pub fn any(&self, rng: &mut impl Rng) -> Option<AcceptedLog> {
        (!self.recent.is_empty()).then(|| self.recent[rng.random_range(0..self.recent.len())])
    }

    /// Takes in the response to `request`.
    pub fn on_response<'a>(
        &mut self,
        request: &TirisRequest,
        response: Result<Response<'a>, ExchangeError>,
    ) -> Outcome<'a> {
        match (request, Outcome::of(response, &REFUSALS, "\"code\""), response) {
            (TirisRequest::Log(log), Outcome::Accepted, Ok(response)) => self.record(*log, LEGS, &response),
            (TirisRequest::Informational(log), Outcome::Accepted, Ok(response)) => {
                self.record(*log, 0, &response)
            }
            (TirisRequest::Replay(first), Outcome::Accepted, Ok(response))
                if log_ids(response.body).next() != Some(first.first) =>
            {
                Outcome::Mismatch
            }
            (TirisRequest::TooMuch(_), Outcome::Accepted, _) => Outcome::Failed("overdraft_accepted".into()),
            (_, outcome, _) => outcome,
        }
    }

    fn record<'a>(&mut self, request: LogRequest, transactions: i64, response: &Response<'a>) -> Outcome<'a> {
        if request.batch > 0 && number_field(response.body, "\"written\"") != Some(i64::from(request.batch)) {
            return Outcome::Failed("batch_in_part".into());
        }
        let before = self.journal.len();
        self.journal.extend(log_ids(response.body).map(|log| Entry { log, transactions }));
        let Some(first) = self.journal.get(before).map(|entry| entry.log) else {
            return Outcome::Failed("malformed_answer".into());
        };
        if self.journal.len() - before != request.batch.max(1) as usize {
            return Outcome::Failed("malformed_answer".into());
        }
        let accepted = AcceptedLog { request, first };
        if transactions > 0 && self.recent.len() < RECENT_MAX {
            self.recent.push(accepted);
        } else if transactions > 0 {
            let at = usize::from(first[15]) % RECENT_MAX;
            self.recent[at] = accepted;
        }
        Outcome::Accepted
    }
}

/// The ids of the logs in an answer: each log is an object that begins with its own.
fn log_ids(mut body: &[u8]) -> impl Iterator<Item = [u8; 16]> {
    std::iter::from_fn(move || {
        let at = body.windows(6).position(|window| window == b"{\"id\":")?;
        let id = string_field(&body[at..], "\"id\"").and_then(uuid_bytes)?;
        body = &body[at + 6..];
        Some(id)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng as _;
    use rand::rngs::SmallRng;

    const ONE: &[u8] =
        br#"{"success":true,"data":{"id":"00000000-0000-8000-8000-000000000001","type":"long"}}"#;
    const OTHER: &[u8] =
        br#"{"success":true,"data":{"id":"00000000-0000-8000-8000-000000000002","type":"long"}}"#;
    const TWO: &[u8] =
        br#"{"data":{"results":[{"index":0,"log":{"id":"00000000-0000-8000-8000-000000000001"}},
        {"index":1,"log":{"id":"00000000-0000-8000-8000-000000000002"}}],"written":2,"refused":0}}"#;

    fn log(batch: u32) -> LogRequest {
        LogRequest { bot: 1, batch, key: IdempotencyKey(1, 2) }
    }

    fn ok(status: u16, body: &[u8]) -> Result<Response<'_>, ExchangeError> {
        Ok(Response { status, body })
    }

    #[test]
    fn acknowledged_logs_are_journaled_and_a_replay_must_name_the_first() {
        let mut history = History::default();
        assert_eq!(history.on_response(&TirisRequest::Log(log(0)), ok(201, ONE)), Outcome::Accepted);
        let accepted = history.any(&mut SmallRng::seed_from_u64(1)).unwrap();
        let mut replay = |body| history.on_response(&TirisRequest::Replay(accepted), ok(201, body));
        assert_eq!((replay(ONE), replay(OTHER)), (Outcome::Accepted, Outcome::Mismatch));
        assert_eq!(history.on_response(&TirisRequest::Log(log(2)), ok(200, TWO)), Outcome::Accepted);
        assert_eq!(history.journal.len(), 3);
    }

    #[test]
    fn a_batch_in_part_and_an_overdraft_are_failures() {
        let mut history = History::default();
        let mut outcome = |request: TirisRequest, body| history.on_response(&request, ok(200, body));
        assert_eq!(outcome(TirisRequest::Log(log(3)), TWO), Outcome::Failed("batch_in_part".into()));
        assert_eq!(outcome(TirisRequest::TooMuch(log(0)), ONE), Outcome::Failed("overdraft_accepted".into()));
        assert_eq!(outcome(TirisRequest::Log(log(0)), b"{}"), Outcome::Failed("malformed_answer".into()));
    }
}
