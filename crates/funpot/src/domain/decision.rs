//! What the classifier said of a stream. Pure.

use super::ids::{DecisionId, PromptId, RunId, StreamerId};
use super::stage::Stage;
use kernel::Timestamp;

/// One stage's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its number.
    pub id: DecisionId,
    /// Of which cycle.
    pub run: Option<RunId>,
    /// Of whose stream.
    pub streamer: StreamerId,
    /// Which stage.
    pub stage: Stage,
    /// By which version of a prompt.
    pub prompt: Option<PromptId>,
    /// What was looked at: a clip, a frame.
    pub input_ref: Option<String>,
    /// The label.
    pub label: &'static str,
    /// Basis points.
    pub confidence_bp: i64,
    /// What it took.
    pub cost: DecisionCost,
    /// When.
    pub created_at: Timestamp,
}

/// What a decision took, and what the model wrote.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DecisionCost {
    /// As it was written.
    pub raw_response: Option<String>,
    /// Milliseconds.
    pub latency_ms: Option<i64>,
    /// Read.
    pub tokens_in: Option<i64>,
    /// Written.
    pub tokens_out: Option<i64>,
}

/// Seconds of a window: one cycle of analysis a streamer in each.
pub const WINDOW_S: i64 = 30;

/// The window of a moment.
#[must_use]
pub fn window(now: Timestamp) -> i64 {
    now.as_secs().div_euclid(WINDOW_S)
}
