//! Texts that operators wrote, in versions: a draft is made, looked at, and becomes active; the one before is retired and stays.

use crate::fault::MailFault;
use crate::kind::Kind;
use crate::template::check;
use kernel::{TenantId, Timestamp, TypedId, UserId};
use store::{Row, StoreError, Tx, params};

/// Where a template stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TemplateState {
    /// Nobody gets it yet.
    Draft,
    /// Mails are written with it.
    Active,
    /// It was active.
    Retired,
}

impl TemplateState {
    const ALL: [Self; 3] = [Self::Draft, Self::Active, Self::Retired];

    /// Its word in rows and in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Retired => "retired",
        }
    }
}

/// A version of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The name of the kind of mail.
    pub kind: String,
    /// The language.
    pub locale: String,
    /// The first is 1; 0 is the program's own text.
    pub version: i64,
    /// Where it stands.
    pub state: TemplateState,
    /// The subject.
    pub subject: String,
    /// The text.
    pub body: String,
    /// Who wrote it; none: the program.
    pub author: Option<UserId>,
    /// When it was written.
    pub created_at: Option<Timestamp>,
}

/// What somebody wants to save.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Whose mails it is for; none: the platform's.
    pub tenant: Option<TenantId>,
    /// What kind of mail.
    pub kind: &'static Kind,
    /// The language.
    pub locale: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub body: String,
    /// Who writes it.
    pub author: UserId,
}

fn owner(tenant: Option<TenantId>) -> i64 {
    tenant.map_or(0, TypedId::as_i64)
}

/// Saves a new version as a draft; its number. The inner error: a sentence that says why the text is refused.
pub fn save(tx: &mut Tx<'_>, draft: &Draft, now: Timestamp) -> Result<Result<i64, MailFault>, StoreError> {
    if let Err(fault) = check(draft.kind, &draft.subject, &draft.body) {
        return Ok(Err(fault));
    }
    let version = tx.query_one(
        "SELECT COALESCE(MAX(version), 0) + 1 FROM mail_templates WHERE tenant_id = $1 AND kind = $2 AND locale = $3",
        params![owner(draft.tenant), draft.kind.name, draft.locale.as_str()],
        |row| row.int(0),
    )?;
    tx.execute(
        "INSERT INTO mail_templates (tenant_id, kind, locale, version, state, subject, body, author, created_at)
         VALUES ($1, $2, $3, $4, 'draft', $5, $6, $7, $8)",
        params![
            owner(draft.tenant),
            draft.kind.name,
            draft.locale.as_str(),
            version,
            draft.subject.trim(),
            draft.body.as_str(),
            draft.author.as_i64(),
            now
        ],
    )?;
    Ok(Ok(version))
}

/// Which template.
#[derive(Debug, Clone, Copy)]
pub struct Slot<'t> {
    /// Whose mails it is for; none: the platform's.
    pub tenant: Option<TenantId>,
    /// The name of the kind of mail.
    pub kind: &'t str,
    /// The language.
    pub locale: &'t str,
}

/// Makes a version the active one, whatever it was; version 0 goes back to the program's text. False: there is no such version.
pub fn activate(tx: &mut Tx<'_>, slot: Slot<'_>, version: i64, now: Timestamp) -> Result<bool, StoreError> {
    let key = || [owner(slot.tenant).into(), slot.kind.into(), slot.locale.into()];
    let [tenant, kind, locale] = key();
    if version != 0 && by_version(tx, slot, version)?.is_none() {
        return Ok(false);
    }
    tx.execute(
        "UPDATE mail_templates SET state = 'retired' WHERE tenant_id = $1 AND kind = $2 AND locale = $3 AND state = 'active'",
        &[tenant, kind, locale],
    )?;
    let [tenant, kind, locale] = key();
    tx.execute(
        "UPDATE mail_templates SET state = 'active', activated_at = $5
         WHERE tenant_id = $1 AND kind = $2 AND locale = $3 AND version = $4",
        &[tenant, kind, locale, version.into(), now.into()],
    )?;
    Ok(true)
}

/// A version of an operator's.
pub fn by_version(tx: &mut Tx<'_>, slot: Slot<'_>, version: i64) -> Result<Option<Template>, StoreError> {
    tx.query_opt(
        "SELECT kind, locale, version, state, subject, body, author, created_at FROM mail_templates
         WHERE tenant_id = $1 AND kind = $2 AND locale = $3 AND version = $4",
        params![owner(slot.tenant), slot.kind, slot.locale, version],
        read,
    )
}

/// Every version of an operator's, newest first, at most a hundred.
pub fn versions(tx: &mut Tx<'_>, slot: Slot<'_>) -> Result<Vec<Template>, StoreError> {
    tx.query(
        "SELECT kind, locale, version, state, subject, body, author, created_at FROM mail_templates
         WHERE tenant_id = $1 AND kind = $2 AND locale = $3 ORDER BY version DESC LIMIT 100",
        params![owner(slot.tenant), slot.kind, slot.locale],
        read,
    )
}

/// What mails of `kind` are written with: the tenant's active version, else the platform's, else the program's text.
pub fn active(
    tx: &mut Tx<'_>,
    tenant: Option<TenantId>,
    kind: &Kind,
    locale: &str,
) -> Result<Template, StoreError> {
    let written = tx.query(
        "SELECT kind, locale, version, state, subject, body, author, created_at FROM mail_templates
         WHERE tenant_id IN ($1, 0) AND kind = $2 AND locale = $3 AND state = 'active' ORDER BY tenant_id DESC LIMIT 1",
        params![owner(tenant), kind.name, locale],
        read,
    )?;
    Ok(written.into_iter().next().unwrap_or_else(|| of_program(kind, locale)))
}

/// The program's text as a template.
#[must_use]
pub fn of_program(kind: &Kind, locale: &str) -> Template {
    let text = kind.text(locale);
    Template {
        kind: kind.name.to_owned(),
        locale: text.locale.to_owned(),
        version: 0,
        state: TemplateState::Active,
        subject: text.subject.to_owned(),
        body: text.body.to_owned(),
        author: None,
        created_at: None,
    }
}

fn read(row: &Row<'_>) -> Result<Template, StoreError> {
    let state = row.text(3)?;
    let state = TemplateState::ALL.into_iter().find(|one| one.as_str() == state);
    Ok(Template {
        kind: row.text(0)?,
        locale: row.text(1)?,
        version: row.int(2)?,
        state: state.ok_or_else(|| StoreError::Corrupt("a template's state is unknown".to_owned()))?,
        subject: row.text(4)?,
        body: row.text(5)?,
        author: Some(UserId(row.int(6)?)),
        created_at: Some(Timestamp::from_micros(row.int(7)?)),
    })
}
