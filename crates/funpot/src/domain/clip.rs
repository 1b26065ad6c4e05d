//! A clip of a stream, by the worker's name of it. Pure.

use super::ids::{ClipId, StreamerId};
use kernel::Timestamp;

/// Characters of a clip's name and of an address at most.
const NAME_CHARS_MAX: usize = 200;
const ADDRESS_CHARS_MAX: usize = 2_000;
/// Seconds of the longest clip.
const DURATION_MAX_S: i64 = 86_400;

/// A clip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clip {
    /// Its number.
    pub id: ClipId,
    /// The worker's name of it; unique for a streamer.
    pub name: String,
    /// Of whose stream.
    pub streamer: StreamerId,
    /// Where it is.
    pub url: String,
    /// A picture of it.
    pub thumbnail_url: Option<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// Seconds.
    pub duration_s: i64,
    /// Who keeps it.
    pub source: String,
    /// Whether it is one of a row of ten minutes each.
    pub is_ten_min_chunk: bool,
}

/// What is wrong with a clip: the field, and why. None: nothing.
#[must_use]
pub fn fault(clip: &Clip) -> Option<(&'static str, &'static str)> {
    let is_name =
        (1..=NAME_CHARS_MAX).contains(&clip.name.chars().count()) && !clip.name.chars().any(char::is_control);
    if !is_name {
        return Some(("clipId", "must be 1 to 200 characters"));
    }
    if !is_address(&clip.url) {
        return Some(("bunnyUrl", "must be an https address"));
    }
    if clip.thumbnail_url.as_deref().is_some_and(|url| !is_address(url)) {
        return Some(("thumbnailUrl", "must be an https address"));
    }
    let is_long = !(0..=DURATION_MAX_S).contains(&clip.duration_s);
    is_long.then_some(("durationSec", "must be from 0 to 86400"))
}

/// An address that a page may link to: never one that runs something.
fn is_address(url: &str) -> bool {
    url.starts_with("https://")
        && url.len() <= ADDRESS_CHARS_MAX
        && url.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clip_has_a_name_and_an_address_that_can_be_linked_to() {
        let clip = Clip {
            id: ClipId(1),
            name: "c-1".to_owned(),
            streamer: StreamerId(1),
            url: "https://video.example/c-1.mp4".to_owned(),
            thumbnail_url: None,
            started_at: Timestamp::from_secs(1),
            duration_s: 30,
            source: "bunny".to_owned(),
            is_ten_min_chunk: false,
        };
        assert_eq!(fault(&clip), None);
        for bad in ["javascript:alert(1)", "http://video.example", "https://x/\"", ""] {
            let clip = Clip { url: bad.to_owned(), ..clip.clone() };
            assert_eq!(fault(&clip).map(|fault| fault.0), Some("bunnyUrl"), "{bad}");
        }
        assert_eq!(fault(&Clip { name: String::new(), ..clip }).map(|fault| fault.0), Some("clipId"));
    }
}
