//! Bindings with keys, against a simulated exchange: who may use them, what is told, what is never told, how keys are rotated.

mod bindings;
mod harness;
mod keys;
mod reconciliation;
mod secrets;
