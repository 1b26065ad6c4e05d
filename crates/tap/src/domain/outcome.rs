//! What one bet got from its column: won, lost or void.
