//! A show: one performance of an event, with its own moments.

use super::catalogue_refusal::CatalogueRefusal;
use super::field::{self, Form, Patch, moment};
use super::ids::{EventId, ShowId};
use super::sale_window::SaleWindow;
use super::show_time::{LocalMoment, date_of, moved_to};
use kernel::{TenantId, Timestamp};
use serde::Deserialize;

/// Characters of the longest name.
const NAME_CHARS_MAX: usize = 255;
/// Seconds a show lasts that names no end: three hours, an evening.
const LENGTH_SECS_DEFAULT: i64 = 3 * 3600;
/// Seconds of the longest show: a festival of a week.
const LENGTH_SECS_MAX: i64 = 7 * 24 * 3600;
/// Seconds before the start at which doors may open at the earliest.
const DOORS_SECS_MAX: i64 = 24 * 3600;

/// A show as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Show {
    /// Its number.
    pub id: ShowId,
    /// Whose it is.
    pub tenant: TenantId,
    /// What it is a performance of.
    pub event: EventId,
    /// Whether it was cancelled; its other states follow from time and seats.
    pub is_cancelled: bool,
    /// What can be changed.
    pub fields: ShowFields,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// What can be changed of a show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShowFields {
    /// What it is called, where an event has several.
    pub name: Option<String>,
    /// When it begins; its date and hour follow from the venue's zone.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Option<Timestamp>,
    /// When the doors open.
    pub doors_open_at: Option<Timestamp>,
    /// When it is sold, where its zones say nothing else.
    pub sale: SaleWindow,
}

impl ShowFields {
    /// When it is over: at its end, or three hours after its start.
    #[must_use]
    pub fn over_at(&self) -> Timestamp {
        self.ends_at.unwrap_or_else(|| self.starts_at.plus_secs(LENGTH_SECS_DEFAULT))
    }
}

/// What may be sent to create or change a show. Hours are the venue's.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct ShowInput {
    /// Up to 255 characters.
    #[schema(value_type = Option<String>)]
    pub name: Patch<String>,
    /// `YYYY-MM-DD`, in the venue's zone.
    #[schema(value_type = Option<String>)]
    pub show_date: Patch<String>,
    /// `hh:mm`, `hh:mm:ss` or RFC 3339.
    #[schema(value_type = Option<String>)]
    pub start_time: Patch<String>,
    /// The same; an hour before the start means the next day.
    #[schema(value_type = Option<String>)]
    pub end_time: Patch<String>,
    /// The same.
    #[schema(value_type = Option<String>)]
    pub doors_open_at: Patch<String>,
    /// RFC 3339.
    #[schema(value_type = Option<String>)]
    pub sale_start_at: Patch<String>,
    /// RFC 3339, after the start.
    #[schema(value_type = Option<String>)]
    pub sale_end_at: Patch<String>,
}

/// A new show of a venue whose clocks show `timezone`. Errors: every field that cannot be taken.
pub fn create(input: ShowInput, timezone: &str) -> Result<ShowFields, CatalogueRefusal> {
    let mut form = Form::default();
    form.check("show_date", matches!(input.show_date, Patch::Value(_)), "is required");
    form.check("start_time", matches!(input.start_time, Patch::Value(_)), "is required");
    form.finish()?;
    apply(ShowFields::default(), input, timezone)
}

/// Applies `input` to `fields`. A new date alone moves start, end and doors together. Errors: as for creating.
pub fn apply(
    mut fields: ShowFields,
    input: ShowInput,
    timezone: &str,
) -> Result<ShowFields, CatalogueRefusal> {
    let mut form = Form::default();
    form.set_opt_text("name", &mut fields.name, input.name, field::name(NAME_CHARS_MAX));
    let start = (input.show_date, input.start_time);
    let date = apply_start(&mut form, &mut fields, start, timezone);
    let starts_at = fields.starts_at;
    form.set_opt("end_time", &mut fields.ends_at, input.end_time, |sent| {
        let end = LocalMoment::read(&sent)?.at(&date, timezone)?;
        if end > starts_at || !LocalMoment::is_hour(&sent) { Ok(end) } else { moved_to(end, 1, timezone) }
    });
    let length = fields
        .ends_at
        .map(|end| starts_at.as_micros() < end.as_micros() && end <= starts_at.plus_secs(LENGTH_SECS_MAX));
    form.check("end_time", length != Some(false), "must come after the start and within a week of it");
    form.set_opt("doors_open_at", &mut fields.doors_open_at, input.doors_open_at, |sent| {
        LocalMoment::read(&sent)?.at(&date, timezone)
    });
    let doors =
        fields.doors_open_at.map(|doors| (starts_at.plus_secs(-DOORS_SECS_MAX)..=starts_at).contains(&doors));
    form.check("doors_open_at", doors != Some(false), "must be within the day before the start");
    form.set_opt("sale_start_at", &mut fields.sale.starts_at, input.sale_start_at, moment);
    form.set_opt("sale_end_at", &mut fields.sale.ends_at, input.sale_end_at, moment);
    fields.sale.check(&mut form, "sale_end_at");
    form.finish().map(|()| fields)
}

