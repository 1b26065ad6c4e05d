//! Who looks at a page, on which tenant's site, and what their forms must carry. Reads cookies; writes none itself.

use super::flash::{self, FLASH_COOKIE, Message};
use super::page_error::PageError;
use super::present::held;
use super::redirect::set_cookie;
use super::state::PagesState;
use super::view::RUSH;
use crate::domain::booking::Booking;
use crate::domain::catalogue::Snapshot;
use crate::domain::tenant::{Tenant, TenantFields};
use crate::domain::tenant_choice::{TenantHints, choose};
use crate::usecase::auth_page_session;
use crate::usecase::auth_signed_in::SignInContext;
use crate::usecase::booking_view;
use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::header::{COOKIE, HOST};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use identity::proofs::password::device;
use identity::sessions::{cookie, csrf};
use identity::{PageSession, Secret, SessionKind};
use kernel::{Actor, PublicIds, Refusal, TenantId, Timestamp, TypedId};
use std::sync::Arc;
use web::shell::{Brand, Person, Shell};
use web::{Refused, RequestFacts};

/// Carries the secret behind the form tokens of visitors without a session.
const FORM_COOKIE: &str = "fg_form";
/// Live holds that pages know of; caps keep them few.
const HOLDS_MAX: usize = 5;

/// Whoever looks at a page.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Their session, when they are logged in.
    pub session: Option<PageSession>,
    /// The tenant of the site.
    pub tenant: Arc<Tenant>,
    /// The catalogue as this request sees it.
    pub catalogue: Arc<Snapshot>,
    /// When the request arrived.
    pub now: Timestamp,
    /// From where, for sessions and limits.
    pub client: identity::Client,
    /// What the edge knows of the request.
    pub facts: RequestFacts,
    device: Option<String>,
    /// Covers the form token of this page.
    pad: Secret,
    /// The session's cookie when its time was just extended, so that the browser keeps it as long.
    renewed: Option<Secret>,
    /// What they hold and have not paid yet, soonest to run out first.
    pub holds: Vec<Booking>,
    form: Secret,
    form_is_fresh: bool,
    flash: Option<Message>,
    public: PublicIds,
    secure: bool,
}

impl FromRequestParts<PagesState> for Visitor {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &PagesState) -> Result<Self, Refused> {
        let facts = RequestFacts::from_request_parts(parts, state).await?;
        let cookies = cookies(&parts.headers);
        let shown = cookie::find(&cookies);
        let session = match shown {
            Some(text) => auth_page_session::find(&state.app, text.to_owned()).await?,
            None => None,
        };
        if let (Some(text), Some(session)) = (shown, &session) {
            state.edge.remember_page_session(text, session.actor.user);
        }
        let holds = holds(state, parts.uri.path(), session.as_ref()).await?;
        let catalogue = state.app.catalogue.current();
        let tenant = tenant(&catalogue, &parts.headers, session.as_ref(), &state.parts.default_tenant)?;
        let extended = session.as_ref().is_some_and(|session| session.renewal_due);
        let known = one(&cookies, FORM_COOKIE).and_then(Secret::parse);
        Ok(Self {
            session,
            holds,
            renewed: shown.filter(|_| extended).and_then(Secret::parse),
            tenant,
            catalogue,
            now: facts.at,
            client: client(&facts, &parts.headers),
            device: device::find(&cookies).map(str::to_owned),
            pad: state.app.identity.draw_secret(),
            form_is_fresh: known.is_none(),
            form: known.unwrap_or_else(|| state.app.identity.draw_secret()),
            flash: one(&cookies, FLASH_COOKIE).and_then(Message::parse),
            public: state.app.public.clone(),
            secure: state.parts.secure,
            facts,
        })
    }
}

/// Holds of whoever is logged in. What pages ask for again and again shows none of them.
async fn holds(
    state: &PagesState,
    path: &str,
    session: Option<&PageSession>,
) -> Result<Vec<Booking>, Refusal> {
    let asked_often = ["/live", "/seats", "/state"].iter().any(|end| path.ends_with(end));
    match session {
        Some(session) if !asked_often => booking_view::pending(&state.app, session.actor, HOLDS_MAX).await,
        _ => Ok(Vec::new()),
    }
}

/// Every cookie of a request.
pub(super) fn cookies(headers: &HeaderMap) -> String {
    let all: Vec<_> = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).collect();
    all.join("; ")
}

/// The cookie with this whole name.
pub(super) fn one<'c>(cookies: &'c str, name: &str) -> Option<&'c str> {
    cookies
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

fn client(facts: &RequestFacts, headers: &HeaderMap) -> identity::Client {
    let agent = headers.get("user-agent").and_then(|value| value.to_str().ok()).unwrap_or_default();
    identity::Client { ip: facts.client_ip.to_string(), user_agent: agent.to_owned() }
}

