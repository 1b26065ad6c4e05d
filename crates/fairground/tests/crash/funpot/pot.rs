//! One event and everybody who votes on it, over HTTP.

use crate::counts::Answer;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use testkit::http::Client;

/// What a vote costs, and what each voter has.
const COST: i64 = 100;
const CREDITS: i64 = 1_000;
/// Votes that are asked for in one request.
const LOOKUP_MAX: usize = 500;

/// What was answered to a vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VoteResponse {
    /// The vote's id.
    Cast(String),
    /// A refusal.
    Refused(u16),
    /// No whole answer.
    Unknown,
}

impl Answer for VoteResponse {
    const UNKNOWN: Self = Self::Unknown;

    fn made(&self) -> Option<&str> {
        match self {
            Self::Cast(id) => Some(id),
            Self::Refused(_) | Self::Unknown => None,
        }
    }
}

/// A vote as it was asked for.
#[derive(Debug, Clone)]
pub struct Vote {
    /// Number of the voter.
    pub voter: usize,
    pub response: VoteResponse,
}

/// An event and its voters.
pub struct Pot {
    address: SocketAddr,
    event: String,
    options: Vec<String>,
    voters: Vec<(String, String)>,
}

fn post(client: &mut Client, path: &str, body: &Value) -> Value {
    let mut send = || client.send("POST", path, &[], body.to_string().as_bytes()).expect("answers");
    let mut answer = send();
    // A busy machine may say "not now".
    for _ in 0..20 {
        if answer.status != 503 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(500));
        answer = send();
    }
    assert!(answer.status < 300, "{path}: {} {}", answer.status, answer.text);
    answer.json
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

impl Pot {
    /// Makes an event and `count` voters, other than those of earlier rounds.
    pub fn open(address: SocketAddr, count: usize, round: u64) -> Self {
        let mut client = Client::new(address);
        let first = round * 1_000_000;
        let body = json!({ "first": first, "count": count, "credits": CREDITS });
        let made = post(&mut client, "/funpot/_load/voters", &body);
        let voters = made["voters"].as_array().expect("voters").iter();
        let voters = voters.map(|voter| (text(&voter["userId"]), text(&voter["token"]))).collect();
        let body = json!({ "first": first, "count": 1, "cost": COST, "openSec": 1_800 });
        let made = post(&mut client, "/funpot/_load/events", &body);
        let event = &made["events"][0];
        let options = event["options"].as_array().expect("options").iter().map(text).collect();
        Self { address, event: text(&event["eventId"]), options, voters }
    }

    /// Casts the votes of every `callers`-th voter until the server is gone.
    pub fn vote(&self, caller: usize, callers: usize, over: &AtomicBool) -> Vec<Vote> {
        let mut client = Client::new(self.address);
        let mut journal = Vec::new();
        for voter in (caller..self.voters.len()).step_by(callers) {
            if over.load(Ordering::Relaxed) {
                break;
            }
            let response = self.send(&mut client, voter);
            let is_gone = response == VoteResponse::Unknown;
            journal.push(Vote { voter, response });
            if is_gone {
                break;
            }
        }
        journal
    }

    /// The same vote again.
    pub fn cast(&self, vote: &Vote) -> VoteResponse {
        self.send(&mut Client::new(self.address), vote.voter)
    }

    /// Casts what nobody asked for yet: then everybody has voted.
    pub fn cast_the_rest(&self, journal: &mut Vec<Vote>) {
        let mut client = Client::new(self.address);
        let asked: std::collections::HashSet<usize> = journal.iter().map(|vote| vote.voter).collect();
        for voter in (0..self.voters.len()).filter(|voter| !asked.contains(voter)) {
            let response = self.send(&mut client, voter);
            assert!(response.made().is_some(), "{voter}: {response:?}");
            journal.push(Vote { voter, response });
        }
    }

    fn send(&self, client: &mut Client, voter: usize) -> VoteResponse {
        let (_, token) = &self.voters[voter];
        let option = &self.options[voter % self.options.len()];
        let body = json!({ "eventId": self.event, "optionId": option, "cost": COST }).to_string();
        let (bearer, key) = (format!("Bearer {token}"), format!("key-{voter}"));
        let headers = [("authorization", bearer.as_str()), ("idempotency-key", key.as_str())];
        match client.send("POST", "/funpot/api/votes", &headers, body.as_bytes()) {
            Ok(answer) if answer.status == 200 => VoteResponse::Cast(text(&answer.json["voteId"])),
            // A server that is ending may say that it is not available: then nobody knows.
            Ok(answer) if answer.status >= 500 => VoteResponse::Unknown,
            Ok(answer) => VoteResponse::Refused(answer.status),
            Err(_) => VoteResponse::Unknown,
        }
    }

    /// Every acknowledged vote is there, under the id that was answered.
    pub fn hold_to(&self, journal: &[Vote]) {
        let mut client = Client::new(self.address);
        for chunk in journal.chunks(LOOKUP_MAX) {
            let states = self.states(&mut client, chunk);
            for (vote, state) in chunk.iter().zip(&states) {
                assert_eq!(state["voteId"].as_str(), vote.response.made(), "voter {}", vote.voter);
            }
        }
    }

    /// Closes the event and names its first option the winner.
    pub fn decide(&self) {
        let body = json!({ "eventId": self.event, "optionId": self.options[0] });
        post(&mut Client::new(self.address), "/funpot/_load/decide", &body);
    }

    /// Whether every vote has its outcome; none has another one than its option's.
    pub fn is_settled(&self, journal: &[Vote]) -> bool {
        let mut client = Client::new(self.address);
        journal.chunks(LOOKUP_MAX).all(|chunk| {
            let states = self.states(&mut client, chunk);
            chunk.iter().zip(&states).all(|(vote, state)| {
                let due = if vote.voter % self.options.len() == 0 { "won" } else { "lost" };
                let outcome = state["outcome"].as_str().unwrap_or("none");
                assert!(["none", due].contains(&outcome), "voter {} {outcome}", vote.voter);
                outcome == due
            })
        })
    }

    fn states(&self, client: &mut Client, votes: &[Vote]) -> Vec<Value> {
        let place = |vote: &Vote| json!({ "userId": self.voters[vote.voter].0, "eventId": self.event });
        let places: Vec<Value> = votes.iter().map(place).collect();
        let found = post(client, "/funpot/_load/statuses", &json!({ "votes": places }));
        found["statuses"].as_array().expect("statuses").clone()
    }
}
