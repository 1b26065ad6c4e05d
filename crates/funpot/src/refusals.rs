//! Every refusal of the stall in its caller's words: one exhaustive match per enum, code and text nowhere else.

use crate::domain::event_create::CreateRefusal;
use crate::domain::live_config::{Flag, flag_name};
use crate::domain::payment::InvoiceRefusal;
use crate::domain::result::ResultRefusal;
use crate::domain::session::SessionRefusal;
use crate::domain::vote::VoteRefusal;
use crate::domain::withdrawal::WithdrawalRefusal;
use crate::gateway::{BotFault, TwitchFault};
use identity::proofs::telegram::InitDataFault;
use kernel::{Meaning, Refusal};
use serde_json::json;
use std::borrow::Cow;

/// How the codes that all stalls share are spelled here (spec, section 3).
#[must_use]
pub fn spell(code: &'static str) -> Cow<'static, str> {
    match code {
        "MISSING_TOKEN" | "INVALID_TOKEN" => "unauthenticated".into(),
        "VALIDATION_ERROR" | "INVALID_REQUEST" | "REQUEST_TIMEOUT" | "MISSING_IDEMPOTENCY_KEY" => {
            "bad_request".into()
        }
        "SERVICE_UNAVAILABLE" => "unavailable".into(),
        "TOO_MANY_REQUESTS" => "rate_limited".into(),
        "ROUTE_NOT_FOUND" => "not_found".into(),
        "REQUEST_IN_PROGRESS" => "idempotency_in_progress".into(),
        other => other.to_ascii_lowercase().into(),
    }
}

/// A capability that is switched off.
#[must_use]
pub fn feature_disabled(flag: Flag) -> Refusal {
    Refusal::new(Meaning::Unavailable, "FEATURE_DISABLED", "This is switched off at present.")
        .with_details(json!({ "flag": flag_name(flag) }))
        .retry_after(60)
}

/// A limit that operators set: so many in so many seconds.
#[must_use]
pub fn rate_limited(limit: u32, window_s: u32, retry_after_s: u64) -> Refusal {
    let text = format!("Too often. Try again in {retry_after_s} s.");
    Refusal::new(Meaning::TooMany, "RATE_LIMITED", text)
        .with_details(json!({ "limit": limit, "windowSec": window_s }))
        .retry_after(retry_after_s)
}

/// Init data that is not accepted: unreadable, or not believed.
#[must_use]
pub fn of_init_data(fault: InitDataFault) -> Refusal {
    let (meaning, code, text) = if fault.is_malformed() {
        (Meaning::Invalid, "VALIDATION_ERROR", "initData: cannot be read.")
    } else {
        (
            Meaning::Unauthenticated,
            "INVALID_TOKEN",
            "Telegram did not sign this, or too long ago. Open the app anew.",
        )
    };
    Refusal::new(meaning, code, text).with_details(json!({ "reason": fault.as_str() }))
}

/// A refresh token that is not accepted.
#[must_use]
pub fn of_session(refusal: SessionRefusal) -> Refusal {
    let over = |text| Refusal::new(Meaning::Unauthenticated, "INVALID_TOKEN", text);
    match refusal {
        SessionRefusal::TokenIsMalformed => Refusal::field("refreshToken", "is missing or malformed"),
        SessionRefusal::SessionIsOver => over("This session is over. Log in again."),
        SessionRefusal::TokenWasUsedBefore => {
            over("This token was used before. Its session is over. Log in again.")
        }
        SessionRefusal::TokenLostTheRace => over("This token was used a moment ago."),
    }
}

/// Programs are no viewers.
#[must_use]
pub fn bots_may_not_enter() -> Refusal {
    Refusal::new(Meaning::Forbidden, "FORBIDDEN", "Bots cannot sign in.")
}

/// Who was blocked.
#[must_use]
pub fn account_is_blocked() -> Refusal {
    Refusal::new(Meaning::Forbidden, "FORBIDDEN", "This account is blocked.")
}

/// Why no vote was cast.
#[must_use]
pub fn of_vote(refusal: &VoteRefusal) -> Refusal {
    match refusal {
        VoteRefusal::KeyWasUsed => Refusal::new(
            Meaning::Unprocessable,
            "IDEMPOTENCY_KEY_REUSED",
            "This Idempotency-Key was used for another vote. Make a new key for a new vote.",
        ),
        VoteRefusal::EventNotFound => Refusal::not_found("event"),
        VoteRefusal::EventIsClosed { closes_at } => {
            conflict("EVENT_CLOSED", "This event takes no votes any more. Nothing was taken from you.")
                .with_details(json!({ "closesAt": closes_at.rfc3339() }))
        }
        VoteRefusal::UnknownOption => unknown_option(),
        VoteRefusal::AlreadyVoted => conflict("ALREADY_VOTED", "You have a vote on this event already."),
        VoteRefusal::PaidVotingIsOff => feature_disabled(Flag::PaidVoting),
        VoteRefusal::CostMismatch { cost } => {
            conflict("COST_MISMATCH", "A vote here costs something else. Nothing was taken from you.")
                .with_details(json!({ "costPerVote": cost }))
        }
        VoteRefusal::InsufficientFunds { available } => Refusal::new(
            Meaning::PaymentRequired,
            "INSUFFICIENT_FUNDS",
            "Your balance is smaller than what the vote costs. Nothing was taken from you.",
        )
        .with_details(json!({ "balance": available })),
    }
}

/// No choice of this event has that name.
#[must_use]
pub fn unknown_option() -> Refusal {
    Refusal::new(Meaning::Unprocessable, "UNKNOWN_OPTION", "This event has no such option.")
}

/// Why a result is not taken.
#[must_use]
pub fn of_result(refusal: ResultRefusal) -> Refusal {
    match refusal {
        ResultRefusal::EventIsSettled => {
            conflict("EVENT_SETTLED", "This event is settled, or is being settled.")
        }
        ResultRefusal::VotesDecide => conflict("VOTES_DECIDE", "The votes decide a poll."),
        ResultRefusal::DecidedInTheFuture => Refusal::field("decidedAt", "must not be later than now"),
    }
}

/// Why an event is not opened, for operators; workers are answered with the reason alone.
#[must_use]
pub fn of_create(refusal: CreateRefusal) -> Refusal {
    let invalid = |text: &'static str| {
        Refusal::new(Meaning::Invalid, "VALIDATION_ERROR", text)
            .with_details(json!({ "reason": refusal.as_str() }))
    };
    match refusal {
        CreateRefusal::Duplicate => conflict("CONFLICT", "This streamer has an event of that name."),
        CreateRefusal::UnknownStreamer => Refusal::not_found("streamer"),
        CreateRefusal::StreamerNotOk => conflict("STREAMER_NOT_OK", "This streamer may not have events now."),
        CreateRefusal::GameNotActive => conflict("GAME_NOT_ACTIVE", "This game takes no events now."),
        CreateRefusal::TooFewOptions => invalid("An event has 2 to 10 options."),
        CreateRefusal::DuplicateOption => invalid("Two options have the same id."),
        CreateRefusal::BadDuration => invalid("The event would be open for too short or too long."),
        CreateRefusal::LowConfidence => invalid("The report is not sure enough."),
        CreateRefusal::Moderation => invalid("A person must look at this text."),
        CreateRefusal::SchemaVersion => invalid("A name, title, label, cost or confidence cannot be used."),
        CreateRefusal::TooManyLive => {
            conflict("TOO_MANY_LIVE", "The streamer has as many live events as allowed.")
        }
    }
}

