//! A cell and its id, `epoch:column:low:high`.
