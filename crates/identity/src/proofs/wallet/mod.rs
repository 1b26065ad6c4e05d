//! Logging in with an Ethereum wallet: the message (EIP-4361), its signature (EIP-191), the session and its key.
//!
//! Pure: `address`, `grammar`, `siwe`, `login`, `signature`, `session_key`, `derived_key`, `nonce`. In memory, without
//! I/O: `live_sessions`, `tickets`. Tables: `users`, `sessions`, in a set of migrations of their own, for the stalls that
//! know people by their wallet. A log-in in order: [`login::verify`], then the nonce is used up, then [`users::enter`] and
//! [`sessions::open`] in one transaction, then [`WalletSessions::insert_opened`].
//!
//! What never happens here: a signature, id, nonce or key in a `Debug` text; a contract's signature believed.

mod address;
mod derived_key;
mod grammar;
mod live_sessions;
pub mod login;
mod nonce;
mod refusal;
mod session_key;
pub mod sessions;
mod signature;
mod siwe;
mod tickets;
pub mod users;

pub(crate) use crate::proofs::hex::decode as decode_hex;
pub use address::{AddressFault, address_of_key, checksummed, parse_address};
pub use derived_key::{DerivedKey, KeyDeriver};

pub use grammar::{Moment, origin_of};
pub use live_sessions::{Found, LoadTicket, WalletSession, WalletSessions};
pub use login::{Rules, RulesFault, VerifiedLogin};
pub use nonce::{LoginNonce, NONCE_CHARS_MIN, NONCE_LIFETIME_S, NonceBinding, network};
pub use refusal::SiweRefusal;
pub use session_key::{NamedKey, NoSessionKey, SessionKey};
pub use sessions::{NewWalletSession, Opened, SessionHash, StoredSession};
pub use signature::{SignatureFault, WalletSignature, eip191_hash};
pub use siwe::{Field, SIWE_BYTES_MAX, Siwe, SiweFault};
pub use tickets::{TICKET_LIFETIME_S, Tickets, TooManyTickets};
pub use users::WalletUser;

/// The tables of users known by their wallet, and of their sessions. Not part of [`crate::MIGRATIONS`].
pub const MIGRATIONS: store::MigrationSet =
    store::migration_set!("wallet", "0006_wallet_users", "0007_wallet_sessions");
