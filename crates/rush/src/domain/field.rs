//! Forms: how the fields of a request become values, with every problem found at once.
//!
//! One form serves creating and changing: it is applied to a blank or to what is stored, then checked as a whole.

use super::catalogue_refusal::CatalogueRefusal;
use kernel::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::ops::RangeInclusive;

/// The first moment a field may name (2000-01-01T00:00:00Z): earlier ones are typing errors.
const MOMENT_MIN: Timestamp = Timestamp::from_secs(946_684_800);
/// The last moment a field may name (2100-01-01T00:00:00Z).
const MOMENT_MAX: Timestamp = Timestamp::from_secs(4_102_444_800);
/// Characters of the longest address of a picture; browsers and proxies cut beyond it.
const URL_CHARS_MAX: usize = 2048;

/// One field that cannot be taken, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// Its name in the request.
    pub field: &'static str,
    /// What is wrong, as the end of a sentence that begins with the field.
    pub problem: String,
}

/// A field of a request: not sent, sent as null, or sent with a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// Not sent: stays as it is.
    #[default]
    Absent,
    /// Sent as null: is emptied, where it may be empty.
    Null,
    /// Sent.
    Value(T),
}

impl<T> Patch<T> {
    /// Whether the field was sent at all.
    #[must_use]
    pub const fn is_sent(&self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// The value, if one was sent.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl From<&str> for Patch<String> {
    fn from(value: &str) -> Self {
        Self::Value(value.to_owned())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Absent | Self::Null => serializer.serialize_none(),
        }
    }
}

/// Collects the problems of one request.
#[derive(Debug, Default)]
pub struct Form {
    problems: Vec<FieldProblem>,
}

impl Form {
    /// Notes a problem.
    pub fn problem(&mut self, field: &'static str, problem: impl Into<String>) {
        self.problems.push(FieldProblem { field, problem: problem.into() });
    }

    /// Notes a problem unless `holds`; one problem a field is enough to tell.
    pub fn check(&mut self, field: &'static str, holds: bool, problem: &str) {
        let reported = self.problems.iter().any(|problem| problem.field == field);
        if !holds && !reported {
            self.problem(field, problem);
        }
    }

    /// Sets a field that always has a value.
    pub fn set<R, T>(
        &mut self,
        field: &'static str,
        into: &mut T,
        patch: Patch<R>,
        read: impl FnOnce(R) -> Result<T, String>,
    ) {
        match patch {
            Patch::Absent => {}
            Patch::Null => self.problem(field, "may not be null"),
            Patch::Value(raw) => match read(raw) {
                Ok(value) => *into = value,
                Err(problem) => self.problem(field, problem),
            },
        }
    }

    /// Sets a field that may be empty.
    pub fn set_opt<R, T>(
        &mut self,
        field: &'static str,
        into: &mut Option<T>,
        patch: Patch<R>,
        read: impl FnOnce(R) -> Result<T, String>,
    ) {
        match patch {
            Patch::Null => *into = None,
            Patch::Absent => {}
            Patch::Value(raw) => match read(raw) {
                Ok(value) => *into = Some(value),
                Err(problem) => self.problem(field, problem),
            },
        }
    }

    /// Sets a text that may be empty; a text of spaces empties it, as a cleared input of a page does.
    pub fn set_opt_text(
        &mut self,
        field: &'static str,
        into: &mut Option<String>,
        patch: Patch<String>,
        read: impl FnOnce(String) -> Result<String, String>,
    ) {
        let emptied = matches!(&patch, Patch::Value(text) if text.trim().is_empty());
        self.set_opt(field, into, if emptied { Patch::Null } else { patch }, read);
    }

    /// Ends the form. Errors: every problem that was noted.
    pub fn finish(self) -> Result<(), CatalogueRefusal> {
        if self.problems.is_empty() { Ok(()) } else { Err(CatalogueRefusal::FieldsAreInvalid(self.problems)) }
    }
}

/// One line of 1 to `chars_max` characters, trimmed, without control characters.
pub fn text(chars_max: usize) -> impl Fn(String) -> Result<String, String> {
    move |raw| {
        let line = bounded(&raw, chars_max)?;
        if line.chars().any(char::is_control) {
            Err("may not contain control characters".into())
        } else {
            Ok(line)
        }
    }
}

/// The same for what people call something: nothing in it may be invisible or turn the text around it.
pub fn name(chars_max: usize) -> impl Fn(String) -> Result<String, String> {
    move |raw| {
        let line = text(chars_max)(raw)?;
        kernel::check_name(&line).map(|()| line).map_err(|fault| fault.to_string())
    }
}

/// Several lines of 1 to `chars_max` characters, trimmed; line ends and tabs are fine, other control characters are not.
pub fn long_text(chars_max: usize) -> impl Fn(String) -> Result<String, String> {
    move |raw| {
        let lines = bounded(&raw.replace("\r\n", "\n"), chars_max)?;
        let strange = lines.chars().any(|c| c.is_control() && c != '\n' && c != '\t');
        if strange { Err("may not contain control characters".into()) } else { Ok(lines) }
    }
}

fn bounded(raw: &str, chars_max: usize) -> Result<String, String> {
    let trimmed = raw.trim();
    match trimmed.chars().count() {
        0 => Err("may not be empty".into()),
        count if count > chars_max => Err(format!("has {count} characters, at most {chars_max} are allowed")),
        _ => Ok(trimmed.to_owned()),
    }
}

