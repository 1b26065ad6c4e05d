//! What can be set about the edge, and what is wrong with a setting.

use super::{IpRange, RouteSettings, TokenVerifier};
use axum::http::HeaderValue;
use cluster::RateLimiter;
use kernel::{Clock, PublicIds};
use std::sync::Arc;
use std::time::Duration;

/// Bytes of the largest body we read by default; the longest legitimate one is an event's description.
const BODY_BYTES_MAX: usize = 64 * 1024;
/// Streams and sockets of one address by default: a hall of people behind one router, and a tenth of what one machine holds.
pub const STREAMS_PER_ADDRESS: usize = 500;
/// A request slower than this is logged even where ordinary ones are not.
const SLOW: Duration = Duration::from_secs(1);

/// What the edge works with.
#[derive(Clone)]
pub struct EdgeParts {
    /// Where the present comes from.
    pub clock: Arc<dyn Clock>,
    /// Reads the ids in paths.
    pub ids: PublicIds,
    /// Verifies the tokens below a path prefix; the longest prefix wins, and where there is none no token is accepted.
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
    /// Bytes of the largest body we read where no stall says otherwise.
    pub body_bytes_max: usize,
    /// How strictly rate rules are applied.
    pub limits: Limits,
    /// What each stall says about its own routes.
    pub routes: Vec<RouteSettings>,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpRange>,
    /// Origins whose pages may call us with credentials; `*` is not among them.
    pub cors_origins: Vec<String>,
    /// How browsers reach us, without a slash at the end; empty where nobody says. With https, cookies are hardened; its
    /// origin may open sockets whatever a proxy makes of `Host`.
    pub public_url: String,
    /// Streams and sockets one address may hold open, over all stalls; 0 counts as no limit. Trusted proxies have none.
    pub streams_per_address: usize,
}

impl Default for EdgeSettings {
    fn default() -> Self {
        Self {
            access_log: AccessLog::All,
            slow: SLOW,
            body_bytes_max: BODY_BYTES_MAX,
            limits: Limits::Times(1),
            routes: Vec::new(),
            trusted_proxies: Vec::new(),
            cors_origins: Vec::new(),
            public_url: String::new(),
            streams_per_address: STREAMS_PER_ADDRESS,
        }
    }
}

impl EdgeSettings {
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
