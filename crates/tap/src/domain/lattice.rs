//! The 100 ms lattice of canonical ticks: carry, gaps, flags, sequence.
