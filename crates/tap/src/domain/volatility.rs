//! Volatility of the canonical price: EWMA with floor, halt and warm-up.
