//! Pure types and decisions of the stall: values in, values out. No clock, no chance, no I/O, nothing async.

pub mod booking;
pub mod catalogue_refusal;
pub mod event_status;
pub mod field;
pub mod ids;
pub mod offer;
pub mod reserve;
pub mod sale_window;
pub mod seats;
pub mod slug;
