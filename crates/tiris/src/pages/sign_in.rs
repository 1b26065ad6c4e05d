//! Signing in on pages: to the provider, back from it, and out again.

use super::state::PagesState;
use super::visitor::{
    SESSION_COOKIE, STATE_COOKIE, Visitor, ended_cookie, see_other, session_cookie, set_cookie,
};
use crate::usecase::auth_callback::{self, CallbackInput};
use crate::usecase::auth_login::{self, LoginInput};
use crate::usecase::auth_refresh;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use web::Refused;

/// To the provider's page; what comes back must come back to this browser.
pub async fn begin(
    State(state): State<PagesState>,
    visitor: Visitor,
    Path(provider): Path<String>,
) -> Result<Response, Refused> {
    let redirect = state.callback(visitor.host.as_deref());
    let input =
        LoginInput { provider, redirect_uri: None, mode: None, user_agent: visitor.from.user_agent.clone() };
    let url = auth_login::begin(&state.app, input, redirect).await?;
    let mut response = see_other(&url.auth_url);
    let cookie = format!("{STATE_COOKIE}={}; Max-Age=600; Path=/tiris; HttpOnly; SameSite=Lax", url.state);
    set_cookie(&mut response, &cookie);
    Ok(response)
}

/// What a provider sends back with the browser.
#[derive(Debug, Deserialize)]
pub struct Returned {
    code: String,
    state: String,
}

/// Back from the provider.
pub async fn callback(
    State(state): State<PagesState>,
    visitor: Visitor,
    Query(returned): Query<Returned>,
) -> Result<Response, Refused> {
    // Whoever was sent here with somebody else's code began no sign-in in this browser.
    if visitor.state.as_deref() != Some(returned.state.as_str()) {
        return Ok(see_other("/tiris"));
    }
    let input = CallbackInput {
        provider: "google".to_owned(),
        code: returned.code,
        state: returned.state,
        redirect_uri: Some(state.callback(visitor.host.as_deref())),
        rotates: false,
    };
    let signed_in = auth_callback::run(&state.app, input, visitor.from).await?;
    let mut response = see_other("/tiris/portfolio");
    set_cookie(&mut response, &session_cookie(&signed_in.refresh_token, state.is_secure()));
    set_cookie(&mut response, &ended_cookie(STATE_COOKIE));
    Ok(response)
}

/// A form without anything but its token.
#[derive(Debug, Deserialize)]
pub struct Plain {
    /// What our pages give their forms.
    #[serde(default)]
    pub csrf: String,
}

/// Out again: the sign-in is over, not only forgotten.
pub async fn out(
    State(state): State<PagesState>,
    visitor: Visitor,
    Form(form): Form<Plain>,
) -> Result<Response, Refused> {
    if let Some(user) = visitor.user.as_ref().filter(|_| visitor.made_form(&form.csrf)) {
        auth_refresh::logout(&state.app, user.actor.user, Some(user.session), visitor.from.clone()).await?;
    }
    let mut response = see_other("/tiris");
    set_cookie(&mut response, &ended_cookie(SESSION_COOKIE));
    Ok(response)
}
