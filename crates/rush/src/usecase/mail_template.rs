//! Texts of mails, for administrators: the kinds there are, versions, a preview, a new draft, which one is used. A shop's
//! administrators write its texts, the platform's people those of all shops that have none.

use super::mail_view::reach;
use crate::app::App;
use crate::domain::mail_kinds::{self, LOCALES};
use kernel::{Actor, Refusal};
use mail::Kind;
use mail::template::{Rendered, check, render};
use mail::templates::{self, Draft, Slot, Template};
use store::StoreError;

/// Which text.
#[derive(Debug, Clone)]
pub struct Which {
    /// The kind of mail.
    pub kind: &'static Kind,
    /// The language.
    pub locale: &'static str,
}

impl Which {
    /// The text of that kind and language. Errors: `NOT_FOUND`.
    pub fn of(kind: &str, locale: &str) -> Result<Self, Refusal> {
        let kind = mail_kinds::named(kind).ok_or_else(|| Refusal::not_found("kind of mail"))?;
        let locale = LOCALES.into_iter().find(|known| *known == locale);
        Ok(Self { kind, locale: locale.ok_or_else(|| Refusal::not_found("language"))? })
    }
}

/// Subject and text that somebody writes.
#[derive(Debug, Clone)]
pub struct Words {
    /// The subject.
    pub subject: String,
    /// The text.
    pub body: String,
}

/// Every kind with the text that is used in each language. Errors: `FORBIDDEN`.
pub async fn list(app: &App, actor: Actor) -> Result<Vec<(&'static Kind, Vec<Template>)>, Refusal> {
    let tenant = reach(actor)?;
    let found = app.store.read(move |tx| {
        let mut all = Vec::new();
        for kind in mail_kinds::ALL {
            let used: Result<Vec<_>, StoreError> =
                LOCALES.into_iter().map(|locale| templates::active(tx, tenant, kind, locale)).collect();
            all.push((*kind, used?));
        }
        Ok::<_, StoreError>(all)
    });
    Ok(found.await?)
}

/// The versions of a text, newest first, and last the program's own, which is version 0. Errors: `FORBIDDEN`.
pub async fn versions(app: &App, actor: Actor, which: Which) -> Result<Vec<Template>, Refusal> {
    let tenant = reach(actor)?;
    let Which { kind, locale } = which;
    let slot = move || Slot { tenant, kind: kind.name, locale };
    let mut found: Vec<Template> = app.store.read(move |tx| templates::versions(tx, slot())).await?;
    let own = templates::of_program(kind, locale);
    let is_used = !found.iter().any(|one| one.state == templates::TemplateState::Active);
    found
        .push(Template { state: if is_used { own.state } else { templates::TemplateState::Retired }, ..own });
    Ok(found)
}

/// A mail with sample values. Errors: `FORBIDDEN`; `VALIDATION_ERROR` that says what is wrong with the text.
pub fn preview(actor: Actor, which: &Which, words: &Words) -> Result<Rendered, Refusal> {
    reach(actor)?;
    let fault = |fault: mail::MailFault| Refusal::field("body", &fault.0);
    check(which.kind, &words.subject, &words.body).map_err(fault)?;
    render(which.kind, (&words.subject, &words.body), &which.kind.samples()).map_err(fault)
}

/// Saves a draft; its version. Errors: as of [`preview`].
pub async fn save(app: &App, actor: Actor, which: Which, words: Words) -> Result<i64, Refusal> {
    let (tenant, now) = (reach(actor)?, app.clock.now());
    let draft = Draft {
        tenant,
        kind: which.kind,
        locale: which.locale.to_owned(),
        subject: words.subject,
        body: words.body,
        author: actor.user,
    };
    let saved = app.store.write::<_, StoreError, _>(move |tx| templates::save(tx, &draft, now)).await?;
    saved.map_err(|fault| Refusal::field("body", &fault.0))
}

/// Makes a version the one that is used; 0 is the program's. Errors: `FORBIDDEN`; `NOT_FOUND` for a version that there is not.
pub async fn activate(app: &App, actor: Actor, which: Which, version: i64) -> Result<(), Refusal> {
    let (tenant, now) = (reach(actor)?, app.clock.now());
    let Which { kind, locale } = which;
    let done = app.store.write::<_, StoreError, _>(move |tx| {
        templates::activate(tx, Slot { tenant, kind: kind.name, locale }, version, now)
    });
    if done.await? { Ok(()) } else { Err(Refusal::not_found("version")) }
}
