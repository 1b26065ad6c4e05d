//! What the demo's catalogue file says.

use crate::domain::category::CategoryInput;
use crate::domain::event::EventInput;
use crate::domain::show::ShowInput;
use crate::domain::show_time::date_of;
use crate::domain::zone::ZoneInput;
use kernel::{Refusal, Timestamp};
use serde::Deserialize;

/// Seconds of a day.
const DAY_SECS: i64 = 24 * 3600;

/// The whole catalogue, relative to the moment at which it is planted.
#[derive(Deserialize)]
pub struct Plan {
    pub categories: Vec<CategoryInput>,
    pub events: Vec<PlannedEvent>,
}

/// One event.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedEvent {
    /// The slug of its category.
    pub category: String,
    pub event: EventInput,
    pub shows: Vec<PlannedShow>,
    /// The zones of each show.
    pub zones: Vec<ZoneInput>,
    /// When its sale opens; none: it is open.
    pub opens_in_minutes: Option<i64>,
    /// When its sale ends; none: with the cut-off.
    pub closes_in_minutes: Option<i64>,
    /// How much of each zone is sold from the beginning.
    #[serde(default)]
    pub sold_percent: i64,
    /// Whether it stays a draft.
    #[serde(default)]
    pub draft: bool,
}

/// One show.
#[derive(Deserialize)]
pub struct PlannedShow {
    in_days: i64,
    #[serde(flatten)]
    input: ShowFields,
    /// Moved there after its tickets were sold.
    happened_days_ago: Option<i64>,
    /// Whether it was cancelled.
    #[serde(default)]
    pub cancelled: bool,
}

#[derive(Deserialize)]
struct ShowFields {
    name: Option<String>,
    start_time: String,
    end_time: Option<String>,
    doors_open_at: Option<String>,
}

impl Plan {
    /// Reads the file that is built in.
    pub fn read() -> Result<Self, Refusal> {
        serde_json::from_str(include_str!("catalogue.json")).map_err(Refusal::internal)
    }
}

impl PlannedEvent {
    /// The event with its sale window around `now`.
    pub fn input(&self, now: Timestamp) -> EventInput {
        let after = |minutes: i64| now.plus_secs(minutes * 60).rfc3339();
        let mut input = self.event.clone();
        if let Some(minutes) = self.opens_in_minutes {
            input.booking_start_at = after(minutes).into();
        }
        if let Some(minutes) = self.closes_in_minutes {
            input.booking_end_at = after(minutes).into();
        }
        input
    }
}

impl PlannedShow {
    /// The show as it is first announced.
    pub fn input(&self, now: Timestamp, timezone: &str) -> ShowInput {
        let optional = |text: &Option<String>| text.clone().map_or_else(Default::default, Into::into);
        ShowInput {
            name: optional(&self.input.name),
            show_date: date_of(now.plus_secs(self.in_days * DAY_SECS), timezone).into(),
            start_time: self.input.start_time.clone().into(),
            end_time: optional(&self.input.end_time),
            doors_open_at: optional(&self.input.doors_open_at),
            ..ShowInput::default()
        }
    }

    /// The date at which it really happened, where that is over.
    pub fn moved(&self, now: Timestamp, timezone: &str) -> Option<ShowInput> {
        let date = date_of(now.plus_secs(-self.happened_days_ago? * DAY_SECS), timezone);
        Some(ShowInput { show_date: date.into(), ..ShowInput::default() })
    }
}
