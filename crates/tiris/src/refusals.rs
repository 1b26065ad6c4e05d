//! Every refusal of the stall in its caller's words: one exhaustive match per enum, code and text nowhere else.

use crate::domain::binding::Capabilities;
use crate::domain::decimal::format;
use crate::domain::legs::AmountRefusal;
use crate::domain::log_form::FormFault;
use crate::domain::log_info::{InfoFault, InfoProblem};
use crate::domain::log_post::LogRefusal;
use crate::domain::sub_account::Holdings;
use crate::exchange::ExchangeFault;
use identity::proofs::api_key::ApiKeyFault;
use identity::proofs::oauth::{OAuthFault, StateFault};
use kernel::{AmountFault, Meaning, PublicIds, Refusal};
use serde_json::json;

/// How the codes that all stalls share are spelled here (spec, section 3).
#[must_use]
pub fn spell(code: &'static str) -> &'static str {
    match code {
        "MISSING_TOKEN" => "AUTH_REQUIRED",
        "TOKEN_EXPIRED" => "INVALID_TOKEN",
        "VALIDATION_ERROR" => "INVALID_VALUE",
        "FORBIDDEN" => "ACCESS_DENIED",
        "TOO_MANY_REQUESTS" => "RATE_LIMIT_EXCEEDED",
        "ROUTE_NOT_FOUND" => "NOT_FOUND",
        "MISSING_IDEMPOTENCY_KEY" => "MISSING_FIELD",
        other => other,
    }
}

/// Why a log was not written.
#[must_use]
pub fn of_log(refusal: &LogRefusal, public: &PublicIds) -> Refusal {
    match refusal {
        LogRefusal::UserIsNotActive => user_is_not_active(),
        LogRefusal::TradingIsUnknown => trading_not_found(),
        LogRefusal::SubAccountIsUnknown(_) => sub_account_not_found(),
        LogRefusal::TransactionIsUnknown => transaction_not_found(),
        LogRefusal::SubAccountIsOfAnotherTrading(account) => unprocessable(
            "TRADING_MISMATCH",
            "This sub-account belongs to another trading. Nothing was written.",
        )
        .with_details(json!({ "sub_account_id": public.encode(*account) })),
        LogRefusal::SymbolDiffers { account, said, holds } => unprocessable(
            "SYMBOL_MISMATCH",
            "This sub-account holds another asset than the log says. Nothing was written.",
        )
        .with_details(json!({
            "sub_account_id": public.encode(*account), "symbol": said.as_str(), "holds": holds.as_str(),
        })),
        LogRefusal::Amount(amount) => of_amount(*amount),
        LogRefusal::BalanceIsInsufficient { account, symbol, required, available } => unprocessable(
            "INSUFFICIENT_BALANCE",
            "The sub-account holds less than this needs. Nothing was written.",
        )
        .with_details(json!({
            "sub_account_id": public.encode(*account), "symbol": symbol.as_str(),
            "required": format(*required), "available": format(*available),
        })),
        LogRefusal::AllocationIsTooLarge { symbol, required, available } => unprocessable(
            "ALLOCATION_EXCEEDS_BALANCE",
            "The exchange's wallet has not so much left that is promised to nobody. Nothing was written.",
        )
        .with_details(json!({
            "symbol": symbol.as_str(), "required": format(*required), "available": format(*available),
        })),
        LogRefusal::KeyWasUsed => unprocessable(
            "IDEMPOTENCY_KEY_REUSED",
            "This Idempotency-Key was used for another request. Make a new key for a new request.",
        ),
        LogRefusal::FillWasPosted(log) => {
            conflict("FILL_ALREADY_POSTED", "This fill of this order was posted before. Nothing was written.")
                .with_details(json!({ "log_id": public.encode(*log) }))
        }
        LogRefusal::LogIsUnknown => log_not_found(),
        LogRefusal::LogMovesNoMoney => conflict(
            "LOG_IS_NOT_REVERSIBLE",
            "This log moved no money of its own, so there is nothing to reverse.",
        ),
        LogRefusal::LogWasReversed(log) => conflict("ALREADY_REVERSED", "This log was reversed before.")
            .with_details(json!({ "log_id": public.encode(*log) })),
    }
}

fn of_amount(refusal: AmountRefusal) -> Refusal {
    match refusal {
        AmountRefusal::AmountIsTooSmall => unprocessable(
            "AMOUNT_TOO_SMALL",
            "Price times volume rounds to nothing at eight decimals. Nothing was written.",
        ),
        AmountRefusal::FeeExceedsProceeds { proceeds, fee } => unprocessable(
            "FEE_EXCEEDS_PROCEEDS",
            "The fee takes all that this sale brings. Nothing was written.",
        )
        .with_details(json!({ "proceeds": format(proceeds), "fee": format(fee) })),
        AmountRefusal::AmountIsTooLarge => amount_too_large(),
    }
}

/// What is wrong with a log as it was sent.
#[must_use]
pub fn of_form(fault: &FormFault) -> Refusal {
    match fault {
        FormFault::Field { field, problem } => {
            let code = if problem.starts_with("must have 1") { "MISSING_FIELD" } else { "INVALID_VALUE" };
            invalid(code, format!("{field} {problem}."))
                .with_details(json!({ "field": field, "problem": problem }))
        }
        FormFault::Info(fault) => of_info(*fault),
    }
}

fn of_info(InfoFault { field, problem }: InfoFault) -> Refusal {
    let text = match problem {
        InfoProblem::IsMissing => "is missing",
        InfoProblem::HasAnotherType => "has another type, or is there twice",
        InfoProblem::IsNotAnId => "must be a UUID",
        InfoProblem::IsNotASymbol => "must have 1 to 20 letters or digits",
        InfoProblem::IsNotAnAmount(AmountFault::TooLarge) => return amount_too_large(),
        InfoProblem::IsNotAnAmount(AmountFault::NotADecimal) => "must be a decimal number",
        InfoProblem::IsNotAnAmount(AmountFault::Negative) => "must not be negative",
        InfoProblem::IsNotAnAmount(AmountFault::TooManyDecimals) => "must have at most 8 decimals",
        InfoProblem::MustBePositive => "must be more than 0",
        InfoProblem::AccountsAreTheSame => "must be another account than stock_account_id",
        InfoProblem::IsTooLong => "must have at most 255 bytes",
    };
    let name = if field.is_empty() { "info".to_owned() } else { format!("info.{field}") };
    invalid("INVALID_INFO_STRUCTURE", format!("{name} {text}. Nothing was written."))
        .with_details(json!({ "field": name, "problem": text }))
}

/// An amount that cannot be read, of the field `name`.
#[must_use]
pub fn of_amount_field(name: &str, fault: AmountFault) -> Refusal {
    let text = match fault {
        AmountFault::TooLarge => return amount_too_large(),
        AmountFault::NotADecimal => "must be a decimal number",
        AmountFault::Negative => "must not be negative",
        AmountFault::TooManyDecimals => "must have at most 8 decimals",
    };
    invalid("INVALID_VALUE", format!("{name} {text}."))
        .with_details(json!({ "field": name, "problem": text }))
}

fn invalid(code: &'static str, text: String) -> Refusal {
    Refusal::new(Meaning::Invalid, code, text)
}

fn unprocessable(code: &'static str, text: &'static str) -> Refusal {
    Refusal::new(Meaning::Unprocessable, code, text)
}

fn conflict(code: &'static str, text: &'static str) -> Refusal {
    Refusal::new(Meaning::Conflict, code, text)
}

fn not_found(code: &'static str, text: &'static str) -> Refusal {
    Refusal::new(Meaning::NotFound, code, text)
}

/// Beyond what eight decimals in 64 bits can count.
#[must_use]
pub fn amount_too_large() -> Refusal {
    invalid("AMOUNT_TOO_LARGE", "Amounts end at 92233720368.54775807. Nothing was written.".to_owned())
}

/// The caller was switched off or erased.
#[must_use]
pub fn user_is_not_active() -> Refusal {
    Refusal::new(Meaning::Unauthenticated, "INVALID_TOKEN", "This account is not active.")
}

/// No such trading of the caller's.
#[must_use]
pub fn trading_not_found() -> Refusal {
    not_found("TRADING_NOT_FOUND", "There is no such trading.")
}

/// No such sub-account of the caller's.
#[must_use]
pub fn sub_account_not_found() -> Refusal {
    not_found("SUBACCOUNT_NOT_FOUND", "There is no such sub-account.")
}

/// No such transaction of the caller's.
#[must_use]
pub fn transaction_not_found() -> Refusal {
    not_found("TRANSACTION_NOT_FOUND", "There is no such transaction.")
}

/// No such log of the caller's.
#[must_use]
pub fn log_not_found() -> Refusal {
    not_found("TRADING_LOG_NOT_FOUND", "There is no such trading log.")
}

/// No such binding that the caller may use.
#[must_use]
pub fn binding_not_found() -> Refusal {
    not_found("EXCHANGE_BINDING_NOT_FOUND", "There is no such exchange binding.")
}

/// Another live binding of the caller's, or of everybody's, has this name.
#[must_use]
pub fn binding_name_exists() -> Refusal {
    conflict("EXCHANGE_BINDING_EXISTS", "There is an exchange binding of this name.")
}

/// Another live binding of the caller's has this key.
#[must_use]
pub fn api_key_exists() -> Refusal {
    conflict("API_KEY_EXISTS", "Another of your bindings has this API key.")
}

/// Another live binding of the caller's has this secret.
#[must_use]
pub fn api_secret_exists() -> Refusal {
    conflict("API_SECRET_EXISTS", "Another of your bindings has this API secret.")
}

/// A live trading trades on it.
#[must_use]
pub fn binding_in_use() -> Refusal {
    conflict(
        "EXCHANGE_BINDING_IN_USE",
        "A trading of yours uses this binding. Move or delete the trading first.",
    )
}

/// Its keys may not be used as it stands.
#[must_use]
pub fn binding_inactive() -> Refusal {
    conflict("EXCHANGE_BINDING_INACTIVE", "This binding is switched off. Validate it, or switch it on again.")
}

/// A public binding.
#[must_use]
pub fn binding_has_no_keys() -> Refusal {
    unprocessable("EXCHANGE_BINDING_HAS_NO_KEYS", "A public binding has no keys.")
}

/// Nobody taught us how this exchange signs.
#[must_use]
pub fn exchange_not_supported() -> Refusal {
    unprocessable(
        "EXCHANGE_NOT_SUPPORTED",
        "Signed requests of this exchange are not spoken yet. The keys stay sealed and unused.",
    )
}

/// A key that could take money away.
#[must_use]
pub fn key_can_withdraw(capabilities: Capabilities) -> Refusal {
    unprocessable(
        "KEY_CAN_WITHDRAW",
        "This key can withdraw. Make one at the exchange that can read and trade alone; this one is switched off.",
    )
    .with_details(json!({
        "can_read": capabilities.can_read, "can_trade": capabilities.can_trade,
        "can_withdraw": capabilities.can_withdraw, "permissions": capabilities.names(), "warning": true,
    }))
}

/// The exchange says no, or nothing.
#[must_use]
pub fn exchange_refused(fault: &ExchangeFault) -> Refusal {
    let text =
        "The exchange did not do what was asked. Your keys may be wrong, or it is away; nothing was changed.";
    Refusal::new(Meaning::BadGateway, "TRADING_ERROR", text).with_details(json!({ "fault": fault.as_str() }))
}

/// No such item of the caller's.
#[must_use]
pub fn reconciliation_not_found() -> Refusal {
    not_found("RECONCILIATION_ITEM_NOT_FOUND", "There is no such reconciliation item.")
}

/// An item that was settled before.
#[must_use]
pub fn reconciliation_is_settled() -> Refusal {
    conflict("RECONCILIATION_ITEM_SETTLED", "This item was settled before.")
}

/// Another live trading of the caller's has this name.
#[must_use]
pub fn trading_name_exists() -> Refusal {
    conflict("TRADING_NAME_EXISTS", "You have a trading of this name.")
}

/// Another live sub-account of the trading has this name.
#[must_use]
pub fn sub_account_name_exists() -> Refusal {
    conflict("SUBACCOUNT_NAME_EXISTS", "This trading has a sub-account of this name.")
}

/// A real trading is not deleted while it holds something.
#[must_use]
pub fn trading_has_sub_accounts() -> Refusal {
    let text =
        "This trading's sub-accounts still hold something. Withdraw it first, or delete with force=soft.";
    conflict("TRADING_HAS_SUBACCOUNTS", text)
}

/// A sub-account is not deleted while it holds something.
#[must_use]
pub fn sub_account_has_balance(holdings: Holdings) -> Refusal {
    conflict("SUBACCOUNT_HAS_BALANCE", "This sub-account still holds something. Withdraw it first.")
        .with_details(
            json!({ "balance": format(holdings.balance()), "locked_balance": format(holdings.locked) }),
        )
}

/// What something was posted to keeps its asset.
#[must_use]
pub fn symbol_is_frozen() -> Refusal {
    conflict("SYMBOL_IS_FROZEN", "The symbol cannot change after the first transaction.")
}

/// Balances are never written.
#[must_use]
pub fn use_deposit_or_withdraw() -> Refusal {
    let text = "A balance is the sum of its transactions. Use deposit or withdraw.";
    invalid("USE_DEPOSIT_OR_WITHDRAW", text.to_owned())
}

/// What moved money is reversed, never deleted.
#[must_use]
pub fn log_moves_money() -> Refusal {
    conflict("CANNOT_DELETE_BUSINESS_LOG", "This log moved money. Reverse it instead.")
}

/// A bot's log is deleted by admins alone.
#[must_use]
pub fn log_is_a_bots() -> Refusal {
    conflict("CANNOT_DELETE_BOT_LOG", "A bot wrote this log; only an admin deletes it.")
}

/// No such portfolio of the caller's.
#[must_use]
pub fn portfolio_not_found() -> Refusal {
    not_found("PORTFOLIO_NOT_FOUND", "There is no such portfolio.")
}

/// Another portfolio of the caller's has this name.
#[must_use]
pub fn portfolio_name_exists() -> Refusal {
    conflict("PORTFOLIO_NAME_EXISTS", "You have a portfolio of this name.")
}

/// A begun sign-in that cannot go on.
#[must_use]
pub fn of_state(fault: StateFault) -> Refusal {
    match fault {
        StateFault::StateIsUnknown | StateFault::StateIsExpired | StateFault::ProviderIsWrong => {
            state_is_invalid()
        }
        StateFault::RedirectIsWrong => redirect_differs(),
    }
}

/// An API key that is not taken.
#[must_use]
pub fn of_api_key(fault: ApiKeyFault) -> Refusal {
    match fault {
        ApiKeyFault::ScopeIsMissing => {
            Refusal::new(Meaning::Forbidden, "ACCESS_DENIED", "This API key may not do this.")
        }
        ApiKeyFault::KeyIsMalformed
        | ApiKeyFault::CheckIsWrong
        | ApiKeyFault::KeyIsUnknown
        | ApiKeyFault::KeyIsRevoked
        | ApiKeyFault::KeyIsExpired
        | ApiKeyFault::AddressIsNotAllowed => {
            Refusal::new(Meaning::Unauthenticated, "INVALID_API_KEY", "This API key is not taken.")
        }
    }
}

/// A state that was never given out, was used, is too old, or is another provider's.
#[must_use]
pub fn state_is_invalid() -> Refusal {
    invalid("INVALID_STATE", "This sign-in cannot go on. Begin it again.".to_owned())
}

/// An address to return to that is not listed, or another than at the beginning.
#[must_use]
pub fn redirect_differs() -> Refusal {
    invalid("REDIRECT_URI_MISMATCH", "A sign-in does not return to this address.".to_owned())
}

/// A provider at which we have no name.
#[must_use]
pub fn provider_is_not_set_up() -> Refusal {
    invalid("OAUTH_ERROR", "Nobody signs in with this provider here.".to_owned())
}

/// A provider that cannot be asked where its page is.
#[must_use]
pub fn login_failed(fault: &OAuthFault) -> Refusal {
    tracing::warn!(fault = fault.as_str(), %fault, "a sign-in cannot begin");
    Refusal::new(Meaning::Internal, "LOGIN_FAILED", "The provider does not answer. Try again later.")
}

/// A provider that proves nothing; our log says why.
#[must_use]
pub fn callback_failed() -> Refusal {
    Refusal::new(
        Meaning::Unauthenticated,
        "OAUTH_CALLBACK_FAILED",
        "The provider did not confirm who you are.",
    )
}

/// A refresh token that is unknown, ended, over or used up.
#[must_use]
pub fn refresh_failed() -> Refusal {
    Refusal::new(Meaning::Unauthenticated, "TOKEN_REFRESH_FAILED", "Sign in again.")
}

/// Whoever was switched off.
#[must_use]
pub fn user_is_disabled() -> Refusal {
    Refusal::new(Meaning::Forbidden, "USER_DISABLED", "This account was switched off.")
}

/// Another account has this address.
#[must_use]
pub fn email_exists() -> Refusal {
    conflict("EMAIL_EXISTS", "There is an account with this address. Sign in instead.")
}

/// The address is confirmed already.
#[must_use]
pub fn email_is_verified() -> Refusal {
    conflict("EMAIL_ALREADY_VERIFIED", "Your address is confirmed already.")
}

/// A code that is wrong, over, or was tried too often.
#[must_use]
pub fn verification_code_invalid() -> Refusal {
    let text = "This code does not confirm your address. Ask for another one.";
    invalid("VERIFICATION_CODE_INVALID", text.to_owned())
}

/// Wrong address or wrong password: nobody hears which.
#[must_use]
pub fn invalid_credentials() -> Refusal {
    let text = "Address and password do not fit.";
    Refusal::new(Meaning::Unauthenticated, "INVALID_CREDENTIALS", text)
}

/// Too many guesses.
#[must_use]
pub fn account_locked(seconds: u64) -> Refusal {
    let text = "Too many wrong passwords. Wait, or ask an admin to open the account.";
    Refusal::new(Meaning::TooMany, "ACCOUNT_LOCKED", text).retry_after(seconds)
}

/// No invitation, or one that somebody else used.
#[must_use]
pub fn invitation_invalid() -> Refusal {
    invalid("INVITATION_CODE_INVALID", "This invitation code is none, or was used.".to_owned())
}

/// A code that was never given out.
#[must_use]
pub fn invitation_not_found() -> Refusal {
    not_found("INVITATION_CODE_NOT_FOUND", "There is no such invitation.")
}

/// A code whose time is over.
#[must_use]
pub fn invitation_expired() -> Refusal {
    Refusal::new(Meaning::Gone, "INVITATION_CODE_EXPIRED", "This invitation is over.")
}

/// No such API key of the caller's.
#[must_use]
pub fn api_key_not_found() -> Refusal {
    not_found("API_KEY_NOT_FOUND", "There is no such API key.")
}

/// No such user.
#[must_use]
pub fn user_not_found() -> Refusal {
    not_found("USER_NOT_FOUND", "There is no such user.")
}

/// Another user has this name.
#[must_use]
pub fn username_taken() -> Refusal {
    conflict("USERNAME_TAKEN", "Somebody has this name.")
}

/// No such dead letter.
#[must_use]
pub fn dead_letter_not_found() -> Refusal {
    not_found("DEAD_LETTER_NOT_FOUND", "There is no such dead letter.")
}
