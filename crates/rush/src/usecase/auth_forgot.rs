//! Forgot password: a link to choose a new one, by mail. Nobody learns from the answer whether an address has an account.

use super::{mail_language, shop_url};
use crate::app::App;
use crate::domain::catalogue::Snapshot;
use crate::domain::mail_kinds::PASSWORD_RESET;
use identity::proofs::password::reset_tokens::{self, RESET_LIFETIME_S};
use identity::{AuthRefusal, Secret, User, addressee, email, users};
use kernel::{Refusal, TenantId, Timestamp};
use mail::NewMail;
use serde_json::{Map, Value};
use std::sync::Arc;
use store::Tx;

/// Sends a link, if there is an active account with this address. Always `Ok`, but for faults of ours.
pub async fn run(app: &App, site: Option<TenantId>, address: &str) -> Result<(), Refusal> {
    let request = Request {
        now: app.clock.now(),
        site,
        key: email::key(address),
        secret: app.identity.draw_secret(),
        mail_id: app.ids.next(app.clock.now()),
        pages: shop_url::pages(app, site),
        platform: shop_url::pages(app, None),
        catalogue: app.catalogue.current(),
    };
    Ok(app.store.write(move |tx| save(tx, &request)).await?)
}

struct Request {
    now: Timestamp,
    site: Option<TenantId>,
    key: String,
    secret: Secret,
    mail_id: i64,
    /// The pages of the site it was asked on.
    pages: String,
    /// Those of the platform, for its own accounts.
    platform: String,
    /// What shops there are.
    catalogue: Arc<Snapshot>,
}

fn save(tx: &mut Tx<'_>, request: &Request) -> Result<(), AuthRefusal> {
    let user = users::by_email(tx, request.site, &request.key)?.filter(|user| user.is_active);
    let wanted = reset_tokens::issue(tx, request.now, user.as_ref().map(|user| user.id), &request.secret)?;
    if let Some(user) = user.filter(|_| wanted) {
        let locale = mail_language::of(tx, &request.catalogue, user.id, user.tenant)?;
        mail::queue(tx, &letter(request, &user, locale))?;
    }
    Ok(())
}

fn letter(request: &Request, user: &User, locale: String) -> NewMail {
    let pages = if user.tenant.is_some() { &request.pages } else { &request.platform };
    let shop = user.tenant.and_then(|tenant| request.catalogue.tenant(tenant));
    let values = [
        ("name", addressee(&user.name)),
        ("shop", shop.map_or("", |shop| shop.fields.name.as_str()).to_owned()),
        ("minutes", (RESET_LIFETIME_S / 60).to_string()),
        ("reset_url", format!("{pages}/reset-password?token={}", request.secret.text())),
    ];
    let data: Map<String, Value> =
        values.into_iter().map(|(name, text)| (name.to_owned(), Value::String(text))).collect();
    NewMail {
        id: request.mail_id,
        kind: &PASSWORD_RESET,
        tenant: user.tenant,
        user: Some(user.id),
        about: None,
        recipient: user.email.clone(),
        locale,
        data,
        now: request.now,
        due_at: request.now,
    }
}
