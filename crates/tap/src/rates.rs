//! How often whom may ask what (spec, section 12).

use axum::http::Method;
use cluster::RateClass;
use web::{RateRule, RateRules};

const LOGIN: RateClass = RateClass { name: "tap_login", per_minute: 10, burst: 10 };
const BETS: RateClass = RateClass { name: "tap_bets", per_minute: 120, burst: 20 };
const READS: RateClass = RateClass { name: "tap_reads", per_minute: 60, burst: 60 };
/// A page loads some thirty modules at once, and is read by people.
const PAGES: RateClass = RateClass { name: "tap_pages", per_minute: 600, burst: 200 };
/// Load runs ask for the state of hundreds of thousands of bets.
const LOAD: RateClass = RateClass { name: "tap_load", per_minute: 1_000_000, burst: 1_000_000 };

/// The rules of the stall's routes.
#[must_use]
pub fn rules() -> RateRules {
    let rule = |method, route, class| RateRule { method: Some(method), route, class };
    RateRules {
        routes: vec![
            rule(Method::GET, "/tap/api/auth/nonce", LOGIN),
            rule(Method::POST, "/tap/api/auth/login", LOGIN),
            rule(Method::POST, "/tap/api/bets", BETS),
            // The best that could be done pays for its bucket too, or the comparison would be unfair.
            rule(Method::POST, "/tap/_load/ceiling", BETS),
        ],
        prefixes: vec![("/tap/api", READS), ("/tap", PAGES), ("/tap/_load", LOAD)],
    }
}
