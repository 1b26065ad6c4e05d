//! Keeping ticks: what was kept although nobody heard of it is not kept again, and nobody else's ticks pass for ours.

use crate::harness::{Story, TABLES};
use std::sync::Arc;
use store::Store;
use tap::engine::tick_writer;
use tap::store::ticks;

testkit::on_both_backends! {
    a_batch_whose_answer_was_lost_is_kept_once with *TABLES;
}

async fn a_batch_whose_answer_was_lost_is_kept_once(store: Store) {
    let mut story = Story::open(store.clone()).await;
    let steps: Vec<_> = (0..700).map(|_| story.market.step()).collect();
    let mut foreign = steps.clone();
    foreign.last_mut().unwrap().ticks.last_mut().unwrap().price += 1;
    let steps = Arc::new(steps);
    tick_writer::write(&story.app, &steps).await.unwrap();
    let (last, watermark) = (store.read(ticks::last).await.unwrap(), story.app.market_state.watermark_ms());
    tick_writer::write(&story.app, &steps).await.unwrap();
    assert_eq!(
        (store.read(ticks::last).await.unwrap(), story.app.market_state.watermark_ms()),
        (last, watermark)
    );
    let error = tick_writer::write(&story.app, &Arc::new(foreign)).await.unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
}
