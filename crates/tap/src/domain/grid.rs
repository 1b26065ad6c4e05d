//! The grid: columns of time, rows of price, epochs with their row height, what may still be tapped.
