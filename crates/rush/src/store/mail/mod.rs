//! What mails need in rows: languages, rounds to everybody with tickets, those who wait for seats.

pub mod languages;
pub mod rounds;
pub mod waitlist;
