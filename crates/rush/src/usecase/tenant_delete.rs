//! Delete a tenant: the shop is closed for good; its rows stay for the books.

use super::catalogue_write;
use crate::app::App;
use crate::domain::catalogue_refusal::{CatalogueRefusal, Noun};
use crate::store::{events, tenants};
use kernel::{Actor, Refusal, Role, TenantId};

/// Deletes it, unless it has published events. Only the platform's own people may.
pub async fn run(app: &App, actor: Actor, id: TenantId) -> Result<(), Refusal> {
    if actor.role != Role::SuperAdmin {
        return Err(CatalogueRefusal::RoleDoesNotAllowIt.into());
    }
    let deleted = catalogue_write::run(app, move |tx, change| {
        let tenant = tenants::lock(tx, id)?.ok_or(CatalogueRefusal::ThereIsNoSuch(Noun::Tenant))?;
        if !events::published(tx, id)?.is_empty() {
            return Err(CatalogueRefusal::TenantStillSells.into());
        }
        tenants::delete(tx, id, change.now)?;
        change.tell_tenant("tenant.deleted", &tenant);
        Ok(())
    });
    deleted.await
}
