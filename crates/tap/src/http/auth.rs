//! Logging in with a wallet, over HTTP.

use super::answer::{Plain, ok};
use super::live::socket_session;
use super::player::Player;
use super::state::TapState;
use crate::settings::STATEMENT;
use crate::usecase::{auth_login, auth_nonce, money_view, session};
use axum::extract::State;
use axum::http::StatusCode;
use identity::proofs::wallet::{WalletSession, parse_address};
use kernel::{Refusal, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::live::SocketSession;
use web::{Body, Query, Refused, RequestFacts};

/// The routes of logging in.
pub fn routes() -> OpenApiRouter<TapState> {
    OpenApiRouter::new()
        .routes(routes!(nonce))
        .routes(routes!(login))
        .routes(routes!(logout))
        .routes(routes!(session))
        .routes(routes!(rotate))
        .routes(routes!(ticket))
}

/// Which wallet asks.
#[derive(Debug, Deserialize, IntoParams)]
pub struct NonceQuery {
    /// `0x` and forty hex digits.
    wallet: String,
}

/// What a log-in message must say.
#[derive(Debug, Serialize, ToSchema)]
pub struct NonceData {
    nonce: String,
    domain: String,
    uri: String,
    chain_id: u64,
    statement: &'static str,
    issued_at: String,
    expires_at: String,
}

/// A nonce for a log-in, good for ninety seconds.
#[utoipa::path(get, path = "/tap/api/auth/nonce", tag = "auth", params(NonceQuery),
    responses((status = 200, body = NonceData), web::openapi::Refusals))]
async fn nonce(
    State(state): State<TapState>,
    facts: RequestFacts,
    Query(query): Query<NonceQuery>,
) -> Result<Plain<NonceData>, Refused> {
    let wallet = parse_address(&query.wallet)
        .map_err(|fault| Refusal::field("wallet", &format!("is no address: {}", fault.as_str())))?;
    let given = auth_nonce::run(&state.app, wallet, facts.client_ip)?;
    let rules = &state.app.siwe;
    Ok(ok(NonceData {
        nonce: given.nonce.as_str().to_owned(),
        domain: rules.domain.clone(),
        uri: rules.uri.clone(),
        chain_id: rules.chain_ids.first().copied().unwrap_or(1),
        statement: STATEMENT,
        issued_at: given.issued_at.rfc3339(),
        expires_at: given.expires_at.rfc3339(),
    }))
}

/// A signed log-in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginBody {
    /// The whole text that was signed.
    message: String,
    /// `0x` and 130 hex digits.
    signature: String,
}

/// Who somebody is.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserData {
    id: String,
    wallet: String,
    balance: i64,
}

/// A session. `session_id` is told once.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoginData {
    session_id: String,
    user: UserData,
    expires_at: String,
    ws_ticket: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    bet_key: Option<String>,
}

/// Opens a session for whoever signed the message.
#[utoipa::path(post, path = "/tap/api/auth/login", tag = "auth", request_body = LoginBody,
    responses((status = 200, body = LoginData), web::openapi::Refusals))]
async fn login(
    State(state): State<TapState>,
    facts: RequestFacts,
    Body(body): Body<LoginBody>,
) -> Result<Plain<LoginData>, Refused> {
    let app = &state.app;
    let logged = auth_login::run(app, &body.message, &body.signature, facts.client_ip).await;
    let logged = logged.inspect_err(|refusal| {
        metrics::counter!("auth_reject_total", "reason" => refusal.code).increment(1);
    })?;
    logged.ended.iter().for_each(|session| sign_out(&state, session));
    let ws_ticket = session::issue_ticket(app, logged.hash)?;
    Ok(ok(LoginData {
        session_id: logged.session.text(),
        user: user(app, logged.user, logged.wallet, logged.balance),
        expires_at: logged.expires_at.rfc3339(),
        ws_ticket,
        bet_key: logged.bet_key.map(|key| key.hex()),
    }))
}

fn user(app: &crate::app::App, id: UserId, wallet: String, balance: i64) -> UserData {
    UserData { id: app.public.encode(id), wallet, balance }
}

/// Closes the sockets of a session that is over.
fn sign_out(state: &TapState, session: &WalletSession) {
    let SocketSession { user, session_id, .. } = socket_session(session);
    state.door.sign_out(user, session_id);
}

/// Ends the session and closes its sockets.
#[utoipa::path(post, path = "/tap/api/auth/logout", tag = "auth",
    responses((status = 204), web::openapi::Refusals), security(("bearer" = [])))]
async fn logout(State(state): State<TapState>, Player(found): Player) -> Result<StatusCode, Refused> {
    session::end(&state.app, &found).await?;
    sign_out(&state, &found.session);
    Ok(StatusCode::NO_CONTENT)
}

/// What is known of a session.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionData {
    user: UserData,
    expires_at: String,
    scheme: &'static str,
    rotation_due: bool,
}

/// The facts of the session.
#[utoipa::path(get, path = "/tap/api/auth/session", tag = "auth",
    responses((status = 200, body = SessionData), web::openapi::Refusals), security(("bearer" = [])))]
async fn session(
    State(state): State<TapState>,
    Player(found): Player,
) -> Result<Plain<SessionData>, Refused> {
    let session = &found.session;
    let balance = money_view::balance(&state.app, session.user).await?.balance;
    Ok(ok(SessionData {
        user: user(&state.app, session.user, session.wallet.lower(), balance),
        expires_at: session.expires_at.rfc3339(),
        scheme: session.key.scheme().as_str(),
        rotation_due: found.rotation_due,
    }))
}

/// A new session id.
#[derive(Debug, Serialize, ToSchema)]
pub struct RotatedData {
    session_id: String,
}

/// Exchanges the session's id for a new one; key and end stay.
#[utoipa::path(post, path = "/tap/api/auth/rotate", tag = "auth",
    responses((status = 200, body = RotatedData), web::openapi::Refusals), security(("bearer" = [])))]
async fn rotate(State(state): State<TapState>, Player(found): Player) -> Result<Plain<RotatedData>, Refused> {
    let session = session::rotate(&state.app, found.hash).await?;
    Ok(ok(RotatedData { session_id: session.text() }))
}

/// A ticket for a socket.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketData {
    ws_ticket: String,
}

/// A ticket to send over a fresh socket; good once, for thirty seconds.
#[utoipa::path(post, path = "/tap/api/auth/ws-ticket", tag = "auth",
    responses((status = 200, body = TicketData), web::openapi::Refusals), security(("bearer" = [])))]
async fn ticket(State(state): State<TapState>, Player(found): Player) -> Result<Plain<TicketData>, Refused> {
    let ws_ticket = session::issue_ticket(&state.app, found.hash)?;
    Ok(ok(TicketData { ws_ticket }))
}