/// The tenant of the site. On a platform that has none yet, pages are there and empty.
fn tenant(
    catalogue: &Snapshot,
    headers: &HeaderMap,
    session: Option<&PageSession>,
    default_slug: &str,
) -> Result<Arc<Tenant>, Refusal> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let hints = TenantHints {
        actor: session.map(|session| session.actor),
        host: text(HOST.as_str()),
        slug: text("x-tenant-slug"),
    };
    match choose(catalogue, hints, default_slug) {
        Ok(tenant) => Ok(tenant),
        Err(_) if hints.slug.is_none() && catalogue.tenant_by_slug(default_slug).is_none() => Ok(no_tenant()),
        Err(_) => Err(Refusal::not_found("site")),
    }
}

/// Stands for the tenant of a platform without one.
fn no_tenant() -> Arc<Tenant> {
    let never = Timestamp::default();
    Arc::new(Tenant { id: NO_TENANT, fields: TenantFields::blank(), created_at: never, updated_at: never })
}

const NO_TENANT: TenantId = TenantId(0);

impl Visitor {
    /// Who asks, when logged in.
    #[must_use]
    pub fn actor(&self) -> Option<Actor> {
        self.session.as_ref().map(|session| session.actor)
    }

    /// Who asks; a stranger is sent to log in and comes back to `path`.
    pub fn require(&self, path: &str) -> Result<Actor, PageError> {
        self.actor().ok_or_else(|| PageError::LogIn { return_to: path.to_owned() })
    }

    /// The token their forms carry.
    #[must_use]
    pub fn csrf(&self) -> String {
        let token =
            self.session.as_ref().map_or_else(|| csrf::token(&self.form), |session| session.csrf.clone());
        csrf::masked(&token, &self.pad)
    }

    /// Whether `given` is that token.
    #[must_use]
    pub fn made_form(&self, given: &str) -> bool {
        let given = csrf::unmasked(given);
        match &self.session {
            // Both are 43 characters of a keyed digest; the session's own was derived the same way.
            Some(session) => constant_time_eq(session.csrf.as_bytes(), given.as_bytes()),
            None => csrf::holds(&self.form, &given),
        }
    }

    /// The shell of a page for them.
    #[must_use]
    pub fn shell(&self, title: impl Into<String>) -> Shell {
        let mut shell = Shell::new(&RUSH, title, self.now);
        shell.person =
            self.session.as_ref().map(|session| Person { name: session.name.clone(), href: "/rush/profile" });
        shell.csrf = self.csrf();
        shell.flash = self.flash.map(Message::flash);
        shell.brand = brand(&self.tenant);
        shell.held = self.holds.first().map(|booking| held(&self.public, &self.catalogue, booking));
        shell
    }

    /// The page as an answer, with the cookies it needs.
    #[must_use]
    pub fn answer(&self, status: StatusCode, page: &impl Template) -> Response {
        let html = match page.render() {
            Ok(html) => html,
            Err(error) => return Refused(Refusal::internal(error)).into_response(),
        };
        let mut response = (status, Html(html)).into_response();
        if self.session.is_none() && self.form_is_fresh {
            set_cookie(&mut response, &self.form_cookie());
        }
        if let Some(secret) = &self.renewed {
            set_cookie(&mut response, &cookie::set(secret, self.secure));
        }
        if self.flash.is_some() {
            set_cookie(&mut response, &flash::spent());
        }
        response
    }

    /// The site's tenant, for verbs of accounts; none on a platform without one.
    #[must_use]
    pub fn site(&self) -> Option<TenantId> {
        (self.tenant.id != NO_TENANT).then_some(self.tenant.id)
    }

    /// How they come in.
    #[must_use]
    pub fn sign_in_context(&self) -> SignInContext {
        SignInContext { kind: SessionKind::Page, client: self.client.clone(), device: self.device.clone() }
    }

    /// A number as it is written outside.
    #[must_use]
    pub fn encode<I: TypedId>(&self, id: I) -> String {
        self.public.encode(id)
    }

    /// Whether cookies go over https alone.
    #[must_use]
    pub fn secure(&self) -> bool {
        self.secure
    }

    fn form_cookie(&self) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{FORM_COOKIE}={}; Path=/rush; HttpOnly; SameSite=Lax{secure}", self.form.text())
    }
}

fn brand(tenant: &Tenant) -> Option<Brand> {
    let fields = &tenant.fields;
    let looks = &fields.settings.branding;
    let coloured =
        looks.primary_color.is_some() || looks.secondary_color.is_some() || looks.accent_color.is_some();
    let own = |url: &String| url.starts_with('/') && !url.starts_with("//");
    let logo = fields.logo_url.clone().filter(own);
    (coloured || logo.is_some()).then(|| Brand {
        name: fields.name.clone(),
        logo,
        stylesheet: coloured
            .then(|| format!("/rush/brand/{}.css?v={}", fields.slug, tenant.updated_at.as_secs())),
    })
}

/// Compares without telling where the first difference is.
fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    use subtle::ConstantTimeEq;
    left.ct_eq(right).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        assert_eq!(one("a=1; fg_form=x; not_fg_form=y", FORM_COOKIE), Some("x"));
        assert_eq!(one("not_fg_form=y", FORM_COOKIE), None);
    }
}
