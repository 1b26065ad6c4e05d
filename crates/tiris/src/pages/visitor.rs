//! Who looks at a page, and in which language. Reads cookies; what is signed in is read from the database each time.

use super::assets;
use super::state::PagesState;
use super::words::Words;
use crate::usecase::auth_session::From;
use crate::usecase::page_session::{self, PageUser};
use crate::usecase::reader::Reader;
use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE, HOST, LOCATION, SET_COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse as _, Response};
use kernel::{Refusal, Timestamp};
use web::shell::{NavLink, Person, Shell, Stall};
use web::{Refused, RequestFacts};

/// Carries the refresh token of a sign-in.
pub const SESSION_COOKIE: &str = "fg_tiris";
/// Carries the state of a sign-in that is under way.
pub const STATE_COOKIE: &str = "fg_tiris_state";
/// Carries the language that was chosen.
const LANGUAGE_COOKIE: &str = "fg_tiris_lang";
/// Seconds for which a browser keeps a sign-in.
const SESSION_S: i64 = 604_800;

/// The stall as its pages show it in English.
pub static ENGLISH: Stall = Stall {
    slug: "tiris",
    icon: assets::icon,
    name: "Tiris",
    home: "/tiris",
    nav: &[
        NavLink { href: "/tiris/portfolio", label: "Portfolio" },
        NavLink { href: "/tiris/exchanges", label: "Exchanges" },
    ],
    foot: &[NavLink { href: "/tiris/docs/openapi.json", label: "Contract" }],
};

static CHINESE: Stall = Stall {
    slug: "tiris",
    icon: assets::icon,
    name: "Tiris",
    home: "/tiris",
    nav: &[
        NavLink { href: "/tiris/portfolio", label: "组合" },
        NavLink { href: "/tiris/exchanges", label: "交易所" },
    ],
    foot: &[NavLink { href: "/tiris/docs/openapi.json", label: "接口文档" }],
};

/// Whoever looks at a page.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// When they are signed in.
    pub user: Option<PageUser>,
    /// In which language.
    pub words: &'static Words,
    /// When the request arrived.
    pub now: Timestamp,
    /// From where.
    pub from: From,
    /// Which address the browser used.
    pub host: Option<String>,
    /// The state of a sign-in that is under way.
    pub state: Option<String>,
    language_is_new: bool,
    path: String,
}

impl FromRequestParts<PagesState> for Visitor {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &PagesState) -> Result<Self, Refused> {
        let facts = RequestFacts::from_request_parts(parts, state).await?;
        let session = cookie(&parts.headers, SESSION_COOKIE);
        let user = match &session {
            Some(token) => page_session::find(&state.app, token).await?,
            None => None,
        };
        if let (Some(token), Some(user)) = (&session, &user) {
            state.edge.remember_page_session(token, user.actor.user);
        }
        let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let chosen =
            parts.uri.query().and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("lang=")));
        let chosen = chosen.and_then(Words::named);
        let kept = cookie(&parts.headers, LANGUAGE_COOKIE).as_deref().and_then(Words::named);
        let accepted = || Words::accepted(text(ACCEPT_LANGUAGE).as_deref().unwrap_or_default());
        Ok(Self {
            user,
            words: chosen.or(kept).unwrap_or_else(accepted),
            language_is_new: chosen.is_some(),
            now: facts.at,
            from: From {
                ip: facts.client_ip.to_string(),
                user_agent: text(USER_AGENT).unwrap_or_default(),
                request_id: facts.request_id.as_str().to_owned(),
            },
            host: text(HOST),
            state: cookie(&parts.headers, STATE_COOKIE),
            path: parts.uri.path().to_owned(),
        })
    }
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value.to_owned())
        .filter(|value| !value.is_empty())
}

impl Visitor {
    /// Who it is. Errors: the way to sign in.
    pub fn require(&self) -> Result<&PageUser, Box<Response>> {
        self.user.as_ref().ok_or_else(|| Box::new(see_other("/tiris")))
    }

    /// The shell of a page.
    #[must_use]
    pub fn shell(&self, title: &str, here: &'static str) -> Shell {
        let stall = if self.words.lang == "zh" { &CHINESE } else { &ENGLISH };
        let mut shell = Shell::new(stall, title, self.now).at(here);
        shell.lang = self.words.lang;
        shell.person =
            self.user.as_ref().map(|user| Person { name: user.name.clone(), href: "/tiris/portfolio" });
        shell.csrf = self.user.as_ref().map(|user| user.csrf.clone()).unwrap_or_default();
        shell.description = Some(self.words.home_lead.to_owned());
        shell
    }

    /// What every page of ours shows around its main part.
    #[must_use]
    pub fn frame(&self) -> Frame {
        frame_of(&self.path)
    }

    /// A page as an answer.
    #[must_use]
    pub fn answer(&self, page: &impl Template) -> Response {
        let html = match page.render() {
            Ok(html) => html,
            Err(error) => return Refused(Refusal::internal(error)).into_response(),
        };
        let mut response = (StatusCode::OK, Html(html)).into_response();
        if self.language_is_new {
            let cookie =
                format!("{LANGUAGE_COOKIE}={}; Max-Age=31536000; Path=/tiris; SameSite=Lax", self.words.lang);
            set_cookie(&mut response, &cookie);
        }
        response
    }

    /// Whether a form was made by a page of ours for this sign-in.
    #[must_use]
    pub fn made_form(&self, csrf: &str) -> bool {
        self.user.as_ref().is_some_and(|user| user.csrf == csrf)
    }

    /// The reader, as the verbs know them.
    #[must_use]
    pub fn reader(&self) -> Reader {
        self.user.as_ref().map_or_else(Reader::guest, |user| Reader::of(user.actor))
    }
}

/// What stands around the main part.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Our style sheet.
    pub css: String,
    /// Our module.
    pub js: String,
    /// This page.
    pub path: String,
}

/// The frame of the page at `path`.
#[must_use]
pub fn frame_of(path: &str) -> Frame {
    Frame { css: assets::url("tiris.css"), js: assets::url("tiris.js"), path: path.to_owned() }
}

/// Leads elsewhere after something was done.
#[must_use]
pub fn see_other(to: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(value) = HeaderValue::from_str(to) {
        response.headers_mut().insert(LOCATION, value);
    }
    response
}

/// A cookie of a sign-in.
#[must_use]
pub fn session_cookie(token: &str, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{SESSION_COOKIE}={token}; Max-Age={SESSION_S}; Path=/tiris; HttpOnly; SameSite=Lax{secure}")
}

/// A cookie that ends another.
#[must_use]
pub fn ended_cookie(name: &str) -> String {
    format!("{name}=; Max-Age=0; Path=/tiris; HttpOnly; SameSite=Lax")
}

/// Sets a cookie.
pub fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}
