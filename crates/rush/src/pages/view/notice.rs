//! A sentence that stands out on a page: what happened, whether money or seats moved, what to do.

use web::shell::Tone;

/// One notice.
#[derive(Debug, Clone)]
pub struct Notice {
    /// How it is meant.
    pub tone: Tone,
    /// What happened, in a few words.
    pub title: String,
    /// What it means for money and seats, and the way on.
    pub text: String,
}

impl Notice {
    /// A notice of `tone`.
    #[must_use]
    pub fn new(tone: Tone, title: impl Into<String>, text: impl Into<String>) -> Self {
        Self { tone, title: title.into(), text: text.into() }
    }
}
