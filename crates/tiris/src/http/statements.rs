//! Statements over HTTP: the file that `fairground verify` recomputes, as docs/statement.md has it.

use super::caller::{Member, PageMember};
use super::page;
use super::path::Id;
use super::state::TirisState;
use crate::domain::decimal;
use crate::domain::gains::{LotPart, Sale};
use crate::domain::ids::TradingId;
use crate::domain::statement_chain;
use crate::usecase::statement::{self, Statement};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{PublicIds, Refusal, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Query, Refused, json_response};

/// The routes of statements.
pub fn routes() -> OpenApiRouter<TirisState> {
    OpenApiRouter::new().routes(routes!(of_trading))
}

/// How the file names its kind.
const FORMAT: &str = "fairground-statement-1";

/// Which part of the journal.
#[derive(Debug, Deserialize, IntoParams)]
pub struct StatementQuery {
    /// RFC 3339; opening balances are those before it.
    from: Option<String>,
    /// RFC 3339; now, where none is said.
    to: Option<String>,
}

/// A trading's statement as a file: every entry up to a moment, balances, gains, the chain's last hash, and proofs that the
/// last entries are sealed. `fairground verify` recomputes it without us. 400 `INVALID_QUERY_PARAMS`; 404.
#[utoipa::path(get, path = "/tiris/v1/tradings/{id}/statement", tag = "tradings",
    params(("id" = String, Path), StatementQuery),
    responses((status = 200, description = "The file; see docs/statement.md.", content_type = "application/json"),
        web::openapi::Refusals), security(("bearer" = [])))]
async fn of_trading(
    State(state): State<TirisState>,
    member: Member,
    Id(id): Id<TradingId>,
    Query(query): Query<StatementQuery>,
) -> Result<Response, Refused> {
    let from = page::moment("INVALID_QUERY_PARAMS", query.from.as_deref())?;
    let to = page::moment("INVALID_QUERY_PARAMS", query.to.as_deref())?;
    let range = page::ordered("INVALID_QUERY_PARAMS", from, to)?;
    let statement = statement::view(&state.app, member.reader(), id, range).await?;
    whole(&state.app.public, &statement)
}

/// The same for whoever is signed in on pages. 401; 404.
pub async fn download(
    State(state): State<TirisState>,
    PageMember(reader): PageMember,
    Id(id): Id<TradingId>,
) -> Result<Response, Refused> {
    let statement = statement::view(&state.app, reader, id, (None, None)).await?;
    whole(&state.app.public, &statement)
}

fn whole(public: &PublicIds, statement: &Statement) -> Result<Response, Refused> {
    let file = file(public, statement);
    let rest = serde_json::to_string(&file).map_err(Refusal::internal)?;
    // The format comes first, for whoever reads the file's beginning alone.
    let text = format!(r#"{{"format":"{FORMAT}",{}"#, rest.trim_start_matches('{'));
    Ok(json_response(StatusCode::OK, text))
}

fn file(public: &PublicIds, statement: &Statement) -> Value {
    let entries = entries(public, statement);
    let lines: Vec<String> = entries.iter().map(line).collect();
    let head = statement_chain::head(lines.iter().map(String::as_str));
    let accounts: Vec<Value> = statement
        .accounts
        .iter()
        .map(|(id, line)| {
            json!({ "id": public.encode(*id), "symbol": line.symbol.as_str(), "opening": decimal::format(line.opening),
                    "closing": decimal::format(line.closing) })
        })
        .collect();
    let trading = &statement.trading;
    let seals: Vec<Value> = statement
        .seals
        .iter()
        .map(|(entry, proof)| {
            json!({ "entry": public.encode(crate::domain::ids::TransactionId(*entry)), "proof": proof })
        })
        .collect();
    json!({
        "trading": { "id": public.encode(trading.id), "name": trading.name, "type": trading.kind.as_str() },
        "from": statement.from.map(Timestamp::rfc3339),
        "to": statement.to.rfc3339(),
        "accounts": accounts,
        "entries": entries,
        "gains": gains(public, statement),
        "chain": { "entries": lines.len(), "head": head },
        "seals": seals,
    })
}

fn entries(public: &PublicIds, statement: &Statement) -> Vec<Value> {
    let entry = |entry: &crate::usecase::statement::Entry| {
        json!({
            "id": public.encode(entry.id),
            "account": public.encode(entry.sub_account),
            "symbol": entry.symbol.as_str(),
            "log": public.encode(entry.log),
            "type": entry.log_kind,
            "undone": statement.undone.contains(&entry.log.0),
            "at": entry.timestamp.rfc3339(),
            "event_time": entry.event_time.rfc3339(),
            "direction": entry.direction.as_str(),
            "reason": entry.reason,
            "amount": decimal::format(entry.amount),
            "closing": decimal::format(entry.closing),
            "quote": entry.quote.map(|quote| quote.as_str().to_owned()),
        })
    };
    statement.entries.iter().map(entry).collect()
}

/// What the chain hashes of an entry: these fields in this order, one a line.
const HASHED: [&str; 9] =
    ["id", "account", "symbol", "log", "at", "event_time", "direction", "amount", "closing"];

fn line(entry: &Value) -> String {
    HASHED.map(|name| entry[name].as_str().unwrap_or_default()).join("\n")
}

fn gains(public: &PublicIds, statement: &Statement) -> Value {
    let lot = |lot: &LotPart| json!({ "log": public.encode(lot.log), "quantity": decimal::format(lot.quantity), "cost": lot.cost.map(decimal::format) });
    let sale = |sale: &Sale| {
        json!({
            "log": public.encode(sale.log), "symbol": sale.asset.as_str(), "quantity": decimal::format(sale.quantity),
            "proceeds": decimal::format(sale.proceeds), "cost": decimal::format(sale.cost), "gain": sale.gain.map(decimal::format),
            "lots": sale.lots.iter().map(lot).collect::<Vec<_>>(),
        })
    };
    let sales: Vec<Value> = statement.gains.gains.sales.iter().map(sale).collect();
    json!({ "realised": decimal::format(statement.gains.gains.realised), "sales": sales })
}
