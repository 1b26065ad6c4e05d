//! The grid over HTTP: what can be tapped now, and at which rate.

use super::answer::{Plain, ok};
use super::state::TapState;
use crate::domain::cell::CellId;
use crate::domain::grid::{COLUMNS_AHEAD, LOCK_COLUMNS, PRESETS};
use crate::domain::quote::{Part, Snapshot, TOLERANCE_DEFAULT_PERCENT, TOLERANCES_PERCENT};
use axum::extract::State;
use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Refused;

/// The routes of the grid.
pub fn routes() -> OpenApiRouter<TapState> {
    OpenApiRouter::new().routes(routes!(grid))
}

/// The grid.
#[derive(Debug, Serialize, ToSchema)]
pub struct GridData {
    epoch: i64,
    width_ms: i64,
    height_cents: i64,
    c_now: i64,
    server_time_ms: i64,
    presets: Vec<i64>,
    first_placeable: i64,
    last_column: i64,
    quote_seq: Option<i64>,
    /// The price that this quote was made from, cents; before the first quote that of the newest tick.
    price: Option<i64>,
    /// The number of that price's tick.
    price_seq: Option<i64>,
    sigma_ppb: Option<i64>,
    /// By how much less than `rate_seen` a page lets people choose to be booked, percent.
    tolerances_percent: Vec<u32>,
    /// What it uses until they choose.
    tolerance_percent: u32,
    breaker: &'static str,
    betting: &'static str,
    domain: String,
    chain_id: u64,
    contract_version: u32,
    touch_grace_columns: i64,
    crossing: &'static str,
    faucet: bool,
    #[serde(serialize_with = "as_written")]
    #[schema(value_type = Vec<CellData>)]
    cells: Option<Arc<RawValue>>,
}

/// Cells are written once a snapshot; without one there are none.
fn as_written<S: Serializer>(cells: &Option<Arc<RawValue>>, to: S) -> Result<S::Ok, S::Error> {
    match cells {
        Some(text) => text.as_ref().serialize(to),
        None => to.collect_seq(std::iter::empty::<()>()),
    }
}

/// A cell that is offered, or is not for now.
#[derive(Debug, Serialize, ToSchema)]
pub struct CellData {
    #[schema(value_type = String)]
    cell_id: CellId,
    column: i64,
    low: i64,
    high: i64,
    rate: Option<u32>,
    offered: bool,
}

/// The newest quote of every cell.
#[utoipa::path(get, path = "/tap/api/grid", tag = "grid",
    responses((status = 200, body = GridData), web::openapi::Refusals))]
async fn grid(State(state): State<TapState>) -> Result<Plain<GridData>, Refused> {
    let app = &state.app;
    let view = app.market_state.view();
    let now_ms = app.clock.now().as_micros().div_euclid(1_000);
    let c_now = now_ms.div_euclid(app.settings.width_ms);
    let snapshot = view.snapshots.last();
    let facts = snapshot.map(|snapshot| snapshot.facts.as_ref());
    let geometry = view.geometry_of(c_now + LOCK_COLUMNS + 1);
    Ok(ok(GridData {
        epoch: geometry.map_or(0, crate::domain::grid::Geometry::epoch),
        width_ms: app.settings.width_ms,
        height_cents: geometry.map_or(0, crate::domain::grid::Geometry::height_cents),
        c_now,
        server_time_ms: now_ms,
        presets: PRESETS.to_vec(),
        first_placeable: c_now + LOCK_COLUMNS + 1,
        last_column: c_now + COLUMNS_AHEAD,
        quote_seq: snapshot.map(|snapshot| snapshot.facts.seq),
        price: facts.map(|facts| facts.price).or(view.tick.map(|tick| tick.price)),
        price_seq: facts.map(|facts| facts.tick_seq).or(view.tick.map(|tick| tick.seq)),
        sigma_ppb: facts.or(view.facts.as_ref()).map(|facts| facts.sigma_ppb),
        tolerances_percent: TOLERANCES_PERCENT.to_vec(),
        tolerance_percent: TOLERANCE_DEFAULT_PERCENT,
        breaker: view.breaker.as_str(),
        betting: view.betting.as_str(),
        domain: app.settings.domain.clone(),
        chain_id: app.settings.chain_ids.first().copied().unwrap_or(1),
        contract_version: crate::settings::CONTRACT_VERSION,
        touch_grace_columns: app.settings.touch_grace_columns,
        crossing: app.settings.crossing.as_str(),
        faucet: app.settings.faucet,
        cells: snapshot.and_then(|snapshot| {
            app.market_state.cells_json(snapshot.facts.seq, || to_raw_value(&cells(snapshot)).ok())
        }),
    }))
}

fn cells(snapshot: &Snapshot) -> Vec<CellData> {
    snapshot.parts.iter().flat_map(cells_of).collect()
}

fn cells_of(part: &Part) -> Vec<CellData> {
    let width = part.columns.len();
    let cell = |(at, priced): (usize, &crate::domain::pricing::Priced)| {
        let column = part.first_column + i64::try_from(at % width).ok()?;
        let low = part.low + i64::try_from(at / width).ok()? * part.geometry.height_cents();
        let cell_id = CellId::new(part.geometry.epoch(), column, low, low + part.geometry.height_cents())?;
        let (rate, offered) = (priced.rate, priced.rate.is_some());
        Some(CellData { cell_id, column, low, high: cell_id.high(), rate, offered })
    };
    part.cells.iter().enumerate().filter_map(cell).collect()
}
