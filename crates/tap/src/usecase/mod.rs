//! One verb a file; the only place that opens a transaction.

pub mod bet_batch;
pub mod bet_place;
pub mod column_close;
pub mod column_pay;
