//! Room: usecase.
