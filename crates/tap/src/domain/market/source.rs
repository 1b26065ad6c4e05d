//! One venue: what it said last, whether that is new enough, and whether it may be believed.

use super::basis::Basis;
use super::clock_offset::ClockOffset;
use super::drops::DropReason;
use crate::domain::venue_update::{MarketEvent, PRICE_E8_MAX, PriceE8, Quote, VenueUpdate};

/// A book or trade speaks for the present this long.
const VALUE_AGE_MAX_MS: i64 = 2_000;
/// An unchanged book speaks this long while the venue is heard.
const QUIET_BOOK_AGE_MAX_MS: i64 = 5_000;
/// A venue is heard while its last message or heartbeat is at most this old: two heartbeats of one second.
const HEARTBEAT_AGE_MAX_MS: i64 = 2_000;
/// Another venue must confirm a jump within this time.
const CONFIRM_WITHIN_MS: i64 = 500;
/// A tenth of a percent, billionths: less is never a jump, and a confirmation must come as near.
const JUMP_MIN_PPB: i128 = 1_000_000;
/// A jump is more than this many sigmas of the time since the last value.
const JUMP_SIGMAS: i128 = 8;
/// This many drops within [`FAULTS_WITHIN_MS`] are too many.
const FAULTS_MAX: usize = 3;
/// See [`FAULTS_MAX`].
const FAULTS_WITHIN_MS: i64 = 10_000;
/// How long nobody listens then.
const QUARANTINE_MS: i64 = 30_000;
/// After so much silence a venue may have begun its trade numbers anew.
const TRADE_IDS_AGE_MAX_MS: i64 = 60_000;

/// A price and when it was received, monotonic ms.
#[derive(Debug, Clone, Copy)]
struct Print {
    price: PriceE8,
    mono_ms: i64,
}

impl Print {
    fn is_within(&self, age_max_ms: i64, now_ms: i64) -> bool {
        now_ms.saturating_sub(self.mono_ms) <= age_max_ms
    }
}

/// A value that is too far from the last one to be believed alone.
#[derive(Debug, Clone, Copy)]
struct Jump {
    to: Print,
    is_book: bool,
    since_ms: i64,
}

/// The state of one venue.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) quote: Quote,
    pub(super) basis: Basis,
    pub(super) offset: ClockOffset,
    /// When an accepted value or a heartbeat came last.
    pub(super) alive_ms: Option<i64>,
    book: Option<Print>,
    trade: Option<Print>,
    /// The last accepted value of either kind; jumps are measured from it.
    accepted: Option<Print>,
    jump: Option<Jump>,
    trade_id: Option<(i64, i64)>,
    /// Whether the present value was dropped already: it counts once.
    judged: bool,
    faults: Vec<i64>,
    quarantined_until: Option<i64>,
}

impl Source {
    pub(super) fn new(quote: Quote) -> Self {
        Self {
            quote,
            basis: Basis::default(),
            offset: ClockOffset::default(),
            alive_ms: None,
            book: None,
            trade: None,
            accepted: None,
            jump: None,
            trade_id: None,
            judged: false,
            faults: Vec::new(),
            quarantined_until: None,
        }
    }

    /// Takes a message in. A value that jumps waits for another venue; what can never count is dropped at once.
    pub(super) fn on_update(&mut self, update: &VenueUpdate, sigma_ppb: i64) -> Option<DropReason> {
        if let Some(event_ms) = update.event_ms {
            self.offset.observe(update.mono_ms, update.recv_ms, event_ms);
        }
        let (price, is_book) = match update.event {
            MarketEvent::Heartbeat => {
                self.alive_ms = self.alive_ms.max(Some(update.mono_ms));
                return None;
            }
            MarketEvent::Book { bid, ask } => (middle(bid, ask), true),
            MarketEvent::Trade { price, .. } => (price, false),
        };
        if let Some(reason) = self.refusal(update) {
            self.record_fault(reason, update.mono_ms);
            return Some(reason);
        }
        if let MarketEvent::Trade { trade_id, .. } = update.event {
            self.trade_id = Some((trade_id, update.mono_ms));
        }
        let print = Print { price, mono_ms: update.mono_ms };
        if self.accepted.is_some_and(|last| jumps(last, print, sigma_ppb)) {
            let since_ms = self.jump.map_or(update.mono_ms, |jump| jump.since_ms);
            self.jump = Some(Jump { to: print, is_book, since_ms });
        } else {
            self.accept(print, is_book);
        }
        None
    }

    fn refusal(&self, update: &VenueUpdate) -> Option<DropReason> {
        let is_no_price = |price: PriceE8| !(1..PRICE_E8_MAX).contains(&price);
        match update.event {
            _ if self.is_quarantined(update.mono_ms) => Some(DropReason::Quarantined),
            MarketEvent::Book { bid, ask } if is_no_price(bid) || is_no_price(ask) => {
                Some(DropReason::PriceIsNoPrice)
            }
            MarketEvent::Book { bid, ask } if bid > ask => Some(DropReason::BookIsCrossed),
            MarketEvent::Trade { price, .. } if is_no_price(price) => Some(DropReason::PriceIsNoPrice),
            MarketEvent::Trade { trade_id, .. } if self.knows_trade(trade_id, update.mono_ms) => {
                Some(DropReason::TradeIsOld)
            }
            _ => None,
        }
    }

    fn knows_trade(&self, trade_id: i64, mono_ms: i64) -> bool {
        let is_recent = |received: i64| mono_ms.saturating_sub(received) <= TRADE_IDS_AGE_MAX_MS;
        self.trade_id.is_some_and(|(newest, received)| trade_id <= newest && is_recent(received))
    }

