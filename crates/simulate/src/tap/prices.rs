//! What venues say while a clock is moved by hand: three of them over one seeded Brownian path, or a recording's frames through
//! the adapter that reads them live. Floats are fine here: this is no money, it is weather.

use super::args::Plan;
use mock::venues::path::{PricePath, normal};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use std::path::Path;
use tap::domain::market::{QUORUM, SourceSettings};
use tap::domain::tick::STEP_MS;
use tap::domain::venue_update::{MarketEvent, Quote, Venue, VenueUpdate};
use tap::feeds::Protocol;
use tap::feeds::recording::{self, RecordingFormat, Replay};

/// Where synthetic time begins: 2026-01-01T00:00:00Z.
const BEGIN_MS: i64 = 1_767_225_600_000;
/// The first price, cents.
const START_CENTS: f64 = 6_000_000.0;
/// A venue's quote and its distance from the path: USDT is worth a little less than a dollar.
const VENUES: [(Protocol, Quote, f64); 3] = [
    (Protocol::Binance, Quote::Usdt, 1.0003),
    (Protocol::Coinbase, Quote::Usd, 1.0),
    (Protocol::Kraken, Quote::Usd, 1.0),
];
/// Half a spread, in hundred-millionths of a dollar: a cent.
const HALF_SPREAD_E8: i64 = 1_000_000;
/// How far the mock's venues stray, basis points (standard deviation), and what of it is kept in a step: 0.98 in each of its five.
const STRAY_BP: [f64; VENUES.len()] = [0.15, 0.2, 0.3];
const STRAY_KEPT: f64 = 0.904;
/// How old an update is when it is received.
const LATENCY_MS: i64 = 20;
/// A silence that voids columns (prices count for two seconds and are carried for three more) and does not yet stop betting.
const OUTAGE_MS: i64 = 8_000;
const HOUR_MS: i64 = 3_600_000;

/// Where prices come from.
pub(super) enum Prices {
    /// A seeded walk.
    Walk(Box<Walk>),
    /// A recording.
    Recording(Recording),
}

/// Three venues over one path.
pub(super) struct Walk {
    path: PricePath,
    /// When all are silent: Unix ms, by their begin.
    outages: Vec<(i64, i64)>,
    /// How far each venue is from where it usually is, basis points; `None` where none strays.
    strays: Option<(SmallRng, [f64; VENUES.len()])>,
}

/// A recording's updates, by the time they were received.
pub(super) struct Recording {
    updates: Vec<VenueUpdate>,
    at: usize,
}

impl Prices {
    /// Errors: a recording that cannot be read or says nothing.
    pub fn of(plan: &Plan) -> Result<Self, String> {
        match &plan.recording {
            Some(path) => Ok(Self::Recording(Recording::open(path)?)),
            None => Ok(Self::Walk(Box::new(Walk::new(plan)))),
        }
    }

    /// When they begin, Unix ms.
    pub fn begin_ms(&self) -> i64 {
        match self {
            Self::Walk(_) => BEGIN_MS,
            Self::Recording(recording) => recording.updates.first().map_or(0, |first| first.recv_ms),
        }
    }

    /// When they end, Unix ms, if ever.
    pub fn end_ms(&self) -> Option<i64> {
        match self {
            Self::Walk(_) => None,
            Self::Recording(recording) => recording.updates.last().map(|last| last.recv_ms),
        }
    }

    /// The venues, and how many must agree.
    pub fn sources(&self) -> (Vec<SourceSettings>, u8) {
        let source = |protocol: Protocol, quote| SourceSettings { name: protocol.name().to_owned(), quote };
        match self {
            Self::Walk(_) => (VENUES.map(|(protocol, quote, _)| source(protocol, quote)).to_vec(), QUORUM),
            // One venue is the whole market: its prices are taken as dollars.
            Self::Recording(_) => (vec![source(Protocol::Binance, Quote::Usd)], 1),
        }
    }

