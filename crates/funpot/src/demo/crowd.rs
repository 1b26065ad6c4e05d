//! The viewers of the demonstration: a few votes a second, spread over what is open. They use the same verb as everybody and are
//! refused like everybody; who has nothing left is given something by the house.

use crate::app::App;
use crate::domain::event::PotEvent;
use crate::usecase::demo_seed;
use crate::usecase::vote_cast::{self, VoteOrder};
use kernel::{Meaning, UserId};
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng, SeedableRng};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// Seconds between two votes of the whole crowd, at least and at most.
const BETWEEN_VOTES_S: std::ops::Range<f64> = 0.1..0.5;

/// Lets the viewers in. Aborting the handle sends them home.
pub fn start(app: &Arc<App>, viewers: Vec<UserId>) -> JoinHandle<()> {
    let app = Arc::clone(app);
    tokio::spawn(async move {
        let mut chance = SmallRng::seed_from_u64(7);
        loop {
            tokio::time::sleep(Duration::from_secs_f64(chance.random_range(BETWEEN_VOTES_S))).await;
            vote(&app, &viewers, &mut chance).await;
        }
    })
}

/// One viewer votes on one open event, if that viewer has not.
async fn vote(app: &App, viewers: &[UserId], chance: &mut SmallRng) {
    let live = app.live.all();
    let (Some(open), Some(user)) = (live.choose(chance), viewers.choose(chance)) else { return };
    if open.vote_of(user.0).is_some() || !open.event.takes_votes(app.clock.now()) {
        return;
    }
    let Some(option) = lean(&open.event, chance) else { return };
    let order = VoteOrder {
        user: *user,
        event: open.event.id,
        option,
        cost: Some(open.event.cost),
        key: format!("demo-{}-{}", open.event.id.0, user.0),
    };
    // Too late, or too often: told like everybody, and forgotten.
    if let Err(refusal) = vote_cast::run(app, order).await
        && refusal.meaning == Meaning::PaymentRequired
    {
        let _ = demo_seed::gift(app, *user, super::CREDIT).await;
    }
}

/// A choice; each event has a favourite of its own.
fn lean(event: &PotEvent, chance: &mut SmallRng) -> Option<String> {
    let count = event.options.len();
    let favourite = usize::try_from(event.id.0.unsigned_abs() % count.max(1) as u64).ok()?;
    let at = if chance.random_bool(0.4) { favourite } else { chance.random_range(0..count) };
    event.option_id(at).map(str::to_owned)
}
