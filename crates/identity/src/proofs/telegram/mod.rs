//! Being a Telegram user: the `initData` that a client hands to a Mini App, signed by Telegram.
//!
//! Two forms: with the bot's token (`verify`, an HMAC over every pair but `hash`), and for third parties who have no token
//! (`verify_third_party`, Ed25519 over every pair but `hash` and `signature`). Pure: the raw text, a key, the moment and the
//! greatest age go in; the user or a named fault comes out.
//!
//! What never happens here: a field trusted before the signature is verified, a token or init data in a `Debug` text.

mod fault;
mod init_data;
mod pairs;
mod verify;

pub use fault::InitDataFault;
pub use init_data::{InitData, TelegramUser, USER_ID_MAX};
pub use pairs::INIT_DATA_BYTES_MAX;
pub use verify::{
    FUTURE_MAX_S, PRODUCTION_PUBLIC_KEY, TEST_PUBLIC_KEY, ThirdPartyKey, WebAppKey, verify,
    verify_third_party,
};
