//! How often whom may ask what: the stall's four classes (spec, section 19).

use axum::http::Method;
use cluster::RateClass;
use web::{RateRule, RateRules};

const LOGIN: RateClass = RateClass { name: "login", per_minute: 5, burst: 3 };
const REGISTER: RateClass = RateClass { name: "register", per_minute: 3, burst: 2 };
const RESERVE: RateClass = RateClass { name: "reserve", per_minute: 20, burst: 10 };
const OTHER: RateClass = RateClass { name: "other", per_minute: 100, burst: 20 };
/// Pages load several things at once and are read by people: what a page needs is not what a program may ask.
const PAGES: RateClass = RateClass { name: "pages", per_minute: 600, burst: 120 };

/// The rules of the stall's routes.
#[must_use]
pub fn rules() -> RateRules {
    let post = |route, class| RateRule { method: Some(Method::POST), route, class };
    RateRules {
        routes: vec![
            post("/rush/api/v1/auth/login", LOGIN),
            post("/rush/login", LOGIN),
            post("/rush/api/v1/auth/register", REGISTER),
            post("/rush/register", REGISTER),
            post("/rush/api/v1/auth/forgot-password", REGISTER),
            post("/rush/forgot-password", REGISTER),
            post("/rush/api/v1/bookings/reserve", RESERVE),
            // The best that could be done pays for its bucket too, or the comparison would be unfair.
            post("/rush/_load/ceiling", RESERVE),
        ],
        prefixes: vec![("/rush/api/", OTHER), ("/rush", PAGES), ("/rush/_load/", LOAD)],
    }
}

/// Load runs ask for the state of hundreds of thousands of bookings.
const LOAD: RateClass = RateClass { name: "load", per_minute: 1_000_000, burst: 1_000_000 };
