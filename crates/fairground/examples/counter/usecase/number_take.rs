//! Takes a number: hands the request to the batcher and waits.

use crate::app::App;
use crate::domain::{TakeRefusal, TakeRequest};
use crate::usecase::take_batch::Answer;
use kernel::{Meaning, Refusal};

/// The number, fresh or of an earlier request with the same key.
pub async fn run(app: &App, request: TakeRequest) -> Result<Answer, Refusal> {
    app.take.submit(request).await?.map_err(|refusal| match refusal {
        TakeRefusal::NoNumberIsLeft => {
            Refusal::new(Meaning::Conflict, "NO_NUMBER_LEFT", "All numbers are taken.")
        }
        TakeRefusal::VisitorHasANumber => {
            Refusal::new(Meaning::Conflict, "HAS_A_NUMBER", "You have a number already.")
        }
        TakeRefusal::KeyWasUsed => Refusal::new(
            Meaning::Unprocessable,
            "IDEMPOTENCY_KEY_REUSED",
            "This key was used for another request.",
        ),
    })
}
