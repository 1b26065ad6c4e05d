//! A streamer, and what a name of one is.

use super::ids::StreamerId;
use kernel::{Timestamp, UserId};

/// Where a streamer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamerStatus {
    /// May have events.
    Ok,
    /// Is being looked at.
    Pending,
    /// May not have events.
    Rejected,
    /// Is hidden.
    Banned,
}

impl StreamerStatus {
    /// As written in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Pending => "pending",
            Self::Rejected => "rejected",
            Self::Banned => "banned",
        }
    }

    /// The status of this word; `approved` is another word for `ok`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == "approved" {
            return Some(Self::Ok);
        }
        [Self::Ok, Self::Pending, Self::Rejected, Self::Banned]
            .into_iter()
            .find(|status| status.as_str() == text)
    }
}

/// A streamer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Streamer {
    /// Its number.
    pub id: StreamerId,
    /// In lower case; unique.
    pub username: String,
    /// Twitch's number.
    pub twitch_user_id: Option<String>,
    /// As the streamer writes it.
    pub display_name: String,
    /// Whether the stream was live when it was last looked at.
    pub online: bool,
    /// Viewers then.
    pub viewers: i64,
    /// Where the streamer stands.
    pub status: StreamerStatus,
    /// Why.
    pub reason: Option<String>,
    /// Looks in a row that did not find the stream.
    pub absent_polls: i64,
    /// Who brought it.
    pub added_by: UserId,
    /// When it was last looked at.
    pub checked_at: Option<Timestamp>,
    /// When it was added.
    pub created_at: Timestamp,
}

/// The name of a channel: 4 to 25 letters, digits and underscores, in lower case.
#[must_use]
pub fn username(text: &str) -> Option<String> {
    let name = text.trim().to_ascii_lowercase();
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (is_name && (4..=25).contains(&name.len())).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_channels_are_read_in_lower_case() {
        assert_eq!(username(" Some_Streamer1 ").as_deref(), Some("some_streamer1"));
        for bad in ["abc", "", "with space", "émile", "a-b-c-d", &"x".repeat(26)] {
            assert_eq!(username(bad), None, "{bad}");
        }
    }
}
