//! Operators' hands and eyes: the breaker's override, of which every act is a row of `incidents`, money that comes and goes,
//! and what is on record of a player's bets when one is disputed.

use super::answer::{Plain, ok};
use super::query::moment;
use super::state::TapState;
use super::{bet_data, deposits, money, withdrawals};
use crate::domain::price_engine::BreakerOverride;
use crate::engine::BreakerCommand;
use crate::usecase::dispute_view::{self, About, Dispute};
use crate::usecase::incident_record::{self, IncidentRow};
use axum::extract::State;
use axum::routing::{get, post};
use identity::proofs::wallet::parse_address;
use kernel::{Meaning, Refusal};
use serde::Deserialize;
use serde_json::{Value, json};
use web::text::recorded;
use web::{Body, Operator, Query, Refused};

/// Incidents of an answer.
const INCIDENTS: i64 = 100;

/// The routes of operators; they exist only where a token is configured.
pub fn routes() -> axum::Router<TapState> {
    axum::Router::new()
        .route("/tap/admin/breaker", post(breaker))
        .route("/tap/admin/incidents", get(incidents))
        .route("/tap/admin/disputes", get(disputes))
        .merge(deposits::operator_routes())
        .merge(withdrawals::operator_routes())
}

/// What is wanted of the breaker.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BreakerBody {
    /// open (no bets), closed (bets although the state says no) or auto.
    mode: String,
    /// For `closed`: for how long, at most 300.
    seconds: Option<i64>,
    /// Who, for the record.
    operator: String,
    /// Why, for the record.
    reason: String,
}

async fn breaker(
    State(state): State<TapState>,
    _: Operator,
    Body(body): Body<BreakerBody>,
) -> Result<Plain<Value>, Refused> {
    let requested = match (body.mode.as_str(), body.seconds) {
        ("open", None) => BreakerOverride::Open,
        ("auto", None) => BreakerOverride::Auto,
        ("closed", Some(seconds)) => BreakerOverride::Closed { for_ms: seconds.saturating_mul(1_000) },
        _ => return Err(Refusal::field("mode", "open, auto, or closed with seconds").into()),
    };
    let (operator, reason) = (recorded("operator", &body.operator)?, recorded("reason", &body.reason)?);
    // On record before it is done: an act that cannot be recorded is not done.
    incident_record::run(&state.app, &operator, &body.mode, &reason).await?;
    if let Err(refusal) = send_to_engine(&state, requested).await? {
        let why = refusal.to_string();
        incident_record::run(&state.app, &operator, &body.mode, &format!("{reason}: refused, {why}")).await?;
        return Err(Refusal::new(Meaning::Conflict, "override_refused", why).into());
    }
    Ok(ok(json!({ "mode": body.mode })))
}

async fn send_to_engine(
    state: &TapState,
    requested: BreakerOverride,
) -> Result<Result<(), crate::domain::breaker::OverrideRefusal>, Refusal> {
    let gone = || Refusal::unavailable("no price engine runs here");
    let commands = state.breaker_commands.as_ref().ok_or_else(gone)?;
    let (reply, answer) = tokio::sync::oneshot::channel();
    commands.send(BreakerCommand { requested, reply }).await.map_err(|_| gone())?;
    answer.await.map_err(|_| gone())
}

async fn incidents(State(state): State<TapState>, _: Operator) -> Result<Plain<Value>, Refused> {
    let rows = incident_record::newest(&state.app, (None, None), INCIDENTS).await?;
    let rows: Vec<_> = rows.iter().map(incident_data).collect();
    Ok(ok(json!({ "incidents": rows })))
}

/// About whom or what.
#[derive(Debug, Deserialize)]
struct DisputeQuery {
    /// A player's wallet.
    wallet: Option<String>,
    /// One bet.
    bet: Option<String>,
    /// RFC 3339; bets placed and incidents at or after.
    from: Option<String>,
    /// RFC 3339; before.
    to: Option<String>,
}

async fn disputes(
    State(state): State<TapState>,
    _: Operator,
    Query(query): Query<DisputeQuery>,
) -> Result<Plain<Value>, Refused> {
    let about = match (&query.wallet, &query.bet) {
        (Some(wallet), None) => {
            About::Wallet(parse_address(wallet).map_err(|fault| Refusal::field("wallet", fault.as_str()))?)
        }
        (None, Some(bet)) => {
            About::Bet(state.app.public.decode(bet).map_err(|_| Refusal::field("bet", "is no id of a bet"))?)
        }
        _ => return Err(Refusal::field("wallet", "give either a wallet or a bet").into()),
    };
    let (from, to) = (moment("from", query.from.as_deref())?, moment("to", query.to.as_deref())?);
    let found = dispute_view::run(&state.app, about, from, to).await?;
    Ok(ok(dispute_data(&state, &found)))
}

fn dispute_data(state: &TapState, found: &Dispute) -> Value {
    let public = &state.app.public;
    let bets: Vec<_> = found
        .bets
        .iter()
        .map(|(shown, quote, evidence)| {
            let bet = &shown.bet;
            json!({ "bet": bet_data::shown(public, shown), "nonce": bet.signed.nonce, "signed_at_ms": bet.signed.signed_at_ms,
                "edge_bp": bet.edge_bp, "p_ppb": bet.p_ppb, "seq": bet.seq, "balance_after": bet.balance_after,
                "quote": quote.as_ref().map(|quote| json!({ "seq": quote.seq, "at_ms": quote.at_ms, "tick_seq": quote.tick_seq,
                    "price": quote.price, "sigma_ppb": quote.sigma_ppb, "crossing": quote.crossing })),
                "verdict": evidence.as_ref().map(|row| row.verdict.clone()),
                "void_reason": evidence.as_ref().and_then(|row| row.reason.clone()) })
        })
        .collect();
    let entries: Vec<_> = found.entries.iter().map(|entry| money::data(public, entry)).collect();
    let incidents: Vec<_> = found.incidents.iter().map(incident_data).collect();
    json!({ "user": public.encode(found.user), "bets": bets, "entries": entries, "incidents": incidents })
}

fn incident_data(row: &IncidentRow) -> Value {
    json!({ "at": row.at.rfc3339(), "from": row.from, "to": row.to, "reason": row.reason, "age_ms": row.age_ms,
        "sources": row.sources, "actor": row.actor })
}