    /// What was received up to `wall_ms`, one step after the last call.
    pub fn updates_until(&mut self, wall_ms: i64, mono_ms: i64) -> Vec<VenueUpdate> {
        match self {
            Self::Walk(walk) => walk.updates_until(wall_ms, mono_ms),
            Self::Recording(recording) => recording.updates_until(wall_ms),
        }
    }
}

impl Walk {
    fn new(plan: &Plan) -> Self {
        let hours = plan.hours.ceil() as i64;
        let mut chance = SmallRng::seed_from_u64(plan.seed ^ 0x6f75_7461_6765_7321);
        let begin_ms = BEGIN_MS + (plan.warm_up_s + plan.recovery_s) * 1_000;
        let mut outages = Vec::new();
        for hour in 0..hours {
            for _ in 0..plan.outages_per_hour {
                let at_ms = begin_ms + hour * HOUR_MS + chance.random_range(0..HOUR_MS);
                outages.push((at_ms, at_ms + OUTAGE_MS));
            }
        }
        let strays =
            plan.strays.then(|| (SmallRng::seed_from_u64(plan.seed ^ 0x7374_7261_7921), Default::default()));
        let path = PricePath::new(plan.seed, START_CENTS, plan.volatility / 100.0, 0.0, 0.0);
        Self { path, outages, strays }
    }

    /// Each venue strays a little further, or back: what of it is kept in a step and how far it goes are the mock's.
    fn stray(&mut self) -> [f64; VENUES.len()] {
        let Some((chance, strays)) = &mut self.strays else { return Default::default() };
        for (stray, bp) in strays.iter_mut().zip(STRAY_BP) {
            let fresh = bp * (1.0 - STRAY_KEPT * STRAY_KEPT).sqrt();
            *stray = STRAY_KEPT * *stray + fresh * normal(chance);
        }
        *strays
    }

    fn updates_until(&mut self, wall_ms: i64, mono_ms: i64) -> Vec<VenueUpdate> {
        let cents = self.path.advance(STEP_MS as f64 / 1_000.0);
        let strays = self.stray();
        if self.outages.iter().any(|(from_ms, to_ms)| (*from_ms..*to_ms).contains(&wall_ms)) {
            return Vec::new();
        }
        let book = |(slot, (_, _, distance)): (u8, &(Protocol, Quote, f64))| {
            let own = cents * (1.0 + strays[usize::from(slot)] / 10_000.0);
            let mid = (own * distance * 1e6).round() as i64;
            VenueUpdate {
                venue: Venue(slot),
                event: MarketEvent::Book { bid: mid - HALF_SPREAD_E8, ask: mid + HALF_SPREAD_E8 },
                mono_ms: mono_ms - LATENCY_MS,
                recv_ms: wall_ms - LATENCY_MS,
                event_ms: Some(wall_ms - LATENCY_MS),
            }
        };
        (0..).zip(&VENUES).map(book).collect()
    }
}

impl Recording {
    fn open(path: &Path) -> Result<Self, String> {
        let lines = recording::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let is_rows = path.extension().is_some_and(|end| end == "csv");
        let kind = if is_rows { RecordingFormat::Trades } else { RecordingFormat::Frames };
        let symbol = "BTCUSDT";
        let adapter = Protocol::Binance.adapter(symbol);
        let updates: Vec<_> = Replay::new(lines, kind, Venue(0), (adapter, symbol)).collect();
        if updates.is_empty() {
            return Err(format!("{}: no frame in it says a price", path.display()));
        }
        Ok(Self { updates, at: 0 })
    }

    fn updates_until(&mut self, wall_ms: i64) -> Vec<VenueUpdate> {
        let rest = &self.updates[self.at..];
        let received: Vec<_> = rest.iter().take_while(|update| update.recv_ms <= wall_ms).copied().collect();
        self.at += received.len();
        received
    }
}
