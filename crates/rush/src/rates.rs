//! How often whom may ask what: the stall's classes (spec, section 19), and the doors at which strangers knock.
//!
//! At a door the address pays, whoever is signed in, from a bucket wide enough for a hall; beside it the account that is
//! aimed at pays from a narrow one, existing or not.

use axum::http::Method;
use cluster::RateClass;
use web::{Door, RateRule, RateRules};

/// Logging in: hashing takes about as many a minute on one core.
pub const LOGIN: Door = Door {
    address: RateClass::new("login", 120, 40).by_address(),
    target: RateClass::new("login_account", 5, 3),
};
/// Registering.
pub const REGISTER: Door = Door {
    address: RateClass::new("register", 30, 10).by_address(),
    target: RateClass::new("register_account", 3, 2),
};
/// Asking for a link to choose a new password.
pub const FORGOT: Door = Door {
    address: RateClass::new("forgot", 30, 10).by_address(),
    target: RateClass::new("forgot_account", 3, 2),
};
/// Taking a place in a waiting room: by address, and by who wants it.
pub const QUEUE_JOIN: Door = Door {
    address: RateClass::new("queue_join", 30, 30).by_address(),
    target: RateClass::new("queue_join_user", 5, 5),
};
/// Deliveries that no gateway signed, by address. Signed ones pay nothing.
pub const UNSIGNED: RateClass = RateClass::new("unsigned_webhook", 20, 10).by_address();

/// Using links and refresh tokens: secrets too long to guess, but not for nothing.
const SECRETS: RateClass = RateClass::new("secrets", 60, 20).by_address();
const RESERVE: RateClass = RateClass::new("reserve", 20, 10);
/// Scanners at a door: ten gates behind one address, a second each. Who guesses keys of gates pays from the same bucket.
const DOORS: RateClass = RateClass::new("doors", 6_000, 600);
const OTHER: RateClass = RateClass::new("other", 100, 20);
/// Pages load several things at once and are read by people: what a page needs is not what a program may ask.
const PAGES: RateClass = RateClass::new("pages", 600, 120);
/// What gateways send is judged by its signature alone.
const WEBHOOKS: RateClass = RateClass::new("webhooks", 1_000_000, 1_000_000);

/// The rules of the stall's routes. The pages of the doors pay as pages do; their forms pay when they are sent, so that a
/// refused one can be shown again as it was filled in.
#[must_use]
pub fn rules() -> RateRules {
    let post = |route, class| RateRule { method: Some(Method::POST), route, class };
    RateRules {
        routes: vec![
            post("/rush/api/v1/auth/login", LOGIN.address),
            post("/rush/api/v1/auth/register", REGISTER.address),
            post("/rush/api/v1/auth/forgot-password", FORGOT.address),
            post("/rush/api/v1/auth/reset-password", SECRETS),
            post("/rush/reset-password", SECRETS),
            post("/rush/api/v1/bookings/reserve", RESERVE),
            post("/rush/api/v1/events/{id}/check-ins", DOORS),
            post("/rush/api/v1/events/{id}/check-ins/merge", DOORS),
            post("/rush/api/v1/queue/join", QUEUE_JOIN.address),
            post("/rush/api/v1/webhooks/{gateway}", WEBHOOKS),
            // The best that could be done pays for its bucket too, or the comparison would be unfair.
            post("/rush/_load/ceiling", RESERVE),
        ],
        prefixes: vec![("/rush/api/", OTHER), ("/rush", PAGES), ("/rush/_load/", LOAD)],
    }
}

/// Load runs ask for the state of hundreds of thousands of bookings.
const LOAD: RateClass = RateClass::new("load", 1_000_000, 1_000_000);
