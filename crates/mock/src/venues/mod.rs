//! A venue simulator of ours: seeded, speaks the public protocols of three venues on loopback, with their history.
//!
//! One price path moves all venues (`path`); each has its own distance from it, noise, trade rate and latency (`tape`).
//! Sockets and history are answered by `serve` in the protocols of `wire`. Faults are switched on by [`FaultControl`] or by
//! `POST /control?venue=binance&fault=tenfold`; `GET /control` tells which are on.
//!
//! ```text
//! let venues = venues::start(&VenuesSettings::default(), clock, closing).await?;
//! listen_to(venues.urls());
//! venues.control().set(Protocol::Kraken, Fault::Silence);
//! ```
//! Floats are fine here: this is no money, it is weather.

mod faults;
mod market;
mod mock;
pub mod path;
mod protocol;
mod serve;
mod tape;
mod wire;

pub use faults::{Fault, FaultControl};
pub use mock::MOCK;
pub use protocol::Protocol;

use kernel::Clock;
use market::SimulatedVenue;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use web::Closing;

/// What the simulated market is like.
#[derive(Debug, Clone, PartialEq)]
pub struct VenuesSettings {
    /// The same seed gives the same path, step for step.
    pub seed: u64,
    /// Volatility of a year, 0.5 is 50 %.
    pub annual_vol: f64,
    /// The first price, in cents.
    pub start_price: i64,
    /// How strongly the price is pulled back to the first one, per second; 0 is a free walk.
    pub pull: f64,
    /// Sudden moves in an hour, on average.
    pub jumps_per_hour: f64,
    /// How often the market moves. The path depends on the number of steps alone, not on the clock.
    pub step: Duration,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The venues, each protocol at most once.
    pub venues: Vec<VenueProfile>,
}

/// What one simulated venue is like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VenueProfile {
    /// What it speaks.
    pub protocol: Protocol,
    /// Its lasting distance from the path, in basis points.
    pub basis_bp: f64,
    /// How far it strays from there, in basis points (standard deviation).
    pub noise_bp: f64,
    /// Trades a second, on average.
    pub trades_per_s: f64,
    /// From the event to the wire.
    pub latency: Duration,
    /// The smallest step of its prices, in cents.
    pub tick: i64,
}

impl Default for VenuesSettings {
    fn default() -> Self {
        let venue = |protocol, basis_bp, noise_bp, trades_per_s, latency_ms, tick| VenueProfile {
            protocol,
            basis_bp,
            noise_bp,
            trades_per_s,
            latency: Duration::from_millis(latency_ms),
            tick,
        };
        Self {
            seed: 1,
            annual_vol: 0.5,
            start_price: 6_000_000,
            pull: 0.0,
            jumps_per_hour: 4.0,
            step: Duration::from_millis(20),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            venues: vec![
                // In USDT, which stands a little below the dollar.
                venue(Protocol::Binance, 4.0, 0.15, 30.0, 12, 1),
                venue(Protocol::Coinbase, 0.0, 0.2, 12.0, 5, 1),
                venue(Protocol::Kraken, -0.3, 0.3, 4.0, 8, 10),
            ],
        }
    }
}

/// The running simulator.
pub struct Venues {
    address: SocketAddr,
    venues: Arc<[Arc<SimulatedVenue>]>,
    tasks: [JoinHandle<()>; 2],
}

/// Starts the simulator; it runs until `closing` begins. Errors, as a sentence: an address that is not on loopback or cannot be
/// listened on.
pub async fn start(
    settings: &VenuesSettings,
    clock: Arc<dyn Clock>,
    closing: Closing,
) -> Result<Venues, String> {
    let listener = crate::loopback(settings.listen).await?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let venues: Arc<[Arc<SimulatedVenue>]> = settings
        .venues
        .iter()
        .map(|venue| Arc::new(SimulatedVenue::new(*venue, settings, clock.clone())))
        .collect();
    let moving = tokio::spawn(market::run(settings.clone(), venues.clone(), closing.clone()));
    let router = serve::router(venues.clone(), closing.clone());
    let serving = tokio::spawn(async move {
        web::serve(listener, router, closing).await;
    });
    Ok(Venues { address, venues, tasks: [moving, serving] })
}

/// Where a simulated venue is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VenueUrls {
    /// What it speaks.
    pub protocol: Protocol,
    /// Its socket, `ws://`.
    pub socket: String,
    /// Its history, `http://`.
    pub history: String,
}

impl Venues {
    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The switches for faults.
    #[must_use]
    pub fn control(&self) -> FaultControl {
        FaultControl::new(self.venues.clone())
    }

    /// Each venue's addresses.
    #[must_use]
    pub fn urls(&self) -> Vec<VenueUrls> {
        let urls = |venue: &Arc<SimulatedVenue>| {
            let protocol = venue.profile.protocol;
            let base = format!("{}/{}", self.address, protocol.name());
            VenueUrls { protocol, socket: format!("ws://{base}"), history: format!("http://{base}") }
        };
        self.venues.iter().map(urls).collect()
    }

    /// Returns once it is over; that begins when its `closing` does.
    pub async fn ended(self) {
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "the simulator's task panicked");
            }
        }
    }
}
