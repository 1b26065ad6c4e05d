//! A user as it is stored.

use super::role::HeldRoles;
use kernel::{Timestamp, UserId};

/// Where a user stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserStatus {
    /// May sign in.
    Active,
    /// Was blocked by an administrator.
    Blocked,
    /// Asked to be forgotten.
    Erased,
}

impl UserStatus {
    /// As written in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Blocked => "blocked",
            Self::Erased => "erased",
        }
    }

    /// The status of this word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Blocked, Self::Erased].into_iter().find(|status| status.as_str() == text)
    }
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its number, which is also its wallet's.
    pub id: UserId,
    /// Telegram's number.
    pub tg_user_id: i64,
    /// As the user wants to be called.
    pub nickname: Option<String>,
    /// Telegram's handle.
    pub username: Option<String>,
    /// Telegram's first name.
    pub first_name: Option<String>,
    /// Telegram's last name.
    pub last_name: Option<String>,
    /// Language tag.
    pub language: String,
    /// What the user may do.
    pub roles: HeldRoles,
    /// Tokens of an earlier version are over.
    pub token_version: i64,
    /// Where the user stands.
    pub status: UserStatus,
    /// Since when.
    pub created_at: Timestamp,
}
