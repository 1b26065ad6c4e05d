//! Gains over HTTP: parse, call, map.

use super::answer::{Data, Enveloped};
use super::caller::AnyReader;
use super::path::Id;
use super::state::TirisState;
use crate::domain::decimal::format;
use crate::domain::gains::{LotPart, Sale};
use crate::domain::ids::TradingId;
use crate::usecase::gains::{self, GainsView};
use axum::extract::State;
use kernel::{AssetCode, PublicIds};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::Refused;

/// The routes of gains.
pub fn routes() -> OpenApiRouter<TirisState> {
    OpenApiRouter::new().routes(routes!(of_trading))
}

/// A part of a lot.
#[derive(Debug, Serialize, ToSchema)]
pub struct LotData {
    /// The log that brought it.
    log_id: String,
    quantity: String,
    /// None: a deposit's cost is not known.
    unit_cost: Option<String>,
    cost: Option<String>,
    /// What rounding the unit cost leaves over.
    residue: String,
}

/// A sale and what it consumed.
#[derive(Debug, Serialize, ToSchema)]
pub struct SaleData {
    log_id: String,
    event_time: String,
    symbol: String,
    quantity: String,
    proceeds: String,
    cost: String,
    /// None: the cost of a consumed lot is not known.
    gain: Option<String>,
    lots: Vec<LotData>,
}

/// What is left of an asset.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenData {
    symbol: String,
    /// Of the last trade.
    price: Option<String>,
    lots: Vec<LotData>,
}

/// What a trading has gained.
#[derive(Debug, Serialize, ToSchema)]
pub struct GainsData {
    trading_id: String,
    method: &'static str,
    /// The sum of the gains of all sales that are known.
    realised: String,
    /// What is left at the price of the last trade, less its cost.
    unrealised: String,
    sales: Vec<SaleData>,
    open: Vec<OpenData>,
    /// Fees in another asset than the quote, by asset.
    fees: BTreeMap<String, String>,
}

fn lot(public: &PublicIds, lot: &LotPart) -> LotData {
    LotData {
        log_id: public.encode(lot.log),
        quantity: format(lot.quantity),
        unit_cost: lot.unit_cost.map(format),
        cost: lot.cost.map(format),
        residue: format(lot.residue),
    }
}

fn sale(public: &PublicIds, sale: &Sale) -> SaleData {
    SaleData {
        log_id: public.encode(sale.log),
        event_time: sale.at.rfc3339(),
        symbol: sale.asset.as_str().to_owned(),
        quantity: format(sale.quantity),
        proceeds: format(sale.proceeds),
        cost: format(sale.cost),
        gain: sale.gain.map(format),
        lots: sale.lots.iter().map(|part| lot(public, part)).collect(),
    }
}

fn open(public: &PublicIds, view: &GainsView, asset: AssetCode, lots: &[LotPart]) -> OpenData {
    OpenData {
        symbol: asset.as_str().to_owned(),
        price: view.prices.get(&asset).copied().map(format),
        lots: lots.iter().map(|part| lot(public, part)).collect(),
    }
}

/// What a trading has gained, first in, first out: each sale with the lots it consumed. 404 `TRADING_NOT_FOUND`.
#[utoipa::path(get, path = "/tiris/v1/tradings/{id}/gains", tag = "tradings", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<GainsData>), web::openapi::Refusals))]
async fn of_trading(
    State(state): State<TirisState>,
    AnyReader(reader): AnyReader,
    Id(id): Id<TradingId>,
) -> Result<Data<GainsData>, Refused> {
    let public = &state.app.public;
    let view = gains::view(&state.app, reader, id).await?;
    Ok(Data(GainsData {
        trading_id: public.encode(id),
        method: "fifo",
        realised: format(view.gains.realised),
        unrealised: format(view.unrealised),
        sales: view.gains.sales.iter().map(|one| sale(public, one)).collect(),
        open: view.gains.open.iter().map(|(asset, lots)| open(public, &view, *asset, lots)).collect(),
        fees: view.fees.iter().map(|(asset, fee)| (asset.as_str().to_owned(), format(*fee))).collect(),
    }))
}
