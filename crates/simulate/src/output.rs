//! Standard output, to which a simulation prints its report. What does not live here: what it says.

use std::io::Write as _;

/// Writes to standard output; a reader that has gone away is no error of ours.
pub fn print(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}
