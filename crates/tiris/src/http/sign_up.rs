//! Accounts by mail and password, and invitations, over HTTP: parse, call, map.

use super::answer::{Created, Data, Enveloped, MessageData};
use super::auth::{TokensData, tokens};
use super::caller::{Admin, Origin, Session};
use super::path::Id;
use super::state::TirisState;
use crate::usecase::auth_password::{self, SignUpInput};
use crate::usecase::{email_verify, invitation};
use axum::extract::State;
use kernel::{Refusal, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web::{Body, Refused};

/// The routes of accounts by mail, and of invitations.
pub fn routes() -> OpenApiRouter<TirisState> {
    OpenApiRouter::new()
        .routes(routes!(sign_up))
        .routes(routes!(sign_in))
        .routes(routes!(request_code))
        .routes(routes!(confirm))
        .routes(routes!(unlock))
        .routes(routes!(invite))
        .routes(routes!(validate))
}

/// An account that is wanted.
#[derive(Deserialize, ToSchema)]
pub struct SignUpBody {
    email: String,
    /// 8 characters or more, at most 72 bytes.
    password: String,
    /// 2 to 255 characters.
    full_name: String,
}

/// An address with its password.
#[derive(Deserialize, ToSchema)]
pub struct SignInBody {
    email: String,
    password: String,
}

macro_rules! hidden {
    ($($body:ident),*) => {
        $(impl std::fmt::Debug for $body {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($body), "(hidden)"))
            }
        })*
    };
}

hidden!(SignUpBody, SignInBody);

/// Makes an account, sends the code that confirms its address, and signs in. 400; 409 `EMAIL_EXISTS`.
#[utoipa::path(post, path = "/tiris/v1/auth/signup", tag = "auth", request_body = SignUpBody,
    responses((status = 201, body = Enveloped<TokensData>), web::openapi::Refusals))]
async fn sign_up(
    State(state): State<TirisState>,
    Origin(from): Origin,
    Body(body): Body<SignUpBody>,
) -> Result<Created<TokensData>, Refused> {
    let SignUpBody { email, password, full_name } = body;
    let made = auth_password::sign_up(&state.app, SignUpInput { email, password, full_name }, from).await?;
    Ok(Created(tokens(&state.app.public, made)))
}

/// Signs in. 401 `INVALID_CREDENTIALS`; 403 `USER_DISABLED`; 429 `ACCOUNT_LOCKED` after five failures within a quarter of an hour.
#[utoipa::path(post, path = "/tiris/v1/auth/signin", tag = "auth", request_body = SignInBody,
    responses((status = 200, body = Enveloped<TokensData>), web::openapi::Refusals))]
async fn sign_in(
    State(state): State<TirisState>,
    Origin(from): Origin,
    Body(body): Body<SignInBody>,
) -> Result<Data<TokensData>, Refused> {
    let signed_in = auth_password::sign_in(&state.app, body.email, body.password, from).await?;
    Ok(Data(tokens(&state.app.public, signed_in)))
}

/// Sends another code to one's address. 409 `EMAIL_ALREADY_VERIFIED`.
#[utoipa::path(post, path = "/tiris/v1/auth/verify-email/request", tag = "auth",
    responses((status = 200, body = Enveloped<MessageData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn request_code(
    State(state): State<TirisState>,
    Session(present): Session,
) -> Result<Data<MessageData>, Refused> {
    email_verify::request(&state.app, present.actor.user).await?;
    Ok(Data(MessageData { message: "A code is on its way to your address." }))
}

/// A code.
#[derive(Debug, Deserialize, ToSchema)]
pub struct CodeBody {
    code: String,
}

/// Confirms one's address. 400 `VERIFICATION_CODE_INVALID`.
#[utoipa::path(post, path = "/tiris/v1/auth/verify-email/confirm", tag = "auth", request_body = CodeBody,
    responses((status = 200, body = Enveloped<MessageData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn confirm(
    State(state): State<TirisState>,
    Session(present): Session,
    Origin(from): Origin,
    Body(body): Body<CodeBody>,
) -> Result<Data<MessageData>, Refused> {
    email_verify::confirm(&state.app, present.actor.user, body.code, from).await?;
    Ok(Data(MessageData { message: "Your address is confirmed." }))
}

/// Opens the door of an account that was guessed at too often. Admins alone. 404.
#[utoipa::path(put, path = "/tiris/v1/users/{id}/unlock", tag = "users", params(("id" = String, Path)),
    responses((status = 200, body = Enveloped<MessageData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn unlock(
    State(state): State<TirisState>,
    Admin(actor): Admin,
    Origin(from): Origin,
    Id(id): Id<UserId>,
) -> Result<Data<MessageData>, Refused> {
    auth_password::unlock(&state.app, actor.user, id, from).await?;
    Ok(Data(MessageData { message: "The user may sign in again." }))
}

/// An invitation that is wanted.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct InviteBody {
    /// RFC 3339; none: never.
    expires_at: Option<String>,
}

/// An invitation.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationData {
    /// Shown now and never again.
    code: String,
}

/// Makes an invitation. Admins alone.
#[utoipa::path(post, path = "/tiris/v1/invitations", tag = "invitations", request_body = InviteBody,
    responses((status = 201, body = Enveloped<InvitationData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn invite(
    State(state): State<TirisState>,
    Admin(actor): Admin,
    Origin(from): Origin,
    Body(body): Body<InviteBody>,
) -> Result<Created<InvitationData>, Refused> {
    let moment = |text: &str| {
        Timestamp::parse_rfc3339(text)
            .map_err(|_| Refusal::field("expires_at", "must be a moment in RFC 3339"))
    };
    let expires_at = body.expires_at.as_deref().map(moment).transpose()?;
    let code = invitation::create(&state.app, actor.user, expires_at, from).await?;
    Ok(Created(InvitationData { code }))
}

/// What an invitation came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct ValidatedData {
    valid: bool,
    real_trading_enabled: bool,
}

/// Uses an invitation up: whoever shows it may trade with real money from now on. 400 `INVITATION_CODE_INVALID`; 404
/// `INVITATION_CODE_NOT_FOUND`; 410 `INVITATION_CODE_EXPIRED`.
#[utoipa::path(post, path = "/tiris/v1/invitations/validate", tag = "invitations", request_body = CodeBody,
    responses((status = 200, body = Enveloped<ValidatedData>), web::openapi::Refusals), security(("bearer" = [])))]
async fn validate(
    State(state): State<TirisState>,
    Session(present): Session,
    Origin(from): Origin,
    Body(body): Body<CodeBody>,
) -> Result<Data<ValidatedData>, Refused> {
    invitation::validate(&state.app, present.actor.user, &body.code, from).await?;
    Ok(Data(ValidatedData { valid: true, real_trading_enabled: true }))
}
