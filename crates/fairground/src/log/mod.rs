//! Where log lines go and how they look: standard error, for people on a terminal and as JSON elsewhere. What must never
//! happen here: that a reader of the log, or its absence, holds up or ends what is logged about.

mod line_queue;
mod panics;
mod repeats;

use line_queue::LineQueue;
use repeats::RepeatFilter;
use std::io::IsTerminal as _;
use std::sync::OnceLock;
use std::time::Duration;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

/// How long the end of the process waits for its last lines; a log that nobody reads must not hold it up.
const FLUSH_MAX: Duration = Duration::from_millis(500);

/// The queue to standard error of this process.
static QUEUE: OnceLock<LineQueue> = OnceLock::new();

/// How lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogStyle {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

impl LogStyle {
    /// The style of a word of the configuration: `auto` is for people where standard error is a terminal.
    pub fn of(word: &str) -> Self {
        match word {
            "text" => Self::Text,
            "auto" if std::io::stderr().is_terminal() => Self::Text,
            _ => Self::Json,
        }
    }
}

/// Starts logging. Errors: the filter cannot be read, or standard error cannot be used at all. Called once.
pub fn start_log(style: LogStyle, filter: &str) -> Result<(), String> {
    let filter = parse_filter(filter)?;
    let queue = LineQueue::start(line_queue::standard_error()?)?;
    // A second start keeps the first queue, and is refused below.
    let queue = QUEUE.get_or_init(|| queue).clone();
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(queue)
        .log_internal_errors(false)
        .with_ansi(std::io::stderr().is_terminal());
    let lines = match style {
        LogStyle::Json => lines.json().flatten_event(true).with_current_span(false).boxed(),
        LogStyle::Text => lines.compact().with_target(false).boxed(),
    };
    let lines = lines.with_filter(RepeatFilter::default());
    tracing_subscriber::registry().with(filter).with(lines).try_init().map_err(|error| error.to_string())?;
    panics::log_panics();
    Ok(())
}

/// Waits until the lines logged so far are written, half a second at most.
pub fn flush() {
    if let Some(queue) = QUEUE.get() {
        queue.flush(FLUSH_MAX);
    }
}

/// Levels by target. Spans and fields are not filtered by: that would bring a regular expression engine into the program.
fn parse_filter(filter: &str) -> Result<Targets, String> {
    filter.parse().map_err(|error| format!("log.level: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing::Level;

    #[test]
    fn a_filter_is_a_level_and_others_by_target() {
        let filter = parse_filter("warn,access=off,store=debug").unwrap();
        assert!(filter.would_enable("shop::usecase", &Level::WARN));
        assert!(!filter.would_enable("shop::usecase", &Level::INFO));
        assert!(!filter.would_enable("access", &Level::ERROR));
        assert!(filter.would_enable("store::sqlite", &Level::DEBUG));
    }

    #[test]
    fn a_level_that_does_not_exist_is_refused() {
        let refused = parse_filter("store=loud").unwrap_err();
        assert!(refused.starts_with("log.level: "), "{refused}");
    }
}
