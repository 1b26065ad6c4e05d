//! From a probability to a rate: touch probability of a window, model risk, edge, rounding.
