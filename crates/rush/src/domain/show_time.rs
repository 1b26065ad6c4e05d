//! Local hours of a venue: dates and times of day in its zone, turned into moments and back.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{ToSpan, Zoned};
use kernel::Timestamp;

/// The years a show may lie in.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2099;

/// A time of day at the venue, or a moment that says its own offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalMoment {
    /// A time of day.
    Hour(Time),
    /// A moment.
    Moment(Timestamp),
}

impl LocalMoment {
    /// Reads `hh:mm`, `hh:mm:ss` or RFC 3339. Errors: why not, as a sentence's end.
    pub fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if Self::is_hour(text) {
            let format = if text.len() == 5 { "%H:%M" } else { "%H:%M:%S" };
            return Time::strptime(format, text).map(Self::Hour).map_err(|_| NO_HOUR.to_owned());
        }
        super::field::moment(text.to_owned()).map(Self::Moment).map_err(|_| NO_HOUR.to_owned())
    }

    /// Whether `text` looks like a time of day.
    #[must_use]
    pub fn is_hour(text: &str) -> bool {
        matches!(text.trim().len(), 5 | 8)
    }

    /// The time of day of `at` in `timezone`.
    #[must_use]
    pub fn hour_of(at: Timestamp, timezone: &str) -> Self {
        zoned(at, timezone).map_or(Self::Moment(at), |zoned| Self::Hour(zoned.time()))
    }

    /// The moment it is on `date` in `timezone`. An hour that a clock change skips becomes the one after it.
    pub fn at(self, date: &str, timezone: &str) -> Result<Timestamp, String> {
        match self {
            Self::Moment(at) => Ok(at),
            Self::Hour(time) => {
                let day = parse_date(date)?;
                let zone = TimeZone::get(timezone)
                    .map_err(|_| "has a venue without a known time zone".to_owned())?;
                let zoned = day.to_datetime(time).to_zoned(zone).map_err(|error| error.to_string())?;
                Ok(moment_of(&zoned))
            }
        }
    }
}

const NO_HOUR: &str = "must be an hour such as 19:30 or a moment such as 2030-05-17T19:30:00+07:00";

/// Reads `YYYY-MM-DD` and gives it back. Errors: why not, as a sentence's end.
pub fn date(text: &str) -> Result<String, String> {
    parse_date(text.trim()).map(|day| day.to_string())
}

/// The date of `at` in `timezone`, as `YYYY-MM-DD`.
#[must_use]
pub fn date_of(at: Timestamp, timezone: &str) -> String {
    zoned(at, timezone).map(|zoned| zoned.date().to_string()).unwrap_or_default()
}

/// The time of day of `at` in `timezone`, as `hh:mm`.
#[must_use]
pub fn hour_of(at: Timestamp, timezone: &str) -> String {
    zoned(at, timezone).map(|zoned| zoned.strftime("%H:%M").to_string()).unwrap_or_default()
}

/// `at` in `timezone` as people write it (`Sat 21 Nov 2026, 20:00`); in UTC where the zone is unknown.
#[must_use]
pub fn in_words(at: Timestamp, timezone: &str) -> String {
    let zoned = zoned(at, timezone).or_else(|| zoned(at, "UTC"));
    zoned.map(|zoned| zoned.strftime("%a %-d %b %Y, %H:%M").to_string()).unwrap_or_default()
}

/// The same in a language: in Thai with its words and the Buddhist year (`ศุกร์ 17 พฤษภาคม 2573 19:30 น.`), otherwise in English.
#[must_use]
pub fn in_words_of(at: Timestamp, timezone: &str, locale: &str) -> String {
    let zoned = zoned(at, timezone).or_else(|| zoned(at, "UTC"));
    let Some(zoned) = zoned.filter(|_| locale == "th") else { return in_words(at, timezone) };
    let day = THAI_DAYS[usize::from(zoned.weekday().to_monday_zero_offset().unsigned_abs())];
    let month = THAI_MONTHS[usize::from(zoned.month().unsigned_abs()) - 1];
    format!(
        "{day} {} {month} {} {:02}:{:02} น.",
        zoned.day(),
        i32::from(zoned.year()) + 543,
        zoned.hour(),
        zoned.minute()
    )
}

const THAI_DAYS: [&str; 7] = ["จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์"];
const THAI_MONTHS: [&str; 12] = [
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
];

/// `at` in `timezone` with its offset, as RFC 3339 (`2030-05-17T19:30:00+07:00`).
#[must_use]
pub fn rfc3339_in(at: Timestamp, timezone: &str) -> String {
    zoned(at, timezone)
        .map_or_else(|| at.rfc3339(), |zoned| zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

/// The same time of day `days` later in `timezone`.
pub fn moved_to(at: Timestamp, days: i64, timezone: &str) -> Result<Timestamp, String> {
    let zoned = zoned(at, timezone).ok_or("has a venue without a known time zone")?;
    zoned.checked_add(days.days()).map(|zoned| moment_of(&zoned)).map_err(|error| error.to_string())
}

/// The first moment of `date` (`YYYY-MM-DD`) in `timezone`.
pub fn start_of_day(date: &str, timezone: &str) -> Result<Timestamp, String> {
    LocalMoment::Hour(Time::midnight()).at(date, timezone)
}

fn parse_date(text: &str) -> Result<Date, String> {
    let problem = || "must be a date such as 2030-05-17".to_owned();
    let day = Date::strptime("%Y-%m-%d", text).map_err(|_| problem())?;
    if text.len() == 10 && YEARS.contains(&day.year()) { Ok(day) } else { Err(problem()) }
}

fn zoned(at: Timestamp, timezone: &str) -> Option<Zoned> {
    let zone = TimeZone::get(timezone).ok()?;
    Some(jiff::Timestamp::from_microsecond(at.as_micros()).ok()?.to_zoned(zone))
}

fn moment_of(zoned: &Zoned) -> Timestamp {
    Timestamp::from_micros(zoned.timestamp().as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_that_the_clocks_skip_becomes_the_one_after_it() {
        let skipped = LocalMoment::read("02:30").and_then(|hour| hour.at("2030-03-31", "Europe/Berlin"));
        assert_eq!(skipped.map(|at| rfc3339_in(at, "Europe/Berlin")), Ok("2030-03-31T03:30:00+02:00".into()));
    }

    #[test]
    fn a_moment_is_told_in_the_zone_of_the_venue() {
        let at = Timestamp::parse_rfc3339("2030-05-17T12:30:00Z").expect("a moment");
        assert_eq!(date_of(at, "Asia/Bangkok"), "2030-05-17");
        assert_eq!(hour_of(at, "Asia/Bangkok"), "19:30");
        assert_eq!(rfc3339_in(at, "Asia/Bangkok"), "2030-05-17T19:30:00+07:00");
        assert_eq!(in_words(at, "Asia/Bangkok"), "Fri 17 May 2030, 19:30");
        assert_eq!(in_words(at, "No/Zone"), "Fri 17 May 2030, 12:30");
        assert_eq!(in_words_of(at, "Asia/Bangkok", "th"), "ศุกร์ 17 พฤษภาคม 2573 19:30 น.");
        assert_eq!(in_words_of(at, "Asia/Bangkok", "en"), "Fri 17 May 2030, 19:30");
        assert_eq!(date_of(at, "Pacific/Auckland"), "2030-05-18");
        assert_eq!(date_of(at, "No/Zone"), "");
    }
}
