//! What every command needs: a runtime, and standard output.

/// A runtime with as many threads as there are processors. Errors: a sentence for the operator.
pub fn runtime() -> Result<tokio::runtime::Runtime, String> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| error.to_string())
}

/// Writes to standard output; a reader that has gone away is no error of ours.
pub fn print_out(text: &str) {
    use std::io::Write;
    let _ = std::io::stdout().write_all(text.as_bytes());
}
