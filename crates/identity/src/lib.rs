//! Who somebody is: proofs (a password, a wallet), the sessions and tokens that follow from one, and the tables they need.
//!
//! `token/` mints and verifies access tokens, `sessions/` keeps what a browser or program shows between log-ins, `proofs/`
//! has a folder for each way to prove who you are; `users`, `email` and `profile` are about accounts with an
//! address. [`Identity`] is what the edge asks on every request: each stall has its own, with its own audience and roles.
//!
//! A stall's verbs open the transactions; the functions here take `(tx, now, thing)` and never a clock or chance of their
//! own. To add a way to prove (a chat app, an identity provider, an API key, a signed callback): see [`proofs`].
//!
//! What never happens here: a stall's name, role or wording; a secret in a log or a `Debug` text, a token believed for
//! what it says of its algorithm, a password compared on a thread that serves requests.

mod addressee;
pub mod credential;
pub mod email;
mod identity;
pub mod profile;
pub mod proofs;
mod refusal;
mod secret;
pub mod sessions;
mod token;
pub mod users;

pub use addressee::addressee;
pub use email::{Email, EmailFault};
pub use identity::{ACCESS_LIFETIME_S, Access, FLOORS_KEPT_S, Identity, IdentityParts};
pub use profile::ProfileFault;
pub use proofs::password::{
    Checked, PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN, PASSWORD_COST, PASSWORD_COST_MIN, PasswordFault,
    PasswordHash, PasswordRules, Passwords, Saturated,
};
pub use refusal::{AuthRefusal, password_advice};
pub use secret::{Chance, Secret, SystemChance};
pub use sessions::{
    Client, NewPageSession, NewSession, PageSession, SessionId, SessionKind, page_session_end,
    page_session_find, page_session_renew, page_session_start,
};
pub use token::{
    Claims, ClaimsBuffer, DEV_KID, DevKeys, Expected, Floor, ISSUER, KeyFault, Keyring, Registered, Reload,
    Revocations, SIGNING_KEY_BYTES_MIN, SecretFault, SigningKey, StallClaims, TOKEN_BYTES_MAX,
    TOKEN_LIFETIME_MAX_S, TokenCodec, TokenFault, TokenRules, check_token_secret, dev_keys, is_dev_key,
};
pub use users::{NewUser, User};

/// The tables of users, sessions, reset links, failures and mails.
pub const MIGRATIONS: store::MigrationSet = store::migration_set!(
    "identity",
    "0001_users",
    "0002_sessions",
    "0003_reset_tokens",
    "0004_login_failures",
    "0005_mails",
    "0008_open_roles",
    "0009_ended_families",
);
