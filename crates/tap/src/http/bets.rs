//! Bets over HTTP: parse, call, map.

use super::answer::{Plain, ok};
use super::bet_data::{self, BetData, PlacedData};
use super::player::Player;
use super::query::{Page, moment};
use super::state::TapState;
use crate::domain::bet::BetStatus;
use crate::domain::bet_message::BetMessage;
use crate::domain::ids::BetId;
use crate::stop::{self, Point};
use crate::usecase::bet_batch::Placed;
use crate::usecase::bet_view::BetFilter;
use crate::usecase::{bet_place, bet_view};
use axum::extract::State;
use axum::http::StatusCode;
use kernel::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Path, Query, Refused, RequestFacts};

/// The routes of bets.
pub fn routes() -> OpenApiRouter<TapState> {
    OpenApiRouter::new().routes(routes!(place, list)).routes(routes!(one))
}

/// A tap. Rates are compared with the server's and never used; the price, the booked rate and the payout are the server's.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceBody {
    /// `epoch:column:low:high`
    pub cell_id: String,
    /// Cents, one of the presets.
    pub amount: i64,
    /// The quote that was seen.
    pub quote_seq: u64,
    /// The rate that was seen, hundredths.
    pub rate_seen: u32,
    /// The least rate that is acceptable, hundredths, at most `rate_seen`; a line `MinRate` of the text. When the price has moved
    /// by more than the house allows, the bet is booked at the present rate if that is not less. Without it only `rate_seen` is
    /// accepted, and the text has no such line.
    #[serde(default)]
    pub min_rate: Option<u32>,
    /// A fresh UUID in lower case.
    pub nonce: String,
    /// The player's clock, Unix ms.
    pub timestamp: i64,
    /// 1 for the main chain.
    pub chain_id: u64,
    /// 1.
    pub contract_version: u32,
    /// The session key's, over the bet's text.
    pub signature: String,
}

impl PlaceBody {
    /// The text's fields; the site's domain is ours.
    #[must_use]
    pub fn message<'t>(&'t self, domain: &'t str) -> BetMessage<'t> {
        BetMessage {
            domain,
            cell: &self.cell_id,
            amount: self.amount,
            rate: self.rate_seen,
            min_rate: self.min_rate,
            quote_seq: self.quote_seq,
            nonce: &self.nonce,
            timestamp_ms: self.timestamp,
            chain_id: self.chain_id,
            contract_version: self.contract_version,
        }
    }
}

/// Places a bet. The answer is given when the bet is on disk; the same nonce again gets the same bet with 200.
#[utoipa::path(post, path = "/tap/api/bets", tag = "bets", request_body = PlaceBody,
    responses((status = 201, body = PlacedData), (status = 200, body = PlacedData), web::openapi::Refusals),
    security(("bearer" = [])))]
async fn place(
    State(state): State<TapState>,
    Player(found): Player,
    facts: RequestFacts,
    Body(body): Body<PlaceBody>,
) -> Result<Plain<PlacedData>, Refused> {
    stop::reach(Point::PlaceAsked);
    let app = &state.app;
    let bet =
        bet_place::SignedBet { message: body.message(&app.settings.domain), signature: &body.signature };
    let placed = bet_place::run(app, &found.session, bet).await?;
    log_placed(&facts, &placed);
    stop::reach(Point::PlaceAnswering);
    let status = if placed.replayed { StatusCode::OK } else { StatusCode::CREATED };
    Ok(Plain(status, bet_data::placed(&app.public, &placed.bet, &placed.cell)))
}

/// One line a bet, enough to find everything else about it; nothing that was signed or shown stands in it.
fn log_placed(facts: &RequestFacts, placed: &Placed) {
    let bet = &placed.bet;
    tracing::info!(
        target: "tap::bets",
        request_id = facts.request_id.as_str(),
        user_id = bet.user.0,
        bet_id = bet.id.0,
        cell = %placed.cell,
        amount = bet.amount,
        rate = bet.rate,
        quote_seq = bet.quote_seq,
        replayed = placed.replayed,
        "a bet is on disk"
    );
}

/// Which bets.
#[derive(Debug, Deserialize, IntoParams)]
pub struct ListQuery {
    /// confirmed, won, lost, void or insufficient_funds.
    status: Option<String>,
    /// RFC 3339; placed at or after.
    from: Option<String>,
    /// RFC 3339; placed before.
    to: Option<String>,
    /// Where the last page ended.
    cursor: Option<String>,
    /// 1..=100.
    limit: Option<i64>,
}

/// A page of bets.
#[derive(Debug, Serialize, ToSchema)]
pub struct BetsData {
    bets: Vec<BetData>,
    next_cursor: Option<String>,
}

/// The caller's bets, newest first.
#[utoipa::path(get, path = "/tap/api/bets", tag = "bets", params(ListQuery),
    responses((status = 200, body = BetsData), web::openapi::Refusals), security(("bearer" = [])))]
async fn list(
    State(state): State<TapState>,
    Player(found): Player,
    Query(query): Query<ListQuery>,
) -> Result<Plain<BetsData>, Refused> {
    let public = &state.app.public;
    let page = Page::read::<BetId>(public, query.cursor.as_deref(), query.limit)?;
    let shown = bet_view::list(&state.app, found.session.user, filter_of(&query, page)?).await?;
    let next_cursor = page.next(public, &shown, |shown| shown.bet.id);
    let bets = shown.iter().map(|shown| bet_data::shown(public, shown)).collect();
    Ok(ok(BetsData { bets, next_cursor }))
}

fn filter_of(query: &ListQuery, page: Page) -> Result<BetFilter, Refusal> {
    let status = query.status.as_deref().map(|text| {
        BetStatus::parse(text).ok_or_else(|| Refusal::field("status", "is none that a bet can have"))
    });
    Ok(BetFilter {
        status: status.transpose()?,
        from: moment("from", query.from.as_deref())?,
        to: moment("to", query.to.as_deref())?,
        before: Some(page.before),
        limit: page.limit,
    })
}

/// One bet of the caller's.
#[utoipa::path(get, path = "/tap/api/bets/{id}", tag = "bets", params(("id" = String, Path)),
    responses((status = 200, body = BetData), web::openapi::Refusals), security(("bearer" = [])))]
async fn one(
    State(state): State<TapState>,
    Player(found): Player,
    Path(id): Path<BetId>,
) -> Result<Plain<BetData>, Refused> {
    let shown = bet_view::one(&state.app, id, Some(found.session.user)).await?;
    Ok(ok(bet_data::shown(&state.app.public, &shown)))
}
