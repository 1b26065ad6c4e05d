//! Looking at mails and sending one again: the own ones, and for administrators those of their shop.

use crate::app::App;
use crate::domain::mail_kinds;
use crate::domain::role;
use kernel::{Actor, Meaning, Refusal, TenantId};
use mail::template::{Rendered, render};
use mail::{Attempt, Filter, MailId, Message, State, templates};
use store::{StoreError, Tx};

/// Mails that a page of the demonstration shows.
const NEWEST_MAX: i64 = 50;

/// Which mails somebody wants to see.
#[derive(Debug, Clone, Default)]
pub struct MailQuery {
    /// Those of the whole shop, or of all shops for the platform's people.
    pub of_all: bool,
    /// Those in this state.
    pub state: Option<State>,
    /// Those of this kind.
    pub kind: Option<String>,
    /// Those older than this one.
    pub before: Option<MailId>,
    /// How many, 1..=100.
    pub limit: i64,
}

/// A mail with its words and its tries.
#[derive(Debug, Clone)]
pub struct MailView {
    /// The mail.
    pub message: Message,
    /// Its words; none: its values were erased, or they are a secret that is nobody else's business.
    pub rendered: Option<Rendered>,
    /// Every try.
    pub attempts: Vec<Attempt>,
}

/// Whose mails an administrator sees: of a tenant, or of all. Errors: `FORBIDDEN` for anybody else.
pub(super) fn reach(actor: Actor) -> Result<Option<TenantId>, Refusal> {
    match (actor.role, actor.tenant) {
        (role::ADMIN, Some(tenant)) => Ok(Some(tenant)),
        (role::SUPER_ADMIN, _) => Ok(None),
        _ => Err(Refusal::new(Meaning::Forbidden, "FORBIDDEN", "This is for administrators.")),
    }
}

/// Mails, newest first. Errors: `FORBIDDEN` where somebody but an administrator wants all.
pub async fn list(app: &App, actor: Actor, query: MailQuery) -> Result<Vec<Message>, Refusal> {
    let limit = query.limit.clamp(1, 100);
    if !query.of_all {
        let before = query.before;
        return Ok(app.store.read(move |tx| mail::of_user(tx, actor.user, before, limit)).await?);
    }
    let filter = Filter { tenant: reach(actor)?, state: query.state, kind: query.kind, before: query.before };
    Ok(app.store.read(move |tx| mail::page(tx, &filter, limit)).await?)
}

/// One mail: of the caller, or of the shop that the caller administers. Anything else is not found.
pub async fn get(app: &App, actor: Actor, id: MailId) -> Result<MailView, Refusal> {
    let found = app.store.read(move |tx| {
        let Some(message) = mail::by_id(tx, id)?.filter(|message| is_visible(message, actor)) else {
            return Ok::<_, StoreError>(None);
        };
        let is_secret = message.erase_at.is_some();
        let rendered = if is_secret { None } else { words(tx, &message)? };
        let attempts = mail::attempts(tx, id)?;
        Ok(Some(MailView { message, rendered, attempts }))
    });
    found.await?.ok_or_else(|| Refusal::not_found("notification"))
}

/// Sends a mail again, for administrators alone. Errors: `NOT_FOUND`; `INVALID_STATUS` for one that waits already or whose secret is over.
pub async fn resend(app: &App, actor: Actor, id: MailId) -> Result<MailView, Refusal> {
    let (reach, now) = (reach(actor)?, app.clock.now());
    let done = app.store.write(move |tx| {
        let in_reach = |message: &Message| reach.is_none() || message.tenant == reach;
        match mail::by_id(tx, id)?.filter(in_reach) {
            None => Ok::<_, StoreError>(None),
            Some(_) => mail::resend(tx, id, now).map(Some),
        }
    });
    match done.await? {
        None => Err(Refusal::not_found("notification")),
        Some(true) => get(app, actor, id).await,
        Some(false) => {
            let text = "This mail waits to be sent already, or the secret in it is over.";
            Err(Refusal::new(Meaning::Conflict, "INVALID_STATUS", text))
        }
    }
}

/// The newest mails of all with their words, for the demonstration's page alone. The page decides whether there is one.
pub async fn newest(app: &App) -> Result<Vec<(Message, Option<Rendered>)>, Refusal> {
    let found = app.store.read(|tx| {
        let newest = mail::newest(tx, NEWEST_MAX)?;
        let with_words = newest.into_iter().map(|message| Ok((message.clone(), words(tx, &message)?)));
        with_words.collect::<Result<Vec<_>, StoreError>>()
    });
    Ok(found.await?)
}

fn is_visible(message: &Message, actor: Actor) -> bool {
    let is_own = message.user == Some(actor.user);
    let in_reach = reach(actor).is_ok_and(|reach| reach.is_none() || message.tenant == reach);
    is_own || in_reach
}

/// The words of a mail as they are or would be sent.
fn words(tx: &mut Tx<'_>, message: &Message) -> Result<Option<Rendered>, StoreError> {
    let Some(kind) = mail_kinds::named(&message.kind).filter(|_| !message.data.is_empty()) else {
        return Ok(None);
    };
    let slot = templates::Slot { tenant: message.tenant, kind: kind.name, locale: &message.locale };
    let template = match message.template_version {
        None => templates::active(tx, message.tenant, kind, &message.locale)?,
        Some(0) => templates::of_program(kind, &message.locale),
        Some(version) => match templates::by_version(tx, slot, version)? {
            Some(own) => own,
            // The platform's, which every shop without its own shares.
            None => templates::by_version(tx, templates::Slot { tenant: None, ..slot }, version)?
                .unwrap_or_else(|| templates::of_program(kind, &message.locale)),
        },
    };
    Ok(render(kind, (&template.subject, &template.body), &message.data).ok())
}
