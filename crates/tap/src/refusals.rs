//! Every refusal of the stall in its caller's words: one exhaustive match per enum, code and text nowhere else.

use crate::domain::bet_place::PlaceRefusal;
use crate::domain::limits::LimitRefusal;
use crate::domain::withdrawal::{AMOUNT_MAX, PaymentRefusal};
use identity::proofs::wallet::{SignatureFault, SiweRefusal};
use kernel::{Meaning, PublicIds, Refusal};
use serde_json::json;
use std::borrow::Cow;

/// How the codes that all stalls share are spelled here (spec, section 12).
#[must_use]
pub fn spell(code: &'static str) -> Cow<'static, str> {
    match code {
        "MISSING_TOKEN" | "INVALID_TOKEN" | "TOKEN_EXPIRED" => "invalid_session".into(),
        "VALIDATION_ERROR" | "INVALID_REQUEST" | "REQUEST_TIMEOUT" => "bad_request".into(),
        "SERVICE_UNAVAILABLE" => "overloaded".into(),
        "TOO_MANY_REQUESTS" => "rate_limited".into(),
        "ROUTE_NOT_FOUND" => "not_found".into(),
        "PRICE_FEED_STALE" => code.into(),
        other => other.to_ascii_lowercase().into(),
    }
}

/// Why no bet was made.
#[must_use]
pub fn of_place(refusal: &PlaceRefusal, public: &PublicIds) -> Refusal {
    match refusal {
        PlaceRefusal::CellIsNotOnTheGrid => invalid("bad_cell", "This is not a cell of the grid."),
        PlaceRefusal::AmountIsNotAPreset => {
            invalid("bad_amount", "Choose one of the stakes that are offered. No money was moved.")
                .with_details(json!({ "presets": crate::domain::grid::PRESETS }))
        }
        PlaceRefusal::TooLate => {
            invalid("too_late", "This column can no longer be tapped. No money was moved.")
        }
        PlaceRefusal::CellIsNotOffered => {
            invalid("cell_not_offered", "This cell is not offered now. No money was moved.")
        }
        PlaceRefusal::QuoteExpired { fresh_rate } | PlaceRefusal::RateWasNeverOffered { fresh_rate } => {
            conflict("quote_expired", "The rate you saw is no longer valid. No money was moved.")
                .with_details(json!({ "fresh_rate": fresh_rate }))
        }
        PlaceRefusal::QuoteMoved { fresh_rate } => {
            conflict("quote_moved", "The price moved meanwhile. No money was moved.")
                .with_details(json!({ "fresh_rate": fresh_rate }))
        }
        PlaceRefusal::PriceFeedStale { retry_after_s } => price_feed_stale(*retry_after_s),
        PlaceRefusal::VolatilityHalt => pause(
            "volatility_halt",
            "The price moves too wildly to be quoted. No money was moved.",
            PAUSE_RETRY_S,
        ),
        PlaceRefusal::WarmingUp => pause(
            "warming_up",
            "Prices have been watched for too short a time to quote. No money was moved.",
            PAUSE_RETRY_S,
        ),
        PlaceRefusal::NonceWasUsed => Refusal::new(
            Meaning::Unauthenticated,
            "replay_detected",
            "This nonce was used for another bet. No money was moved.",
        ),
        PlaceRefusal::CellIsTaken { bet } => {
            conflict("duplicate_cell", "You have a bet on this cell already.")
                .with_details(json!({ "bet_id": public.encode(*bet) }))
        }
        PlaceRefusal::LimitReached { limit, allowed } => of_limit(*limit, *allowed),
        PlaceRefusal::InsufficientFunds { bet, balance } => {
            invalid("insufficient_funds", "Your balance is smaller than the stake. No money was moved.")
                .with_details(json!({ "bet_id": public.encode(*bet), "balance": balance }))
        }
    }
}

fn invalid(code: &'static str, text: &'static str) -> Refusal {
    Refusal::new(Meaning::Invalid, code, text)
}

fn conflict(code: &'static str, text: &'static str) -> Refusal {
    Refusal::new(Meaning::Conflict, code, text)
}

/// Betting pauses for everybody.
fn pause(code: &'static str, text: &'static str, retry_after_s: u64) -> Refusal {
    Refusal::new(Meaning::Unavailable, code, text).retry_after(retry_after_s)
}

fn price_feed_stale(retry_after_s: u64) -> Refusal {
    let text = "Betting is paused until prices are fresh again. No money was moved.";
    pause("PRICE_FEED_STALE", text, retry_after_s).with_details(json!({ "retry_after": retry_after_s }))
}

/// Seconds after which a pause without an end may be over.
const PAUSE_RETRY_S: u64 = 5;
/// Seconds after which the house may have money again.
const HOUSE_RETRY_S: u64 = 30;

fn of_limit(limit: LimitRefusal, allowed: Option<i64>) -> Refusal {
    if limit == LimitRefusal::BankrollIsBelowItsFloor {
        let text = "The house takes no bets at the moment. No money was moved.";
        return Refusal::new(Meaning::Unavailable, "house_limit", text).retry_after(HOUSE_RETRY_S);
    }
    let text = match allowed {
        Some(_) => "This bet would exceed a limit; a smaller stake fits. No money was moved.",
        None => "This cell has reached a limit. No money was moved.",
    };
    conflict("limit_reached", text).with_details(json!({ "limit": limit.to_string(), "max_amount": allowed }))
}

/// Why no money came or went.
#[must_use]
pub fn of_payment(refusal: PaymentRefusal) -> Refusal {
    match refusal {
        PaymentRefusal::AmountIsOutOfRange => {
            invalid("bad_amount", "This amount cannot be moved. No money was moved.")
                .with_details(json!({ "min_amount": 1, "max_amount": AMOUNT_MAX }))
        }
        PaymentRefusal::AddressIsNotTheWallet => invalid(
            "bad_address",
            "Money is sent to the wallet you signed in with, nowhere else. No money was moved.",
        ),
        PaymentRefusal::InsufficientFunds { balance } => {
            invalid("insufficient_funds", "Your balance is smaller than the amount. No money was moved.")
                .with_details(json!({ "balance": balance }))
        }
        PaymentRefusal::KeyWasUsed => Refusal::new(
            Meaning::Unprocessable,
            "idempotency_key_reused",
            "This key was used for a request that said something else. No money was moved.",
        ),
        PaymentRefusal::WasDecided(state) => {
            conflict("already_decided", "This withdrawal was decided otherwise before. No money was moved.")
                .with_details(json!({ "status": state.as_str() }))
        }
    }
}

/// Why a log-in was refused.
#[must_use]
pub fn of_siwe(refusal: SiweRefusal) -> Refusal {
    let code = refusal.code();
    let meaning = if code == "bad_request" { Meaning::Invalid } else { Meaning::Unauthenticated };
    let text = match code {
        "bad_request" => "The message is too long to be a log-in.",
        "wrong_domain" => "This message was written for another site.",
        "wrong_chain" => "Accounts of this chain cannot log in here.",
        "replay_detected" => "This log-in was used before, or its nonce is not ours. Ask for a new one.",
        "signature_expired" => "This message is too old, or its time has not come. Sign a new one.",
        "contract_wallet_unsupported" => "Contract wallets cannot log in here yet. Use a wallet with a key.",
        "tampered_payload" => "The message is not the one we asked you to sign.",
        _ => "The signature is not this wallet's.",
    };
    Refusal::new(meaning, code, text).with_details(json!({ "reason": refusal.as_str() }))
}

/// Why a bet's signature was refused.
#[must_use]
pub fn of_signature(fault: SignatureFault) -> Refusal {
    let text = "The bet is not signed by this session's key. No money was moved.";
    Refusal::new(Meaning::Unauthenticated, fault.code(), text)
}

/// The bet's clock is too far from ours.
#[must_use]
pub fn signature_expired() -> Refusal {
    let text = "The bet was signed too long ago, or your clock is ahead. No money was moved.";
    Refusal::new(Meaning::Unauthenticated, "signature_expired", text)
}

/// The bet names another chain than is allowed.
#[must_use]
pub fn wrong_chain() -> Refusal {
    Refusal::new(Meaning::Unauthenticated, "wrong_chain", "Bets of this chain are not taken here.")
}

/// Nobody who is logged in.
#[must_use]
pub fn invalid_session() -> Refusal {
    Refusal::new(Meaning::Unauthenticated, "invalid_session", "Sign in again: this session is over.")
}

/// Too many log-ins at once.
#[must_use]
pub fn too_many_logins() -> Refusal {
    Refusal::new(Meaning::Unavailable, "overloaded", "Too many people are signing in. Try again.")
        .retry_after(1)
}

/// The proof is sealed with its minute.
#[must_use]
pub fn proof_pending(seconds: u64) -> Refusal {
    Refusal::new(
        Meaning::Conflict,
        "proof_pending",
        "The proof is complete when the minute of its last tick is sealed.",
    )
    .retry_after(seconds)
}
