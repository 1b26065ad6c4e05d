//! One verb a file, and the only place that opens a transaction: load, decide, save.

pub mod booking_confirm;
pub mod booking_release;
pub mod booking_reserve;
pub mod booking_settle;
pub mod booking_view;
pub mod bookings_expire;
pub mod reserve_batch;
