//! Change a tenant: its admins its name, looks and rules; the platform also its slug, domain and whether it does business.

use super::catalogue_write;
use super::tenant_create::taken;
use crate::app::App;
use crate::domain::catalogue_refusal::{CatalogueRefusal, Noun};
use crate::domain::tenant::{Tenant, TenantInput, apply, may_change};
use crate::store::tenants;
use kernel::{Actor, Refusal, Role, TenantId};

/// The changed tenant. Its limits hold from this commit on, without a restart.
pub async fn run(app: &App, actor: Actor, id: TenantId, input: TenantInput) -> Result<Tenant, Refusal> {
    may_change(actor, id)?;
    if actor.role != Role::SuperAdmin && input.touches_platform_fields() {
        return Err(CatalogueRefusal::RoleDoesNotAllowIt.into());
    }
    let changed = catalogue_write::run(app, move |tx, change| {
        let mut tenant = tenants::lock(tx, id)?.ok_or(CatalogueRefusal::ThereIsNoSuch(Noun::Tenant))?;
        tenant.fields = apply(tenant.fields, input.clone())?;
        tenant.updated_at = change.now;
        if tenants::is_taken(tx, id, &tenant.fields.slug, tenant.fields.domain.as_deref())? {
            return Err(CatalogueRefusal::TenantExistsAlready.into());
        }
        tenants::update(tx, &tenant).map_err(taken)?;
        change.tell_tenant("tenant.updated", &tenant);
        Ok(tenant)
    });
    changed.await
}
