//! Where log lines go and how they look: standard error, JSON by default.

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

/// How lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogStyle {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

/// Starts logging. Errors: the filter cannot be read. Called once.
pub fn start_log(style: LogStyle, filter: &str) -> Result<(), String> {
    let filter = parse_filter(filter)?;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = match style {
        LogStyle::Json => lines.json().flatten_event(true).with_current_span(false).boxed(),
        LogStyle::Text => lines.compact().with_target(false).boxed(),
    };
    tracing_subscriber::registry().with(filter).with(lines).try_init().map_err(|error| error.to_string())
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
