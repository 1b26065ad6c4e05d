//! The stall's part of the demonstration: two people with accounts at a simulated exchange, whose bots have traded for a day and go
//! on while somebody looks. Everything goes through the verbs that everybody uses; a visitor signs in as one of the two at a
//! simulated Google.

mod bots;
mod history;
mod people;

use crate::app::App;
use crate::usecase::event_intake::EventInput;
use futures_util::FutureExt as _;
use parking_lot::Mutex;
use people::Bot;
use std::sync::Arc;

/// People and bots over an open stall.
#[must_use]
pub fn demo(app: &Arc<App>, input: &Arc<EventInput>) -> stall::Demo {
    let (seeded, running, input) = (Arc::clone(app), Arc::clone(app), Arc::clone(input));
    let planted: Arc<Mutex<Vec<Bot>>> = Arc::default();
    let kept = Arc::clone(&planted);
    stall::Demo {
        seed: Box::new(move || {
            async move {
                let bots = people::plant(&seeded).await.map_err(|refusal| refusal.to_string())?;
                *kept.lock() = bots;
                Ok(())
            }
            .boxed()
        }),
        crowd: Box::new(move || {
            let bots = std::mem::take(&mut *planted.lock());
            vec![bots::start(&running, &input, bots)]
        }),
        welcome: "Six bots trade at a simulated exchange. Sign in with the simulated Google as Ann (English) or 陈伟 (中文):\n\
                  portfolio with equity curves, transactions with their cause, gains with their lots, a statement that verifies\n\
                  offline, and on Exchanges an amount that nothing explains."
            .to_owned(),
    }
}
