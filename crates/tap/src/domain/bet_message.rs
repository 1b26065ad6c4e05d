//! The text of a bet that a session key signs: written, read back strictly, compared.
