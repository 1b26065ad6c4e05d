//! A sound database of Tap, and what breaks it.

mod corruptions;
mod ground;
