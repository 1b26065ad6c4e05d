//! A calendar file (RFC 5545) with one entry.

use kernel::Timestamp;
use std::fmt::Write;

/// Octets of the longest line before it is folded.
const LINE_OCTETS_MAX: usize = 75;

/// What goes into the calendar.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Stays the same, so that adding it twice changes one entry.
    pub uid: String,
    /// Begin.
    pub starts_at: Timestamp,
    /// End.
    pub ends_at: Timestamp,
    /// When it was made.
    pub made_at: Timestamp,
    /// Title.
    pub title: String,
    /// Where.
    pub place: String,
    /// More.
    pub text: String,
}

/// The file.
#[must_use]
pub fn calendar(entry: &Entry) -> String {
    let lines = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Fairground//Rush//EN".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}@fairground", escaped(&entry.uid)),
        format!("DTSTAMP:{}", moment(entry.made_at)),
        format!("DTSTART:{}", moment(entry.starts_at)),
        format!("DTEND:{}", moment(entry.ends_at)),
        format!("SUMMARY:{}", escaped(&entry.title)),
        format!("LOCATION:{}", escaped(&entry.place)),
        format!("DESCRIPTION:{}", escaped(&entry.text)),
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
    ];
    lines.iter().map(|line| folded(line)).collect()
}

/// `20261121T130000Z`.
fn moment(at: Timestamp) -> String {
    let whole = Timestamp::from_secs(at.as_secs()).rfc3339();
    whole.replace(['-', ':'], "")
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => {
                let _ = write!(out, "\\{letter}");
            }
            '\n' => out.push_str("\\n"),
            control if control.is_control() => {}
            other => out.push(other),
        }
    }
    out
}

/// The line in pieces of at most 75 octets, never cutting a character.
fn folded(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut octets = 0;
    for letter in line.chars() {
        if octets + letter.len_utf8() > LINE_OCTETS_MAX {
            out.push_str("\r\n ");
            octets = 1;
        }
        out.push(letter);
        octets += letter.len_utf8();
    }
    out + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(title: &str) -> Entry {
        let at = |text| Timestamp::parse_rfc3339(text).expect("a moment");
        Entry {
            uid: "b-1".into(),
            starts_at: at("2026-12-19T12:30:00Z"),
            ends_at: at("2026-12-19T15:30:00Z"),
            made_at: at("2026-11-21T09:00:00.123456Z"),
            title: title.into(),
            place: "Impact Arena, Bangkok".into(),
            text: "2 seats".into(),
        }
    }

    #[test]
    fn an_entry_is_written_in_utc_with_its_commas_escaped() {
        let file = calendar(&entry("Neon; Tide"));
        for line in [
            "DTSTART:20261219T123000Z",
            "DTSTAMP:20261121T090000Z",
            "SUMMARY:Neon\\; Tide",
            "LOCATION:Impact Arena\\, Bangkok",
        ] {
            assert!(file.contains(&format!("{line}\r\n")), "{line} in {file}");
        }
    }

    #[test]
    fn long_lines_are_folded_between_characters_and_no_line_can_be_smuggled_in() {
        let file = calendar(&entry(&format!("{}\r\nATTENDEE:evil", "เพลง".repeat(40))));
        assert!(file.lines().all(|line| line.trim_end_matches('\r').len() <= LINE_OCTETS_MAX));
        assert!(!file.lines().any(|line| line.starts_with("ATTENDEE")));
    }
}
