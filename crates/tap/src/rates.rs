//! How often whom may ask what (spec, section 12).

use axum::http::Method;
use cluster::RateClass;
use web::{RateRule, RateRules};

const LOGIN: RateClass = RateClass::new("tap_login", 10, 10);
const BETS: RateClass = RateClass::new("tap_bets", 120, 20);
/// Money leaves rarely: whoever steals a session must not empty it in a loop.
const WITHDRAWALS: RateClass = RateClass::hourly("tap_withdrawals", 5, 5);
const READS: RateClass = RateClass::new("tap_reads", 60, 60);
/// A page loads some thirty modules at once, and is read by people.
const PAGES: RateClass = RateClass::new("tap_pages", 600, 200);
/// Load runs ask for the state of hundreds of thousands of bets.
const LOAD: RateClass = RateClass::new("tap_load", 1_000_000, 1_000_000);

/// The rules of the stall's routes.
#[must_use]
pub fn rules() -> RateRules {
    let rule = |method, route, class| RateRule { method: Some(method), route, class };
    RateRules {
        routes: vec![
            rule(Method::GET, "/tap/api/auth/nonce", LOGIN),
            rule(Method::POST, "/tap/api/auth/login", LOGIN),
            rule(Method::POST, "/tap/api/bets", BETS),
            rule(Method::POST, "/tap/api/withdrawals", WITHDRAWALS),
            // The best that could be done pays for its bucket too, or the comparison would be unfair.
            rule(Method::POST, "/tap/_load/ceiling", BETS),
        ],
        prefixes: vec![("/tap/api", READS), ("/tap", PAGES), ("/tap/_load", LOAD)],
    }
}