/// Sets the start from a date, an hour or both; the date of the start in the venue's zone.
fn apply_start(
    form: &mut Form,
    fields: &mut ShowFields,
    (date, hour): (Patch<String>, Patch<String>),
    timezone: &str,
) -> String {
    let before = fields.starts_at;
    let (sent_date, hour_was_sent) = (date.clone().value(), hour.is_sent());
    let mut day = date_of(before, timezone);
    form.set("show_date", &mut day, date, |sent| super::show_time::date(&sent));
    form.set("start_time", &mut fields.starts_at, hour, |sent| LocalMoment::read(&sent)?.at(&day, timezone));
    if !hour_was_sent && sent_date.is_some() {
        match LocalMoment::hour_of(before, timezone).at(&day, timezone) {
            Ok(at) => fields.starts_at = at,
            Err(problem) => form.problem("show_date", problem),
        }
    }
    let starts_on = date_of(fields.starts_at, timezone);
    let agree = sent_date.is_none() || day == starts_on;
    form.check("start_time", agree, "must lie on show_date, in the venue's zone");
    shift(fields, before);
    starts_on
}

/// Moves end and doors with the start.
fn shift(fields: &mut ShowFields, before: Timestamp) {
    let micros = fields.starts_at.as_micros() - before.as_micros();
    let moved = |at: Timestamp| Timestamp::from_micros(at.as_micros().saturating_add(micros));
    fields.ends_at = fields.ends_at.map(moved);
    fields.doors_open_at = fields.doors_open_at.map(moved);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(date: &str, start: &str) -> ShowInput {
        ShowInput { show_date: date.into(), start_time: start.into(), ..ShowInput::default() }
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).expect("a moment")
    }

    #[test]
    fn hours_are_the_venues() {
        let mut sent = input("2030-05-17", "19:30");
        sent.end_time = "01:00:00".into();
        sent.doors_open_at = "18:00".into();
        let show = create(sent, "Asia/Bangkok").expect("a fine show");
        assert_eq!(show.starts_at, at("2030-05-17T19:30:00+07:00"));
        assert_eq!(show.ends_at, Some(at("2030-05-18T01:00:00+07:00")));
        assert_eq!(show.doors_open_at, Some(at("2030-05-17T18:00:00+07:00")));
        let iso = create(input("2030-05-17", "2030-05-17T12:30:00Z"), "Asia/Bangkok").expect("a fine show");
        assert_eq!(iso.starts_at, show.starts_at);
    }

    #[test]
    fn a_new_date_alone_moves_the_whole_evening_and_keeps_the_hour_across_a_clock_change() {
        let mut sent = input("2030-03-30", "20:00");
        sent.end_time = "23:00".into();
        let show = create(sent, "Europe/Berlin").expect("a fine show");
        let moved = ShowInput { show_date: "2030-03-31".into(), ..ShowInput::default() };
        let show = apply(show, moved, "Europe/Berlin").expect("a fine show");
        assert_eq!(show.starts_at, at("2030-03-31T20:00:00+02:00"));
        assert_eq!(show.ends_at, Some(at("2030-03-31T23:00:00+02:00")));
    }

    #[test]
    fn moments_that_make_no_sense_are_refused() {
        let refused = |sent: ShowInput| create(sent, "Asia/Bangkok").is_err();
        assert!(refused(ShowInput::default()));
        for (date, start) in [
            ("2030-02-30", "19:30"),
            ("2030-5-7", "19:30"),
            ("17.05.2030", "19:30"),
            ("2030-05-17", "25:00"),
            ("2030-05-17", "7pm"),
            ("2030-05-17", ""),
            ("2030-05-17", "2030-05-18T19:30:00+07:00"),
            ("1830-05-17", "19:30"),
            ("9999-12-31", "23:59:59"),
        ] {
            assert!(refused(input(date, start)), "{date} {start}");
        }
        let with = |edit: fn(&mut ShowInput)| {
            let mut sent = input("2030-05-17", "19:30");
            edit(&mut sent);
            refused(sent)
        };
        assert!(with(|i| i.end_time = "2030-05-17T19:30:00+07:00".into()));
        assert!(with(|i| i.end_time = "2030-06-17T19:30:00+07:00".into()));
        assert!(with(|i| i.doors_open_at = "20:00".into()));
        assert!(with(|i| {
            i.sale_start_at = "2030-01-02T00:00:00Z".into();
            i.sale_end_at = "2030-01-01T00:00:00Z".into();
        }));
    }
}
