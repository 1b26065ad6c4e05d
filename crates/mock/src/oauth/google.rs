//! Google's part: discovery, the page, the token endpoint, the keys.

use super::clients::{CLIENT_ID, CLIENT_SECRET};
use super::people::Person;
use super::state::{Grant, Providers};
use super::{Fault, page, signing};
use axum::Json;
use axum::extract::{Form, Query, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Seconds for which an identity token is good.
const ID_TOKEN_LIFETIME_S: i64 = 3600;

pub(super) async fn discovery(State(providers): State<Providers>) -> Json<Value> {
    let url = providers.url("google");
    Json(json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/o/oauth2/v2/auth"),
        "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/certs"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
    }))
}

pub(super) async fn keys(State(providers): State<Providers>) -> Json<Value> {
    Json(providers.published())
}

#[derive(Deserialize)]
pub(super) struct Authorization {
    client_id: String,
    redirect_uri: String,
    response_type: String,
    scope: String,
    state: String,
    nonce: String,
    code_challenge: String,
    code_challenge_method: String,
    login_hint: Option<String>,
}

pub(super) async fn authorize(
    State(providers): State<Providers>,
    uri: Uri,
    Query(asked): Query<Authorization>,
) -> Response {
    let is_right = asked.client_id == CLIENT_ID
        && asked.response_type == "code"
        && asked.scope.split(' ').any(|scope| scope == "openid")
        && asked.code_challenge_method == "S256";
    if !is_right {
        return (StatusCode::BAD_REQUEST, "this is no request for a code of a client of ours\n")
            .into_response();
    }
    let Some(hint) = asked.login_hint else {
        return page::choose("Sign in with Google", uri.query().unwrap_or_default());
    };
    let code = providers.give_code(Grant {
        person: Person::of(&hint),
        client_id: asked.client_id,
        redirect_uri: asked.redirect_uri.clone(),
        nonce: asked.nonce,
        challenge: asked.code_challenge,
    });
    page::back(&asked.redirect_uri, &code, &asked.state)
}

#[derive(Deserialize)]
pub(super) struct TokenRequest {
    grant_type: String,
    code: String,
    client_id: String,
    client_secret: String,
    redirect_uri: String,
    code_verifier: String,
}

pub(super) async fn token(State(providers): State<Providers>, Form(asked): Form<TokenRequest>) -> Response {
    if providers.memory.lock().google == Fault::Redirect {
        return Redirect::temporary("http://127.0.0.1:1/").into_response();
    }
    if asked.client_id != CLIENT_ID || asked.client_secret != CLIENT_SECRET {
        return refuse(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(asked.code_verifier.as_bytes()));
    let grant = providers.take_code(&asked.code).filter(|grant| {
        asked.grant_type == "authorization_code"
            && grant.client_id == asked.client_id
            && grant.redirect_uri == asked.redirect_uri
            && grant.challenge == challenge
    });
    let Some(grant) = grant else { return refuse(StatusCode::BAD_REQUEST, "invalid_grant") };
    let id_token = id_token(&providers, &grant);
    let access_token = providers.give_token("ya29", grant.clone());
    let refresh_token = providers.give_token("1//", grant);
    Json(json!({
        "access_token": access_token, "refresh_token": refresh_token, "expires_in": ID_TOKEN_LIFETIME_S,
        "scope": "openid email profile", "token_type": "Bearer", "id_token": id_token,
    }))
    .into_response()
}

fn refuse(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({"error": error}))).into_response()
}

fn id_token(providers: &Providers, grant: &Grant) -> String {
    let fault = providers.memory.lock().google;
    let claims = claims(providers, grant, fault);
    match fault {
        Fault::NoAlgorithm => signing::without_signature(&claims),
        Fault::UnknownKey => signing::TokenKey::of_turn(9_999).token(&claims),
        _ => providers.sign(&claims),
    }
}

fn claims(providers: &Providers, grant: &Grant, fault: Fault) -> Value {
    let now = providers.clock.now().as_secs();
    let issued = if fault == Fault::Expired { now - 2 * ID_TOKEN_LIFETIME_S } else { now };
    let pick = |is_wrong: bool, wrong: &str, right: String| if is_wrong { wrong.to_owned() } else { right };
    json!({
        "iss": pick(fault == Fault::WrongIssuer, "https://issuer.invalid", providers.url("google")),
        "aud": pick(fault == Fault::WrongAudience, "somebody-else", grant.client_id.clone()),
        "nonce": pick(fault == Fault::WrongNonce, "another", grant.nonce.clone()),
        "sub": grant.person.subject(),
        "email": grant.person.email,
        "email_verified": fault != Fault::UnverifiedMail,
        "name": grant.person.name,
        "picture": format!("{}/pictures/{}.png", providers.url("google"), grant.person.handle),
        "iat": issued,
        "exp": issued + ID_TOKEN_LIFETIME_S,
    })
}
