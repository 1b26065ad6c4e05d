//! The empirical calibrator: isotonic regression of predicted against realised touch, one-sided by default.
