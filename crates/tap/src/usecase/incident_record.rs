//! Records what an operator did to the breaker, and shows what happened.

use crate::app::App;
use crate::store::incidents;
pub use crate::store::incidents::IncidentRow;
use kernel::{Refusal, Timestamp};

/// Characters of an operator's own words that are kept.
const WORDS_MAX: usize = 300;

/// Records an act.
pub async fn run(app: &App, operator: &str, mode: &str, reason: &str) -> Result<(), Refusal> {
    let now = app.clock.now();
    let short = |text: &str| text.chars().take(WORDS_MAX).collect::<String>();
    let row = {
        let view = app.market_state.view();
        IncidentRow {
            id: app.ids.next(now),
            at: now,
            from: view.breaker.as_str().to_owned(),
            to: format!("override:{}", short(mode)),
            reason: short(reason),
            age_ms: view.stale_for_ms.unwrap_or(-1),
            sources: i64::from(view.live),
            actor: short(operator),
        }
    };
    Ok(app.store.write(move |tx| incidents::record(tx, &row)).await?)
}

/// The newest of a span of time, newest first. A missing bound is none.
pub async fn newest(
    app: &App,
    (from, to): (Option<Timestamp>, Option<Timestamp>),
    limit: i64,
) -> Result<Vec<IncidentRow>, Refusal> {
    let from = from.unwrap_or(Timestamp::from_micros(i64::MIN));
    let to = to.unwrap_or(Timestamp::from_micros(i64::MAX));
    Ok(app.store.read(move |tx| incidents::between(tx, from, to, limit)).await?)
}
