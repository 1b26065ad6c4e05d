//! Get one tenant: the platform any, an admin the own one; anything else does not exist for the caller.

use crate::app::App;
use crate::domain::catalogue_refusal::{CatalogueRefusal, Noun};
use crate::domain::tenant::{Tenant, may_change};
use kernel::{Actor, Refusal, TenantId};
use std::sync::Arc;

/// The tenant with this id.
pub fn by_id(app: &App, actor: Actor, id: TenantId) -> Result<Arc<Tenant>, Refusal> {
    may_change(actor, id)?;
    let found = app.catalogue.current().tenant(id).cloned();
    found.ok_or_else(|| CatalogueRefusal::ThereIsNoSuch(Noun::Tenant).into())
}

/// The tenant with this slug.
pub fn by_slug(app: &App, actor: Actor, slug: &str) -> Result<Arc<Tenant>, Refusal> {
    let found = app.catalogue.current().tenant_by_slug(slug).cloned();
    // Whoever may not ask at all hears that first, whether the slug exists or not.
    may_change(actor, found.as_ref().map_or(TenantId(0), |tenant| tenant.id))?;
    found.ok_or_else(|| CatalogueRefusal::ThereIsNoSuch(Noun::Tenant).into())
}