/// A whole number within `range`.
pub fn whole(range: RangeInclusive<i64>) -> impl Fn(i64) -> Result<i64, String> {
    move |raw| {
        let (low, high) = (range.start(), range.end());
        if range.contains(&raw) { Ok(raw) } else { Err(format!("must be between {low} and {high}")) }
    }
}

/// A number of degrees within plus or minus `limit`.
pub fn degrees(limit: f64) -> impl Fn(f64) -> Result<f64, String> {
    move |raw| {
        let fits = raw.is_finite() && raw.abs() <= limit;
        if fits { Ok(raw) } else { Err(format!("must be between -{limit} and {limit}")) }
    }
}

/// A moment in RFC 3339, with any offset.
#[expect(clippy::needless_pass_by_value, reason = "a form's readers take what was sent")]
pub fn moment(raw: String) -> Result<Timestamp, String> {
    let at = Timestamp::parse_rfc3339(raw.trim())
        .map_err(|_| "must be a moment such as 2030-05-17T19:30:00+07:00".to_owned())?;
    if (MOMENT_MIN..=MOMENT_MAX).contains(&at) {
        Ok(at)
    } else {
        Err("must lie between 2000 and 2100".into())
    }
}

/// The address of a picture: `https://…`, `http://…`, or a path on this site.
pub fn picture_url(raw: String) -> Result<String, String> {
    let url = text(URL_CHARS_MAX)(raw)?;
    let on_this_site = url.starts_with('/') && !url.starts_with("//");
    let plain = !url.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '\\'));
    if plain && (on_this_site || url.starts_with("https://") || url.starts_with("http://")) {
        Ok(url)
    } else {
        Err("must begin with https://, http:// or / and contain no quotes or spaces".into())
    }
}

/// A colour as `#RRGGBB`, in lower case afterwards.
#[expect(clippy::needless_pass_by_value, reason = "a form's readers take what was sent")]
pub fn colour(raw: String) -> Result<String, String> {
    let digits = raw.strip_prefix('#').unwrap_or_default();
    let fits = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if fits { Ok(raw.to_ascii_lowercase()) } else { Err("must be a colour such as #e4572e".into()) }
}

/// The name of a time zone that we know (`Asia/Bangkok`), spelled as the zone database spells it.
#[expect(clippy::needless_pass_by_value, reason = "a form's readers take what was sent")]
pub fn time_zone(raw: String) -> Result<String, String> {
    let known = jiff::tz::TimeZone::get(&raw).ok().and_then(|zone| zone.iana_name().map(str::to_owned));
    known.ok_or_else(|| "must be the name of a time zone such as Asia/Bangkok".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_trimmed_counted_in_characters_and_free_of_control_characters() {
        assert_eq!(text(3)("  งาน ".into()), Ok("งาน".into()));
        for bad in ["", "   ", "four", "a\0", "a\u{7f}", "a\nb"] {
            assert!(text(3)(bad.into()).is_err(), "{bad:?}");
        }
        assert_eq!(long_text(9)("a\r\nb\tc".into()), Ok("a\nb\tc".into()));
        assert!(long_text(9)("a\0b".into()).is_err());
    }

    #[test]
    fn a_picture_lies_on_this_site_or_on_the_web_and_nowhere_else() {
        for good in ["/assets/p.svg", "https://example.org/a.jpg"] {
            assert!(picture_url(good.into()).is_ok(), "{good}");
        }
        for bad in
            ["//evil.example", "javascript:alert(1)", "data:,x", "https://x/\"onload=", "ftp://x", "/a b"]
        {
            assert!(picture_url(bad.into()).is_err(), "{bad}");
        }
    }

    #[test]
    fn colours_zones_and_moments_are_of_the_one_spelling_we_keep() {
        assert_eq!(colour("#E4572E".into()), Ok("#e4572e".into()));
        for bad in ["e4572e", "#e4572", "#e4572ee", "#ggg000", "red", "#e4572\u{e9}"] {
            assert!(colour(bad.into()).is_err(), "{bad}");
        }
        assert_eq!(time_zone("Asia/Bangkok".into()), Ok("Asia/Bangkok".into()));
        for bad in ["", "Bangkok", "+07:00", "../etc/passwd", "Asia/Bangkok\0"] {
            assert!(time_zone(bad.into()).is_err(), "{bad}");
        }
        assert!(moment("2030-05-17T19:30:00+07:00".into()).is_ok());
        for bad in ["", "soon", "2030-05-17", "1999-12-31T23:59:59Z", "9999-01-01T00:00:00Z"] {
            assert!(moment(bad.into()).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_form_tells_every_problem_at_once() {
        let mut form = Form::default();
        let (mut name, mut seats, mut note) = (String::new(), 0, Some("old".to_owned()));
        form.set("name", &mut name, Patch::Null, text(5));
        form.set("seats", &mut seats, Patch::Value(0), whole(1..=9));
        form.set_opt_text("note", &mut note, Patch::from(" "), text(5));
        assert_eq!(note, None);
        let Err(CatalogueRefusal::FieldsAreInvalid(problems)) = form.finish() else {
            panic!("it has problems")
        };
        assert_eq!(problems.iter().map(|problem| problem.field).collect::<Vec<_>>(), ["name", "seats"]);
    }
}
