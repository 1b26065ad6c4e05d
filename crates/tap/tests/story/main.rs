//! Stories of Tap over HTTP, on both backends: a real edge and router, real log-ins and signed bets, a clock that stands
//! and a market that the story moves by hand.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod admin;
mod breaker;
mod crowd;
mod dead_line;
mod faulty_columns;
mod harness;
mod hostile;
mod interrupted;
mod limits;
mod live;
mod login;
mod login_times;
mod payments;
mod placing;
mod quotes;
mod reading;
mod reopening;
mod secrets;
mod settlement;
mod tick_writer;
mod torn;
mod written_once;
