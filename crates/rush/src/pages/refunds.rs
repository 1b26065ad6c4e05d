//! `/rush/refunds`: the refunds of a shop, for its administrators: what was asked for, and deciding about it.

use super::flash::Message;
use super::page_error::PageError;
use super::posted::Posted;
use super::present::refund_row;
use super::redirect::see_other_with;
use super::state::PagesState;
use super::view::{Pager, RefundCase, RefundsPage, Tab};
use super::visitor::Visitor;
use crate::domain::ids::RefundId;
use crate::domain::refund::{NOTE_CHARS_MAX, Refund, RefundCause};
use crate::domain::refund_list::RefundFilter;
use crate::domain::refund_status::RefundStatus;
use crate::usecase::refund_decide::{self, RefundDecision};
use crate::usecase::refund_view;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Meaning, PageMeta, PageRequest, Refusal};
use serde::Deserialize;
use web::{Path, Query};

/// Where it is.
const PATH: &str = "/rush/refunds";
/// Refunds of one page.
const PER_PAGE: u32 = 20;
/// The tabs: the word in the address, what people read, which refunds.
const TABS: [(&str, &str, Option<RefundStatus>); 5] = [
    ("open", "To decide", Some(RefundStatus::Requested)),
    ("failed", "Failed", Some(RefundStatus::Failed)),
    ("refunded", "Paid back", Some(RefundStatus::Refunded)),
    ("rejected", "Refused", Some(RefundStatus::Rejected)),
    ("all", "All", None),
];

/// Which refunds.
#[derive(Debug, Default, Deserialize)]
pub struct RefundsQuery {
    /// A tab's word.
    #[serde(default)]
    tab: String,
    /// From 1.
    page: Option<u32>,
}

/// Shows them.
pub async fn show(
    State(state): State<PagesState>,
    visitor: Visitor,
    Query(query): Query<RefundsQuery>,
) -> Result<Response, PageError> {
    let actor = visitor.require(PATH)?;
    let tab = TABS.iter().position(|(word, ..)| *word == query.tab).unwrap_or(0);
    let filter = RefundFilter { status: TABS[tab].2, event: None };
    let page = PageRequest::from_page(query.page, Some(PER_PAGE));
    let found = refund_view::list(&state.app, actor, filter, page).await?;
    let page = RefundsPage {
        shell: visitor.shell("Money back").at(PATH),
        tabs: tabs(tab),
        cases: found.items.iter().map(|refund| case(&state, &visitor, refund)).collect(),
        pager: pager(tab, found.meta),
    };
    Ok(visitor.answer(StatusCode::OK, &page))
}

/// Decides about one.
pub async fn decide(
    State(state): State<PagesState>,
    Path(id): Path<RefundId>,
    posted: Posted,
) -> Result<Response, PageError> {
    let actor = posted.visitor.require(PATH)?;
    let (decision, message) = match posted.text("decision") {
        "approve" => (RefundDecision::Approve, Message::RefundApproved),
        "reject" => (RefundDecision::Reject, Message::RefundRejected),
        "retry" => (RefundDecision::Retry, Message::RefundApproved),
        _ => return Err(Refusal::field("decision", "must be approve, reject or retry").into()),
    };
    let note: String = posted.text("note").trim().chars().take(NOTE_CHARS_MAX).collect();
    let note = Some(note).filter(|note| !note.is_empty());
    match refund_decide::run(&state.app, actor, id, decision, note).await {
        Ok(_) => Ok(see_other_with(PATH, message)),
        Err(refusal) if refusal.meaning == Meaning::Conflict => {
            Ok(see_other_with(PATH, Message::RefundDecidedBefore))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

fn case(state: &PagesState, visitor: &Visitor, refund: &Refund) -> RefundCase {
    let event = visitor.catalogue.event(refund.event);
    let zone = event.map_or("UTC", |event| event.fields.venue.timezone.as_str());
    RefundCase {
        id: state.app.public.encode(refund.id),
        row: refund_row(refund, zone),
        title: event
            .map_or_else(|| "An event that is no longer listed".into(), |event| event.fields.name.clone()),
        why: match refund.cause {
            RefundCause::Buyer => format!("{} % of what they cost", refund.percent),
            RefundCause::EventCancelled => "because the event was cancelled".to_owned(),
            RefundCause::ShowCancelled => "because the show was cancelled".to_owned(),
        },
        reason: refund.reason.clone(),
        is_open: refund.status == RefundStatus::Requested,
        is_failed: refund.status == RefundStatus::Failed,
    }
}

fn tabs(open: usize) -> Vec<Tab> {
    let tab = |(at, (word, label, _)): (usize, &(&str, &'static str, Option<RefundStatus>))| Tab {
        href: format!("{PATH}?tab={word}"),
        label,
        open: at == open,
    };
    TABS.iter().enumerate().map(tab).collect()
}

fn pager(tab: usize, meta: PageMeta) -> Pager {
    let link = |page: u64| format!("{PATH}?tab={}&page={page}", TABS[tab].0);
    Pager {
        page: meta.page,
        pages: meta.total_pages,
        previous: (meta.page > 1).then(|| link(meta.page - 1)),
        next: meta.has_more.then(|| link(meta.page + 1)),
    }
}
