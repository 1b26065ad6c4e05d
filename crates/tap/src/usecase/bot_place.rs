//! A tap by a simulated player: of the demo, or of `fairground simulate`. The quote is the market state's own and everything after it
//! is what everybody's bet goes through; there is no browser, so nothing is signed and the proof says so.

use super::bet_batch::{Placed, nonce_hash};
use crate::app::App;
use crate::domain::bet::Signed;
use crate::domain::bet_message::BetMessage;
use crate::domain::bet_place::{OfferedCell, PlaceRefusal, PlaceRequest};
use crate::domain::cell::CellId;
use crate::domain::column_book::reach;
use crate::domain::quote::{RateRequest, Snapshot, accept, least_rate};
use crate::domain::scheme;
use crate::market_state::View;
use crate::refusals;
use crate::settings::CONTRACT_VERSION;
use kernel::{Refusal, SignatureScheme, UserId};
use std::sync::Arc;
use store::keyed::hash63;

/// What a simulated player taps.
#[derive(Debug, Clone)]
pub struct BotTap {
    /// Who.
    pub user: UserId,
    /// The quote that was seen.
    pub quote: Arc<Snapshot>,
    /// The cell.
    pub cell: CellId,
    /// Cents.
    pub amount: i64,
    /// By how much less than the rate that was seen the bet may be booked, percent; `None`: nothing is said of it.
    pub tolerance_percent: Option<u32>,
}

/// Places it, or says why not.
pub async fn run(app: &App, tap: &BotTap) -> Result<Placed, Refusal> {
    let now_ms = app.clock.now().as_micros().div_euclid(1_000);
    let request = {
        let view = app.market_state.view();
        request(app, &view, tap, now_ms)
    };
    match request {
        Ok(request) => super::bet_place::submit(app, request).await,
        Err(refusal) => Err(refusals::of_place(&refusal, &app.public)),
    }
}

fn request(app: &App, view: &View, tap: &BotTap, now_ms: i64) -> Result<PlaceRequest, PlaceRefusal> {
    let (quote, cell) = (&tap.quote, tap.cell);
    app.market_state.may_commit()?;
    let geometry = *view.geometry_of(cell.column()).ok_or(PlaceRefusal::WarmingUp)?;
    geometry.placeable(cell.column(), now_ms).map_err(|_| PlaceRefusal::TooLate)?;
    let seen =
        quote.find(&cell).and_then(|quoted| quoted.priced.rate).ok_or(PlaceRefusal::CellIsNotOffered)?;
    let rates = RateRequest { seen, least: tap.tolerance_percent.map(|percent| least_rate(seen, percent)) };
    let fresh = app.market_state.fresh(view, &cell, Some(quote));
    let booking = accept(Some(quote), &cell, rates, now_ms, fresh)?;
    let booked =
        super::bet_place::quote_of(view, Some(quote), booking).ok_or(PlaceRefusal::CellIsNotOffered)?;
    let (signed, request_hash) = signed(app, tap, rates, now_ms);
    Ok(PlaceRequest {
        user: tap.user,
        cell: OfferedCell::on(&geometry, cell),
        amount: tap.amount,
        rate: booked.rate,
        edge_bp: booked.quoted.edge_bp,
        p_ppb: booked.quoted.priced.p_ppb,
        reach: reach(&booked.facts, &geometry),
        quote: booked.facts,
        nonce_hash: nonce_hash(&signed.nonce),
        request_hash,
        signed,
    })
}

/// What a player would have signed, with an empty signature; and the hash of the text.
fn signed(app: &App, tap: &BotTap, rates: RateRequest, now_ms: i64) -> (Signed, i64) {
    let mut random = [0; 16];
    app.chance.fill(&mut random);
    let nonce = uuid::Builder::from_random_bytes(random).into_uuid().hyphenated().to_string();
    let chain = app.settings.chain_ids.first().copied().unwrap_or(1);
    let text = BetMessage {
        domain: &app.settings.domain,
        cell: &tap.cell.to_string(),
        amount: tap.amount,
        rate: rates.seen,
        min_rate: rates.least,
        quote_seq: tap.quote.facts.seq.unsigned_abs(),
        nonce: &nonce,
        timestamp_ms: now_ms,
        chain_id: chain,
        contract_version: CONTRACT_VERSION,
    }
    .render();
    let signed = Signed {
        rate_seen: rates.seen,
        min_rate: rates.least,
        quote_seen: tap.quote.facts.seq,
        nonce,
        signed_at_ms: now_ms,
        domain: app.settings.domain.clone(),
        chain_id: i64::try_from(chain).unwrap_or(1),
        scheme: scheme::number(SignatureScheme::HmacSha256),
        key: Vec::new(),
        signature: Vec::new(),
    };
    (signed, hash63(&[text.as_bytes()]))
}
