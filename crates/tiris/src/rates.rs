//! How often whom may ask what (spec, section 8): per user where somebody is signed in, else per address; signing in always per address.

use axum::http::Method;
use cluster::RateClass;
use web::{RateRule, RateRules};

/// Everything of the API, an hour.
const API: RateClass = RateClass::hourly("tiris_api", 1_000, 400);
/// Signing in: a token buys nothing there.
const AUTH: RateClass = RateClass::hourly("tiris_auth", 60, 60).by_address();
/// Logs one by one; who has more sends batches.
const LOGS: RateClass = RateClass::hourly("tiris_logs", 600, 600);
/// Events and batches of bots: each carries up to 500.
const BOTS: RateClass = RateClass::hourly("tiris_bots", 3_600, 600);
/// Pages and what they load; one that is looked at asks every three seconds.
const PAGES: RateClass = RateClass::new("tiris_pages", 240, 240);
/// Probes.
const PROBES: RateClass = RateClass::new("tiris_probes", 6_000, 6_000);
/// Load runs ask for logs by the hundred thousand.
const LOAD: RateClass = RateClass::new("tiris_load", 1_000_000, 1_000_000);

/// The rules of the stall's routes; a load run measures the stall, not its limits.
#[must_use]
pub fn rules(is_load: bool) -> RateRules {
    if is_load {
        return RateRules { routes: Vec::new(), prefixes: vec![("/tiris", LOAD)] };
    }
    let post = |route, class| RateRule { method: Some(Method::POST), route, class };
    RateRules {
        routes: vec![
            post("/tiris/v1/trading-logs", LOGS),
            post("/tiris/v1/trading-logs/batch", BOTS),
            post("/tiris/v1/events", BOTS),
        ],
        prefixes: vec![
            ("/tiris", PAGES),
            ("/tiris/v1", API),
            ("/tiris/v1/auth", AUTH),
            ("/tiris/v1/invitations", AUTH),
            ("/tiris/health", PROBES),
        ],
    }
}
