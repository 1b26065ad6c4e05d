//! A sound database of Rush, and what breaks it.

mod corruptions;
mod dumped;
pub mod ground;
mod postgres;
