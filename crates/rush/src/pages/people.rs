//! `/rush/platform/people`: the people of the site's tenant and their roles, for the platform's own people.

use super::flash::Message;
use super::page_error::PageError;
use super::posted::Posted;
use super::redirect::see_other_with;
use super::state::PagesState;
use super::view::{PeoplePage, PersonRow};
use super::visitor::Visitor;
use crate::usecase::{people_list, role_give};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Refusal, UserId};
use serde::Deserialize;
use web::Query;

/// Where it is.
const PATH: &str = "/rush/platform/people";

/// Whom to show.
#[derive(Debug, Default, Deserialize)]
pub struct PeopleQuery {
    /// The beginning of an address.
    #[serde(default)]
    search: String,
}

/// Shows the people whose address begins with what was searched.
pub async fn show(
    State(state): State<PagesState>,
    visitor: Visitor,
    Query(query): Query<PeopleQuery>,
) -> Result<Response, PageError> {
    let actor = visitor.require(PATH)?;
    let search = query.search;
    let people = people_list::run(&state.app, actor, visitor.tenant.id, &search).await?;
    let rows = people.iter().map(|user| PersonRow {
        id: state.app.public.encode(user.id),
        email: user.email.clone(),
        name: user.name.clone(),
        role: user.role.as_str().to_owned(),
    });
    let page = PeoplePage {
        shell: visitor.shell("People and their roles").at(PATH),
        shop: visitor.tenant.fields.name.clone(),
        search,
        people: rows.collect(),
    };
    Ok(visitor.answer(StatusCode::OK, &page))
}

/// Gives one of them a role.
pub async fn give_role(State(state): State<PagesState>, posted: Posted) -> Result<Response, PageError> {
    let actor = posted.visitor.require(PATH)?;
    let id: UserId = state.app.public.decode(posted.text("user")).map_err(|_| Refusal::not_found("user"))?;
    role_give::run(&state.app, actor, id, posted.text("role")).await?;
    Ok(see_other_with(PATH, Message::RoleGiven))
}
