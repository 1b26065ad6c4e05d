//! A Twitch of ours: the client-credentials grant, Helix users and streams of invented channels, rate headers, faults.
//!
//! A channel that is offline is missing from `/helix/streams`, a login that nobody has from both. Faults are switched on with
//! `/control?fault=limited`; `/control?login=pixelfox&viewers=900` changes a channel.

mod faults;
mod mock;
mod serve;

pub use faults::Fault;
pub use mock::MOCK;

use kernel::Clock;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::task::JoinHandle;
use web::Closing;

/// The only client's name.
pub const CLIENT_ID: &str = "simulated-client";
/// The only client's secret.
pub const CLIENT_SECRET: &str = "simulated-secret";

/// Channels that there are from the beginning, and how many watch; none: offline.
const CHANNELS: [(&str, &str, Option<i64>); 10] = [
    ("pixelfox", "PixelFox", Some(4_210)),
    ("nightowl_cs", "NightOwl_CS", Some(1_873)),
    ("grandma_aims", "Grandma_Aims", Some(12_904)),
    ("rush_b_rita", "Rush_B_Rita", Some(640)),
    ("ecoround", "EcoRound", Some(311)),
    ("clutch_or_kick", "Clutch_Or_Kick", Some(2_055)),
    ("smoke_mid", "Smoke_Mid", Some(101)),
    ("exactly_hundred", "Exactly_Hundred", Some(100)),
    ("tiny_stream", "Tiny_Stream", Some(12)),
    ("asleep_today", "Asleep_Today", None),
];

/// A channel.
pub(crate) struct Channel {
    id: String,
    display_name: String,
    viewers: Option<i64>,
}

#[derive(Default)]
struct Memory {
    fault: Fault,
    channels: BTreeMap<String, Channel>,
    token: String,
    tokens: i64,
    /// The current token is over.
    is_expired: bool,
    minute: i64,
    spent: i64,
}

struct Twitch {
    clock: Arc<dyn Clock>,
    memory: Mutex<Memory>,
}

impl Twitch {
    fn new(clock: Arc<dyn Clock>) -> Self {
        let twitch = Self { clock, memory: Mutex::default() };
        for (login, display_name, viewers) in CHANNELS {
            twitch.set_viewers(login, viewers);
            let mut memory = twitch.memory.lock();
            if let Some(channel) = memory.channels.get_mut(login) {
                channel.display_name = display_name.to_owned();
            }
        }
        twitch
    }

    fn set_viewers(&self, login: &str, viewers: Option<i64>) {
        let mut memory = self.memory.lock();
        let id = (41_000_000 + memory.channels.len()).to_string();
        let login = login.to_lowercase();
        let new = || Channel { id, display_name: login.clone(), viewers: None };
        memory.channels.entry(login.clone()).or_insert_with(new).viewers = viewers;
    }

    fn new_token(&self) -> String {
        let mut memory = self.memory.lock();
        memory.tokens += 1;
        memory.is_expired = false;
        memory.token = format!("simulated-token-{}", memory.tokens);
        memory.token.clone()
    }
}

/// The running simulation.
pub struct SimulatedTwitch {
    address: SocketAddr,
    twitch: Arc<Twitch>,
    task: JoinHandle<()>,
}

/// Starts it; it runs until `closing` begins. Errors, as a sentence: an address that is not on loopback or cannot be
/// listened on.
pub async fn start(
    listen: SocketAddr,
    clock: Arc<dyn Clock>,
    closing: Closing,
) -> Result<SimulatedTwitch, String> {
    let listener = crate::loopback(listen).await?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let twitch = Arc::new(Twitch::new(clock));
    let router = serve::router(twitch.clone());
    let task = tokio::spawn(async move {
        web::serve(listener, router, closing).await;
    });
    Ok(SimulatedTwitch { address, twitch, task })
}

impl SimulatedTwitch {
    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where Helix and the tokens are, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Makes a channel live with that many viewers, or offline; a new name becomes known.
    pub fn set_viewers(&self, login: &str, viewers: Option<i64>) {
        self.twitch.set_viewers(login, viewers);
    }

    /// Switches a fault on; the one before is over.
    pub fn set_fault(&self, fault: Fault) {
        self.twitch.memory.lock().fault = fault;
    }

    /// The token that was given out last is over; the next one is good again.
    pub fn expire_token(&self) {
        self.twitch.memory.lock().is_expired = true;
    }

    /// Tokens given out so far.
    #[must_use]
    pub fn tokens(&self) -> i64 {
        self.twitch.memory.lock().tokens
    }

    /// Returns once it is over; that begins when its `closing` does.
    pub async fn ended(self) {
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the simulated Twitch panicked");
        }
    }
}
