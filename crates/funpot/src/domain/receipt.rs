//! The receipt of an attempt: everything that went into the split and everything that came out of it, so that anybody can compute it
//! again. Voters stand in it under a hash; each knows the salt of their own.

use super::canonical;
use super::event::PotEvent;
use super::result::EventResult;
use super::settlement::Attempt;
use super::split::{Stake, pays};
use super::vote::Vote;
use hmac::{Hmac, KeyInit, Mac};
use kernel::{PublicIds, TypedId, UserId};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

use super::ids::{TransferId, VoteId};

/// How a receipt names its kind.
pub const RECEIPT_FORMAT: &str = "fairground-funpot-receipt-1";

/// Bytes of a voter's salt.
const SALT_BYTES: usize = 16;

/// What a receipt says beside its votes.
pub struct ReceiptParts<'r> {
    /// The event.
    pub event: &'r PotEvent,
    /// The attempt, all of it paid.
    pub attempt: &'r Attempt,
    /// The result it was paid by, if any.
    pub result: Option<&'r EventResult>,
    /// Height and hash of the newest block of the ledger's chain.
    pub chain_head: Option<(i64, String)>,
    /// The hash of the attempt before.
    pub previous: Option<String>,
}

/// The salt of a voter, hex: told to that voter alone.
#[must_use]
pub fn salt(event_salt: &[u8], seq: i64) -> String {
    let mac: Hmac<Sha256> = Hmac::new_from_slice(event_salt).expect("HMAC takes keys of every length");
    hex(&mac.chain_update(seq.to_be_bytes()).finalize().into_bytes()[..SALT_BYTES])
}

/// The name of a voter in a receipt: SHA-256 over the salt's hex digits, a colon and the user's public id.
#[must_use]
pub fn user_hash(salt: &str, user: &str) -> String {
    hex(&Sha256::digest(format!("{salt}:{user}").as_bytes()))
}

/// All of the body but its votes, which are read from their table again whenever it is asked for.
#[must_use]
pub fn header(parts: &ReceiptParts<'_>, public: &PublicIds) -> Value {
    let ReceiptParts { event, attempt, .. } = parts;
    let option_id = |option: Option<usize>| option.and_then(|option| event.option_id(option));
    let options: Vec<Value> =
        event.options.iter().map(|choice| json!({ "id": choice.id, "label": choice.label })).collect();
    let totals: serde_json::Map<String, Value> = event
        .options
        .iter()
        .zip(&event.tallies)
        .map(|(choice, tally)| (choice.id.clone(), json!({ "stake": tally.stake, "votes": tally.votes })))
        .collect();
    let evidence = parts.result.map(|result| json_of(&result.evidence));
    let mut body = json!({
        "eventId": public.encode(event.id),
        "streamerId": public.encode(event.streamer),
        "attempt": attempt.number,
        "terms": {
            "title": event.title, "kind": event.kind.as_str(), "options": options, "costPerVote": event.cost,
            "opensAt": event.opens_at.rfc3339(), "closesAt": event.closes_at.rfc3339(),
        },
        "totals": totals,
        "result": {
            "optionId": option_id(attempt.option), "outcome": attempt.outcome(),
            "reason": attempt.reason.map(super::split::RefundReason::as_str),
            "decidedAt": attempt.decided_at.rfc3339(), "evidence": evidence,
        },
        "parameters": { "rakeBps": attempt.rake_bps },
        "pool": attempt.stakes,
        "rake": attempt.rake,
        "rounding": attempt.rounding,
        "ledgerRange": attempt.transfers.map(|(from, to)| {
            json!({ "from": public.encode(TransferId(from)), "to": public.encode(TransferId(to)) })
        }),
        "chainHead": parts.chain_head.as_ref().map(|(height, hash)| json!({ "height": height, "hash": hash })),
    });
    if let Some(previous) = &parts.previous {
        body["previous"] = json!(previous);
    }
    body
}

/// One vote as it stands in a receipt.
#[must_use]
pub fn vote_entry(event: &PotEvent, attempt: &Attempt, vote: &Vote, public: &PublicIds) -> Value {
    let stake = Stake { option: vote.option, amount: vote.cost, accepted_at: vote.accepted_at };
    let (_, payout) = pays(&attempt.split(), &stake, attempt.decided_at);
    json!({
        "voteId": public.encode(VoteId::from_i64(vote.id.0)),
        "userHash": user_hash(&salt(&event.salt, vote.seq), &public.encode(UserId(vote.user.0))),
        "optionId": event.option_id(vote.option),
        "stake": vote.cost,
        "acceptedAt": vote.accepted_at.rfc3339(),
        "payout": payout,
    })
}

/// The canonical text of the body: the header with the votes in it.
#[must_use]
pub fn body_text(header: &Value, votes: Vec<Value>) -> String {
    let mut body = header.clone();
    body["votes"] = Value::Array(votes);
    canonical::canonical(&body)
}

/// SHA-256 of a body.
#[must_use]
pub fn digest(body: &str) -> [u8; 32] {
    Sha256::digest(body.as_bytes()).into()
}

/// Bytes as hex digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing into a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A JSON object that was stored; what is none counts as empty.
#[must_use]
pub fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| json!({}))
}
