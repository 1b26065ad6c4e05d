//! The price, from what venues say to what a bet gets: the index under liars, the breaker against its specification, and
//! settlement against a second implementation. `FAIRGROUND_SEED` repeats a run.

mod breaker;
mod breaker_manual;
mod breaker_model;
mod chance;
mod index;
mod index_under_liars;
mod naive;
mod replay;
mod settlement;
mod venues;