fn conflict(code: &'static str, text: &'static str) -> Refusal {
    Refusal::new(Meaning::Conflict, code, text)
}

/// Why no invoice is made.
#[must_use]
pub fn of_invoice(refusal: InvoiceRefusal) -> Refusal {
    match refusal {
        InvoiceRefusal::AmountIsOutOfRange => Refusal::field("amountINT", "is too small or too large"),
        InvoiceRefusal::AmountIsNotWholeStars { rate } => {
            Refusal::field("amountINT", &format!("must be a multiple of {rate}: Stars are whole"))
        }
        InvoiceRefusal::KeyWasUsed => key_was_used(),
    }
}

/// Telegram did not do what was needed. Nothing changed here.
#[must_use]
pub fn of_bot(fault: BotFault) -> Refusal {
    let text = "Telegram does not answer as it should. Nothing was charged. Try again in a moment.";
    let mut refusal = Refusal::new(Meaning::BadGateway, "TELEGRAM_UNAVAILABLE", text);
    refusal.internal = Some(fault.to_string());
    refusal
}

/// An invoice that nobody paid cannot be given back.
#[must_use]
pub fn nothing_was_paid() -> Refusal {
    Refusal::new(Meaning::Conflict, "NOTHING_WAS_PAID", "Nobody has paid this invoice.")
}

