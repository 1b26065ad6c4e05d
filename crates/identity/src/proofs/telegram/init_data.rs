//! What init data says once it is believed.

use super::InitDataFault;
use super::pairs::Pairs;
use kernel::Timestamp;
use serde::Deserialize;

/// The largest id of a user: Telegram promises at most 52 significant bits.
pub const USER_ID_MAX: i64 = (1 << 52) - 1;

/// A user as Telegram describes them. Names and language are what they chose, any text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TelegramUser {
    /// Who, for ever; 1 to [`USER_ID_MAX`].
    pub id: i64,
    /// A program.
    #[serde(default)]
    pub is_bot: bool,
    /// Their name.
    #[serde(default)]
    pub first_name: Option<String>,
    /// Their other name.
    #[serde(default)]
    pub last_name: Option<String>,
    /// Their public name, without the at sign; it can change hands.
    #[serde(default)]
    pub username: Option<String>,
    /// The language of their client.
    #[serde(default)]
    pub language_code: Option<String>,
}

/// Believed init data.
#[derive(Clone, PartialEq, Eq)]
pub struct InitData {
    /// Whose client it was.
    pub user: TelegramUser,
    /// When it was signed.
    pub auth_date: Timestamp,
    /// What the link that opened the app carried.
    pub start_param: Option<String>,
}

impl std::fmt::Debug for InitData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "InitData(user {}, rest hidden)", self.user.id)
    }
}

impl InitData {
    /// Reads the fields that every check needs. Errors: one is missing or malformed.
    pub(super) fn of(pairs: &Pairs) -> Result<Self, InitDataFault> {
        let auth_date = pairs.get("auth_date").ok_or(InitDataFault::AuthDateIsMissing)?;
        let auth_date = seconds(auth_date).ok_or(InitDataFault::AuthDateIsMalformed)?;
        let user = pairs.get("user").ok_or(InitDataFault::UserIsMissing)?;
        let user = user_of(user).ok_or(InitDataFault::UserIsMalformed)?;
        let start_param = pairs.get("start_param").map(str::to_owned);
        Ok(Self { user, auth_date: Timestamp::from_secs(auth_date), start_param })
    }
}

/// The latest second whose microseconds fit: beyond it a date is nonsense.
const SECONDS_MAX: i64 = i64::MAX / 1_000_000;

fn seconds(text: &str) -> Option<i64> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten().filter(|seconds| *seconds <= SECONDS_MAX)
}

/// A derived reader also takes an array for an object; a user is an object.
fn user_of(text: &str) -> Option<TelegramUser> {
    let user: TelegramUser = text.starts_with('{').then(|| serde_json::from_str(text).ok()).flatten()?;
    (1..=USER_ID_MAX).contains(&user.id).then_some(user)
}
