//! Doors to servers of others: Telegram's Bot API and Twitch, each behind a configurable address. What a verb makes of an answer
//! is not here.

pub mod classifier;
pub mod telegram;
pub mod twitch;

pub use telegram::{BotApi, BotFault};
pub use twitch::{Twitch, TwitchFault};
