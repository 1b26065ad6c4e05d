//! Create a tenant: the platform opens a shop, with an empty stock of seats.

use super::catalogue_write;
use crate::app::App;
use crate::domain::catalogue_refusal::{CatalogueRefusal, Noun};
use crate::domain::role;
use crate::domain::seats::source_account;
use crate::domain::tenant::{Tenant, TenantFields, TenantInput, apply};
use crate::store::tenants;
use kernel::{Actor, Refusal, TenantId};
use ledger::Book;
use std::sync::Arc;
use store::StoreError;
use store::keyed::Attempt;

/// The new tenant. Only the platform's own people may.
pub async fn run(app: &App, actor: Actor, input: TenantInput) -> Result<Arc<Tenant>, Refusal> {
    once(app, actor, None, input).await
}

/// The same, once for `attempt`.
pub async fn once(
    app: &App,
    actor: Actor,
    attempt: Option<Attempt>,
    input: TenantInput,
) -> Result<Arc<Tenant>, Refusal> {
    if actor.role != role::SUPER_ADMIN {
        return Err(CatalogueRefusal::RoleDoesNotAllowIt.into());
    }
    let fields = apply(TenantFields::blank(), input)?;
    let created = catalogue_write::create(app, attempt, move |tx, change| {
        let id = TenantId(change.id());
        let tenant = Tenant { id, fields: fields.clone(), created_at: change.now, updated_at: change.now };
        if tenants::is_taken(tx, id, &tenant.fields.slug, tenant.fields.domain.as_deref())? {
            return Err(CatalogueRefusal::TenantExistsAlready.into());
        }
        tenants::insert(tx, &tenant).map_err(taken)?;
        let mut book = Book::new();
        book.open(source_account(id));
        book.save(tx)?;
        change.enqueue_of_tenant("tenant.created", &tenant);
        Ok(id.0)
    });
    let id = TenantId(created.await?);
    let found = app.catalogue.current().tenant(id).cloned();
    found.ok_or_else(|| CatalogueRefusal::ThereIsNoSuch(Noun::Tenant).into())
}

/// Somebody else took slug or domain at the same moment.
pub(super) fn taken(error: StoreError) -> Refusal {
    if error.is_unique_violation() { CatalogueRefusal::TenantExistsAlready.into() } else { error.into() }
}
