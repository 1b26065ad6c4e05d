//! Panics as log lines: the hook of the standard library writes to standard error itself, and would wait there for a reader.

use std::panic::PanicHookInfo;

/// From now on a panic is logged, as one line, and goes on to whoever guards against it.
pub(super) fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let thread = std::thread::current();
        let thread = thread.name().unwrap_or("unnamed").to_owned();
        tracing::error!(cause = text_of(panic), place, thread, "a panic");
    }));
}

fn text_of(panic: &PanicHookInfo<'_>) -> String {
    let payload = panic.payload();
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "(no text)".to_owned())
}
