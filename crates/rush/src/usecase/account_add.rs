//! Add an account from the command line of the machine: the only way to the first of the platform's people.

use crate::app::App;
use crate::domain::role;
use identity::proofs::password::reset_tokens;
use identity::{AuthRefusal, Email, NewUser, PasswordRules, Secret, profile, users};
use kernel::{Refusal, Role, TenantId, Timestamp, TypedId as _, UserId};
use serde_json::json;
use stall::{AddedAccount, FirstLogIn, NewAccount};
use std::sync::Arc;
use store::Tx;
use store::audit::{self, Act, Level, Origin};

/// The account, whose making the audit records.
///
/// Errors: `VALIDATION_ERROR` for a role, tenant, address, name or password that cannot be; `USER_EXISTS`.
pub async fn run(app: Arc<App>, account: NewAccount) -> Result<AddedAccount, Refusal> {
    let now = app.clock.now();
    let (role, tenant) = place(&app, &account)?;
    let email = Email::parse(&account.email).map_err(AuthRefusal::from)?;
    let name = profile::name(&account.name).map_err(AuthRefusal::from)?;
    let link = app.identity.draw_secret();
    let password = match &account.first_log_in {
        FirstLogIn::Password(password) => {
            PasswordRules::check(password).map_err(AuthRefusal::from)?;
            password.clone()
        }
        // Nobody knows it: the link's owner chooses another.
        FirstLogIn::Link => app.identity.draw_secret().text().to_owned(),
    };
    let password_hash = app.identity.passwords().hash(&password, "").await.map_err(Refusal::unavailable)?;
    let id = UserId(app.ids.next(now));
    let user = NewUser { id, tenant, email, password_hash, name, role };
    let link = matches!(account.first_log_in, FirstLogIn::Link).then_some(link);
    let printed = link
        .as_ref()
        .map(|secret| format!("{}/rush/reset-password?token={}", app.identity.public_url(), secret.text()));
    let added = AddedAccount {
        id: app.public.encode(id),
        email: user.email.as_str().to_owned(),
        role: role.as_str().to_owned(),
        tenant: account.tenant.clone(),
        link: printed,
    };
    app.store.write(move |tx| save(tx, now, &user, link.as_ref())).await?;
    Ok(added)
}

/// The role and the tenant that are named. The platform's people belong to no tenant, everybody else to one.
fn place(app: &App, account: &NewAccount) -> Result<(Role, Option<TenantId>), Refusal> {
    let role = role::ROLES.find(&account.role).ok_or_else(|| {
        Refusal::field("role", "must be customer, organizer, admin, super_admin or service")
    })?;
    let of_platform = matches!(role, role::SUPER_ADMIN | role::SERVICE);
    let Some(slug) = &account.tenant else {
        return if of_platform {
            Ok((role, None))
        } else {
            Err(Refusal::field("tenant", "this role needs a tenant"))
        };
    };
    if of_platform {
        return Err(Refusal::field("tenant", "this role belongs to the platform and to no tenant"));
    }
    let tenant = app.catalogue.current().tenant_by_slug(slug).map(|tenant| tenant.id);
    tenant
        .map(|id| (role, Some(id)))
        .ok_or_else(|| Refusal::field("tenant", "there is no tenant with this slug"))
}

fn save(tx: &mut Tx<'_>, now: Timestamp, user: &NewUser, link: Option<&Secret>) -> Result<(), AuthRefusal> {
    if users::by_email(tx, user.tenant, user.email.key())?.is_some() || !users::insert(tx, now, user)? {
        return Err(AuthRefusal::UserExists);
    }
    if let Some(secret) = link {
        reset_tokens::issue(tx, now, Some(user.id), secret)?;
    }
    audit::append(
        tx,
        &Act {
            at: now,
            scope: user.tenant.map_or(0, |tenant| tenant.as_i64()),
            actor: "operator".to_owned(),
            action: "account.add",
            target: format!("user:{}", user.id.as_i64()),
            level: Level::Warn,
            origin: Origin::default(),
            details: json!({ "email": user.email.as_str(), "role": user.role.as_str(), "by_link": link.is_some() }),
        },
    )?;
    Ok(())
}
