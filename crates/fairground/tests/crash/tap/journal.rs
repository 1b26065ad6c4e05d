//! What players were told about their taps, and what later answers keep those promises. It shares no code with the server
//! and knows nothing of its tables.

use crate::counts::Answer;
use serde_json::Value;
use std::time::Instant;

/// One tap that was sent.
#[derive(Debug, Clone)]
pub struct Tap {
    /// Number of the player.
    pub player: usize,
    /// The signed body, which a repeat uses again to the byte.
    pub body: String,
    /// The stake in it, cents.
    pub amount: i64,
    /// What a win pays, by the rate in it, cents.
    pub payout: i64,
    /// When it was signed.
    pub at: Instant,
    /// What the server said.
    pub response: PlaceResponse,
}

/// The answer to a tap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceResponse {
    /// 201 or 200 with this body.
    Confirmed { bet: String, body: Value },
    /// A documented refusal: no money was moved.
    Refused(String),
    /// No whole answer: it may have happened or not.
    Unknown,
}

impl Answer for PlaceResponse {
    const UNKNOWN: Self = Self::Unknown;

    fn made(&self) -> Option<&str> {
        match self {
            Self::Confirmed { bet, .. } => Some(bet),
            Self::Refused(_) | Self::Unknown => None,
        }
    }
}

/// A bet that was promised.
#[derive(Debug, Clone)]
pub struct Promise {
    pub bet: String,
    pub player: usize,
    pub amount: i64,
    pub payout: i64,
    /// Whether it was among the last before an end of the server.
    pub is_last: bool,
    /// Its outcome, once it was seen: it may never change.
    pub outcome: Option<String>,
}

impl Promise {
    /// The promise in a tap's answer, if there is one.
    pub fn of(tap: &Tap) -> Option<Self> {
        let bet = tap.response.made()?.to_owned();
        let Tap { player, amount, payout, .. } = *tap;
        Some(Self { bet, player, amount, payout, is_last: false, outcome: None })
    }

    /// Whether what the server says of the bet keeps the promise; notes its outcome.
    pub fn is_kept_by(&mut self, said: &Value) -> bool {
        let same = said["amount"] == self.amount && said["payout"] == self.payout;
        let status = said["status"].as_str().unwrap_or("not there");
        let may = match &self.outcome {
            Some(outcome) => status == outcome,
            None => status == "confirmed" || self.is_outcome(status),
        };
        if self.is_outcome(status) && self.outcome.is_none() {
            self.outcome = Some(status.to_owned());
        }
        same && may
    }

    fn is_outcome(&self, status: &str) -> bool {
        ["won", "lost", "void"].contains(&status)
    }

    /// What its outcome pays, cents.
    pub fn pays(&self) -> i64 {
        match self.outcome.as_deref() {
            Some("won") => self.payout,
            Some("void") => self.amount,
            _ => 0,
        }
    }
}

#[test]
fn an_outcome_that_was_seen_may_not_change() {
    let said = |status: &str| serde_json::json!({ "status": status, "amount": 100, "payout": 250 });
    let fresh =
        Promise { bet: "a".into(), player: 0, amount: 100, payout: 250, is_last: false, outcome: None };
    let mut promise = fresh.clone();
    assert!(promise.is_kept_by(&said("confirmed")));
    assert!(promise.is_kept_by(&said("won")));
    assert_eq!(promise.pays(), 250);
    assert!(!promise.is_kept_by(&said("lost")));
    assert!(!promise.is_kept_by(&said("confirmed")));
    assert!(!fresh.clone().is_kept_by(&Value::Null));
    assert!(!fresh.clone().is_kept_by(&said("insufficient_funds")));
    assert!(!Promise { payout: 251, ..fresh }.is_kept_by(&said("won")));
}
