//! Corruptions: each breaks one thing in a sound database with raw SQL, and exactly the claims it breaks must fail.

mod beside;
mod corruptions;
mod dumped;
mod ground;
mod postgres;
mod tap;
mod tap_ground;
