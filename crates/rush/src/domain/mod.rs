//! Pure types and decisions of the stall: values in, values out. No clock, no chance, no I/O, nothing async.

pub mod ids;
pub mod offer;
pub mod seats;
