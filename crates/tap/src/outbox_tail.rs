//! Facts about bets and balances, as they are committed, to the players' open pages.

use crate::app::App;
use crate::domain::bet_event;
use crate::stop::{self, Point};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::sync::Arc;
use store::outbox::Queued;
use store::outbox_tail::{self, Look};
use web::Closing;
use web::live::Update;

/// Publishes until the process ends. Order and repetition do not matter: each fact has its player's number.
pub async fn run(app: Arc<App>, mut closing: Closing) {
    let closed = async move { closing.wait().await };
    outbox_tail::run(&app.store, closed, |look| publish(&app, look)).await;
}

fn publish(app: &App, Look { facts, fresh }: Look<'_>) {
    if fresh > 0 {
        stop::reach(Point::TailRead);
    }
    facts.iter().for_each(|fact| publish_one(app, fact));
    if fresh > 0 {
        stop::reach(Point::TailTold);
    }
}

/// A fact's payload.
#[derive(Deserialize)]
struct Payload<'p> {
    seq: u64,
    #[serde(borrow)]
    data: &'p RawValue,
}

fn publish_one(app: &App, queued: &Queued) {
    let kind = match queued.event.kind.as_str() {
        bet_event::CONFIRMED => "bet:confirmed",
        bet_event::FAILED => "bet:failed",
        bet_event::RESOLVED => "bet:resolved",
        bet_event::BALANCE => "balance:update",
        _ => return,
    };
    if let Ok(payload) = serde_json::from_str::<Payload<'_>>(&queued.event.payload) {
        app.streams.publish(queued.event.key, payload.seq, Update::fact(kind, payload.data.get()));
    }
}
