//! How often whom may ask what: the stall's four classes (spec, section 19).

use axum::http::Method;
use cluster::RateClass;
use web::{RateRule, RateRules};

const LOGIN: RateClass = RateClass::new("login", 5, 3);
const REGISTER: RateClass = RateClass::new("register", 3, 2);
const RESERVE: RateClass = RateClass::new("reserve", 20, 10);
const OTHER: RateClass = RateClass::new("other", 100, 20);
/// Pages load several things at once and are read by people: what a page needs is not what a program may ask.
const PAGES: RateClass = RateClass::new("pages", 600, 120);

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
const LOAD: RateClass = RateClass::new("load", 1_000_000, 1_000_000);
