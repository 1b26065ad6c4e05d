//! The JSON API under `/rush/api/v1`, a file per noun: parse, call, map.

pub mod bookings;
pub mod state;
