//! Access tokens: JWT, HS256 alone, minted and read by hand so that reading one costs two hashes and no allocation.
//! The ground's own have [`Claims`]; a stall whose clients know other claims brings them in a [`TokenCodec`].
//! `jsonwebtoken` is the oracle of the tests. What does not live here: refresh tokens, which are opaque secrets.

mod claims;
mod codec;
mod dev_keys;
mod fault;
mod keyring;
mod revocations;
mod secret;
mod verify;

pub use claims::{Claims, ISSUER};
pub use codec::{Registered, StallClaims, TokenCodec, TokenRules};
pub use dev_keys::{DEV_KID, DevKeys, dev_keys, is_dev_key};
pub use fault::TokenFault;
pub use keyring::{KeyFault, Keyring, SIGNING_KEY_BYTES_MIN, SigningKey};
pub use revocations::{Floor, Reload, Revocations};
pub use secret::{SecretFault, check_token_secret};
pub use verify::{ClaimsBuffer, Expected, TOKEN_BYTES_MAX, TOKEN_LIFETIME_MAX_S};
