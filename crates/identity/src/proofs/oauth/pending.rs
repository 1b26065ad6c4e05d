//! The rule of a log-in that was begun: good once, for ten minutes, for one provider and one address to return to.

use super::StateFault;
use kernel::Timestamp;

/// Seconds a begun log-in is good for.
pub const STATE_LIFETIME_S: i64 = 600;

/// A log-in that was begun, as the stall keeps it under the hash of its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingLogin {
    /// With whom.
    pub provider: String,
    /// Where the browser returns to.
    pub redirect_uri: String,
    /// When it was begun.
    pub created_at: Timestamp,
}

/// Whether the log-in that was found and taken away under a state may go on. `found` is none when there was none: never
/// begun, or used. `redirect_uri` is what the caller says it returned to, if it says so.
pub fn judge(
    found: Option<&PendingLogin>,
    provider: &str,
    redirect_uri: Option<&str>,
    now: Timestamp,
) -> Result<(), StateFault> {
    let pending = found.ok_or(StateFault::StateIsUnknown)?;
    if now.secs_until(pending.created_at.plus_secs(STATE_LIFETIME_S)) <= 0 {
        return Err(StateFault::StateIsExpired);
    }
    if pending.provider != provider {
        return Err(StateFault::ProviderIsWrong);
    }
    match redirect_uri {
        Some(said) if said != pending.redirect_uri => Err(StateFault::RedirectIsWrong),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_good_for_its_provider_its_redirect_and_ten_minutes() {
        let begun = Timestamp::from_secs(1_000_000);
        let pending = PendingLogin {
            provider: "google".into(),
            redirect_uri: "https://app.example/cb".into(),
            created_at: begun,
        };
        let judged = |provider: &str, redirect: Option<&str>, seconds| {
            judge(Some(&pending), provider, redirect, begun.plus_secs(seconds))
        };
        assert_eq!(judged("google", Some("https://app.example/cb"), 599), Ok(()));
        assert_eq!(judged("google", None, 0), Ok(()));
        assert_eq!(judged("google", None, 600), Err(StateFault::StateIsExpired));
        assert_eq!(judged("wechat", None, 1), Err(StateFault::ProviderIsWrong));
        for other in ["https://app.example/cb/", "https://app.example/CB", "", "https://evil.example/cb"] {
            assert_eq!(judged("google", Some(other), 1), Err(StateFault::RedirectIsWrong), "{other}");
        }
        assert_eq!(judge(None, "google", None, begun), Err(StateFault::StateIsUnknown));
    }
}
