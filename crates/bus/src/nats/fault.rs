//! What goes wrong between us and a broker.

/// A broker's failure. All of them may pass.
#[derive(Debug, thiserror::Error)]
pub enum BrokerFault {
    /// No connection, or it broke.
    #[error("the broker cannot be reached: {0}")]
    Away(String),
    /// It refuses what we asked for, or did not answer.
    #[error("the broker refuses {what}: {why}")]
    Refused {
        /// What we asked for.
        what: String,
        /// Its words.
        why: String,
    },
    /// It made a consumer that is not the one we asked for.
    #[error(
        "the broker made the consumer {0} with another filter; it is too old or the consumer is another's"
    )]
    ConsumerDiffers(String),
}

impl BrokerFault {
    pub(super) fn refused(what: impl Into<String>, why: impl std::fmt::Display) -> Self {
        Self::Refused { what: what.into(), why: why.to_string() }
    }
}
