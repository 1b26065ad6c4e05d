//! Signing in, told through the doors on both databases with simulated providers: who comes in, who is kept out, and when.

mod harness;
mod keys;
mod providers;
mod sessions;
