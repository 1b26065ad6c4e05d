//! The newest mails of the demonstration, for its outbox page. The page decides whether there is one.

use crate::app::App;
use identity::mail::{self, Mail};
use kernel::Refusal;

/// Mails one page shows.
const SHOWN_MAX: i64 = 50;

/// The newest first.
pub async fn run(app: &App) -> Result<Vec<Mail>, Refusal> {
    Ok(app.store.read(|tx| mail::newest(tx, SHOWN_MAX)).await?)
}
