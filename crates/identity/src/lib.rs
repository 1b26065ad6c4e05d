//! Ways to prove who you are: passwords, page sessions, refresh tokens, access tokens; and the tables they need.
//!
//! A stall's verbs open the transactions; the functions here take `(tx, now, thing)` and never a clock or chance of their
//! own. `Identity` is what the edge asks on every request. To add a way to prove (a wallet, a chat app): a pure file that
//! reads and judges the proof with named faults, a door in `credential`, and the verb in the stall.
//!
//! What never happens here: a secret in a log or a `Debug` text, a token believed for what it says of its algorithm, a
//! password compared on a thread that serves requests.

mod blocked;
mod chance;
pub mod cookie;
pub mod credential;
pub mod csrf;
mod dev_keys;
pub mod email;
mod identity;
pub mod lockout;
pub mod mails;
mod page_sessions;
mod password_rules;
mod passwords;
pub mod profile_rules;
pub mod refresh;
mod refusal;
pub mod reset_tokens;
mod secret;
pub mod sessions;
mod token;
pub mod users;
pub mod wallet;

pub use blocked::{Blocked, Floor, Reload};
pub use chance::{Chance, SystemChance};
pub use dev_keys::{DEV_KID, DevKeys, dev_keys, is_dev_key};
pub use email::{Email, EmailFault};
pub use identity::{ACCESS_LIFETIME_S, Access, FLOORS_KEPT_S, Identity, IdentityParts};
pub use page_sessions::{
    NewPageSession, PageSession, page_session_end, page_session_find, page_session_renew, page_session_start,
};
pub use password_rules::{PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN, PasswordFault, PasswordRules};
pub use passwords::{Checked, PASSWORD_COST, PASSWORD_COST_MIN, PasswordHash, Passwords, Saturated};
pub use profile_rules::ProfileFault;
pub use refusal::{AuthRefusal, password_advice};
pub use secret::Secret;
pub use sessions::{Client, NewSession, SessionId, SessionKind};
pub use token::{
    Claims, Expected, ISSUER, KeyFault, Keyring, Room, SIGNING_KEY_BYTES_MIN, SigningKey, TOKEN_BYTES_MAX,
    TOKEN_LIFETIME_MAX_S, TokenFault,
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
);