/// Why nothing is held, or nothing is decided.
#[must_use]
pub fn of_withdrawal(refusal: WithdrawalRefusal) -> Refusal {
    let not_eligible = |reason: &str, text: String, facts: serde_json::Value| {
        Refusal::new(Meaning::Forbidden, "NOT_ELIGIBLE", text)
            .with_details(json!({ "reason": reason, "facts": facts }))
    };
    let conflict = |code, text| Refusal::new(Meaning::Conflict, code, text);
    match refusal {
        WithdrawalRefusal::AmountIsTooSmall { least } => {
            let text = format!("At least {least} can be withdrawn.");
            not_eligible("below_minimum", text, json!({ "least": least }))
        }
        WithdrawalRefusal::AccountIsTooYoung { from } => {
            let text = format!("This account can withdraw from {} on.", from.rfc3339());
            not_eligible("account_too_young", text, json!({ "from": from.rfc3339() }))
        }
        WithdrawalRefusal::DebtIsOpen { debt } => {
            let text = format!("You owe {debt}. What comes next pays it; then you can withdraw.");
            not_eligible("debt", text, json!({ "debt": debt }))
        }
        WithdrawalRefusal::InsufficientFunds { available } => Refusal::new(
            Meaning::PaymentRequired,
            "INSUFFICIENT_FUNDS",
            "Your balance is smaller than that. Nothing was held.",
        )
        .with_details(json!({ "balance": available })),
        WithdrawalRefusal::CreditIsTooFresh { withdrawable } => {
            let text =
                format!("Credit stays for a while after it was bought. {withdrawable} can be withdrawn now.");
            not_eligible("credit_too_fresh", text, json!({ "withdrawable": withdrawable }))
        }
        WithdrawalRefusal::KeyWasUsed => key_was_used(),
        WithdrawalRefusal::WasDecided { status } => {
            conflict("ALREADY_DECIDED", "This request was decided before.")
                .with_details(json!({ "status": status.as_str() }))
        }
        WithdrawalRefusal::NoChargesMatch => {
            conflict("NO_CHARGES_MATCH", "No purchases of this user are worth exactly this much.")
        }
        WithdrawalRefusal::CompletesItself => {
            conflict("COMPLETES_ITSELF", "This request is being refunded in Stars and completes itself.")
        }
    }
}

fn key_was_used() -> Refusal {
    Refusal::new(
        Meaning::Unprocessable,
        "IDEMPOTENCY_KEY_REUSED",
        "This Idempotency-Key was used for another request. Make a new key for a new request.",
    )
}

/// Twitch does not answer. What was submitted is kept and looked at later.
#[must_use]
pub fn of_twitch(fault: &TwitchFault) -> Refusal {
    let text = "Twitch does not answer at present. The channel is noted and looked at as soon as it does.";
    let mut refusal = Refusal::new(Meaning::Unavailable, "SERVICE_UNAVAILABLE", text).retry_after(60);
    refusal.internal = Some(fault.to_string());
    refusal
}

/// Somebody must be left who grants roles.
#[must_use]
pub fn last_superadmin() -> Refusal {
    conflict("CONFLICT", "This is the last superadmin. Make another one first.")
}

/// Money that is on its way out names whom it goes to.
#[must_use]
pub fn withdrawal_is_open() -> Refusal {
    conflict(
        "WITHDRAWAL_OPEN",
        "Money of this account is on its way out. Wait until it has left, or was refused.",
    )
}

/// There is not that much on the account.
#[must_use]
pub fn adjustment_is_too_large() -> Refusal {
    Refusal::field("amountINT", "must not be 0, and within a thousand million either way")
}

/// The stage before could not tell, so that this one has nothing to say.
#[must_use]
pub fn stage_may_not_run(stage: &'static str) -> Refusal {
    conflict("STAGE_GATED", "The stages before this one could not tell.")
        .with_details(json!({ "stage": stage }))
}

/// There is one cycle a streamer and window.
#[must_use]
pub fn cycle_is_running() -> Refusal {
    conflict("CYCLE_RUNNING", "This stream is being analysed, or was a moment ago.").retry_after(30)
}

/// What shows another game is left alone for a while.
#[must_use]
pub fn stream_cools_down() -> Refusal {
    conflict("COOLDOWN", "This stream showed another game a moment ago.").retry_after(30)
}

/// What is everybody's cannot be tried on some.
#[must_use]
pub fn prompt_is_active() -> Refusal {
    conflict("CONFLICT", "This version is in use for everybody.")
}

/// There is no version to go back to.
#[must_use]
pub fn nothing_before() -> Refusal {
    conflict("CONFLICT", "This version is not in use, or no other was before it.")
}

/// A game's events name it for ever.
#[must_use]
pub fn game_has_events() -> Refusal {
    conflict("CONFLICT", "Events belong to this game. Archive it instead.")
}

/// Only what is settled can be corrected.
#[must_use]
pub fn not_settled() -> Refusal {
    conflict("NOT_SETTLED", "This event is not settled, or its stakes went back because it was cancelled.")
}

/// Three days are over.
#[must_use]
pub fn too_late_to_correct() -> Refusal {
    conflict("TOO_LATE", "An event can be corrected within 72 hours of its settlement.")
}
