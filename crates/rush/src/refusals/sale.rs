//! The refusals of a sale's proof in their caller's words.

use kernel::{Meaning, Refusal};

/// 409: it is still being sold, or somebody holds seats.
#[must_use]
pub fn not_over() -> Refusal {
    let text = "The sale is not over, or somebody still holds seats. Its proof is made afterwards.";
    Refusal::new(Meaning::Conflict, "SALE_NOT_OVER", text)
}

/// 503: the last transfers are in no block yet.
#[must_use]
pub fn being_sealed() -> Refusal {
    let text = "The last transfers of this sale are being sealed. Ask again in a few seconds.";
    Refusal::new(Meaning::Unavailable, "SERVICE_UNAVAILABLE", text).retry_after(3)
}
