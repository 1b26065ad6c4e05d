//! The characters and small forms of EIP-4361's grammar (RFC 3986, RFC 3339): what a field may hold, to the letter.

use kernel::Timestamp;

/// Digits of a second's fraction that are read; no clock says more.
const FRACTION_DIGITS_MAX: usize = 9;
/// Digits of a port.
const PORT_DIGITS_MAX: usize = 5;

const SUB_DELIMS: &[u8] = b"!$&'()*+,;=";
const GEN_DELIMS: &[u8] = b":/?#[]@";

/// A moment as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment<'t> {
    /// The text, byte for byte.
    pub text: &'t str,
    /// When that is.
    pub at: Timestamp,
}

impl<'t> Moment<'t> {
    /// Reads RFC 3339 with capital `T` and `Z`, seconds below 60 and at most nine digits of a fraction.
    #[must_use]
    pub fn parse(text: &'t str) -> Option<Self> {
        let (day, rest) = text.split_at_checked(10)?;
        let (clock, rest) = rest.split_at_checked(9)?;
        let offset = match rest.strip_prefix('.') {
            Some(fraction) => after_digits(fraction, FRACTION_DIGITS_MAX)?,
            None => rest,
        };
        let well_formed = fits(day, "dddd-dd-dd")
            && fits(clock, "Tdd:dd:dd")
            && clock.as_bytes()[7] < b'6'
            && (offset == "Z" || fits(offset, "+dd:dd") || fits(offset, "-dd:dd"));
        let at = well_formed.then(|| Timestamp::parse_rfc3339(text).ok()).flatten()?;
        Some(Self { text, at })
    }
}

/// Whether each byte of `text` is the one of `form`, or a digit where that says `d`.
fn fits(text: &str, form: &str) -> bool {
    let fit = |(byte, form): (u8, u8)| if form == b'd' { byte.is_ascii_digit() } else { byte == form };
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(fit)
}

/// What follows the leading digits, of which there are one to `most`.
fn after_digits(text: &str, most: usize) -> Option<&str> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=most).contains(&digits).then(|| &text[digits..])
}

/// `host` or `host:port`; never a user, never a path. Names and IPv4 as they are, IPv6 in brackets.
pub(super) fn is_domain(text: &str) -> bool {
    let (host, port) = match text.rfind(':').filter(|at| !text[*at..].contains(']')) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let port_fits = port.is_none_or(|port| after_digits(port, PORT_DIGITS_MAX) == Some(""));
    let in_brackets = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let host_fits = match in_brackets {
        Some(address) => {
            !address.is_empty() && address.bytes().all(|b| b.is_ascii_hexdigit() || b == b':' || b == b'.')
        }
        None => !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b)),
    };
    port_fits && host_fits
}

/// A scheme of RFC 3986.
pub(super) fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// A URI: a scheme, a colon, and characters that a URI may hold, with whole percent escapes.
pub(super) fn is_uri(text: &str) -> bool {
    let allowed = |byte: u8| is_unreserved(byte) || SUB_DELIMS.contains(&byte) || GEN_DELIMS.contains(&byte);
    text.split_once(':').is_some_and(|(scheme, _)| is_scheme(scheme)) && escaped(text, allowed)
}

/// A statement: what a URI may hold but for escapes, and spaces; at least one character.
pub(super) fn is_statement(text: &str) -> bool {
    let allowed = |byte: u8| {
        byte == b' ' || is_unreserved(byte) || SUB_DELIMS.contains(&byte) || GEN_DELIMS.contains(&byte)
    };
    !text.is_empty() && text.bytes().all(allowed)
}

/// A request id: any number of RFC 3986's `pchar`.
pub(super) fn is_request_id(text: &str) -> bool {
    escaped(text, |byte| is_unreserved(byte) || SUB_DELIMS.contains(&byte) || byte == b':' || byte == b'@')
}

/// A nonce of EIP-4361: eight letters and digits, or more.
pub(super) fn is_nonce(text: &str) -> bool {
    text.len() >= 8 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// A number as we write it: no sign, no leading zero.
pub(super) fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (digits && (text == "0" || !text.starts_with('0'))).then(|| text.parse().ok()).flatten()
}

