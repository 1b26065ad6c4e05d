//! What can be set about the edge, and what is wrong with a setting.

use super::{IpRange, RateRules, longest};
use crate::envelope::Envelope;
use crate::extract::TokenVerifier;
use axum::http::HeaderValue;
use cluster::RateLimiter;
use kernel::{Clock, PublicIds};
use std::sync::Arc;
use std::time::Duration;

/// Bytes of the largest body we read by default; the longest legitimate one is an event's description.
const BODY_BYTES_MAX: usize = 64 * 1024;
/// A request slower than this is logged even where ordinary ones are not.
const SLOW: Duration = Duration::from_secs(1);

/// What the edge works with.
#[derive(Clone)]
pub struct EdgeParts {
    /// Where the present comes from.
    pub clock: Arc<dyn Clock>,
    /// Reads the ids in paths.
    pub ids: PublicIds,
    /// Believes tokens.
    pub verifier: Arc<dyn TokenVerifier>,
    /// Believes tokens below a path prefix, instead of `verifier`; the longest prefix wins.
    pub verifiers: Vec<(&'static str, Arc<dyn TokenVerifier>)>,
    /// Counts requests.
    pub limiter: Arc<dyn RateLimiter>,
}

/// Which requests are logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessLog {
    /// Every one.
    All,
    /// Those of 5xx and those slower than `slow`.
    SlowAndErrors,
    /// None.
    None,
}

/// How strictly rate rules are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limits {
    /// Not at all (single tests).
    Off,
    /// As written, times this factor (demo and load runs use more than 1).
    Times(u32),
}

/// The settings of the edge.
#[derive(Debug, Clone)]
pub struct EdgeSettings {
    /// Which requests are logged.
    pub access_log: AccessLog,
    /// From when on a request is slow.
    pub slow: Duration,
    /// Bytes of the largest body we read.
    pub body_bytes_max: usize,
    /// The same below a path prefix, where a stall reads less; the longest prefix wins.
    pub body_bytes_max_below: Vec<(&'static str, usize)>,
    /// How strictly rate rules are applied.
    pub limits: Limits,
    /// Which route pays from which bucket.
    pub rate_rules: RateRules,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpRange>,
    /// Origins whose pages may call us with credentials; `*` is not among them.
    pub cors_origins: Vec<String>,
    /// How refusals below a path prefix are written; the longest prefix wins, `Envelope::Wrapped` otherwise.
    pub envelopes: Vec<(&'static str, Envelope)>,
}

impl Default for EdgeSettings {
    fn default() -> Self {
        Self {
            access_log: AccessLog::All,
            slow: SLOW,
            body_bytes_max: BODY_BYTES_MAX,
            body_bytes_max_below: Vec::new(),
            limits: Limits::Times(1),
            rate_rules: RateRules::default(),
            trusted_proxies: Vec::new(),
            cors_origins: Vec::new(),
            envelopes: Vec::new(),
        }
    }
}

impl EdgeSettings {
    /// Bytes of the largest body that is read at `path`.
    #[must_use]
    pub fn body_bytes_max_at(&self, path: &str) -> usize {
        longest(&self.body_bytes_max_below, path).copied().unwrap_or(self.body_bytes_max)
    }

    /// Every bad setting at once, each a sentence that names its key; empty when all are good.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for origin in &self.cors_origins {
            if !is_origin(origin) {
                problems.push(format!(
                    "cors_origins: `{origin}` is no origin such as https://tickets.example (and `*` is refused)"
                ));
            }
        }
        if self.body_bytes_max == 0 {
            problems.push(String::from("body_bytes_max: must be at least 1"));
        }
        problems
    }
}

fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '*', ' ', '@']))
        && HeaderValue::from_str(text).is_ok()
}
