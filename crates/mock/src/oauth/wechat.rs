//! WeChat's part: two doors for browsers, and codes that are exchanged with GETs. Failures are a 200 with a number.

use super::clients::{WECHAT_APP_ID, WECHAT_APP_SECRET, WECHAT_IN_APP_ID};
use super::people::Person;
use super::state::{Grant, Providers};
use super::{Fault, page};
use axum::Json;
use axum::extract::{Query, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
pub(super) struct Authorization {
    appid: String,
    redirect_uri: String,
    response_type: String,
    scope: String,
    state: String,
    login_hint: Option<String>,
}

pub(super) async fn authorize(
    State(providers): State<Providers>,
    uri: Uri,
    Query(asked): Query<Authorization>,
) -> Response {
    let is_qr = uri.path().ends_with("/qrconnect");
    let (app, scope) =
        if is_qr { (WECHAT_APP_ID, "snsapi_login") } else { (WECHAT_IN_APP_ID, "snsapi_userinfo") };
    if asked.appid != app || asked.scope != scope || asked.response_type != "code" {
        return (StatusCode::BAD_REQUEST, "the application, its scope or the kind of answer is wrong\n")
            .into_response();
    }
    let Some(hint) = asked.login_hint else {
        return page::choose("微信登录 WeChat", uri.query().unwrap_or_default());
    };
    let code = providers.give_code(Grant {
        person: Person::of(&hint),
        client_id: asked.appid,
        redirect_uri: asked.redirect_uri.clone(),
        nonce: String::new(),
        challenge: String::new(),
    });
    page::back(&asked.redirect_uri, &code, &asked.state)
}

#[derive(Deserialize)]
pub(super) struct Exchange {
    appid: Option<String>,
    secret: Option<String>,
    code: Option<String>,
    grant_type: Option<String>,
    refresh_token: Option<String>,
    access_token: Option<String>,
    openid: Option<String>,
}

pub(super) async fn access_token(
    State(providers): State<Providers>,
    Query(asked): Query<Exchange>,
) -> Json<Value> {
    let is_app = matches!(asked.appid.as_deref(), Some(WECHAT_APP_ID | WECHAT_IN_APP_ID));
    if !is_app {
        return failure(40_013, "invalid appid");
    }
    if asked.secret.as_deref() != Some(WECHAT_APP_SECRET) {
        return failure(40_125, "invalid appsecret");
    }
    if providers.memory.lock().wechat == Fault::Errcode {
        return failure(40_029, "invalid code");
    }
    let grant = asked.code.and_then(|code| providers.take_code(&code));
    let grant = grant.filter(|grant| Some(&grant.client_id) == asked.appid.as_ref());
    match grant {
        Some(grant) if asked.grant_type.as_deref() == Some("authorization_code") => tokens(&providers, grant),
        _ => failure(40_029, "invalid code"),
    }
}

pub(super) async fn refresh_token(
    State(providers): State<Providers>,
    Query(asked): Query<Exchange>,
) -> Json<Value> {
    match asked.refresh_token.and_then(|token| providers.of_token(&token)) {
        Some(grant) => tokens(&providers, grant),
        None => failure(40_030, "invalid refresh_token"),
    }
}

pub(super) async fn userinfo(
    State(providers): State<Providers>,
    Query(asked): Query<Exchange>,
) -> Json<Value> {
    let grant = asked.access_token.and_then(|token| providers.of_token(&token));
    let grant = grant.filter(|grant| Some(grant.person.openid(&grant.client_id)) == asked.openid);
    let Some(grant) = grant else { return failure(40_003, "invalid openid") };
    let mut user = json!({
        "openid": grant.person.openid(&grant.client_id), "nickname": grant.person.name, "sex": 0, "province": "",
        "city": "", "country": "", "privilege": [],
        "headimgurl": format!("{}/pictures/{}.png", providers.url("wechat"), grant.person.handle),
    });
    if providers.memory.lock().wechat != Fault::NoUnion {
        user["unionid"] = json!(grant.person.union());
    }
    Json(user)
}

fn tokens(providers: &Providers, grant: Grant) -> Json<Value> {
    let openid = grant.person.openid(&grant.client_id);
    let (union, has_union) = (grant.person.union(), providers.memory.lock().wechat != Fault::NoUnion);
    let access = providers.give_token("wx", grant.clone());
    let refresh = providers.give_token("wxr", grant);
    let mut answer = json!({
        "access_token": access, "expires_in": 7200, "refresh_token": refresh, "openid": openid,
        "scope": "snsapi_login",
    });
    if has_union {
        answer["unionid"] = json!(union);
    }
    Json(answer)
}

/// The message repeats what was sent, as the real one does.
fn failure(code: i64, message: &str) -> Json<Value> {
    Json(json!({"errcode": code, "errmsg": format!("{message}, rid: 1-2-3")}))
}
