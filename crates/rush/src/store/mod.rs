//! SQL of the stall, a file per noun. Missing is `Option`; a wrong row count is an error.

pub mod bookings;
