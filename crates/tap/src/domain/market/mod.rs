//! The market: what the venues say becomes one index of BTC/USD. A source's value is its mid, else its last trade; the
//! index is the median of the sources that are live and agree.
//!
//! Nobody is believed alone. The index begins with a quorum of agreeing sources and no value moves it more than 0.5 %
//! without one: below the quorum, or without a majority, only what stands within 0.5 % of the last index (3 s old at
//! most) counts, and the reading is degraded; where even that is contradictory there is no price. So of two sources that
//! disagree the one that stays where the index was is followed, degraded, and with no index to remember neither is.
//! Ages come from the monotonic clock alone. Prices are integers; the same updates give the same index everywhere.

mod agreement;
mod basis;
mod clock_offset;
mod drops;
mod reading;
mod source;

pub use drops::{Drop, DropReason};
pub use reading::{IndexReading, SourceState, Standing};

use super::venue_update::{PriceE8, Quote, Venue, VenueUpdate};
use agreement::{Agreement, Value};
use drops::Counts;
use source::Source;

/// Sources that must agree before there is an index, and below which it is degraded.
pub const QUORUM: u8 = 2;
/// The last index helps to judge for as long as a tick may be carried.
const INDEX_MEMORY_MS: i64 = 3_000;
/// USDT venues say nothing about dollars once no dollar venue has been live for this long.
const USD_ABSENT_MAX_MS: i64 = 60_000;
/// 50 % a year, until the volatility of the canonical price is known.
const SIGMA_PPB_UNKNOWN: i64 = 89_036;
/// `PriceE8` units in one cent.
const E8_PER_CENT: i64 = 1_000_000;

/// One configured venue. Its slot is its place in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceSettings {
    /// Its name, for people.
    pub name: String,
    /// In which currency it quotes.
    pub quote: Quote,
}

/// Every venue's state and the last index.
#[derive(Debug, Clone)]
pub struct Market {
    sources: Vec<Source>,
    settings: Vec<SourceSettings>,
    quorum: usize,
    sigma_ppb: i64,
    index: Option<(PriceE8, i64)>,
    newest_input_ms: Option<i64>,
    usd_live_ms: Option<i64>,
    counts: Counts,
}

impl Market {
    /// A market of these venues with the usual [`QUORUM`]. More than 256 venues have no slots: the rest is ignored.
    #[must_use]
    pub fn new(settings: Vec<SourceSettings>) -> Self {
        Self::with_quorum(settings, QUORUM)
    }

    /// A market with another quorum, at least 1; for the replay of one venue's recording.
    #[must_use]
    pub fn with_quorum(mut settings: Vec<SourceSettings>, quorum: u8) -> Self {
        settings.truncate(usize::from(u8::MAX) + 1);
        Self {
            sources: settings.iter().map(|setting| Source::new(setting.quote)).collect(),
            counts: Counts::new(settings.len()),
            settings,
            quorum: usize::from(quorum.max(1)),
            sigma_ppb: SIGMA_PPB_UNKNOWN,
            index: None,
            newest_input_ms: None,
            usd_live_ms: None,
        }
    }

    /// The venues as configured, by slot.
    #[must_use]
    pub fn settings(&self) -> &[SourceSettings] {
        &self.settings
    }

    /// Tells the volatility by which jumps are judged, `sigma_ppb` per square root of a second.
    pub fn set_sigma_ppb(&mut self, sigma_ppb: i64) {
        self.sigma_ppb = sigma_ppb.clamp(1, 1_000_000_000);
    }

    /// How often a value of `venue` was dropped for `reason` since the start.
    #[must_use]
    pub fn dropped(&self, venue: Venue, reason: DropReason) -> u64 {
        self.counts.of(venue, reason)
    }

    /// Takes one message in. Says what was dropped by it, if anything: the message itself, or a jump of the same venue
    /// that nobody confirmed in time.
    pub fn feed(&mut self, update: &VenueUpdate) -> Option<Drop> {
        let slot = usize::from(update.venue.0);
        let Some(source) = self.sources.get_mut(slot) else {
            self.counts.unknown_venue += 1;
            return Some(Drop { venue: update.venue, reason: DropReason::UnknownVenue });
        };
        let expired = source.expire_jump(update.mono_ms);
        let dropped = source.on_update(update, self.sigma_ppb);
        self.confirm_jumps(slot, update.mono_ms);
        let reason = expired.or(dropped)?;
        Some(self.record_drop(slot, reason))
    }

    /// The index at a moment: `mono_ms` of the monotonic clock judges ages, `wall_ms` (Unix) is only handed on to the
    /// lattice. Call it at least every 100 ms.
    pub fn index_at(&mut self, mono_ms: i64, wall_ms: i64) -> IndexReading {
        let mut drops = self.expire_jumps(mono_ms);
        self.learn_basis(mono_ms);
        let values = self.values(mono_ms, |_| true);
        let agreement = agreement::of(&values, self.fresh_index(mono_ms), self.quorum);
        drops.extend(self.judge(&values, &agreement, mono_ms));
        let price = agreement::median(&agreement.standing);
        self.remember(price, &agreement, mono_ms);
        IndexReading {
            mono_ms,
            wall_ms,
            price_cents: price.map(|price| price / E8_PER_CENT).filter(|cents| *cents > 0),
            live: u8::try_from(agreement.standing.len()).unwrap_or(u8::MAX),
            degraded: !agreement.by_quorum,
            newest_input_age_ms: self.newest_input_ms.map(|received| mono_ms.saturating_sub(received).max(0)),
            sources: self.states(&values, &agreement, mono_ms),
            drops,
        }
    }

