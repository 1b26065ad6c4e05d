//! What every command needs: a runtime, and standard output.

use std::time::Duration;

/// A runtime with as many threads as there are processors. Errors: a sentence for the operator.
pub fn runtime() -> Result<tokio::runtime::Runtime, String> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| error.to_string())
}

/// How long what still runs on blocking threads may take at the end of a command that serves.
const THREADS_END_MAX: Duration = Duration::from_secs(2);

/// Runs a command that serves, and does not wait for threads that hang after its end.
pub fn block_on(serving: impl Future<Output = Result<(), String>>) -> Result<(), String> {
    let runtime = runtime()?;
    let done = runtime.block_on(serving);
    runtime.shutdown_timeout(THREADS_END_MAX);
    done
}

/// Writes to standard output; a reader that has gone away is no error of ours.
pub fn print_out(text: &str) {
    use std::io::Write;
    let _ = std::io::stdout().write_all(text.as_bytes());
}
