//! The feeds, proven against servers of our own: scripted ones, the simulator, and recorded frames.

mod fuzzed;
mod kit;
mod recorded;
mod scripted;
mod simulated;
