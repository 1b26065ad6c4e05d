//! Place a bet. Here is what can be decided without the database: who signed it, whether the cell is offered, at which rate.
//! The rest is decided in a batch on the writer.

use super::bet_batch::{Placed, nonce_hash};
use crate::app::App;
use crate::domain::bet::Signed;
use crate::domain::bet_message::{BetMessage, check_time, is_nonce};
use crate::domain::bet_place::{OfferedCell, PlaceRefusal, PlaceRequest};
use crate::domain::cell::CellId;
use crate::domain::column_book::reach;
use crate::domain::grid::{Geometry, is_preset};
use crate::domain::money::locator_kind;
use crate::domain::quote::{Booking, Quoted, RateRequest, Snapshot, accept};
use crate::domain::quote_facts::QuoteFacts;
use crate::domain::scheme;
use crate::market_state::View;
use crate::refusals;
use crate::settings::CONTRACT_VERSION;
use identity::proofs::wallet::WalletSession;
use kernel::Refusal;
use std::sync::Arc;
use store::keyed::hash63;

/// A bet as its player signed it: the fields of its text, and the signature over it.
#[derive(Clone, Copy)]
pub struct SignedBet<'t> {
    /// The text's fields.
    pub message: BetMessage<'t>,
    /// Hex digits.
    pub signature: &'t str,
}

/// Places the bet, or says why not. The answer is on disk when it is given; the same nonce gets the same bet.
pub async fn run(app: &App, session: &WalletSession, bet: SignedBet<'_>) -> Result<Placed, Refusal> {
    let now_ms = app.clock.now().as_micros().div_euclid(1_000);
    let text = bet.message.render();
    verify(app, session, &bet, &text, now_ms)?;
    let request_hash = hash63(&[text.as_bytes()]);
    let request = {
        let view = app.market_state.view();
        offered(app, &view, session, (&bet, request_hash), now_ms)
    };
    let request = match request {
        Ok(request) => request,
        Err(refusal) => return earlier_or(app, session, (&bet, request_hash), refusal).await,
    };
    submit(app, request).await
}

/// Hands a believed request to the writer.
pub async fn submit(app: &App, request: PlaceRequest) -> Result<Placed, Refusal> {
    let outcome = app.place.submit(request).await?;
    outcome.verdict.map_err(|refusal| refused(app, &refusal))
}

fn reason(refusal: &PlaceRefusal) -> &'static str {
    match refusal {
        PlaceRefusal::CellIsNotOnTheGrid => "bad_cell",
        PlaceRefusal::AmountIsNotAPreset => "bad_amount",
        PlaceRefusal::TooLate => "too_late",
        PlaceRefusal::CellIsNotOffered => "cell_not_offered",
        PlaceRefusal::QuoteExpired { .. } | PlaceRefusal::RateWasNeverOffered { .. } => "quote_expired",
        PlaceRefusal::QuoteMoved { .. } => "quote_moved",
        PlaceRefusal::PriceFeedStale { .. } => "price_feed_stale",
        PlaceRefusal::VolatilityHalt => "volatility_halt",
        PlaceRefusal::WarmingUp => "warming_up",
        PlaceRefusal::NonceWasUsed => "replay_detected",
        PlaceRefusal::CellIsTaken { .. } => "duplicate_cell",
        PlaceRefusal::LimitReached { .. } => "limit_reached",
        PlaceRefusal::InsufficientFunds { .. } => "insufficient_funds",
    }
}

/// Shape, time, site and chain, then the signature: cheap checks first, and a nonce is never spent on a bad one.
fn verify(
    app: &App,
    session: &WalletSession,
    bet: &SignedBet<'_>,
    text: &str,
    now_ms: i64,
) -> Result<(), Refusal> {
    let message = &bet.message;
    check_time(message.timestamp_ms, now_ms).map_err(|_| refusals::signature_expired())?;
    if !is_nonce(message.nonce) {
        return Err(Refusal::field("nonce", "must be a UUID in lower case"));
    }
    if CellId::parse(message.cell).is_err() {
        return Err(refusals::of_place(&PlaceRefusal::CellIsNotOnTheGrid, &app.public));
    }
    if message.domain != app.settings.domain {
        return Err(refusals::of_siwe(identity::proofs::wallet::SiweRefusal::DomainIsNotOurs));
    }
    if !app.settings.chain_ids.contains(&message.chain_id) {
        return Err(refusals::wrong_chain());
    }
    if message.min_rate.is_some_and(|least| least > message.rate) {
        return Err(Refusal::field("min_rate", "must be at most rate_seen"));
    }
    if message.contract_version != CONTRACT_VERSION {
        return Err(Refusal::field("contract_version", "must be 1"));
    }
    session.key.verify(text, bet.signature).map_err(refusals::of_signature)
}

