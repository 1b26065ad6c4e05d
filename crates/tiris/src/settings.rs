//! What is set for the running stall, read once from its section.

use crate::config;
use stall::Section;

/// The settings of the verbs.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Logs decided in one transaction at most.
    pub batch_max: usize,
    /// Logs that may wait.
    pub queue_max: usize,
    /// Seconds for which an access token is good.
    pub access_lifetime_s: i64,
    /// Where prices and balances come from, without a slash at the end.
    pub exchange_url: String,
}

impl Settings {
    /// The settings of a section.
    #[must_use]
    pub fn read(section: &Section) -> Self {
        Self {
            batch_max: section.get(&config::BATCH_MAX),
            queue_max: section.get(&config::QUEUE_MAX),
            access_lifetime_s: section.get(&config::JWT_EXPIRATION),
            exchange_url: section.get(&config::EXCHANGE_URL).trim_end_matches('/').to_owned(),
        }
    }
}
