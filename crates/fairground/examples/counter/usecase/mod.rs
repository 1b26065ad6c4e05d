//! One verb a file, and the only place that opens a transaction.

pub mod found;
pub mod greet;
pub mod inspect;
pub mod number_take;
pub mod state_view;
pub mod take_batch;
