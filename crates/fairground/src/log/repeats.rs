//! The same trouble is logged once a second at most: a full disk or a lost database would otherwise fill the log with what
//! it said before. What is left out is counted. Lines below a warning are not looked at.

use parking_lot::Mutex;
use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::hash::{DefaultHasher, Hash as _, Hasher};
use std::time::{Duration, Instant};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Filter};

/// How long the same words are not said again.
const QUIET: Duration = Duration::from_secs(1);
/// Troubles that are remembered; beyond it the memory begins anew.
const TROUBLES_MAX: usize = 256;

/// Leaves out warnings and errors that said the same within the last second.
#[derive(Default)]
pub(super) struct RepeatFilter {
    said: Mutex<HashMap<u64, Instant>>,
}

impl RepeatFilter {
    fn is_new(&self, trouble: u64, now: Instant) -> bool {
        let mut said = self.said.lock();
        if said.get(&trouble).is_some_and(|at| now.duration_since(*at) < QUIET) {
            return false;
        }
        if said.len() >= TROUBLES_MAX {
            said.clear();
        }
        said.insert(trouble, now);
        true
    }
}

impl<S: Subscriber> Filter<S> for RepeatFilter {
    fn enabled(&self, _: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        true
    }

    fn event_enabled(&self, event: &Event<'_>, _: &Context<'_, S>) -> bool {
        if *event.metadata().level() > Level::WARN {
            return true;
        }
        let is_new = self.is_new(trouble(event), Instant::now());
        if !is_new {
            metrics::counter!("log_lines_repeated_total").increment(1);
        }
        is_new
    }
}

/// What a line is about: where it comes from and what it says, but for whose request it was.
fn trouble(event: &Event<'_>) -> u64 {
    let mut words = Words(DefaultHasher::new());
    event.metadata().callsite().hash(&mut words.0);
    event.record(&mut words);
    words.0.finish()
}

struct Words(DefaultHasher);

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() != "request_id" {
            // Hashing what is written cannot fail.
            let _ = write!(self, "{}={value:?};", field.name());
        }
    }
}

impl fmt::Write for Words {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trouble_is_said_again_after_a_second_and_another_at_once() {
        let filter = RepeatFilter::default();
        let begun = Instant::now();
        assert!(filter.is_new(1, begun));
        assert!(!filter.is_new(1, begun + Duration::from_millis(999)));
        assert!(filter.is_new(2, begun));
        assert!(filter.is_new(1, begun + Duration::from_millis(1_000)));
    }
}
