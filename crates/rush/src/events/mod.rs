//! Facts of this stall and their subscribers. Everything here may run twice for one event.

pub mod booking_event;
