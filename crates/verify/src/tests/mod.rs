//! Facts about what every kind of proof shares.

mod command;
mod independence;
mod kinds;
