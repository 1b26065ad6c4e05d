//! From what venues say to one index price: sources, median, quorum, outliers, basis, clock offsets.
