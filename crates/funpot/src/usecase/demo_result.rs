//! A result as a worker reports it, without a key: the demonstration's worker sends each once.

use super::result_report::{Received, Reporter, ResultReport};
use crate::app::App;
use kernel::Refusal;

/// Takes the result. Errors: 404, 409, 422.
pub async fn run(app: &App, report: ResultReport) -> Result<Received, Refusal> {
    let reporter = Reporter::of(app);
    app.store.write(move |tx| reporter.receive(tx, &report)).await
}