    fn accept(&mut self, print: Print, is_book: bool) {
        let place = if is_book { &mut self.book } else { &mut self.trade };
        *place = Some(print);
        self.accepted = Some(print);
        self.alive_ms = self.alive_ms.max(Some(print.mono_ms));
        self.judged = false;
    }

    /// Ends a jump that nobody confirmed in time. If the venue has said nothing believable since, it is silent until it
    /// does: its old value is not its opinion any more.
    pub(super) fn expire_jump(&mut self, mono_ms: i64) -> Option<DropReason> {
        let jump = self.jump.filter(|jump| mono_ms.saturating_sub(jump.since_ms) > CONFIRM_WITHIN_MS)?;
        self.jump = None;
        if self.accepted.is_none_or(|last| last.mono_ms <= jump.to.mono_ms) {
            self.book = None;
            self.trade = None;
        }
        self.record_fault(DropReason::JumpUnconfirmed, mono_ms);
        Some(DropReason::JumpUnconfirmed)
    }

    /// Whether `other` said nearly the same as this venue's jump, within the time. A quarantined venue has said nothing.
    pub(super) fn is_confirmed_by(&self, other: &Self, mono_ms: i64) -> bool {
        let (Some(jump), Some(newest)) = (self.jump, other.newest_print()) else { return false };
        let is_near = |(mine, theirs): (PriceE8, PriceE8)| distance_ppb(mine, theirs) <= JUMP_MIN_PPB;
        newest.is_within(CONFIRM_WITHIN_MS, mono_ms)
            && self.in_usd(jump.to.price).zip(other.in_usd(newest.price)).is_some_and(is_near)
    }

    /// The jump was real.
    pub(super) fn accept_jump(&mut self) {
        let Some(jump) = self.jump.take() else { return };
        if self.accepted.is_none_or(|last| last.mono_ms <= jump.to.mono_ms) {
            self.accept(jump.to, jump.is_book);
        }
    }

    /// The newest value, accepted or not.
    fn newest_print(&self) -> Option<Print> {
        let jump = self.jump.map(|jump| jump.to);
        [self.accepted, jump].into_iter().flatten().max_by_key(|print| print.mono_ms)
    }

    /// The value that speaks for the present, in the venue's own currency.
    pub(super) fn value_at(&self, mono_ms: i64) -> Option<PriceE8> {
        if self.is_quarantined(mono_ms) {
            return None;
        }
        let fresh = |print: &Print| print.is_within(VALUE_AGE_MAX_MS, mono_ms);
        let is_heard = self.alive_ms.is_some_and(|at| mono_ms.saturating_sub(at) <= HEARTBEAT_AGE_MAX_MS);
        let quiet = |print: &Print| is_heard && print.is_within(QUIET_BOOK_AGE_MAX_MS, mono_ms);
        let value = self.book.filter(fresh).or(self.trade.filter(fresh)).or(self.book.filter(quiet));
        value.map(|print| print.price)
    }

    /// A value of this venue in dollars; `None` for USDT while its basis is unknown.
    pub(super) fn in_usd(&self, price: PriceE8) -> Option<PriceE8> {
        match self.quote {
            Quote::Usd => Some(price),
            Quote::Usdt => self.basis.in_usd(price),
        }
    }

    /// The index does not follow the present value. False if that was said of this value before.
    pub(super) fn drop_value(&mut self, reason: DropReason, mono_ms: i64) -> bool {
        let is_new = !std::mem::replace(&mut self.judged, true);
        if is_new {
            self.record_fault(reason, mono_ms);
        }
        is_new
    }

    pub(super) fn is_quarantined(&self, mono_ms: i64) -> bool {
        self.quarantined_until.is_some_and(|until| mono_ms < until)
    }

    /// Three faults in ten seconds, and the venue begins anew after thirty.
    fn record_fault(&mut self, reason: DropReason, mono_ms: i64) {
        if !reason.is_the_venues_fault() {
            return;
        }
        self.faults.retain(|at| mono_ms.saturating_sub(*at) <= FAULTS_WITHIN_MS);
        self.faults.push(mono_ms);
        if self.faults.len() >= FAULTS_MAX {
            self.faults.clear();
            self.quarantined_until = Some(mono_ms.saturating_add(QUARANTINE_MS));
            (self.book, self.trade, self.accepted, self.jump) = (None, None, None, None);
        }
    }
}

/// The middle of a book, rounded down.
fn middle(bid: PriceE8, ask: PriceE8) -> PriceE8 {
    PriceE8::midpoint(bid, ask)
}

/// How far apart two prices are, billionths of `from`; at most a thousand times `from`, so that it can be squared.
fn distance_ppb(from: PriceE8, to: PriceE8) -> i128 {
    (i128::from(from.abs_diff(to)) * 1_000_000_000 / i128::from(from.max(1))).min(1_000_000_000_000)
}

/// Whether `next` is more than a tenth of a percent and more than eight sigma of the time passed away from `last`.
fn jumps(last: Print, next: Print, sigma_ppb: i64) -> bool {
    let passed_ms = i128::from(next.mono_ms.saturating_sub(last.mono_ms).clamp(1, 86_400_000));
    let distance = distance_ppb(last.price, next.price);
    let sigmas = JUMP_SIGMAS * i128::from(sigma_ppb);
    distance > JUMP_MIN_PPB && distance * distance * 1_000 > sigmas * sigmas * passed_ms
}
