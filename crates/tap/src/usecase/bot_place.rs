//! A tap by a simulated player: of the demo, or of `fairground simulate`. The quote is the market state's own and everything after it
//! is what everybody's bet goes through; there is no browser, so nothing is signed and the proof says so.

use super::bet_batch::{Placed, nonce_hash};
use crate::app::App;
use crate::domain::bet::Signed;
use crate::domain::bet_message::BetMessage;
use crate::domain::bet_place::{OfferedCell, PlaceRefusal, PlaceRequest};
use crate::domain::cell::CellId;
use crate::domain::column_book::reach;
use crate::domain::quote::{Snapshot, accept};
use crate::domain::scheme;
use crate::refusals;
use crate::settings::CONTRACT_VERSION;
use kernel::{Refusal, SignatureScheme, UserId};
use std::sync::Arc;
use store::keyed::hash63;

/// Places `amount` on `cell` at `quote`, or says why not.
pub async fn run(
    app: &App,
    user: UserId,
    quote: &Arc<Snapshot>,
    cell: CellId,
    amount: i64,
) -> Result<Placed, Refusal> {
    let now_ms = app.clock.now().as_micros().div_euclid(1_000);
    let request = {
        let view = app.market_state.view();
        request(app, &view, (user, now_ms), quote, (cell, amount))
    };
    match request {
        Ok(request) => super::bet_place::submit(app, request).await,
        Err(refusal) => Err(refusals::of_place(&refusal, &app.public)),
    }
}

fn request(
    app: &App,
    view: &crate::market_state::View,
    (user, now_ms): (UserId, i64),
    quote: &Arc<Snapshot>,
    (cell, amount): (CellId, i64),
) -> Result<PlaceRequest, PlaceRefusal> {
    app.market_state.may_commit()?;
    let geometry = *view.geometry_of(cell.column()).ok_or(PlaceRefusal::WarmingUp)?;
    geometry.placeable(cell.column(), now_ms).map_err(|_| PlaceRefusal::TooLate)?;
    let rate =
        quote.find(&cell).and_then(|quoted| quoted.priced.rate).ok_or(PlaceRefusal::CellIsNotOffered)?;
    let fresh = app.market_state.fresh(view, &cell, quote.find(&cell));
    let quoted = accept(Some(quote), &cell, rate, now_ms, fresh)?;
    let signed = signed(app, quote, (cell, amount, rate), now_ms);
    Ok(PlaceRequest {
        user,
        cell: OfferedCell::on(&geometry, cell),
        amount,
        rate,
        edge_bp: quoted.edge_bp,
        p_ppb: quoted.priced.p_ppb,
        reach: reach(&quote.facts, &geometry),
        quote: Arc::clone(&quote.facts),
        nonce_hash: nonce_hash(&signed.0.nonce),
        request_hash: signed.1,
        signed: signed.0,
    })
}

/// What a player would have signed, with an empty signature; and the hash of the text.
fn signed(
    app: &App,
    quote: &Snapshot,
    (cell, amount, rate): (CellId, i64, u32),
    now_ms: i64,
) -> (Signed, i64) {
    let mut random = [0; 16];
    app.chance.fill(&mut random);
    let nonce = uuid::Builder::from_random_bytes(random).into_uuid().hyphenated().to_string();
    let chain = app.settings.chain_ids.first().copied().unwrap_or(1);
    let text = BetMessage {
        domain: &app.settings.domain,
        cell: &cell.to_string(),
        amount,
        rate,
        quote_seq: quote.facts.seq.unsigned_abs(),
        nonce: &nonce,
        timestamp_ms: now_ms,
        chain_id: chain,
        contract_version: CONTRACT_VERSION,
    }
    .render();
    let signed = Signed {
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