/// Breaker, cell, quote: what the market state decides.
fn offered(
    app: &App,
    view: &View,
    session: &WalletSession,
    (bet, request_hash): (&SignedBet<'_>, i64),
    now_ms: i64,
) -> Result<PlaceRequest, PlaceRefusal> {
    let message = &bet.message;
    app.market_state.may_commit()?;
    let cell = CellId::parse(message.cell).map_err(|_| PlaceRefusal::CellIsNotOnTheGrid)?;
    let geometry = *view.geometry_of(cell.column()).ok_or(PlaceRefusal::WarmingUp)?;
    geometry.check(&cell).map_err(|_| PlaceRefusal::CellIsNotOnTheGrid)?;
    if !is_preset(message.amount) {
        return Err(PlaceRefusal::AmountIsNotAPreset);
    }
    geometry.placeable(cell.column(), now_ms).map_err(|fault| match fault {
        crate::domain::grid::PlaceFault::ColumnIsTooNear => PlaceRefusal::TooLate,
        crate::domain::grid::PlaceFault::ColumnIsTooFar => PlaceRefusal::CellIsNotOffered,
    })?;
    let snapshot = i64::try_from(message.quote_seq).ok().and_then(|seq| view.snapshot(seq));
    let fresh = app.market_state.fresh(view, &cell, snapshot.map(AsRef::as_ref));
    let rates = RateRequest { seen: message.rate, least: message.min_rate };
    let booking = accept(snapshot, &cell, rates, now_ms, fresh)?;
    let quote = quote_of(view, snapshot, booking).ok_or(PlaceRefusal::CellIsNotOffered)?;
    Ok(request(session, (bet, request_hash), (cell, geometry), quote))
}

/// What a bet is booked at, with the facts that it was computed from.
pub(super) struct BookedQuote {
    pub quoted: Quoted,
    pub rate: u32,
    pub facts: Arc<QuoteFacts>,
}

/// `None`: there is no such quote, or no rate in it.
pub(super) fn quote_of(view: &View, named: Option<&Arc<Snapshot>>, booking: Booking) -> Option<BookedQuote> {
    let (quoted, facts) = match booking {
        Booking::AsSeen(quoted) => (quoted, Arc::clone(&named?.facts)),
        Booking::Fresh(quoted) => {
            metrics::counter!("tap_bets_booked_fresh_total").increment(1);
            (quoted, Arc::new(view.facts.clone()?))
        }
    };
    Some(BookedQuote { quoted, rate: quoted.priced.rate?, facts })
}

fn request(
    session: &WalletSession,
    (bet, request_hash): (&SignedBet<'_>, i64),
    (cell, geometry): (CellId, Geometry),
    BookedQuote { quoted, rate, facts }: BookedQuote,
) -> PlaceRequest {
    let message = &bet.message;
    PlaceRequest {
        user: session.user,
        cell: OfferedCell::on(&geometry, cell),
        amount: message.amount,
        rate,
        edge_bp: quoted.edge_bp,
        p_ppb: quoted.priced.p_ppb,
        reach: reach(&facts, &geometry),
        quote: facts,
        signed: Signed {
            rate_seen: message.rate,
            min_rate: message.min_rate,
            quote_seen: i64::try_from(message.quote_seq).unwrap_or(i64::MAX),
            nonce: message.nonce.to_owned(),
            signed_at_ms: message.timestamp_ms,
            domain: message.domain.to_owned(),
            chain_id: i64::try_from(message.chain_id).unwrap_or(i64::MAX),
            scheme: scheme::number(session.key.scheme()),
            key: session.key.public().to_vec(),
            signature: scheme::signature_bytes(bet.signature),
        },
        nonce_hash: nonce_hash(message.nonce),
        request_hash,
    }
}

/// A repetition of a bet that is on disk gets its answer, whatever the market state says by now.
async fn earlier_or(
    app: &App,
    session: &WalletSession,
    (bet, request_hash): (&SignedBet<'_>, i64),
    refusal: PlaceRefusal,
) -> Result<Placed, Refusal> {
    let (user, nonce) = (session.user, bet.message.nonce.to_owned());
    // A text is good for seconds, and what it made in them is known.
    if app.keys.surely_not_recent(user.0, locator_kind::NONCE, nonce_hash(&nonce)) {
        return Err(refused(app, &refusal));
    }
    let earlier = app.store.read(move |tx| super::bet_view::by_nonce(tx, user, &nonce)).await?;
    let same = earlier.filter(|(bet, _)| bet.request_hash == request_hash);
    match same {
        Some((bet, cell)) if bet.status != crate::domain::bet::BetStatus::InsufficientFunds => {
            Ok(Placed { bet: Arc::new(bet), cell, replayed: true })
        }
        _ => Err(refused(app, &refusal)),
    }
}

fn refused(app: &App, refusal: &PlaceRefusal) -> Refusal {
    metrics::counter!("quote_reject_total", "reason" => reason(refusal)).increment(1);
    refusals::of_place(refusal, &app.public)
}
