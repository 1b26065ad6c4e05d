//! Every way in which proving who you are is refused, and the one map to codes and messages.

use crate::proofs::password::{PasswordFault, PasswordRules, Saturated};
use crate::{EmailFault, ProfileFault, TokenFault};
use kernel::{Meaning, Refusal};
use store::StoreError;

/// Seconds after which a worker for passwords is likely to be free.
const SATURATED_RETRY_S: u64 = 2;

/// Why somebody was not registered, logged in, renewed or changed.
#[derive(Debug, Clone)]
pub enum AuthRefusal {
    /// The address cannot be one.
    EmailIsInvalid(EmailFault),
    /// The password breaks rules; the first one.
    PasswordIsWeak(PasswordFault),
    /// A field of the profile breaks a rule.
    ProfileIsInvalid(ProfileFault),
    /// The address has an account already.
    UserExists,
    /// There is no site to have an account on.
    NoSiteToRegisterOn,
    /// Without this administrator the tenant, or the platform, would have none.
    LastAdministrator,
    /// No account with this address and password. The same for an unknown address and for a wrong password.
    CredentialsAreWrong,
    /// The password is right, but the account was switched off.
    UserIsInactive,
    /// Too many failures; seconds until it opens. The same for an account, known or not, and for an address.
    TooManyFailures(u64),
    /// An access or refresh token is not believed.
    TokenIsInvalid,
    /// An access or refresh token is over.
    TokenIsExpired,
    /// A reset link was never handed out, or was used.
    ResetLinkIsInvalid,
    /// A reset link is over.
    ResetLinkIsExpired,
    /// The user is not there for this caller.
    UserIsUnknown,
    /// The caller's role does not allow it.
    RoleDoesNotAllow,
    /// The workers for passwords have too much to do.
    PasswordsAreSaturated,
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for AuthRefusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Saturated> for AuthRefusal {
    fn from(_: Saturated) -> Self {
        Self::PasswordsAreSaturated
    }
}

impl From<EmailFault> for AuthRefusal {
    fn from(fault: EmailFault) -> Self {
        Self::EmailIsInvalid(fault)
    }
}

impl From<PasswordFault> for AuthRefusal {
    fn from(fault: PasswordFault) -> Self {
        Self::PasswordIsWeak(fault)
    }
}

impl From<ProfileFault> for AuthRefusal {
    fn from(fault: ProfileFault) -> Self {
        Self::ProfileIsInvalid(fault)
    }
}

impl From<TokenFault> for AuthRefusal {
    fn from(fault: TokenFault) -> Self {
        match fault {
            TokenFault::TokenIsExpired => Self::TokenIsExpired,
            TokenFault::UserIsInactive => Self::UserIsInactive,
            TokenFault::TokenIsTooLong
            | TokenFault::TokenIsMalformed
            | TokenFault::AlgorithmIsNotAllowed
            | TokenFault::KeyIsUnknown
            | TokenFault::SignatureIsWrong
            | TokenFault::ClaimsAreMalformed
            | TokenFault::IssuerIsWrong
            | TokenFault::AudienceIsWrong
            | TokenFault::LifetimeIsTooLong
            | TokenFault::TokenIsNotYetValid
            | TokenFault::TokenWasRevoked => Self::TokenIsInvalid,
        }
    }
}

impl From<AuthRefusal> for Refusal {
    fn from(refusal: AuthRefusal) -> Self {
        use Meaning::{Conflict, Forbidden, Gone, Invalid, Unauthenticated};
        match refusal {
            AuthRefusal::EmailIsInvalid(fault) => Self::new(Invalid, "INVALID_EMAIL", fault.advice())
                .with_details(serde_json::json!({ "field": "email" })),
            AuthRefusal::PasswordIsWeak(fault) => Self::new(Invalid, "WEAK_PASSWORD", fault.advice())
                .with_details(serde_json::json!({ "rule": fault.as_str() })),
            AuthRefusal::ProfileIsInvalid(fault) => Self::field(fault.field(), fault.advice()),
            AuthRefusal::UserExists => {
                Self::new(Conflict, "USER_EXISTS", "There is an account with this e-mail address already.")
            }
            AuthRefusal::NoSiteToRegisterOn => {
                Self::new(Meaning::NotFound, "NOT_FOUND", "There is no site at this address to register on.")
            }
            AuthRefusal::LastAdministrator => Self::new(
                Conflict,
                "LAST_ADMIN",
                "This is the last administrator. Make somebody else one first.",
            ),
            AuthRefusal::CredentialsAreWrong => {
                Self::new(Unauthenticated, "INVALID_CREDENTIALS", "E-mail address or password is wrong.")
            }
            AuthRefusal::UserIsInactive => Self::new(
                Forbidden,
                "USER_INACTIVE",
                "This account is switched off. Ask those who run this site.",
            ),
            AuthRefusal::TooManyFailures(seconds) => locked(seconds),
            AuthRefusal::TokenIsInvalid => {
                Self::new(Unauthenticated, "INVALID_TOKEN", "This token is not one of ours. Log in again.")
            }
            AuthRefusal::TokenIsExpired => {
                Self::new(Unauthenticated, "TOKEN_EXPIRED", "This token is over. Renew it or log in again.")
            }
            AuthRefusal::ResetLinkIsInvalid => {
                Self::new(Invalid, "INVALID_TOKEN", "This link does not work any more. Ask for a new one.")
            }
            AuthRefusal::ResetLinkIsExpired => {
                Self::new(Gone, "TOKEN_EXPIRED", "This link is older than 30 minutes. Ask for a new one.")
            }
            AuthRefusal::UserIsUnknown => Self::not_found("user"),
            AuthRefusal::RoleDoesNotAllow => Self::forbidden(),
            AuthRefusal::PasswordsAreSaturated => saturated(),
            AuthRefusal::Store(error) => error.into(),
        }
    }
}

fn locked(seconds: u64) -> Refusal {
    let text = format!("Too many failed attempts. Try again in {} min.", seconds.div_ceil(60));
    Refusal::new(Meaning::TooMany, "ACCOUNT_LOCKED", text).retry_after(seconds)
}

fn saturated() -> Refusal {
    let text = "Too many people are logging in right now. Try again in a moment.";
    Refusal::new(Meaning::Unavailable, "SERVICE_UNAVAILABLE", text).retry_after(SATURATED_RETRY_S)
}

/// Every rule a password breaks, as texts for a form.
#[must_use]
pub fn password_advice(password: &str) -> Vec<&'static str> {
    PasswordRules::faults(password).map(PasswordFault::advice).collect()
}
