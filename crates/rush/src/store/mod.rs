//! SQL of the stall, a file per noun. Missing is `Option`; a wrong row count is an error.

pub mod bookings;
pub mod cancellation_runs;
pub mod catalogue;
pub mod categories;
pub mod check_ins;
pub mod events;
pub mod gates;
pub mod mail;
pub mod payments;
pub mod queue_log;
pub mod queue_passes;
pub mod queue_rooms;
pub mod refunds;
pub mod sales;
pub mod shows;
pub mod tenants;
pub mod tickets;
pub mod webhooks;
pub mod zones;
