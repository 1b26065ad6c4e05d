//! Operators' hands on games.

use super::access::Admin;
use super::answer::{Created, Data};
use super::query::{PageQuery, id, moment};
use super::state::PotState;
use crate::domain::game::{Game, GameDefaults, GameDraft, GameStatus};
use crate::domain::ids::GameId;
use crate::usecase::game_admin;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::{PublicIds, Refusal, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Path, Query, Refused};

/// The routes.
pub fn routes() -> OpenApiRouter<PotState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(update, delete))
}

/// What events of a game have where their reporter does not say.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
struct DefaultsBody {
    cost_per_vote: Option<i64>,
    valid_for_sec: Option<i64>,
    /// Basis points.
    rake_bps: Option<i64>,
    max_live: Option<i64>,
    /// Seconds before closing in which totals are hidden.
    blind_sec: Option<i64>,
}

/// A game, written whole.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct GameBody {
    slug: String,
    title: String,
    #[serde(default)]
    description: String,
    /// Blank ones are dropped.
    #[serde(default)]
    rules: Vec<String>,
    /// draft, active, paused, closed or archived.
    status: Option<String>,
    streamer_id: Option<String>,
    /// RFC 3339.
    start_at: Option<String>,
    end_at: Option<String>,
    #[serde(default)]
    defaults: DefaultsBody,
}

/// A game.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct GameData {
    id: String,
    slug: String,
    title: String,
    description: String,
    rules: Vec<String>,
    /// As written, or upcoming.
    status: &'static str,
    streamer_id: Option<String>,
    start_at: Option<String>,
    end_at: Option<String>,
    defaults: DefaultsBody,
    created_at: String,
    updated_at: String,
}

/// A page of games.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct GamesData {
    games: Vec<GameData>,
    next_cursor: Option<String>,
}

fn data(public: &PublicIds, game: &Game, now: Timestamp) -> GameData {
    let GameDefaults { cost_per_vote, valid_for_sec, rake_bps, max_live, blind_sec } = game.defaults;
    GameData {
        id: public.encode(game.id),
        slug: game.slug.clone(),
        title: game.title.clone(),
        description: game.description.clone(),
        rules: game.rules.clone(),
        status: game.shown_status(now),
        streamer_id: game.streamer.map(|streamer| public.encode(streamer)),
        start_at: game.start_at.map(Timestamp::rfc3339),
        end_at: game.end_at.map(Timestamp::rfc3339),
        defaults: DefaultsBody { cost_per_vote, valid_for_sec, rake_bps, max_live, blind_sec },
        created_at: game.created_at.rfc3339(),
        updated_at: game.updated_at.rfc3339(),
    }
}

fn draft(public: &PublicIds, body: GameBody) -> Result<GameDraft, Refusal> {
    let status = body.status.as_deref().map_or(Some(GameStatus::Draft), GameStatus::parse);
    let DefaultsBody { cost_per_vote, valid_for_sec, rake_bps, max_live, blind_sec } = body.defaults;
    Ok(GameDraft {
        streamer: body.streamer_id.as_deref().map(|text| id(public, "streamerId", text)).transpose()?,
        slug: body.slug,
        title: body.title,
        description: body.description,
        rules: body.rules,
        defaults: GameDefaults { cost_per_vote, valid_for_sec, rake_bps, max_live, blind_sec },
        status: status
            .ok_or_else(|| Refusal::field("status", "must be draft, active, paused, closed or archived"))?,
        start_at: moment("startAt", body.start_at.as_deref())?,
        end_at: moment("endAt", body.end_at.as_deref())?,
    })
}

/// Games, newest first.
#[utoipa::path(get, path = "/funpot/api/admin/games", tag = "admin", params(PageQuery),
    responses((status = 200, body = GamesData), web::openapi::Refusals), security(("bearer" = [])))]
async fn list(
    State(state): State<PotState>,
    _: Admin,
    Query(query): Query<PageQuery>,
) -> Result<Data<GamesData>, Refused> {
    let (public, now) = (&state.app.public, state.app.clock.now());
    let page = query.page::<GameId>(public)?;
    let found = game_admin::list(&state.app, page.before, page.limit).await?;
    let next_cursor = page.next(public, &found, |game| game.id);
    Ok(Data(GamesData { games: found.iter().map(|game| data(public, game, now)).collect(), next_cursor }))
}

/// Adds a game.
#[utoipa::path(post, path = "/funpot/api/admin/games", tag = "admin", request_body = GameBody,
    responses((status = 201, body = GameData), web::openapi::Refusals), security(("bearer" = [])))]
async fn create(
    State(state): State<PotState>,
    Admin(operating): Admin,
    Body(body): Body<GameBody>,
) -> Result<Created<GameData>, Refused> {
    let draft = draft(&state.app.public, body)?;
    let game = game_admin::create(&state.app, operating.acting, draft).await?;
    Ok(Created(data(&state.app.public, &game, state.app.clock.now())))
}

/// Writes a game anew.
#[utoipa::path(put, path = "/funpot/api/admin/games/{id}", tag = "admin", params(("id" = String, Path)),
    request_body = GameBody,
    responses((status = 200, body = GameData), web::openapi::Refusals), security(("bearer" = [])))]
async fn update(
    State(state): State<PotState>,
    Admin(operating): Admin,
    Path(id): Path<GameId>,
    Body(body): Body<GameBody>,
) -> Result<Data<GameData>, Refused> {
    let draft = draft(&state.app.public, body)?;
    let game = game_admin::update(&state.app, operating.acting, id, draft).await?;
    Ok(Data(data(&state.app.public, &game, state.app.clock.now())))
}

/// Removes a game that no event belongs to.
#[utoipa::path(delete, path = "/funpot/api/admin/games/{id}", tag = "admin", params(("id" = String, Path)),
    responses((status = 204, description = "removed"), web::openapi::Refusals), security(("bearer" = [])))]
async fn delete(
    State(state): State<PotState>,
    Admin(operating): Admin,
    Path(id): Path<GameId>,
) -> Result<StatusCode, Refused> {
    game_admin::delete(&state.app, operating.acting, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
