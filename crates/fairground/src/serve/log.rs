//! Where log lines go and how they look: standard error, JSON by default.

use tracing_subscriber::EnvFilter;

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
    let filter = EnvFilter::try_new(filter).map_err(|error| format!("log.level: {error}"))?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match style {
        LogStyle::Json => lines.json().flatten_event(true).with_current_span(false).try_init(),
        LogStyle::Text => lines.compact().with_target(false).try_init(),
    };
    started.map_err(|error| error.to_string())
}