/// The part of a URI before its path: `scheme://host[:port]`. None: it has none, or names a user before the host.
#[must_use]
pub fn origin_of(uri: &str) -> Option<&str> {
    let (scheme, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let origin = &uri[..scheme.len() + 3 + authority.len()];
    (is_scheme(scheme) && is_domain(authority)).then_some(origin)
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// Whether every byte is allowed, or part of `%` and two digits.
fn escaped(text: &str, allowed: impl Fn(u8) -> bool) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let digit = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_hexdigit());
        let fine = if byte == b'%' { digit(bytes.next()) && digit(bytes.next()) } else { allowed(byte) };
        if !fine {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_their_one_form() {
        for good in
            ["2030-01-01T00:00:00Z", "2030-01-01T00:00:00.000Z", "2030-02-28T23:59:59.123456789+07:00"]
        {
            assert_eq!(Moment::parse(good).map(|moment| moment.text), Some(good));
        }
        for bad in [
            "",
            "2030-01-01",
            "2030-01-01T00:00:00",
            "2030-01-01t00:00:00Z",
            "2030-01-01 00:00:00Z",
            "2030-02-30T00:00:00Z",
            "2030-01-01T24:00:00Z",
            "2030-01-01T00:00:60Z",
            "2030-01-01T00:00:00.Z",
            "2030-01-01T00:00:00.1234567890Z",
            "2030-01-01T00:00:00z",
            "2030-01-01T00:00:00+0700",
            "2030-01-01T00:00:00Z ",
            "2030-01-01T00:00:00+07:00[Asia/Bangkok]",
            "٢٠٣٠-01-01T00:00:00Z",
            "+2030-01-01T00:00:00Z",
            "2030-01-01T00:00Z",
        ] {
            assert_eq!(Moment::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_domain_is_a_host_and_maybe_a_port() {
        for good in ["localhost", "127.0.0.1:8080", "fair.example", "[::1]:8080", "[::1]"] {
            assert!(is_domain(good), "{good}");
        }
        for bad in [
            "",
            ":80",
            "a:",
            "a:b",
            "a:123456",
            "u@a",
            "a/b",
            "a b",
            "exаmple.com",
            "[]",
            "[::1",
            "a]:1",
            "::1x ",
        ] {
            assert!(!is_domain(bad), "{bad}");
        }
    }

    #[test]
    fn an_origin_names_no_user() {
        assert_eq!(origin_of("https://fair.example/shop?x#y"), Some("https://fair.example"));
        assert_eq!(origin_of("http://127.0.0.1:8080"), Some("http://127.0.0.1:8080"));
        for bad in [
            "https://fair.example@evil.example/",
            "https:fair.example",
            "//x",
            "https://",
            "1://a",
            "https://a:b@c",
        ] {
            assert_eq!(origin_of(bad), None, "{bad}");
        }
        assert_eq!(origin_of("https://fair.example.evil/"), Some("https://fair.example.evil"));
    }

    #[test]
    fn numbers_escapes_and_nonces_have_one_spelling() {
        assert_eq!(
            (number("0"), number("1"), number("18446744073709551615")),
            (Some(0), Some(1), Some(u64::MAX))
        );
        for bad in ["", "01", "+1", "-1", "1 ", "١", "18446744073709551616"] {
            assert_eq!(number(bad), None, "{bad}");
        }
        assert!(
            is_uri("a:%2f") && !is_uri("a:%2") && !is_uri("a:%zz") && !is_uri("a:\\") && !is_uri("a b:c")
        );
        assert!(
            is_nonce("abcdEF12") && !is_nonce("abcdEF1") && !is_nonce("abcdEF1-") && !is_nonce("abcdEF1é")
        );
        assert!(
            is_statement("Sign in (please)!")
                && !is_statement("")
                && !is_statement("a\nb")
                && !is_statement("é")
        );
        assert!(is_request_id("") && is_request_id("a:@%20") && !is_request_id("a/b"));
    }
}
