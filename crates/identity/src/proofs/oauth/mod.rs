//! Proving who you are by an identity provider: OpenID Connect (Google) and the older way of WeChat, which is its own.
//!
//! Pure: `pending` (the rule of state and redirect), `redirects`, `id_token`, `key_set`, `profile`. Over the network, through
//! `outbound`, which follows no redirect and tells no URL: `oidc`, `key_cache`, `wechat`. A log-in in order:
//! [`LoginAttempt::draw`], the stall keeps [`PendingLogin`] under the state's hash and sends the browser to the provider's
//! `authorization_url`; on its return the stall takes the row (it is good once), asks [`judge`], and the provider's
//! `exchange` ends in a [`ProvedIdentity`].
//!
//! What never happens here: an address linked because a provider names it unverified (that is said, and the stall's to
//! heed); an algorithm taken from a token; a secret, code or state in a log, an error or a `Debug` text.

mod attempt;
mod fault;
pub mod id_token;
mod key_cache;
mod key_set;
mod oidc;
mod pending;
mod profile;
mod redirects;
mod wechat;

pub use attempt::{AttemptKey, LoginAttempt};
pub use fault::{OAuthFault, StateFault};
pub use key_set::KeySet;
pub use oidc::{GOOGLE_DISCOVERY_URL, GOOGLE_ISSUER, OidcProvider, OidcSettings};
pub use pending::{PendingLogin, STATE_LIFETIME_S, judge};
pub use profile::{ProvedIdentity, ProviderGrant};
pub use redirects::RedirectAllowList;
pub use wechat::{WECHAT_API_URL, WECHAT_OPEN_URL, WechatApp, WechatMode, WechatProvider, WechatSettings};
