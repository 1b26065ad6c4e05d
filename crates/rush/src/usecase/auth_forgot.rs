//! Forgot password: a link to choose a new one, by mail. Nobody learns from the answer whether an address has an account.

use super::shop_url;
use crate::app::App;
use identity::mail::{self, Mail};
use identity::proofs::password::reset_tokens::{self, RESET_LIFETIME_S};
use identity::{AuthRefusal, Secret, User, email, users};
use kernel::{Refusal, TenantId, Timestamp};
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
}

fn save(tx: &mut Tx<'_>, request: &Request) -> Result<(), AuthRefusal> {
    let user = users::by_email(tx, request.site, &request.key)?.filter(|user| user.is_active);
    let wanted = reset_tokens::issue(tx, request.now, user.as_ref().map(|user| user.id), &request.secret)?;
    if let Some(user) = user.filter(|_| wanted) {
        mail::append(tx, &letter(request, &user))?;
    }
    Ok(())
}

fn letter(request: &Request, user: &User) -> Mail {
    let pages = if user.tenant.is_some() { &request.pages } else { &request.platform };
    let link = format!("{pages}/reset-password?token={}", request.secret.text());
    let minutes = RESET_LIFETIME_S / 60;
    let body = format!(
        "Hello {},\n\nsomebody, hopefully you, asked for a new password for this address.\n\
         Choose it here within {minutes} minutes; the link works once:\n\n{link}\n\n\
         If it was not you, do nothing: your password stays as it is.\n",
        mail::addressee(&user.name)
    );
    Mail {
        id: request.mail_id,
        tenant: user.tenant,
        recipient: user.email.clone(),
        subject: "Choose a new password".to_owned(),
        body,
        created_at: request.now,
    }
}
