//! Room: domain.
