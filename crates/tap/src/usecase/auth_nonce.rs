//! A nonce for a log-in: bound to the wallet, the network and the domain, good for ninety seconds, once.

use crate::app::App;
use crate::refusals;
use identity::proofs::wallet::{LoginNonce, NONCE_LIFETIME_S, NonceBinding};
use kernel::{Refusal, Timestamp, WalletAddress};
use std::net::IpAddr;

/// Scope of log-in nonces among others.
pub(super) const SCOPE: &str = "siwe";

/// A nonce that was given out.
#[derive(Debug, Clone)]
pub struct Given {
    /// The nonce.
    pub nonce: LoginNonce,
    /// When it was made.
    pub issued_at: Timestamp,
    /// When it is over.
    pub expires_at: Timestamp,
}

/// Gives a nonce to `wallet` at `ip`. Errors: too many are outstanding.
pub fn run(app: &App, wallet: WalletAddress, ip: IpAddr) -> Result<Given, Refusal> {
    let now = app.clock.now();
    let nonce = LoginNonce::draw(app.chance.as_ref());
    let expires_at = now.plus_secs(NONCE_LIFETIME_S);
    let key = NonceBinding { wallet, ip, domain: &app.siwe.domain }.key(nonce.as_str());
    app.nonces.issue(SCOPE, &key, expires_at, now).map_err(|_| refusals::too_many_logins())?;
    Ok(Given { nonce, issued_at: now, expires_at })
}
