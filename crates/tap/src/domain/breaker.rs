//! The circuit breaker on stale prices: a pure state machine over ages.
