//! What a column was: the evidence from which its bets are decided, kept for ever.
