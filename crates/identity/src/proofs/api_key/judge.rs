//! Whether a key that was found may be used now, from there, for this.

use super::{ApiKeyFault, Networks, Scope, Scopes};
use kernel::Timestamp;
use std::net::IpAddr;

/// A key as it is stored, as far as its use is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredApiKey {
    /// False: taken back.
    pub is_active: bool,
    /// When it ends; none: never.
    pub expires_at: Option<Timestamp>,
    /// What it may do.
    pub scopes: Scopes,
    /// From where.
    pub networks: Networks,
}

/// One use of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    /// When.
    pub now: Timestamp,
    /// From where.
    pub ip: IpAddr,
    /// What for.
    pub scope: Scope,
}

/// Judges a use. `stored` is what was found under the key's hash.
pub fn judge(stored: Option<&StoredApiKey>, usage: Use) -> Result<(), ApiKeyFault> {
    let stored = stored.ok_or(ApiKeyFault::KeyIsUnknown)?;
    if !stored.is_active {
        return Err(ApiKeyFault::KeyIsRevoked);
    }
    if stored.expires_at.is_some_and(|end| end <= usage.now) {
        return Err(ApiKeyFault::KeyIsExpired);
    }
    if !stored.networks.allow(usage.ip) {
        return Err(ApiKeyFault::AddressIsNotAllowed);
    }
    if stored.scopes.allow(usage.scope) { Ok(()) } else { Err(ApiKeyFault::ScopeIsMissing) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_good_while_it_is_active_in_its_time_from_its_place_and_for_its_use() {
        let now = Timestamp::from_secs(1_000);
        let good = StoredApiKey {
            is_active: true,
            expires_at: Some(now.plus_secs(1)),
            scopes: Scopes::of(&[Scope::Read]),
            networks: Networks::parse(["192.0.2.0/24"]).unwrap(),
        };
        let usage = Use { now, ip: "192.0.2.9".parse().unwrap(), scope: Scope::Read };
        assert_eq!(judge(Some(&good), usage), Ok(()));
        assert_eq!(judge(None, usage), Err(ApiKeyFault::KeyIsUnknown));
        let revoked = StoredApiKey { is_active: false, ..good.clone() };
        assert_eq!(judge(Some(&revoked), usage), Err(ApiKeyFault::KeyIsRevoked));
        let late = Use { now: now.plus_secs(1), ..usage };
        assert_eq!(judge(Some(&good), late), Err(ApiKeyFault::KeyIsExpired));
        let elsewhere = Use { ip: "192.0.3.9".parse().unwrap(), ..usage };
        assert_eq!(judge(Some(&good), elsewhere), Err(ApiKeyFault::AddressIsNotAllowed));
        let writing = Use { scope: Scope::Write, ..usage };
        assert_eq!(judge(Some(&good), writing), Err(ApiKeyFault::ScopeIsMissing));
    }
}
