//! `/rush/profile`: own data and password.

use super::flash::Message;
use super::page_error::PageError;
use super::posted::Posted;
use super::redirect::see_other_with;
use super::register::{busy, welcome};
use super::state::PagesState;
use super::view::{Field, Notice, ProfilePage};
use super::visitor::Visitor;
use crate::usecase::profile::{self, ProfileChange};
use crate::usecase::profile_change_password::{self, PasswordChange};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Actor, Refusal};
use web::shell::Tone;
use web::status_of;

/// Where it is.
const PATH: &str = "/rush/profile";

/// Shows the page.
pub async fn show(State(state): State<PagesState>, visitor: Visitor) -> Result<Response, PageError> {
    let actor = visitor.require(PATH)?;
    let page = page(&state, &visitor, actor).await?;
    Ok(visitor.answer(StatusCode::OK, &page))
}

/// Saves name and telephone.
pub async fn save(State(state): State<PagesState>, posted: Posted) -> Result<Response, PageError> {
    let actor = posted.visitor.require(PATH)?;
    let (name, phone) = (posted.text("name").to_owned(), posted.text("phone").to_owned());
    let change = ProfileChange { name: Some(name.clone()), phone: Some(phone.clone()), avatar_url: None };
    let refusal = match profile::change(&state.app, actor, change).await {
        Ok(_) => return Ok(see_other_with(PATH, Message::Saved)),
        Err(refusal) => refusal,
    };
    let mut page = page(&state, &posted.visitor, actor).await?;
    (page.name, page.phone) = (Field::of(name), Field::of(phone));
    let (field, problem) = named_field(&refusal).ok_or(refusal.clone())?;
    let wrong = if field == "phone" { &mut page.phone } else { &mut page.name };
    wrong.error = Some(problem);
    Ok(posted.visitor.answer(status_of(refusal.meaning), &page))
}

/// Changes the password; the other devices are logged out.
pub async fn change_password(State(state): State<PagesState>, posted: Posted) -> Result<Response, PageError> {
    let actor = posted.visitor.require(PATH)?;
    let change = PasswordChange {
        current: posted.text("current").to_owned(),
        new: posted.text("password").to_owned(),
    };
    match profile_change_password::run(&state.app, actor, change, posted.visitor.sign_in_context()).await {
        Ok(signed_in) => Ok(welcome(&state, &posted.visitor, &signed_in, PATH, Message::PasswordChanged)),
        Err(refusal) => {
            let page = password_refused(page(&state, &posted.visitor, actor).await?, &refusal)?;
            Ok(posted.visitor.answer(status_of(refusal.meaning), &page))
        }
    }
}

fn password_refused(mut page: ProfilePage, refusal: &Refusal) -> Result<ProfilePage, Refusal> {
    let message = refusal.message.to_string();
    match refusal.code {
        "WEAK_PASSWORD" => page.new_password.error = Some(message),
        "INVALID_CREDENTIALS" => {
            page.current_password.error = Some("This is not your present password.".into())
        }
        "ACCOUNT_LOCKED" => page.notice = Some(Notice::new(Tone::Warn, "Too many tries", message)),
        "SERVICE_UNAVAILABLE" => page.notice = Some(Notice::new(Tone::Warn, "Not now", busy())),
        _ => return Err(refusal.clone()),
    }
    Ok(page)
}

/// Which field a `VALIDATION_ERROR` is about, and what is wrong with it.
fn named_field(refusal: &Refusal) -> Option<(String, String)> {
    let details = refusal.details.as_ref()?;
    let text = |name: &str| details.get(name).and_then(|value| value.as_str()).map(str::to_owned);
    Some((text("field")?, text("problem")?))
}

async fn page(state: &PagesState, visitor: &Visitor, actor: Actor) -> Result<ProfilePage, Refusal> {
    let user = profile::view(&state.app, actor).await?;
    Ok(ProfilePage {
        shell: visitor.shell("Your account").at(PATH),
        email: user.email,
        name: Field::of(user.name),
        phone: Field::of(user.phone.unwrap_or_default()),
        current_password: Field::default(),
        new_password: Field::default(),
        notice: None,
        runs_events: crate::domain::role::may_organize(actor.role),
        runs_platform: actor.role == crate::domain::role::SUPER_ADMIN,
    })
}
