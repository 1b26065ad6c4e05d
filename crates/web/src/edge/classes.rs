//! The rate classes the booking API is specified with, as values. Which route pays from which is a stall's list.

use cluster::RateClass;

/// Logging in: guessing must be slow.
pub const LOGIN: RateClass = RateClass::new("login", 5, 3);
/// Registering, and asking for a reset link: both send mail.
pub const REGISTER: RateClass = RateClass::new("register", 3, 2);
/// Reserving seats.
pub const RESERVE: RateClass = RateClass::new("reserve", 20, 10);
/// Every other call of the API.
pub const EVERYTHING_ELSE: RateClass = RateClass::new("default", 100, 20);
/// Pages, their assets and streams: a person who opens a page loads a dozen things at once.
pub const PAGES: RateClass = RateClass::new("pages", 600, 120);
