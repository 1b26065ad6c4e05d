//! The simulated market moves: one step of the path, then what happens on each venue, sent to all its sockets.

use super::faults::Fault;
use super::path::PricePath;
use super::tape::{Tape, TapeEvent};
use super::{VenueProfile, VenuesSettings};
use kernel::Clock;
use parking_lot::Mutex;
use std::sync::Arc;
use tokio::sync::{broadcast, watch};
use tokio::time::{Instant, MissedTickBehavior, interval};
use web::Closing;

/// Events that a slow socket may lag behind before it misses some: seconds of the busiest venue.
const EVENTS_MAX: usize = 1_024;

/// An event and the moment it may reach the wire.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScheduledEvent {
    pub(super) event: TapeEvent,
    pub(super) due: Instant,
}

/// One simulated venue.
pub(super) struct SimulatedVenue {
    pub(super) profile: VenueProfile,
    pub(super) tape: Mutex<Tape>,
    pub(super) events: broadcast::Sender<ScheduledEvent>,
    pub(super) fault: watch::Sender<Fault>,
    pub(super) clock: Arc<dyn Clock>,
}

impl SimulatedVenue {
    /// Ids begin with the seconds of the clock, so that a simulator started again counts on, as venues do.
    pub(super) fn new(profile: VenueProfile, settings: &VenuesSettings, clock: Arc<dyn Clock>) -> Self {
        let seed = settings.seed.wrapping_mul(31).wrapping_add(profile.protocol as u64 + 1);
        let first_id = clock.now().as_secs().max(0).saturating_mul(100).saturating_add(1);
        let (events, _) = broadcast::channel(EVENTS_MAX);
        let fault = watch::Sender::new(Fault::None);
        Self { profile, tape: Mutex::new(Tape::new(profile, seed, first_id)), events, fault, clock }
    }

    /// What is wrong with it now.
    pub(super) fn fault(&self) -> Fault {
        *self.fault.borrow()
    }

    fn step(&self, price: f64, dt: f64) {
        let events = self.tape.lock().step(price, dt, self.clock.now().as_micros());
        let due = Instant::now() + self.profile.latency;
        for event in events {
            // An error means that nobody is connected.
            let _nobody = self.events.send(ScheduledEvent { event, due });
        }
    }
}

/// Moves the market until `closing` begins.
pub(super) async fn run(settings: VenuesSettings, venues: Arc<[Arc<SimulatedVenue>]>, mut closing: Closing) {
    let VenuesSettings { seed, start_price, annual_vol, pull, jumps_per_hour, step, .. } = settings;
    let mut path = PricePath::new(seed, start_price as f64, annual_vol, pull, jumps_per_hour);
    let dt = step.as_secs_f64();
    let mut ticker = interval(step);
    // After a pause of the machine the path goes on from where it stood: nobody saw the steps in between.
    ticker.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = closing.wait() => return,
            _ = ticker.tick() => {
                let price = path.advance(dt);
                venues.iter().for_each(|venue| venue.step(price, dt));
            }
        }
    }
}