    /// Believes jumps that the venue in `slot` and another venue have now both made.
    fn confirm_jumps(&mut self, slot: usize, mono_ms: i64) {
        for jumper in 0..self.sources.len() {
            let pairs = if jumper == slot { 0..self.sources.len() } else { slot..slot + 1 };
            let mut others = pairs.filter(|other| *other != jumper);
            if others.any(|other| self.sources[jumper].is_confirmed_by(&self.sources[other], mono_ms)) {
                self.sources[jumper].accept_jump();
            }
        }
    }

    fn expire_jumps(&mut self, mono_ms: i64) -> Vec<Drop> {
        let expired = |(slot, source): (usize, &mut Source)| Some((slot, source.expire_jump(mono_ms)?));
        let expired: Vec<_> = self.sources.iter_mut().enumerate().filter_map(expired).collect();
        expired.into_iter().map(|(slot, reason)| self.record_drop(slot, reason)).collect()
    }

    /// Counts a drop.
    fn record_drop(&mut self, slot: usize, reason: DropReason) -> Drop {
        let venue = venue(slot);
        self.counts.add(venue, reason);
        Drop { venue, reason }
    }

    /// The dollar values of the live sources that `wanted` picks.
    fn values(&self, mono_ms: i64, wanted: impl Fn(&Source) -> bool) -> Vec<Value> {
        let usd_is_live =
            self.usd_live_ms.is_some_and(|live| mono_ms.saturating_sub(live) <= USD_ABSENT_MAX_MS);
        let value = |(slot, source): (usize, &Source)| {
            let counts = wanted(source) && (source.quote == Quote::Usd || usd_is_live);
            let price = source.in_usd(source.value_at(mono_ms)?)?;
            counts.then_some(Value { slot, price })
        };
        self.sources.iter().enumerate().filter_map(value).collect()
    }

    /// Teaches each USDT venue its distance from the dollar venues.
    fn learn_basis(&mut self, mono_ms: i64) {
        let usd = self.values(mono_ms, |source| source.quote == Quote::Usd);
        let Some(median) = agreement::median(&agreement::of(&usd, self.fresh_index(mono_ms), 1).standing)
        else {
            return;
        };
        self.usd_live_ms = Some(mono_ms);
        for source in self.sources.iter_mut().filter(|source| source.quote == Quote::Usdt) {
            if let Some(value) = source.value_at(mono_ms) {
                source.basis.learn(value, median, mono_ms);
            }
        }
    }

    fn fresh_index(&self, mono_ms: i64) -> Option<PriceE8> {
        self.index.filter(|(_, at)| mono_ms.saturating_sub(*at) <= INDEX_MEMORY_MS).map(|(price, _)| price)
    }

    /// Drops the values that do not stand, each value once. Where none stands nobody is known to be wrong: nobody is
    /// quarantined for that.
    fn judge(&mut self, values: &[Value], agreement: &Agreement, mono_ms: i64) -> Vec<Drop> {
        let reason = if agreement.standing.is_empty() { DropReason::Disagrees } else { DropReason::Deviates };
        // A single value with no index to stand beside waits for a second; it contradicts nobody.
        let waits = values.len() == 1 && self.fresh_index(mono_ms).is_none();
        let out = values.iter().filter(|value| !waits && !agreement.has(value.slot));
        let fallen: Vec<_> =
            out.filter(|value| self.sources[value.slot].drop_value(reason, mono_ms)).collect();
        fallen.into_iter().map(|value| self.record_drop(value.slot, reason)).collect()
    }

    fn remember(&mut self, price: Option<PriceE8>, agreement: &Agreement, mono_ms: i64) {
        self.index = price.map(|price| (price, mono_ms)).or(self.index);
        let newest = agreement.standing.iter().filter_map(|value| self.sources[value.slot].alive_ms).max();
        self.newest_input_ms = self.newest_input_ms.max(newest);
    }

    fn states(&self, values: &[Value], agreement: &Agreement, mono_ms: i64) -> Vec<SourceState> {
        let state = |(slot, source): (usize, &Source)| {
            let value = values.iter().find(|value| value.slot == slot);
            SourceState {
                venue: venue(slot),
                standing: self.standing(source, value, agreement, mono_ms),
                price: value.map(|value| value.price),
                input_age_ms: source.alive_ms.map(|received| mono_ms.saturating_sub(received).max(0)),
                clock_offset_ms: source.offset.offset_ms(),
                clock_alarm: source.offset.alarm(),
                basis_ppm: source.basis.ppm().filter(|_| source.quote == Quote::Usdt),
            }
        };
        self.sources.iter().enumerate().map(state).collect()
    }

    fn standing(
        &self,
        source: &Source,
        value: Option<&Value>,
        agreement: &Agreement,
        mono_ms: i64,
    ) -> Standing {
        match value {
            Some(value) if agreement.has(value.slot) => Standing::Live,
            Some(_) => Standing::Contradicted,
            None if source.is_quarantined(mono_ms) => Standing::Quarantined,
            None if source.value_at(mono_ms).is_some() => Standing::WithoutBasis,
            None => Standing::Silent,
        }
    }
}

fn venue(slot: usize) -> Venue {
    Venue(u8::try_from(slot).expect("no more than 256 venues are kept"))
}
