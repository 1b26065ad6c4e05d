//! What clients must know before they begin.

use super::answer::Data;
use super::state::PotState;
use crate::domain::live_config::{FLAGS, LiveConfig, NumberKey};
use axum::extract::State;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Caller, Refused};

/// The routes.
pub fn routes() -> OpenApiRouter<PotState> {
    OpenApiRouter::new().routes(routes!(config))
}

/// Rates, limits and switches.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfigData {
    /// Units of credit for one Star.
    stars_rate: i64,
    /// A streamer needs more viewers than this.
    min_viewers: i64,
    /// Every switch by its name.
    features: BTreeMap<&'static str, bool>,
    /// Currencies.
    currencies: Vec<String>,
    /// Limits.
    limits: LimitsData,
}

/// Limits that clients should keep.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LimitsData {
    /// Votes at one streamer in a minute.
    vote_per_min: i64,
}

fn config_data(config: &LiveConfig, currencies: &[String]) -> ConfigData {
    ConfigData {
        stars_rate: config.number(NumberKey::StarsRate),
        min_viewers: config.number(NumberKey::MinViewers),
        features: FLAGS.iter().map(|(flag, name)| (*name, config.is_on(*flag))).collect(),
        currencies: currencies.to_vec(),
        limits: LimitsData { vote_per_min: config.number(NumberKey::VotePerMin) },
    }
}

/// Rates, limits and switches as they are now; a change is also pushed as a notice.
#[utoipa::path(get, path = "/funpot/api/config", tag = "profile",
    responses((status = 200, body = ConfigData), web::openapi::Refusals), security(("bearer" = [])))]
async fn config(State(state): State<PotState>, Caller(_): Caller) -> Result<Data<ConfigData>, Refused> {
    Ok(Data(config_data(&state.app.config.load(), &state.app.settings.currencies)))
}
