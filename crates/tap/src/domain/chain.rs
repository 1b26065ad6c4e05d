//! Minute blocks of ticks, hashed and chained.
