//! A moment as the venue writes it, with what a browser needs to write it for its own place beside.

use jiff::tz::TimeZone;
use kernel::Timestamp;

/// A moment in a venue's zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    /// RFC 3339 in UTC, for `<time datetime>`.
    pub iso: String,
    /// Milliseconds since 1970, for countdowns.
    pub ms: i64,
    /// `Sat 21 Nov 2026, 20:00`.
    pub text: String,
    /// `Sat 21 Nov`.
    pub day: String,
    /// `20:00`.
    pub hour: String,
    /// IANA name (`Asia/Bangkok`); `UTC` when the venue's is unknown.
    pub zone: String,
    /// `Bangkok time`.
    pub place: String,
}

impl When {
    /// `at` in `zone`; an unknown zone is read as UTC and says so.
    #[must_use]
    pub fn new(at: Timestamp, zone: &str) -> Self {
        let (zone, tz) = TimeZone::get(zone).map_or(("UTC", TimeZone::UTC), |tz| (zone, tz));
        let there = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or_default().to_zoned(tz);
        Self {
            iso: at.rfc3339(),
            ms: at.as_micros() / 1000,
            text: there.strftime("%a %-d %b %Y, %H:%M").to_string(),
            day: there.strftime("%a %-d %b").to_string(),
            hour: there.strftime("%H:%M").to_string(),
            place: place(zone),
            zone: zone.to_owned(),
        }
    }
}

fn place(zone: &str) -> String {
    let city = zone.rsplit('/').next().unwrap_or(zone).replace('_', " ");
    if city == "UTC" { city } else { format!("{city} time") }
}

/// Seconds as a clock shows them: `9:42`, `1:02:03`, `2 d 4:00:00`.
#[must_use]
pub fn left_text(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (days, hours, minutes, rest) =
        (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes}:{rest:02}"),
        (0, _) => format!("{hours}:{minutes:02}:{rest:02}"),
        _ => format!("{days} d {hours}:{minutes:02}:{rest:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_in_the_venues_zone() {
        let at = Timestamp::parse_rfc3339("2026-11-21T13:00:00Z").expect("a moment");
        let there = When::new(at, "Asia/Bangkok");
        assert_eq!((there.text.as_str(), there.place.as_str()), ("Sat 21 Nov 2026, 20:00", "Bangkok time"));
        assert_eq!(When::new(at, "America/New_York").hour, "08:00");
        assert_eq!(When::new(at, "Atlantis/Centre").zone, "UTC");
    }

    #[test]
    fn time_left_reads_like_a_clock() {
        assert_eq!(left_text(582), "9:42");
        assert_eq!(left_text(3723), "1:02:03");
        assert_eq!(left_text(2 * 86_400 + 4 * 3600), "2 d 4:00:00");
        assert_eq!(left_text(-4), "0:00");
    }
}
