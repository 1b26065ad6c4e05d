//! Signing in, told through the doors on both databases with simulated providers: who comes in, who is kept out, and when.

mod demo;
mod harness;
mod keys;
mod pages;
mod passwords;
mod providers;
mod sessions;
